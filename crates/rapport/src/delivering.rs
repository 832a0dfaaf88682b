//! One destination's delivery as a part of the server: if its driver ends, or cannot start, it starts again after a
//! pause, from the journal's state. Until then the destination is shown as `broken`.

use crate::failure::code;
use delivery::{CallClient, Clock, DestinationSettings, Handle, Trouble};
use event::Millis;
use journal::{DeliveryStore, JournalError, Lead};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use supervise::{Panicked, Restart, Stopping, Supervisor, Task, catch};

/// A driver ends by itself within 10 s after it is told to. A driver that takes this long is stuck.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// A driver that has run for this time counts as sound, so a later failure is a new trouble.
const SOUND_MS: u64 = 60_000;

/// A delivery that runs until it is stopped.
pub(crate) struct Delivering {
    begun: Arc<Begun>,
    task: Task,
}

/// The data for a start, and the number of failed starts.
struct Begun {
    settings: DestinationSettings,
    journal: Arc<dyn DeliveryStore>,
    caller: Arc<dyn CallClient>,
    clock: Arc<dyn Clock>,
    /// under which it delivers, on a machine of a cluster
    lead: Option<Lead>,
    /// of the last driver
    handle: RwLock<Handle>,
    broken: Mutex<Option<Breaks>>,
}

/// The trouble that is not over.
#[derive(Clone, Copy)]
struct Breaks {
    since: Millis,
    times: u32,
}

/// Why a driver did not start.
enum Unbegun {
    Journal(JournalError),
    Panicked(Panicked),
}

impl Delivering {
    /// Starts a delivery; also returns the journal's error if it prevented the first driver's start. The start is tried
    /// again in any case. Must be called within a tokio runtime, and not before an earlier delivery to the same
    /// destination has ended.
    pub(crate) fn begin(
        supervisor: &Supervisor,
        settings: DestinationSettings,
        journal: Arc<dyn DeliveryStore>,
        caller: Arc<dyn CallClient>,
        clock: Arc<dyn Clock>,
        lead: Option<Lead>,
    ) -> (Delivering, Option<JournalError>) {
        let name = format!("delivery to {}", settings.name);
        let now = clock.now().wall;
        let waiting = Handle::unstarted(&settings.name, trouble(now, 0, "it has not begun yet".to_owned()));
        let (handle, broken) = (RwLock::new(waiting), Mutex::default());
        let begun = Arc::new(Begun { settings, journal, caller, clock, lead, handle, broken });
        let first = begun.start();
        let error = match &first {
            Ok(handle) => {
                begun.show(handle.clone());
                None
            }
            Err(unbegun) => {
                begun.breaks(0, unbegun.words());
                unbegun.journal()
            }
        };
        let mut first = Some(first);
        let again = Arc::clone(&begun);
        let task = supervisor
            .task(name, Restart::ALWAYS, move |stopping| Arc::clone(&again).run(first.take(), stopping));
        (Delivering { begun, task }, error)
    }

    /// The present driver, or the last one.
    pub(crate) fn handle(&self) -> Handle {
        self.begun.handle.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops it; when this resolves, no part of it runs any more.
    pub(crate) async fn stop(&self) {
        self.task.stop();
        self.task.ended().await;
    }

    /// As [`Delivering::stop`], for the end of the process: a stuck driver is named in the log and not awaited.
    pub(crate) async fn abandon(&self) {
        self.task.shutdown(STOP_TIMEOUT).await;
    }
}

impl Begun {
    fn start(&self) -> Result<Handle, Unbegun> {
        let Begun { settings, journal, caller, clock, .. } = self;
        let started = catch(|| {
            delivery::start(settings.clone(), Arc::clone(journal), Arc::clone(caller), Arc::clone(clock))
        });
        match started {
            Ok(started) => started.map_err(Unbegun::Journal),
            Err(panicked) => Err(Unbegun::Panicked(panicked)),
        }
    }

    async fn run(
        self: Arc<Self>,
        first: Option<Result<Handle, Unbegun>>,
        stopping: Stopping,
    ) -> Result<(), String> {
        let started = match first {
            // It has been counted.
            Some(Err(unbegun)) => return Err(unbegun.words()),
            Some(first) => first,
            None => {
                let begun = Arc::clone(&self);
                // It reads from the journal, which may take a while.
                let starting = supervise::blocking("beginning a delivery", move || begun.start());
                starting.await.map_err(|broken| broken.to_string())?
            }
        };
        let begun_at = self.clock.now().mono;
        let handle = match started {
            Ok(handle) => handle,
            Err(unbegun) => return Err(self.breaks(0, unbegun.words())),
        };
        self.show(handle.clone());
        let asked = stopping.asked();
        tokio::pin!(asked);
        tokio::select! {
            () = &mut asked => {
                // What a machine has decided that leads no longer changes nothing, so there is nothing to wait for.
                match self.is_deposed() {
                    true => handle.shutdown_within(Duration::ZERO).await,
                    false => handle.shutdown().await,
                }
                Ok(())
            }
            () = handle.ended() => {
                if self.is_deposed() {
                    // It is stopped in a moment, as all deliveries of this machine are.
                    asked.await;
                    return Ok(());
                }
                let ran = self.clock.now().mono.saturating_sub(begun_at);
                Err(self.breaks(ran, "the part of the server that delivers has ended".to_owned()))
            }
        }
    }

    /// Has another machine taken over?
    fn is_deposed(&self) -> bool {
        self.lead.as_ref().is_some_and(Lead::is_over)
    }

    fn show(&self, handle: Handle) {
        *self.handle.write().unwrap_or_else(PoisonError::into_inner) = handle;
    }

    /// Shows the trouble; returns its message.
    fn breaks(&self, ran: u64, words: String) -> String {
        let now = self.clock.now().wall;
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        let before = broken.filter(|_| ran < SOUND_MS).unwrap_or(Breaks { since: now, times: 0 });
        let breaks = Breaks { times: before.times.saturating_add(1), ..before };
        *broken = Some(breaks);
        let handle = self.handle.read().unwrap_or_else(PoisonError::into_inner);
        handle.break_down(trouble(breaks.since, breaks.times, words.clone()));
        words
    }
}

impl Unbegun {
    fn words(&self) -> String {
        match self {
            Unbegun::Journal(error) => error.to_string(),
            Unbegun::Panicked(panicked) => panicked.to_string(),
        }
    }

    fn journal(&self) -> Option<JournalError> {
        match self {
            Unbegun::Journal(error) => Some(error.clone()),
            Unbegun::Panicked(_) => None,
        }
    }
}

fn trouble(since: Millis, tries: u32, last_words: String) -> Trouble {
    Trouble { code: code::DELIVERY_BROKEN, since, tries, last_words, next_try: None }
}

#[cfg(test)]
mod tests;
