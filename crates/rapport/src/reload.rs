//! Reads the configuration again while the server runs (SIGHUP).
//!
//! All of it is read, checked and prepared before anything changes; an invalid configuration changes nothing. Then the
//! keys that can change at once are applied: requests under way keep their settings, and a changed destination stops
//! first, after its calls under way are answered. Keys that need a restart are named ([`needs_restart`]). Every key is
//! of one kind or the other ([`keys`]), which a test verifies.

mod keys;
#[cfg(test)]
mod tests;

use crate::admin_token;
use crate::config::{self, Config, ConfigText, Setting};
use crate::failure::{Failure, code};
use crate::fleet::{Disk, Fleet, ForAll};
use crate::{live_settings, log};
use console::{ApplyError, Configuration, ConfigurationRefusal, Directory, InForce, LoadError, ReplaceError};
use delivery::Clock;
use identity::Admission;
use keys::needs_restart;
use port::{PreparedCertificate, ServerCertificate, TlsFiles};
use registry::{Destination, Source};
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The parts of a server that can change.
pub(crate) struct Parts {
    /// the gateway's memory for bodies, in bytes; no body can be larger
    pub(crate) bodies: usize,
    pub(crate) directory: Arc<Directory>,
    pub(crate) public_tls: Option<Arc<ServerCertificate>>,
    pub(crate) admin_tls: Option<Arc<ServerCertificate>>,
    /// the data folder, which has the admin token if the configuration has none
    pub(crate) data: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The state before the fleet exists.
pub(crate) struct Unfinished {
    parts: Parts,
    admission: Arc<InForce<Admission>>,
    configuration: Arc<InForce<Configuration>>,
    started_with: Vec<Setting>,
}

/// Reads the configuration again, for one server.
pub struct Reloading {
    parts: Parts,
    fleet: Arc<Fleet>,
    admission: Arc<InForce<Admission>>,
    configuration: Arc<InForce<Configuration>>,
    /// what the server was started with
    started_with: Vec<Setting>,
    /// the configuration that was last applied; locked during a reload
    taken: Mutex<Vec<Setting>>,
}

/// The result of a reload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reloaded {
    /// keys whose value differs from the last applied configuration
    pub changed: BTreeSet<String>,
    /// keys whose value differs from the one in force, and takes effect at the next start
    pub needs_restart: BTreeSet<String>,
}

impl Reloading {
    pub(crate) fn admission(&self) -> Arc<InForce<Admission>> {
        Arc::clone(&self.admission)
    }

    pub(crate) fn configuration(&self) -> Arc<InForce<Configuration>> {
        Arc::clone(&self.configuration)
    }

    /// Reads the text's file again and applies it. The outcome is logged, counted, and shown in the status. `level` is
    /// the log's level, unless the command line gives one.
    pub async fn reload(
        &self,
        text: &ConfigText,
        file: Option<PathBuf>,
        level: bool,
    ) -> Result<Reloaded, Failure> {
        let (again, name) = (text.clone(), text.origin());
        let reading = supervise::blocking("reading the configuration", move || {
            let config = again.again(file.as_deref())?.config()?;
            let warnings = [config.warnings.clone(), config::exposed(&config, file.as_deref())].concat();
            Ok::<_, Failure>((config, warnings))
        });
        let outcome = match reading.await {
            Ok(Ok((config, warnings))) => {
                let taken = self.take(&config, level).await;
                taken.inspect(|_| warnings.iter().for_each(|warning| tracing::warn!("{warning}")))
            }
            Ok(Err(failure)) => Err(failure),
            Err(broken) => Err(broken.into()),
        };
        self.tell(&name, &outcome);
        outcome
    }

    /// Applies a configuration, or changes nothing.
    async fn take(&self, config: &Config, level: bool) -> Result<Reloaded, Failure> {
        let mut taken = self.taken.lock().await;
        let prepared = prepared(&self.parts, config).await?;
        let (configured, data) = (config.admin.token.clone(), self.parts.data.clone());
        let read = move || admin_token::in_force(configured.as_ref(), &data);
        let token = supervise::blocking("reading the admin token", read).await??;
        let (fleet, for_all) =
            (Arc::clone(&self.fleet), ForAll { terms: self.terms(config), disk: Disk::of(config) });
        let apply = move |sources: Vec<Source>, destinations: Vec<Destination>| async move {
            fleet.change(&sources, &destinations, Some(for_all)).await
        };
        match self.parts.directory.replace_base(live_settings::base(config), apply).await {
            // They start as soon as the journal permits it, as after a start.
            Ok(()) | Err(ReplaceError::Apply(ApplyError::Unstarted(_))) => {}
            Err(error) => return Err(not_taken(error)),
        }
        let exchanged = supervise::blocking("exchanging certificates", move || {
            for (identity, prepared) in prepared {
                identity.exchange(prepared);
            }
        });
        exchanged.await?;
        self.admission.replace(Admission { token, sessions: config.admin.sessions });
        if level {
            log::change(&config.log.level);
        }
        let changed = config::changed(&taken, &config.settings);
        taken.clone_from(&config.settings);
        let differs = config::changed(&self.started_with, &config.settings);
        let needs_restart = differs.into_iter().filter(|key| self.only_a_start_takes(key, config)).collect();
        Ok(Reloaded { changed, needs_restart })
    }

