//! The running server: wires its parts together, from a configuration to two open ports, and stops them down to a
//! closed journal.
//!
//! Start: the public port is opened first, so that SDKs that connect meanwhile wait a moment instead of being refused
//! (docs/facts/gateway.md#start-gate describes the opposite). Then the journal is opened, the gateway answers, delivery
//! continues where it stopped, and the admin port answers.
//!
//! Stop: the gateway accepts no more requests and answers its running ones; delivery sends no further call and waits a
//! while for those under way; the journal is closed last. A server that is dropped instead stops, too, but its end is
//! not awaited.

use crate::admin_token;
use crate::backup;
use crate::cluster::{self, Joined, Node};
use crate::config::{self, Address, AdminAccess, Config};
use crate::doors::{self, Doors};
use crate::draining::Draining;
use crate::failure::{Failure, code};
use crate::fleet::{self, Deliverer, Disk, Fleet};
use crate::full::{self, Refusal, Unserved};
use crate::live_settings;
use crate::observed;
use crate::part::{self, Socket};
use crate::process;
use crate::reload::{Parts, Reloading, Unfinished};
use crate::transformer::{self, RunningTransformer};
use console::{Backups, Directory, InForce, LoadError, Operations};
use delivery::{Clock, Handle};
use gateway::{Gateway, GatewaySettings, Terms};
use identity::SetupToken;
use journal::{Archive, DocumentChange, JournalError, ReplicaOptions, SqliteJournal};
use port::{Door, ServerCertificate, TlsFiles};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use supervise::{Supervisor, Task};

/// The admin port in metrics.
const ADMIN_DOOR: &str = "admin";

/// How long the last users of the journal get to release it after everything has stopped.
const RELEASE_GRACE: Duration = Duration::from_secs(2);

/// The gateway ends by itself after its drain time. If it takes this much longer, it is stuck.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The admin port of a stopping server completes its replies within this time.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Closing the journal writes its write-ahead log to its file. If that takes longer, the disk does not respond.
const CLOSING: Duration = Duration::from_secs(30);

/// The pause between two checks of the alerts.
const ALERTS_EVERY: Duration = Duration::from_secs(10);

/// A running server, which [`Server::shutdown`] ends.
pub struct Server {
    gateway_addr: SocketAddr,
    transformer: Option<RunningTransformer>,
    admin_addr: SocketAddr,
    admin_tls: Option<TlsFiles>,
    admin_token: SecretString,
    setup_link: Option<SecretString>,
    journal: Arc<SqliteJournal>,
    fleet: Arc<Fleet>,
    reloading: Arc<Reloading>,
    draining: Draining,
    gateway: Task,
    gateway_drain: Duration,
    console: Task,
    backups: Option<Task>,
    node: Option<Node>,
}

