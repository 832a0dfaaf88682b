//! Collects the outcomes of all deliveries for all readers.

use super::ring::{LiveEntry, Read, Ring};
use crate::operations::Operations;
use delivery::OutcomeNotice;
use event::Millis;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use supervise::{Restart, Supervisor, Task, TaskSet};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The largest number of readers at one time.
pub(super) const SEATS: usize = 50;
/// How many outcomes the ring buffer holds.
const KEPT: usize = 10_000;
/// New deliveries are looked for at this interval.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The outcomes of all destinations in one order, from the first reader on.
pub(crate) struct Hub {
    /// identifies the process, because the ring's numbers are valid in this process only
    boot: String,
    ring: Mutex<Ring>,
    /// the newest entry's number
    newest: watch::Sender<u64>,
    seats: Arc<Semaphore>,
    started: AtomicBool,
    /// the task that listens; it ends when the server stops
    listening: Mutex<Option<Task>>,
}

impl Hub {
    pub(crate) fn new(now: Millis) -> Hub {
        // This is not a secret; if there is no randomness, the time serves as well.
        let boot = identity::bytes::<8>().map_or(now.0.to_be_bytes(), |bytes| bytes);
        Hub {
            boot: boot.iter().map(|byte| format!("{byte:02x}")).collect(),
            ring: Mutex::new(Ring::new(KEPT)),
            newest: watch::Sender::new(0),
            seats: Arc::new(Semaphore::new(SEATS)),
            started: AtomicBool::new(false),
            listening: Mutex::default(),
        }
    }

    pub(super) fn boot(&self) -> &str {
        &self.boot
    }

    /// A permit for one more reader, if there is one.
    pub(super) fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }

    /// Signals the number of the newest entry.
    pub(super) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// The entries after this number.
    pub(super) fn read(&self, after: u64, limit: usize) -> Read {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner).read(after, limit)
    }

    fn push(&self, entry: LiveEntry) {
        let last = {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.push(entry);
            ring.last()
        };
        self.newest.send_replace(last);
    }

    /// Begins to listen, once, until `closing` turns true. When this returns, the hub listens to all deliveries that
    /// run now.
    pub(super) fn start(
        self: &Arc<Self>,
        operations: &Arc<dyn Operations>,
        supervisor: &Supervisor,
        closing: &watch::Receiver<bool>,
    ) {
        if self.started.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut first = Some(Listeners::new(self, operations));
        if let Some(listeners) = &mut first {
            listeners.listen(false);
        }
        let (hub, operations, closing) = (Arc::clone(self), Arc::clone(operations), closing.clone());
        let task = supervisor.task("live", Restart::ALWAYS, move |_| {
            // Outcomes that came while no task listened become a gap.
            first.take().unwrap_or_else(|| Listeners::new(&hub, &operations)).run(closing.clone())
        });
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Stops listening.
    fn end(&self) {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// One task for each destination.
struct Listeners {
    hub: Arc<Hub>,
    operations: Arc<dyn Operations>,
    /// destinations whose task runs
    heard: HashMap<String, bool>,
    tasks: TaskSet<String>,
}

impl Listeners {
    fn new(hub: &Arc<Hub>, operations: &Arc<dyn Operations>) -> Listeners {
        let (hub, operations) = (Arc::clone(hub), Arc::clone(operations));
        Listeners { hub, operations, heard: HashMap::new(), tasks: TaskSet::new("live listener") }
    }

    async fn run(mut self, mut closing: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                // An error means that the server has gone.
                () = async { drop(closing.wait_for(|closing| *closing).await) } => return self.hub.end(),
                Some(ended) = self.tasks.join_next() => match ended {
                    Ok(name) => drop(self.heard.insert(name, false)),
                    // A task that broke off does not say which destination it was for, so all listeners start again.
                    Err(_) => {
                        self.tasks.shutdown().await;
                        self.heard.clear();
                    }
                },
                () = tokio::time::sleep(LOOK_EVERY) => self.listen(true),
            }
        }
    }

    /// Starts listening to deliveries that have no listener. `late`: outcomes before the first received one count as
    /// missed.
    fn listen(&mut self, late: bool) {
        for handle in self.operations.handles() {
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
                    hub.push(LiveEntry::Missed {
                        destination: Arc::clone(&name),
                        count: notice.sequence - 1,
                    });
                }
                hub.push(LiveEntry::Outcome {
                    destination: notice.destination,
                    position: notice.position,
                    fate: notice.fate,
                    code: notice.code,
                    at: notice.at,
                });
            }
            Err(RecvError::Lagged(count)) => {
                hub.push(LiveEntry::Missed { destination: Arc::clone(&name), count });
            }
            Err(RecvError::Closed) => return name.to_string(),
        }
    }
}
