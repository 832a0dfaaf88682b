//! The running server: its parts wired together, from a configuration to two open ports, and back to a closed journal.
//!
//! Start: the public port is opened before anything else, so that SDKs that connect meanwhile wait a moment instead of
//! being refused (gateway.md 1.1 has the opposite). Then the journal, then the gateway answers, then delivery goes on
//! where it stopped, then the admin port answers.
//!
//! Stop: the gateway takes no more and answers what it has; delivery lets no further call out and waits a while for
//! those under way; the journal is closed last. A server that is dropped instead stops too, only nobody waits for it.

use crate::config::{self, AdminAccess, Config, Destination, Source};
use crate::failure::{Failure, code};
use crate::transformer::{self, Running};
use console::{Ingress, MappingOf, SourceIngress};
use delivery::{Clock, DestinationSettings, Handle, Mode};
use event::Millis;
use gateway::{ClientIp, Gateway, GatewaySettings, RateLimit, SourceSettings, WriteKeyUntil};
use inmoment::{Client, ClientSettings, Credentials};
use journal::{DestinationId, Journal, JournalError, SqliteJournal};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After everything has stopped, the last users of the journal are given so long to let go of it.
const LETTING_GO: Duration = Duration::from_secs(2);

/// A server that runs. To be ended with [`Server::shutdown`].
pub struct Server {
    gateway_addr: SocketAddr,
    transformer: Option<Running>,
    admin_addr: SocketAddr,
    admin_token: SecretString,
    journal: Arc<SqliteJournal>,
    destinations: Vec<Handle>,
    stop_gateway: watch::Sender<bool>,
    stop_console: watch::Sender<bool>,
    gateway: JoinHandle<()>,
    console: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Starts with this configuration. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When a port cannot be listened on, or the data folder cannot be used. Nothing is left running then.
    pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Server, Failure> {
        let (public, gateway_addr) = listen("gateway.listen", config.gateway.listen).await?;
        let (admin, admin_addr) = listen("admin.listen", config.admin.listen).await?;
        let journal = open_journal(&config, &clock).await?;
        let transformer = match config.transformer.listen {
            Some(at) => {
                let versions = config::transformer_versions();
                let started =
                    transformer::start("transformer.listen", at, &config.transformer, versions, &clock);
                Some(started.await?)
            }
            None => None,
        };
        let admin_token = match &config.admin.token {
            Some(token) => token.clone(),
            None => kept_token(&config)?,
        };

        let ids = destination_ids(&*journal, &config.destinations)?;
        let gateway = gateway(&config, &ids, &journal, &clock)?;
        let counters = gateway.counters();
        let (stop_gateway, stopping) = watch::channel(false);
        let gateway = tokio::spawn(gateway::serve(public, gateway, told(stopping)));

        let destinations = deliver(&config.destinations, &ids, &journal, &clock)?;
        let settings = console::Settings {
            journal: journal.clone(),
            archive: journal.clone(),
            destinations: destinations.clone(),
            token: admin_token.clone(),
            ingress: Arc::new(move || ingress(&counters.read())),
            transformer: transformer.as_ref().map(Running::work),
            mapping_of: mappings(&config.destinations),
            clock: wall(&clock),
            version: env!("CARGO_PKG_VERSION"),
        };
        let (stop_console, stopping) = watch::channel(false);
        let console = tokio::spawn(console::serve(admin, settings, told(stopping)));
        tracing::info!(
            public = %gateway_addr, admin = %admin_addr, sources = config.sources.len(),
            destinations = config.destinations.len(), "accepting events"
        );
        Ok(Server {
            gateway_addr,
            transformer,
            admin_addr,
            admin_token,
            journal,
            destinations,
            stop_gateway,
            stop_console,
            gateway,
            console,
        })
    }

    /// Where SDKs send events.
    pub fn gateway_addr(&self) -> SocketAddr {
        self.gateway_addr
    }

    /// Where rudder-server asks, if it may.
    pub fn transformer_addr(&self) -> Option<SocketAddr> {
        self.transformer.as_ref().map(Running::addr)
    }