impl Server {
    /// Starts with this configuration; the supervisor reports when it has failed. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// If it cannot listen on a port, or the data folder cannot be used. No part is left running then.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        supervisor: Supervisor,
    ) -> Result<Server, Failure> {
        let (public_tls, admin_tls) =
            (identity(config.gateway.tls.as_ref(), &clock)?, identity(config.admin.tls.as_ref(), &clock)?);
        let public = part::listen("gateway.listen", config.gateway.listen).await?;
        let admin = part::listen("admin.listen", config.admin.listen).await?;
        let (gateway_addr, admin_addr) = (public.addr(), admin.addr());
        let doors = doors::of_server(&config)?;
        let ports = unserved(&config, &public, &admin);
        let joined = match &config.cluster {
            Some(section) => Some(cluster::join(section, &supervisor, ports).await?),
            None => None,
        };
        let replica = joined.as_ref().map(Joined::replica);
        let journal = open_journal(&config, &clock, &supervisor, (replica, ports)).await?;
        if joined.is_some() {
            cluster::catch_up(&journal, ports).await?;
        }
        let transformer = match config.transformer.listen {
            Some(at) => {
                let versions = config::transformer_versions();
                let started = transformer::start(
                    "transformer.listen",
                    at,
                    &config.transformer,
                    doors.transformer,
                    versions,
                    &clock,
                    &supervisor,
                );
                Some(started.await?)
            }
            None => None,
        };
        let admin_token = admin_token::in_force(config.admin.token.as_ref(), &config.journal.path)?;

        of_copy(&journal)?;
        let directory = directory(&config, &journal)?;
        let gateway = gateway(&config, &doors, &directory, &journal, (&clock, &supervisor))?;
        let reloading = Unfinished::new(
            &config,
            admin_token.clone(),
            Parts {
                bodies: doors.gateway_bodies,
                directory: Arc::clone(&directory),
                public_tls: public_tls.clone(),
                admin_tls: admin_tls.clone(),
                data: config.journal.path.clone(),
                clock: Arc::clone(&clock),
            },
        );
        let counters = gateway.counters();
        let fleet = Arc::new(Fleet::new(
            journal.clone(),
            Arc::clone(&clock),
            Arc::clone(&gateway),
            supervisor.clone(),
            (Disk::of(&config), if joined.is_some() { Deliverer::Elsewhere } else { Deliverer::Alone }),
        ));
        let reloading = Arc::new(reloading.of(Arc::clone(&fleet)));
        let draining = Draining::new(Arc::clone(&gateway), config.gateway.drain_delay);
        let gateway_drain = config.gateway.drain_timeout + STOP_TIMEOUT;
        let public_tls_shown = public_tls.clone();
        let gateway = part::serve(&supervisor, gateway::PART, public, move |listener, stopped| {
            let listener = port::Listener::new(listener, public_tls.clone());
            let serving = gateway::serve(listener, Arc::clone(&gateway), stopped);
            async move {
                serving.await;
                Ok(())
            }
        });
        if let Err(error) = fleet.apply(&directory.sources(), &directory.destinations()).await {
            // No part is left running.
            gateway.stop();
            fleet.shutdown().await;
            gateway.shutdown(gateway_drain).await;
            return Err(Failure::new(code::START_FAILED, error.to_string()).means("nothing was started"));
        }
        let node = joined.map(|joined| Node::begin(joined, &journal, &directory, &fleet, &supervisor));
        let admin_door = Door::new(ADMIN_DOOR, doors.admin);
        let backups: Arc<InForce<Backups>> = Arc::default();
        let settings = console::Settings {
            journal: journal.clone(),
            archive: journal.clone(),
            clock: fleet::wall(&clock),
            directory: Arc::clone(&directory),
            operations: fleet.clone(),
            admission: reloading.admission(),
            setup: SetupToken::random(),
            reach: console::Reach {
                loopback: admin_addr.ip().is_loopback(),
                tls: config.admin.tls.is_some(),
                behind_proxy: config.admin.behind_proxy,
            },
            supervisor: supervisor.clone(),
            alerts_every: ALERTS_EVERY,
            observations: console::Observations {
                configuration: reloading.configuration(),
                backups: Arc::clone(&backups),
                ingress: observed::ingress(Arc::clone(&counters), journal.clone()),
                doors: observed::doors(counters, Arc::clone(&admin_door), transformer.as_ref()),
                certificates: observed::certificates([
                    (gateway::DOOR, public_tls_shown),
                    (ADMIN_DOOR, admin_tls.clone()),
                ]),
                process: process::observed(&clock),
                transformer: transformer.as_ref().map(RunningTransformer::work),
                free_disk_percent: observed::free_disk_percent(&config),
                unready: draining.unready(),
                log_lines_lost: Arc::new(crate::log::lost),
                version: env!("CARGO_PKG_VERSION"),
            },
        };
        let address = Address::local(admin_addr, config.admin.tls.clone());
        let setup_link = console::setup_link(&settings, &address.url)?;
        let console = part::serve(&supervisor, "admin port", admin, move |listener, stopped| {
            let listener = port::Listener::new(listener, admin_tls.clone());
            console::serve(Arc::clone(&admin_door), listener, settings.clone(), stopped)
        });
        let plan = backup::BackupPlan {
            data: config::DataFolder {
                path: config.journal.path.clone(),
                key_file: config.key_file.clone(),
                file: None,
            },
            section: config.backup.clone(),
        };
        let backups = backup::begin(plan, Arc::clone(&clock), backups, &supervisor);
        tracing::info!(
            public = %gateway_addr, admin = %admin_addr, sources = directory.sources().len(),
            destinations = directory.destinations().len(), "accepting events"
        );
        Ok(Server {
            gateway_addr,
            transformer,
            admin_addr,
            admin_tls: config.admin.tls,
            admin_token,
            setup_link,
            journal,
            fleet,
            reloading,
            draining,
            gateway,
            gateway_drain,
            console,
            backups,
            node,
        })
    }

    /// Where SDKs send events.
    pub fn gateway_addr(&self) -> SocketAddr {
        self.gateway_addr
    }

    /// The address for rudder-server, if the transformer runs.
    pub fn transformer_addr(&self) -> Option<SocketAddr> {
        self.transformer.as_ref().map(RunningTransformer::addr)
    }

    /// The address of the admin port.
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin_addr
    }

    /// The destinations: the configuration's in its order, then the console's.
    pub fn destinations(&self) -> Vec<Handle> {
        self.fleet.handles()
    }

    /// The link that creates the first administrator, while there is none. It gives full access to the console.
    pub fn setup_link(&self) -> Option<&SecretString> {
        self.setup_link.as_ref()
    }

    /// The data that a client of the admin port needs.
    pub fn access(&self) -> AdminAccess {
        let address = Address::local(self.admin_addr, self.admin_tls.clone());
        AdminAccess { address, token: self.admin_token.clone() }
    }

    /// The object that reloads the configuration.
    pub fn reloading(&self) -> Arc<Reloading> {
        Arc::clone(&self.reloading)
    }

    /// How much longer than others this server may take to stop.
    pub fn drain_delay(&self) -> Duration {
        self.draining.delay
    }

    /// Stops without waiting for load balancers.
    pub(crate) fn at_once(mut self) -> Server {
        self.draining.delay = Duration::ZERO;
        self
    }

    /// Stops in order; returns when everything that was accepted is in a closed journal.
    pub async fn shutdown(self) {
        let Server {
            journal,
            fleet,
            reloading,
            draining,
            gateway,
            gateway_drain,
            console,
            transformer,
            backups,
            node,
            ..
        } = self;
        if let Some(backups) = &backups {
            backups.stop();
        }
        draining.out().await;
        tracing::info!("stopping: what was accepted is kept and will be delivered after the next start");
        gateway.shutdown(gateway_drain).await;
        if let Some(transformer) = transformer {
            transformer.shutdown().await;
        }
        if let Some(node) = &node {
            node.stop().await;
        }
        fleet.shutdown().await;
        console.shutdown(LAST_ANSWERS).await;
        if let Some(backups) = backups {
            // A running backup is abandoned; it does not have a backup's name yet.
            backups.shutdown(Duration::ZERO).await;
        }
        drop((fleet, reloading, draining));
        close(journal).await;
        if let Some(node) = node {
            node.leave().await;
        }
        tracing::info!("stopped");
    }
}

