//! The console's data about the running server, which are read on request.

use crate::config::Config;
use crate::transformer::RunningTransformer;
use console::{Durations, Ingress, SourceIngress};
use event::Millis;
use gateway::{Counters, Counts, TOOK_MS};
use journal::{Intake, SqliteJournal};
use port::{Door, DoorSnapshot, RoomSnapshot, ServerCertificate};
use std::sync::Arc;

/// The free part of the disk that holds the data folder.
pub(crate) fn free_disk_percent(config: &Config) -> Arc<dyn Fn() -> Option<f64> + Send + Sync> {
    let folder = config.journal.path.clone();
    Arc::new(move || disk::space(&folder).ok().map(disk::Space::free_percent))
}

/// Every port, with the memory for its bodies if it has its own.
pub(crate) fn doors(
    public: Arc<Counters>,
    admin: Arc<Door>,
    transformer: Option<&RunningTransformer>,
) -> Arc<dyn Fn() -> Vec<(DoorSnapshot, Option<RoomSnapshot>)> + Send + Sync> {
    let transformer = transformer.map(RunningTransformer::transformer);
    Arc::new(move || {
        let counts = public.read();
        let mut doors = vec![(counts.door, Some(counts.room)), (admin.snapshot(), None)];
        doors.extend(transformer.as_ref().map(|it| (it.door().snapshot(), Some(it.room()))));
        doors
    })
}

/// When the certificate of each of these ports expires, if it has one.
pub(crate) fn certificates(
    ports: [(&'static str, Option<Arc<ServerCertificate>>); 2],
) -> Arc<dyn Fn() -> Vec<(&'static str, Millis)> + Send + Sync> {
    Arc::new(move || {
        let expires = |(door, identity): &(&'static str, Option<Arc<ServerCertificate>>)| {
            Some((*door, identity.as_ref()?.expires()?))
        };
        ports.iter().filter_map(expires).collect()
    })
}

/// The gateway's counters for the console.
pub(crate) fn ingress(
    counters: Arc<Counters>,
    journal: Arc<SqliteJournal>,
) -> Arc<dyn Fn() -> Ingress + Send + Sync> {
    Arc::new(move || to_ingress(&counters.read(), &journal))
}

fn to_ingress(counts: &Counts, journal: &SqliteJournal) -> Ingress {
    let by_status = |counts: &[u64; gateway::STATUSES.len()]| {
        gateway::STATUSES.into_iter().zip(*counts).filter(|(_, count)| *count > 0).collect()
    };
    let sources = counts.sources.iter().map(|source| SourceIngress {
        name: source.name.clone(),
        requests: by_status(&source.requests),
        events_accepted: source.events_accepted,
        events_rejected: source.events_rejected,
        last_event_at: source.last_event_at,
        stored_bytes: journal.stored_bytes(source.id),
        disk_bytes: source.disk,
        disk_is_full: source.disk_is_full,
    });
    Ingress {
        sources: sources.collect(),
        unrecognised: by_status(&counts.unrecognised),
        connections: counts.door.open,
        requests_in_flight: counts.requests_in_flight,
        took: Durations::of(&TOOK_MS, &counts.took.counts, counts.took.together),
    }
}