    /// Where operators ask.
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin_addr
    }

    /// What is being delivered to, in the order of the configuration.
    pub fn destinations(&self) -> &[Handle] {
        &self.destinations
    }

    /// What a client of the admin port needs.
    pub fn access(&self) -> AdminAccess {
        AdminAccess { url: format!("http://{}", self.admin_addr), token: self.admin_token.clone() }
    }

    /// Stops in order; returns when everything that was accepted is in a closed journal.
    pub async fn shutdown(self) {
        let Server {
            journal, destinations, stop_gateway, stop_console, gateway, console, transformer, ..
        } = self;
        tracing::info!("stopping: what was accepted is kept and will be delivered after the next start");
        stop_gateway.send_replace(true);
        ended("gateway", gateway.await.map(Ok));
        if let Some(transformer) = transformer {
            transformer.shutdown().await;
        }
        for destination in &destinations {
            destination.shutdown().await;
        }
        stop_console.send_replace(true);
        ended("console", console.await);
        drop(destinations);
        close(journal).await;
        tracing::info!("stopped");
    }
}

/// Says when a part ended otherwise than it was told to.
pub(crate) fn ended(part: &str, result: Result<io::Result<()>, tokio::task::JoinError>) {
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(part, %error, "a part of the server failed"),
        Err(error) => tracing::error!(part, panicked = error.is_panic(), "a part of the server broke off"),
    }
}

/// Closes the journal once nobody else holds it, so that the folder is free when this returns.
async fn close(journal: Arc<SqliteJournal>) {
    let deadline = tokio::time::Instant::now() + LETTING_GO;
    while Arc::strong_count(&journal) > 1 && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Closing waits for its threads; that must not hold up the runtime's own.
    let closed = tokio::task::spawn_blocking(move || drop(journal)).await;
    if closed.is_err() {
        tracing::error!("the journal could not be closed in order");
    }
}

/// Resolves when it is told so, or nobody is left who could tell.
pub(crate) async fn told(mut stopping: watch::Receiver<bool>) {
    // An error means that the server was dropped.
    let _ = stopping.wait_for(|stop| *stop).await;
}

pub(crate) async fn listen(key: &str, at: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error: io::Error| {
        let in_use = error.kind() == io::ErrorKind::AddrInUse;
        let (code, what, advice) = if in_use {
            let what = format!("{at} ({key}) is in use by another program");
            (code::PORT_IN_USE, what, "stop the other program (another Rapport?), or change the port")
        } else {
            let what = format!("{at} ({key}) cannot be listened on: {error}");
            (code::LISTEN_FAILED, what, "name an address of this machine and a port this user may open")
        };
        Failure::new(code, what).means("nothing was started and nothing was changed").advice(advice)
    };
    let listener = TcpListener::bind(at).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    Ok((listener, addr))
}