/// Both ports before they are served.
fn unserved<'a>(config: &Config, public: &'a Socket, admin: &'a Socket) -> [Unserved<'a>; 2] {
    [(public, config.gateway.tls.is_none()), (admin, config.admin.tls.is_none())]
}

/// Closes the journal when no other part uses it, so that the folder is free when this returns.
async fn close(journal: Arc<SqliteJournal>) {
    let deadline = tokio::time::Instant::now() + RELEASE_GRACE;
    while Arc::strong_count(&journal) > 1 && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Closing waits for its threads; that must not hold up the runtime's own.
    let closing = supervise::blocking("closing the journal", move || drop(journal));
    if !matches!(tokio::time::timeout(CLOSING, closing).await, Ok(Ok(()))) {
        tracing::error!("the journal could not be closed in order; what was accepted is kept all the same");
    }
}

/// The certificate of a port, read before anything is opened.
fn identity(
    files: Option<&TlsFiles>,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<ServerCertificate>>, Failure> {
    files.map(|files| Ok(ServerCertificate::load(files.clone(), fleet::wall(clock))?)).transpose()
}

/// Opens the journal. On a full disk it waits for room, and clients get that answer meanwhile.
async fn open_journal(
    config: &Config,
    clock: &Arc<dyn Clock>,
    supervisor: &Supervisor,
    (replica, ports): (Option<ReplicaOptions>, [Unserved<'_>; 2]),
) -> Result<Arc<SqliteJournal>, Failure> {
    let mut options = journal::Options::new(fleet::wall(clock));
    options.retention_age = config.journal.retention_age;
    options.answers_age = config.journal.retention_answers;
    options.retention_bytes = config.journal.retention_size;
    options.supervisor = supervisor.clone();
    loop {
        let (path, options, replica) = (config.journal.path.clone(), options.clone(), replica.clone());
        let opened = supervise::blocking("opening the journal", move || match replica {
            Some(replica) => SqliteJournal::open_replica(&path, options, replica),
            None => SqliteJournal::open(&path, options),
        });
        match opened.await? {
            Err(JournalError::Full) => {
                tracing::error!(
                    code = "journal_full",
                    "the disk is full, so that the data folder cannot be opened; senders are told to try again, and the start is tried every second"
                );
                full::refuse_a_while(ports, Refusal::DISK_FULL).await?;
            }
            opened => return Ok(Arc::new(opened?)),
        }
    }
}

/// Logs once that the data folder is a restored backup, and records in it that it is in use.
fn of_copy(journal: &SqliteJournal) -> Result<(), Failure> {
    let documents = journal.documents(journal::ITSELF)?;
    let Some(copy) = documents.into_iter().find(|document| document.key == journal::COPY) else {
        return Ok(());
    };
    let record: serde_json::Value = serde_json::from_str(&copy.record).unwrap_or_default();
    if record["started"] == true {
        return Ok(());
    }
    let taken_at = record["taken_at"].as_i64().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    tracing::warn!(
        taken_at = taken_at.map(|at| at.to_string()).unwrap_or_default(),
        "this data folder is a restored backup: pending answers are looked for at InMoment before they are sent, and end users \
         are read again before they are changed"
    );
    let record = serde_json::json!({ "taken_at": record["taken_at"], "started": true }).to_string();
    let note = DocumentChange::Put { kind: copy.kind, key: copy.key, record };
    Ok(journal.write_documents(vec![note]).wait()?)
}

/// Sources and destinations: the configuration's and the console's.
fn directory(config: &Config, journal: &Arc<SqliteJournal>) -> Result<Arc<Directory>, Failure> {
    let (vault, key, origin) =
        config::vault(&config.journal.path, config.key_file.as_deref()).map_err(|error| {
            Failure::new(code::KEY_UNUSABLE, error.to_string())
                .means("nothing was started and nothing was changed")
                .advice("give the server the key its secrets were sealed with")
        })?;
    tracing::info!(key = key.name(), %origin, "secrets of the console are sealed with this key");
    match Directory::load(journal.clone(), vault, live_settings::base(config)) {
        Ok(directory) => Ok(Arc::new(directory)),
        Err(LoadError::Journal(error)) => Err(error.into()),
        Err(error @ LoadError::Record(_)) => Err(Failure::new(code::KEY_UNUSABLE, error.to_string())
            .means("nothing was started: without it events of some sources would be turned away")
            .advice(format!(
                "give the server the key its secrets were sealed with; it was started with {origin}"
            ))),
    }
}

fn gateway(
    config: &Config,
    doors: &Doors,
    directory: &Directory,
    journal: &Arc<SqliteJournal>,
    (clock, supervisor): (&Arc<dyn Clock>, &Supervisor),
) -> Result<Arc<Gateway>, Failure> {
    let sources = fleet::source_settings(
        &directory.sources(),
        &directory.destinations(),
        &**journal,
        Disk::of(config),
    )?;
    let section = &config.gateway;
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let Terms { max_body_bytes, max_events, public_bytes, client_ip } = live_settings::terms(section);
    let settings = GatewaySettings {
        max_body_bytes,
        max_events,
        max_body_memory: doors.gateway_bodies,
        max_concurrent_requests: count(section.max_concurrent_requests),
        public_bytes,
        client_ip,
        limits: doors.gateway,
        sources,
        supervisor: supervisor.clone(),
    };
    Gateway::new(settings, journal.clone(), fleet::wall(clock))
        .map_err(|error| Failure::new(code::START_FAILED, error.to_string()).means("nothing was started"))
}
