//! The present sources at the gateway and destinations of delivery, which are changed together while the server runs.
//!
//! A change is made in an order that loses nothing: the new routing applies first, so that events for a new destination
//! wait for it in the journal; then removed or changed destinations stop, after their calls under way are answered;
//! then new and changed ones start at the journal's cursor. A destination that cannot be started at all is refused
//! before anything is changed.

use crate::cluster::{FORMER_CALLS_LAST, LONGEST_CALL, LeaderClient};
use crate::config::Config;
use crate::delivering::Delivering;
use crate::failure::{Failure, code};
use console::{ApplyError, Later, Operations, ProveError};
use delivery::{CallClient, Clock, DestinationSettings, Handle, Mode};
use event::Millis;
use gateway::{Gateway, RateLimit, SourceSettings, Terms, WriteKeyUntil};
use inmoment::{Call, CallOutcome, Client, ClientSettings, Credentials, Resolver};
use journal::{DeliveryStore, DestinationId, Journal, JournalError, Lead, SqliteJournal};
use registry::units::DiskShare;
use registry::{Destination, Source};
use secrecy::ExposeSecret;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use supervise::Supervisor;
use tokio::sync::Mutex;

/// See the module.
pub(crate) struct Fleet {
    journal: Arc<SqliteJournal>,
    clock: Arc<dyn Clock>,
    gateway: Arc<Gateway>,
    supervisor: Supervisor,
    members: RwLock<Vec<Member>>,
    /// whether this server delivers now
    delivers: AtomicBool,
    /// held during a change, so that there is one at a time
    changing: Mutex<Changing>,
}

/// What a change may change besides the members.
struct Changing {
    /// the settings for all sources
    disk: Disk,
    deliverer: Deliverer,
}

/// Who delivers.
#[derive(Clone)]
pub(crate) enum Deliverer {
    /// This server, which stands alone.
    Alone,
    /// This machine, which leads its cluster.
    Leader(Lead),
    /// Another machine of the cluster, or none yet.
    Elsewhere,
}

/// The configuration's settings for all sources, besides the sources themselves.
#[derive(Debug, Clone)]
pub(crate) struct ForAll {
    pub(crate) terms: Terms,
    pub(crate) disk: Disk,
}

#[derive(Clone)]
struct Member {
    destination: Destination,
    client: Client,
    /// `None`: another machine delivers
    delivering: Option<Arc<Delivering>>,
}

impl Fleet {
    /// No destination is started yet; the gateway has its sources.
    pub(crate) fn new(
        journal: Arc<SqliteJournal>,
        clock: Arc<dyn Clock>,
        gateway: Arc<Gateway>,
        supervisor: Supervisor,
        (disk, deliverer): (Disk, Deliverer),
    ) -> Fleet {
        let delivers = AtomicBool::new(deliverer.is_here());
        let changing = Mutex::new(Changing { disk, deliverer });
        Fleet { journal, clock, gateway, supervisor, members: RwLock::default(), delivers, changing }
    }

    /// Lets another one deliver from now on: what runs here stops first, after its calls under way are answered.
    pub(crate) async fn deliver(&self, deliverer: Deliverer) {
        let mut held = self.changing.lock().await;
        let members = self.members();
        stop(&members).await;
        self.delivers.store(deliverer.is_here(), Ordering::SeqCst);
        held.deliverer = deliverer;
        let started = members.into_iter().map(|member| {
            let id = self.journal.destination(&member.destination.name);
            match id {
                Ok(id) => self.start(&member.destination, member.client, id, &held.deliverer).0,
                // It was asked for at the start, so that it is known.
                Err(_) => Member { delivering: None, ..member },
            }
        });
        self.publish(started.collect());
    }

    /// Stops all destinations concurrently, and waits for calls under way. A stuck one is named in the log and not
    /// awaited.
    pub(crate) async fn shutdown(&self) {
        let _changing = self.changing.lock().await;
        let members = self.members();
        let delivering = members.iter().filter_map(|member| member.delivering.as_ref());
        futures_util::future::join_all(delivering.map(|delivering| delivering.abandon())).await;
        self.publish(Vec::new());
    }

    fn publish(&self, members: Vec<Member>) {
        *self.members.write().unwrap_or_else(PoisonError::into_inner) = members;
    }