async fn open_journal(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<SqliteJournal>, Failure> {
    let mut options = journal::Options::new(wall(clock));
    options.retention_age = config.journal.retention_age;
    options.retention_bytes = config.journal.retention_size;
    let path = config.journal.path.clone();
    let opened = tokio::task::spawn_blocking(move || SqliteJournal::open(&path, options));
    // The task ends early only when the runtime is being torn down.
    Ok(Arc::new(opened.await.unwrap_or(Err(JournalError::Closed))?))
}

fn kept_token(config: &Config) -> Result<SecretString, Failure> {
    config::admin_token(&config.journal.path).map_err(|error| {
        let folder = config.journal.path.display();
        Failure::new(
            code::ADMIN_TOKEN_UNUSABLE,
            format!("the admin token in {folder} cannot be kept or read: {error}"),
        )
        .means("nothing was started")
        .advice("see that the folder belongs to this user, or set admin.token")
    })
}

fn wall(clock: &Arc<dyn Clock>) -> Arc<dyn Fn() -> Millis + Send + Sync> {
    let clock = Arc::clone(clock);
    Arc::new(move || clock.now().wall)
}

fn destination_ids(
    journal: &dyn Journal,
    destinations: &[Destination],
) -> Result<BTreeMap<String, DestinationId>, Failure> {
    let mut ids = BTreeMap::new();
    for destination in destinations {
        ids.insert(destination.name.clone(), journal.destination(&destination.name)?);
    }
    Ok(ids)
}

fn gateway(
    config: &Config,
    ids: &BTreeMap<String, DestinationId>,
    journal: &Arc<SqliteJournal>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<Gateway>, Failure> {
    let mut sources = Vec::with_capacity(config.sources.len());
    for source in &config.sources {
        let feeds =
            config.destinations.iter().filter(|destination| destination.sources.contains(&source.name));
        sources.push(SourceSettings {
            id: journal.source(&source.name, source.kind)?,
            name: source.name.clone(),
            kind: source.kind,
            write_keys: vec![WriteKeyUntil::current(source.write_key.expose_secret())],
            enabled: source.enabled,
            rate_limit: rate_limit(source),
            destinations: feeds.filter_map(|destination| ids.get(&destination.name).copied()).collect(),
        });
    }
    let section = &config.gateway;
    let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let settings = GatewaySettings {
        max_body_bytes: bytes(section.max_body),
        max_body_memory: bytes(section.max_body_memory),
        max_header_bytes: bytes(section.max_header),
        max_concurrent_requests: count(section.max_concurrent_requests),
        max_connections: count(section.max_connections),
        client_ip: if section.trust_forwarded { ClientIp::Forwarded } else { ClientIp::Peer },
        head_timeout: section.head_timeout,
        body_timeout: section.body_timeout,
        idle_timeout: section.idle_timeout,
        drain_timeout: section.drain_timeout,
        ..GatewaySettings::new(sources)
    };
    Gateway::new(settings, journal.clone(), wall(clock))
        .map_err(|error| Failure::new(code::START_FAILED, error.to_string()).means("nothing was started"))
}

fn rate_limit(source: &Source) -> Option<RateLimit> {
    let rate = source.rate_limit?;
    Some(RateLimit { events: NonZeroU32::new(rate.count)?, per: rate.per })
}

fn deliver(
    destinations: &[Destination],
    ids: &BTreeMap<String, DestinationId>,
    journal: &Arc<SqliteJournal>,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Handle>, Failure> {
    let mut handles = Vec::with_capacity(destinations.len());
    for destination in destinations {
        let Some(id) = ids.get(&destination.name) else { continue };
        let settings = delivery_settings(destination, *id);
        let caller = Arc::new(client(destination)?);
        if settings.mode == Mode::Shadow {
            let name = &destination.name;
            tracing::warn!(destination = name, "in shadow mode: its events are counted, and nothing is sent");
        }
        handles.push(delivery::start(settings, journal.clone(), caller, Arc::clone(clock))?);
    }
    Ok(handles)
}

fn delivery_settings(destination: &Destination, id: DestinationId) -> DestinationSettings {
    let chosen = &destination.delivery;
    DestinationSettings {
        mode: destination.mode,
        mapping: mapping_settings(destination),
        concurrency: usize::try_from(chosen.concurrency).unwrap_or(usize::MAX),
        unknown_user_wait: chosen.unknown_user_wait,
        known_user_max_age: chosen.known_user_max_age,
        retry: chosen.retry,
        ..DestinationSettings::new(&destination.name, id)
    }
}

fn mapping_settings(destination: &Destination) -> mapping::Settings {
    let chosen = &destination.delivery;
    mapping::Settings {
        profile: chosen.profile,
        last_surveyed: chosen.last_surveyed,
        response_created_at: chosen.response_created_at,
        consent: destination.consent.clone(),
    }
}

/// How each destination's events are mapped, by its name.
fn mappings(destinations: &[Destination]) -> MappingOf {
    let of = |destination: &Destination| (destination.name.clone(), mapping_settings(destination));
    let known: BTreeMap<String, mapping::Settings> = destinations.iter().map(of).collect();
    Arc::new(move |name| known.get(name).cloned())
}

/// A client for a destination's account.
pub(crate) fn client(destination: &Destination) -> Result<Client, Failure> {
    let credentials = Credentials {
        username: destination.username.expose_secret().to_owned(),
        password: destination.password.clone(),
        account_token: destination.account_token.clone(),
    };
    Client::new(ClientSettings::new(destination.effective_base_url(), credentials)).map_err(|error| {
        Failure::new(code::START_FAILED, format!("destination {:?}: {error}", destination.name))
            .means("nothing was sent; what was accepted is kept")
            .advice("correct the destination's base_url, or see that this machine has CA certificates")
    })
}

/// The gateway's counts as the console shows them.
fn ingress(counts: &gateway::Counts) -> Ingress {
    let by_status = |counts: &[u64; gateway::STATUSES.len()]| {
        gateway::STATUSES.into_iter().zip(*counts).filter(|(_, count)| *count > 0).collect()
    };
    let sources = counts.sources.iter().map(|source| SourceIngress {
        name: source.name.clone(),
        requests: by_status(&source.requests),
        events_accepted: source.events_accepted,
        events_rejected: source.events_rejected,
    });
    Ingress {
        sources: sources.collect(),
        unrecognised: by_status(&counts.unrecognised),
        connections: counts.connections,
        requests_in_flight: counts.requests_in_flight,
    }
}
