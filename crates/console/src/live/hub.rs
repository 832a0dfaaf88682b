//! Listens to all deliveries on behalf of all readers.

use super::ring::{Entry, Read, Ring};
use crate::random;
use crate::settings::Shared;
use delivery::{Handle, OutcomeNotice};
use event::Millis;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// Readers at once.
pub(super) const SEATS: usize = 50;
/// Outcomes that can be read again.
const KEPT: usize = 10_000;
/// A destination that begins to be delivered to is listened to at this pace at the latest.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The outcomes of all destinations in one order, from the first reader on.
pub(crate) struct Hub {
    /// names the process: the ring's numbers mean nothing in another
    boot: String,
    ring: Mutex<Ring>,
    /// the newest entry's number
    newest: watch::Sender<u64>,
    seats: Arc<Semaphore>,
    started: AtomicBool,
}

impl Hub {
    pub(crate) fn new(now: Millis) -> Hub {
        // Not a secret; without randomness the time serves as well.
        let boot = random::bytes::<8>().map_or(now.0.to_be_bytes(), |bytes| bytes);
        Hub {
            boot: boot.iter().map(|byte| format!("{byte:02x}")).collect(),
            ring: Mutex::new(Ring::new(KEPT)),
            newest: watch::Sender::new(0),
            seats: Arc::new(Semaphore::new(SEATS)),
            started: AtomicBool::new(false),
        }
    }

    pub(super) fn boot(&self) -> &str {
        &self.boot
    }

    /// A reader's seat, if there is one.
    pub(super) fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }

    /// Tells of every entry.
    pub(super) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// What comes after this number.
    pub(super) fn read(&self, after: u64, limit: usize) -> Read {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner).read(after, limit)
    }

    fn push(&self, entry: Entry) {
        let last = {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.push(entry);
            ring.last()
        };
        self.newest.send_replace(last);
    }

    /// Begins to listen, once. What is being delivered to now is heard when this returns.
    pub(super) fn start(&self, shared: &Shared) {
        if self.started.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut listeners =
            Listeners { hub: Arc::clone(&shared.live), heard: HashMap::new(), tasks: JoinSet::new() };
        listeners.listen(shared.handles(), false);
        tokio::spawn(listeners.run(shared.clone()));
    }
}

/// One task for each destination.
struct Listeners {
    hub: Arc<Hub>,
    /// whose task runs
    heard: HashMap<String, bool>,
    tasks: JoinSet<String>,
}

impl Listeners {
    async fn run(mut self, shared: Shared) {
        let mut closing = shared.closing.clone();
        loop {
            tokio::select! {
                // An error means that the server has gone.
                _ = closing.wait_for(|closing| *closing) => return,
                Some(ended) = self.tasks.join_next() => {
                    // A task that broke off is not begun again: it would break off again.
                    if let Ok(name) = ended {
                        self.heard.insert(name, false);
                    }
                }
                () = tokio::time::sleep(LOOK_EVERY) => self.listen(shared.handles(), true),
            }
        }
    }

    /// Listens to those not listened to. `late`: outcomes before the first that is heard were missed.
    fn listen(&mut self, handles: Vec<Handle>, late: bool) {
        for handle in handles {
            let heard = self.heard.entry(handle.name().to_owned()).or_insert(false);
            if !*heard {
                *heard = true;
                let hub = Arc::clone(&self.hub);
                let outcomes = handle.outcomes();
                self.tasks.spawn(listen(hub, handle.name().into(), outcomes, late));
            }
        }
    }
}

/// Listens until the delivery ends.
async fn listen(
    hub: Arc<Hub>,
    name: Arc<str>,
    mut outcomes: tokio::sync::broadcast::Receiver<OutcomeNotice>,
    late: bool,
) -> String {
    let mut missed_before_first = late;
    loop {
        match outcomes.recv().await {
            Ok(notice) => {
                // A delivery counts its notices from 1.
                if std::mem::take(&mut missed_before_first) && notice.sequence > 1 {
                    hub.push(Entry::Missed { destination: Arc::clone(&name), count: notice.sequence - 1 });
                }
                hub.push(Entry::Outcome {
                    destination: notice.destination,
                    position: notice.position,
                    fate: notice.fate,
                    code: notice.code,
                    at: notice.at,
                });
            }
            Err(RecvError::Lagged(count)) => {
                hub.push(Entry::Missed { destination: Arc::clone(&name), count });
            }
            Err(RecvError::Closed) => return name.to_string(),
        }
    }
}