    fn terms(&self, config: &Config) -> gateway::Terms {
        let mut terms = live_settings::terms(&config.gateway);
        if terms.max_body_bytes > self.parts.bodies {
            tracing::warn!(
                max_body = self.parts.bodies,
                "gateway.max_body is more than the memory for bodies that the server was started with; so much is taken until \
                 the next start"
            );
            terms.max_body_bytes = self.parts.bodies;
        }
        terms
    }

    fn only_a_start_takes(&self, key: &str, config: &Config) -> bool {
        // A port can exchange its certificate, but cannot start or stop speaking TLS.
        let tls = |had: bool, has: bool| had != has;
        match key.split_once(".tls.") {
            Some(("gateway", _)) => tls(self.parts.public_tls.is_some(), config.gateway.tls.is_some()),
            Some(("admin", _)) => tls(self.parts.admin_tls.is_some(), config.admin.tls.is_some()),
            _ => needs_restart(key),
        }
    }

    fn tell(&self, file: &str, outcome: &Result<Reloaded, Failure>) {
        let (mut told, now) = (Configuration::clone(&self.configuration.now()), self.parts.clock.now().wall);
        match outcome {
            Ok(reloaded) => {
                let list = |keys: &BTreeSet<String>| keys.iter().cloned().collect::<Vec<_>>();
                told.applied += 1;
                (told.applied_at, told.refusal) = (Some(now), None);
                told.needs_restart = list(&reloaded.needs_restart);
                tracing::info!(%file, changed = list(&reloaded.changed).join(" "), "the configuration was read again");
                if !told.needs_restart.is_empty() {
                    let keys = told.needs_restart.join(" ");
                    tracing::warn!(
                        keys,
                        "these keys change only with the next start; until then the values before hold"
                    );
                }
            }
            Err(failure) => {
                told.refused += 1;
                let (code, reason) = (failure.code.clone(), failure.what.clone());
                tracing::error!(
                    %file, code, what_to_do = failure.advice,
                    "the configuration was read again and is not taken; what was in force before still is: {reason}"
                );
                told.refusal = Some(ConfigurationRefusal { at: now, code, message: reason });
            }
        }
        self.configuration.replace(told);
    }
}

impl Unfinished {
    pub(crate) fn new(config: &Config, token: SecretString, parts: Parts) -> Unfinished {
        let applied_at = Some(parts.clock.now().wall);
        Unfinished {
            admission: Arc::new(InForce::new(Admission { token, sessions: config.admin.sessions })),
            configuration: Arc::new(InForce::new(Configuration { applied_at, ..Configuration::default() })),
            started_with: config.settings.clone(),
            parts,
        }
    }

    pub(crate) fn of(self, fleet: Arc<Fleet>) -> Reloading {
        let Unfinished { parts, admission, configuration, started_with } = self;
        let taken = Mutex::new(started_with.clone());
        Reloading { parts, fleet, admission, configuration, started_with, taken }
    }
}

impl std::fmt::Debug for Reloading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reloading").finish_non_exhaustive()
    }
}

type Exchange = Vec<(Arc<ServerCertificate>, PreparedCertificate)>;

/// The certificates of both ports, read and checked. If a port would start or stop speaking TLS, there is nothing to
/// prepare.
async fn prepared(parts: &Parts, config: &Config) -> Result<Exchange, Failure> {
    let ports = [(&parts.public_tls, &config.gateway.tls), (&parts.admin_tls, &config.admin.tls)];
    let wanted: Vec<(Arc<ServerCertificate>, TlsFiles)> =
        ports.into_iter().filter_map(|(identity, files)| Some((identity.clone()?, files.clone()?))).collect();
    let reading = supervise::blocking("reading certificates", move || {
        wanted
            .into_iter()
            .map(|(identity, files)| Ok((identity, ServerCertificate::prepare(files)?)))
            .collect()
    });
    reading.await?
}

fn not_taken(error: ReplaceError) -> Failure {
    match error {
        ReplaceError::Load(LoadError::Journal(error))
        | ReplaceError::Apply(ApplyError::Journal(error) | ApplyError::Unstarted(error)) => error.into(),
        ReplaceError::Load(error @ LoadError::Record(_)) => {
            Failure::new(code::KEY_UNUSABLE, error.to_string())
        }
        ReplaceError::Apply(error @ ApplyError::Refused(_)) => {
            Failure::new(config::code::INVALID_VALUE, error.to_string()).advice("correct the configuration")
        }
        ReplaceError::Broken(broken) => broken.into(),
    }
}