    fn members(&self) -> Vec<Member> {
        self.members.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the sources and destinations, and the settings for all sources. Unless the error is
    /// [`ApplyError::Unstarted`], an error changes nothing.
    pub(crate) async fn change(
        &self,
        sources: &[Source],
        destinations: &[Destination],
        for_all: Option<ForAll>,
    ) -> Result<(), ApplyError> {
        let mut held = self.changing.lock().await;
        let mut wanted = Vec::with_capacity(destinations.len());
        for destination in destinations {
            let client = client(destination, held.deliverer.call_timeout());
            let client = client.map_err(|failure| ApplyError::Refused(failure.what))?;
            wanted.push((destination, client, self.journal.destination(&destination.name)?));
        }
        let disk = for_all.as_ref().map_or(held.disk, |for_all| for_all.disk);
        let settings = source_settings(sources, destinations, &*self.journal, disk)?;
        let replaced = self.gateway.replace(settings, for_all.map(|it| it.terms));
        replaced.map_err(|error| ApplyError::Refused(error.to_string()))?;
        // From here on the change is not refused any more.
        held.disk = disk;

        let stays = |member: &Member| destinations.iter().any(|wanted| wanted.same_as(&member.destination));
        let (stay, leave): (Vec<Member>, Vec<Member>) = self.members().into_iter().partition(stays);
        stop(&leave).await;
        let mut failed = None;
        let mut members: Vec<Member> = Vec::with_capacity(wanted.len());
        for (destination, client, id) in wanted {
            let kept = stay.iter().find(|member| member.destination.same_as(destination));
            let (member, error) = kept.map_or_else(
                || self.start(destination, client, id, &held.deliverer),
                |member| (member.clone(), None),
            );
            members.push(member);
            // A destination that cannot start does not affect the others, and is tried again.
            failed = failed.or(error);
        }
        self.publish(members);
        failed.map_or(Ok(()), |error| Err(ApplyError::Unstarted(error)))
    }

    fn start(
        &self,
        destination: &Destination,
        client: Client,
        id: DestinationId,
        deliverer: &Deliverer,
    ) -> (Member, Option<JournalError>) {
        let member = |delivering: Option<Delivering>| Member {
            destination: destination.clone(),
            client: client.clone(),
            delivering: delivering.map(Arc::new),
        };
        let mut settings = delivery_settings(destination, id);
        let mut leads = None;
        let (journal, caller): (Arc<dyn DeliveryStore>, Arc<dyn CallClient>) = match deliverer {
            Deliverer::Alone => (self.journal.clone(), Arc::new(client.clone())),
            Deliverer::Leader(lead) => {
                settings.former_calls_last = FORMER_CALLS_LAST;
                leads = Some(lead.clone());
                let caller = LeaderClient { client: client.clone(), lead: lead.clone() };
                (Arc::new(lead.clone()), Arc::new(caller))
            }
            Deliverer::Elsewhere => return (member(None), None),
        };
        if settings.mode == Mode::Shadow {
            let name = &destination.name;
            tracing::warn!(destination = name, "in shadow mode: its events are counted, and nothing is sent");
        }
        let clock = Arc::clone(&self.clock);
        let (delivering, error) =
            Delivering::begin(&self.supervisor, settings, journal, caller, clock, leads);
        (member(Some(delivering)), error)
    }

    /// The handle of a member's delivery, or of one that runs on another machine.
    fn handle(&self, member: &Member) -> Handle {
        if let Some(delivering) = &member.delivering {
            return delivering.handle();
        }
        let words = match self.journal.leader() {
            Some((node, _)) => format!("the machine {node} delivers"),
            None => "no machine of the cluster delivers yet".to_owned(),
        };
        Handle::elsewhere(&member.destination.name, words, self.clock.now().wall)
    }
}

impl Deliverer {
    /// How long a whole call may take.
    fn call_timeout(&self) -> Option<Duration> {
        match self {
            Deliverer::Alone => None,
            Deliverer::Leader(_) | Deliverer::Elsewhere => Some(LONGEST_CALL),
        }
    }

    /// Does this server deliver?
    fn is_here(&self) -> bool {
        !matches!(self, Deliverer::Elsewhere)
    }
}

impl Operations for Fleet {
    fn handles(&self) -> Vec<Handle> {
        self.members().iter().map(|member| self.handle(member)).collect()
    }

    fn leads(&self) -> bool {
        self.delivers.load(Ordering::SeqCst)
    }

    fn apply<'a>(
        &'a self,
        sources: &'a [Source],
        destinations: &'a [Destination],
    ) -> Later<'a, Result<(), ApplyError>> {
        Box::pin(self.change(sources, destinations, None))
    }

    fn prove<'a>(&'a self, destination: &'a Destination) -> Later<'a, Result<(), ProveError>> {
        Box::pin(async move {
            let client = client(destination, None);
            let client = client.map_err(|failure| ProveError::Refused(failure.what))?;
            client.call(&Call::Authenticate).await?;
            Ok(())
        })
    }

    fn call<'a>(&'a self, destination: &'a str, call: &'a Call) -> Later<'a, Option<CallOutcome>> {
        Box::pin(async move {
            let member = self.members().into_iter().find(|member| member.destination.name == destination)?;
            Some(member.client.call(call).await)
        })
    }
}

/// Stops them concurrently, because each may have to wait for the replies to its calls.
async fn stop(members: &[Member]) {
    let delivering = members.iter().filter_map(|member| member.delivering.as_ref());
    futures_util::future::join_all(delivering.map(|delivering| delivering.stop())).await;
}

/// The disk that holds the data folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disk {
    /// how large it is, if that is known
    pub(crate) bytes: Option<u64>,
    /// how much of it one source may take, unless the source overrides it
    pub(crate) source: DiskShare,
}

impl Disk {
    pub(crate) fn of(config: &Config) -> Disk {
        let bytes = disk::space(&config.journal.path).ok().map(|space| space.total);
        Disk { bytes, source: config.gateway.source_disk }
    }
}

/// The gateway's view of the sources.
pub(crate) fn source_settings(
    sources: &[Source],
    destinations: &[Destination],
    journal: &dyn Journal,
    disk: Disk,
) -> Result<Vec<SourceSettings>, JournalError> {
    let mut settings = Vec::with_capacity(sources.len());
    for source in sources {
        let fed = destinations.iter().filter(|destination| destination.sources.contains(&source.name));
        let old = source.old_keys.iter();
        settings.push(SourceSettings {
            id: journal.source(&source.name, source.kind)?,
            name: source.name.clone(),
            kind: source.kind,
            write_keys: std::iter::once(WriteKeyUntil::current(source.write_key.expose_secret()))
                .chain(old.map(|old| WriteKeyUntil::old(old.key.expose_secret(), old.since, old.until)))
                .collect(),
            enabled: source.enabled,
            rate_limit: rate_limit(source),
            disk: source.disk.unwrap_or(disk.source).of(disk.bytes),
            destinations: fed
                .map(|destination| journal.destination(&destination.name))
                .collect::<Result<_, _>>()?,
        });
    }
    Ok(settings)
}

fn rate_limit(source: &Source) -> Option<RateLimit> {
    let rate = source.rate_limit?;
    Some(RateLimit { events: NonZeroU32::new(rate.count)?, per: rate.per })
}

fn delivery_settings(destination: &Destination, id: DestinationId) -> DestinationSettings {
    let chosen = &destination.delivery;
    DestinationSettings {
        mode: destination.mode,
        mapping: destination.mapping(),
        concurrency: usize::try_from(chosen.concurrency).unwrap_or(usize::MAX),
        unknown_user_wait: chosen.unknown_user_wait,
        known_user_max_age: chosen.known_user_max_age,
        retry: chosen.retry,
        ..DestinationSettings::new(&destination.name, id)
    }
}

/// A client for a destination's account, with a time-out for a whole call.
pub(crate) fn client(destination: &Destination, call_timeout: Option<Duration>) -> Result<Client, Failure> {
    let credentials = Credentials {
        username: destination.username.expose_secret().to_owned(),
        password: destination.password.clone(),
        account_token: destination.account_token.clone(),
    };
    let settings = ClientSettings {
        call_timeout,
        resolver: destination.addresses.as_ref().map(|policy| Resolver::new(policy.resolver())),
        ..ClientSettings::new(destination.effective_base_url(), credentials)
    };
    Client::new(settings).map_err(|error| {
        Failure::new(code::START_FAILED, format!("destination {:?}: {error}", destination.name))
            .means("nothing was sent; what was accepted is kept")
            .advice("correct the destination's base_url, or see that this machine has CA certificates")
    })
}

/// The wall-clock time.
pub(crate) fn wall(clock: &Arc<dyn Clock>) -> Arc<dyn Fn() -> Millis + Send + Sync> {
    let clock = Arc::clone(clock);
    Arc::new(move || clock.now().wall)
}
