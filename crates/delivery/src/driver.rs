//! Drives one destination's [`Machine`]: commits its changes, makes its calls, does its reads, and gives it the
//! results. The driver decides nothing itself.
//!
//! One task owns the machine. It collects the inputs that have arrived and steps the machine through them; calls and
//! reads of the effects begin at once, and changes become the next commit (group commit). One commit is made at a time,
//! and the machine is stepped on meanwhile, so one fsync covers everything that happened during the one before. The
//! driver tells the machine when a commit is durable; the machine releases no call before the commit that it has to
//! wait for. A commit or a read that fails is tried until it succeeds; until then no further call is announced, nothing
//! is dropped, and the destination is shown as broken ([`standstill`]). A commit whose content the journal refuses
//! would be refused for ever, so the driver ends then, and its supervisor starts another one from the journal's state.

mod commits;
mod news;
mod promise;
mod reading;
mod standstill;

use crate::attempt::attempt;
use crate::call_client::CallClient;
use crate::clock::{Clock, Now, millis};
use crate::driver_ports::DriverPorts;
use crate::engine::{CallId, DestinationState, Trouble};
use crate::handle::{Handle, Message};
use crate::machine::{Effects, Glance, Input, Machine, Waiting};
use crate::meter::{Meter, Metered};
use crate::outcomes::Outcomes;
use crate::plan_reader::PlanReader;
use crate::settings::DestinationSettings;
use commits::Commits;
use inmoment::{Call, Called, Exchange};
use journal::{DeliveryStore, JournalError, Position, ReadLimit};
use news::News;
use promise::Promise;
use reading::{Reading, Reads};
use std::sync::Arc;
use std::time::Duration;
use supervise::TaskSet;
use tokio::sync::{mpsc, oneshot, watch};

/// The wait before a failed commit or read is tried again, in ms.
const JOURNAL_RETRY_MS: u64 = 1_000;
/// The largest number of inputs that are taken in before the next commit.
const TAKEN_IN_AT_ONCE: usize = 4_096;

/// Starts to deliver. Call it within a tokio runtime, and only after an earlier delivery to the same destination has
/// been shut down: two deliveries at once would repeat each other's calls.
///
/// # Errors
/// The journal cannot be read.
pub fn start(
    settings: DestinationSettings,
    journal: Arc<dyn DeliveryStore>,
    caller: Arc<dyn CallClient>,
    clock: Arc<dyn Clock>,
) -> Result<Handle, JournalError> {
    let surroundings = DriverPorts::of_server(&settings, journal, caller, clock);
    start_in(settings, surroundings)
}

/// Like [`start`], with these surroundings.
///
/// # Errors
/// The journal cannot be read.
pub fn start_in(settings: DestinationSettings, surroundings: DriverPorts) -> Result<Handle, JournalError> {
    let DriverPorts { journal, reader, caller, clock, commit_weight } = surroundings;
    let now = clock.now();
    let appended = journal.appended();
    let restored = journal.restore(settings.id)?;
    // The jitter need not be secret; it must differ between processes, which the wall clock provides.
    let seed = now.wall.0.unsigned_abs() ^ u64::from(settings.id.0).rotate_left(32);
    let machine = Machine::new(settings.clone(), restored, seed, now);
    let (orders, inbox) = mpsc::unbounded_channel();
    let (glance, watch) = watch::channel(machine.glance(now));
    let name: Arc<str> = settings.name.as_str().into();
    let (outcomes, news) = (Outcomes::new(Arc::clone(&name)), News::new(Arc::clone(&name)));
    let meter = Meter::default();
    let caller = Arc::new(Metered { caller, meter: meter.clone() });
    let handle = Handle::new(name, orders.clone(), watch, meter, outcomes.source());
    let commits = Commits::new(journal, settings.id, commit_weight);
    let driver = Driver {
        name: settings.name,
        machine,
        reader,
        caller,
        clock,
        orders,
        inbox,
        commits,
        reads: Reads::new(),
        appended: Some(appended),
        glance,
        news,
        outcomes,
        tasks: TaskSet::new("call or read"),
        stop: None,
    };
    // The end is visible through the handle (`Handle::ended`); `supervise` logs and counts a panic.
    drop(supervise::work("delivery", driver.run()));
    Ok(handle)
}

struct Driver {
    name: String,
    machine: Machine,
    reader: Arc<dyn PlanReader>,
    caller: Arc<dyn CallClient>,
    clock: Arc<dyn Clock>,
    orders: mpsc::UnboundedSender<Message>,
    inbox: mpsc::UnboundedReceiver<Message>,
    commits: Commits,
    reads: Reads,
    /// `None` once the journal has closed its channel.
    appended: Option<watch::Receiver<u64>>,
    glance: watch::Sender<Glance>,
    news: News,
    outcomes: Outcomes,
    /// Calls and reads under way. They end with the driver, so that none of them overlaps with the next driver.
    tasks: TaskSet<()>,
    stop: Option<Stop>,
}

/// An input for the machine; for a reply, also the HTTP exchange.
struct Happened {
    input: Input,
    exchange: Option<Exchange>,
}

impl From<Input> for Happened {
    fn from(input: Input) -> Self {
        Happened { input, exchange: None }
    }
}

struct Stop {
    done: Vec<oneshot::Sender<()>>,
    /// The end of the grace for calls under way (monotonic).
    at: u64,
    /// Whether the machine has been told to stop.
    told: bool,
}

impl Driver {
    async fn run(mut self) {
        let mut inputs = vec![Happened::from(Input::Woke)];
        loop {
            for happened in inputs.drain(..) {
                self.step(happened);
            }
            self.commits.begin(&mut self.machine, self.clock.now());
            self.show();
            if self.may_end() || !self.next_inputs(&mut inputs).await {
                break;
            }
        }
        self.tasks.shutdown().await;
        let stop = self.stop.take();
        drop(self);
        for done in stop.into_iter().flat_map(|stop| stop.done) {
            // Sending fails if the caller has stopped waiting.
            let _ = done.send(());
        }
    }

    /// The record of a call goes into the commit of the changes that follow from its reply, for the history of its
    /// events.
    fn step(&mut self, Happened { input, exchange }: Happened) {
        let now = self.clock.now();
        let mut effects = Effects::default();
        if let (Input::Replied(id, outcome), Some(exchange)) = (&input, exchange) {
            if let Some(date) = exchange.date_ms.filter(|_| outcome.is_ok()) {
                self.machine.hear_time(date, now);
            }
            effects.changes.extend(attempt(&self.machine, *id, outcome, exchange));
        }
        self.machine.step(now, input, &mut effects);
        self.commits.add(effects.changes, effects.seams);
        for (id, call) in effects.calls {
            self.call(id, call);
        }
        if let Some((from, limit)) = effects.read {
            self.reads.begin(from, limit, now);
            self.read(from, limit);
        }
    }

    fn call(&mut self, id: CallId, call: Call) {
        let caller = Arc::clone(&self.caller);
        let mut promise = Promise::new(self.orders.clone(), id, call, self.clock.now().wall);
        self.tasks.spawn(async move {
            let called = caller.call(promise.call()).await;
            promise.keep(called);
        });
    }

    fn read(&mut self, from: u64, limit: ReadLimit) {
        let reading = Reading { orders: Some(self.orders.clone()) };
        self.tasks.spawn(reading.read(self.reader.read(from, limit)));
    }

    /// Whether the driver has been told to stop, and either has nothing to wait for or has no time left. It waits for a
    /// commit that is being made, but not for one that fails.
    fn may_end(&self) -> bool {
        let Some(stop) = self.stop.as_ref().filter(|stop| stop.told) else { return false };
        let late = self.clock.now().mono >= stop.at;
        if self.commits.all_made() {
            return late || !self.machine.awaits_reply();
        }
        let in_vain = late && !self.commits.is_making();
        if in_vain {
            news::guarded(|| {
                tracing::warn!(
                    destination = self.name,
                    "delivery ends without having recorded the last replies; they are looked for after the next start"
                );
            });
        }
        in_vain
    }

    /// Waits for the next input and collects all that have arrived. Returns false when the journal accepts no commits
    /// any more.
    async fn next_inputs(&mut self, inputs: &mut Vec<Happened>) -> bool {
        if self.stop.as_ref().is_none_or(|stop| stop.told) && !self.something_happens(inputs).await {
            return false;
        }
        while inputs.len() < TAKEN_IN_AT_ONCE {
            let Ok(message) = self.inbox.try_recv() else { break };
            self.take(message, inputs);
        }
        if let Some(stop) = self.stop.as_mut().filter(|stop| !stop.told) {
            stop.told = true;
            inputs.push(Input::Drain.into());
        }
        while self.tasks.try_join_next().is_some() {}
        true
    }

    async fn something_happens(&mut self, inputs: &mut Vec<Happened>) -> bool {
        let wake = self.wake_at(self.clock.now());
        let clock = Arc::clone(&self.clock);
        let sleep = async move {
            match wake {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // A fixed order, so that the same inputs at one time always have the same effect (a replay in the
            // simulation depends on it). The inbox comes last, because it may never be empty, and it is read after any
            // of the others.
            biased;
            made = self.commits.made() => return self.committed(made, inputs),
            end = next_end(&mut self.appended) => inputs.extend(end.map(|end| Input::Appended(end).into())),
            () = sleep => {
                let now = self.clock.now();
                self.commits.retry(now);
                if let Some((from, limit)) = self.reads.retry(now) {
                    self.read(from, limit);
                }
                inputs.push(Input::Woke.into());
            }
            // This driver holds a sender of its own, so the channel never closes.
            Some(message) = self.inbox.recv() => self.take(message, inputs),
        }
        true
    }

    /// The next time at which the driver has to act even without an input (monotonic).
    fn wake_at(&self, now: Now) -> Option<u64> {
        let times = [
            self.machine.wake_at(now),
            // After the grace, the driver waits only for the commit that is being made.
            self.stop.as_ref().map(|stop| stop.at).filter(|at| *at > now.mono),
            self.commits.retry_at(),
            self.commits.overdue_at(now),
            self.reads.retry_at(),
            self.reads.overdue_at(now),
        ];
        times.into_iter().flatten().min()
    }

    /// Handles the result of a commit. Returns false when the journal accepts no commits any more, so that the driver
    /// ends.
    fn committed(&mut self, made: Result<(), JournalError>, inputs: &mut Vec<Happened>) -> bool {
        let now = self.clock.now();
        match made {
            Ok(()) => {
                if let Some(durable) = self.commits.conclude(now) {
                    self.outcomes.tell(&durable.changes, now.wall);
                    inputs.extend(durable.number.map(|number| Input::Durable(number).into()));
                }
            }
            // Another machine decides from here on, so this driver's changes will never be made.
            Err(JournalError::Closed | JournalError::Deposed) => return false,
            Err(error) => {
                self.commits.failed(&error.to_string(), now.mono + JOURNAL_RETRY_MS, now);
                if let JournalError::Refused(_) = error {
                    // The machine's state differs from the journal's, so this driver cannot go on.
                    self.show();
                    return false;
                }
            }
        }
        true
    }

    fn take(&mut self, message: Message, inputs: &mut Vec<Happened>) {
        match message {
            Message::Replied(id, called) => {
                let Called { outcome, exchange } = *called;
                inputs.push(Happened { input: Input::Replied(id, outcome), exchange: Some(exchange) });
            }
            Message::Read(Ok(intake)) => {
                self.reads.done();
                inputs.push(Input::Read(intake).into());
            }
            Message::Read(Err(why)) => {
                let now = self.clock.now();
                self.reads.failed(&why, now.mono + JOURNAL_RETRY_MS, now);
            }
            Message::Order(input, done) => {
                inputs.push(input.into());
                self.commits.acknowledge(done);
            }
            Message::Waiting(position, answer) => {
                // Sending fails if the caller has stopped waiting.
                let _ = answer.send(self.waiting(position));
            }
            Message::Stop { within, done } => self.stop(within, done),
        }
    }

    fn stop(&mut self, within: Duration, done: oneshot::Sender<()>) {
        let at = self.clock.now().mono.saturating_add(millis(within));
        let stop = self.stop.get_or_insert(Stop { done: Vec::new(), at, told: false });
        stop.at = stop.at.min(at);
        stop.done.push(done);
    }

    /// Why the journal keeps the driver from going on, if it does.
    fn standstill(&self, now: Now) -> Option<Trouble> {
        self.commits.trouble(now).or_else(|| self.reads.trouble(now))
    }

    /// What an event waits for; if the journal fails, that is the reason.
    fn waiting(&self, position: Position) -> Option<Waiting> {
        let now = self.clock.now();
        let waiting = self.machine.waiting(position, now)?;
        let Some(Trouble { code, tries, last_words, next_try, .. }) = self.standstill(now) else {
            return Some(waiting);
        };
        Some(Waiting { code, tries, last_words, next_try, ..waiting })
    }

    /// Publishes the glance, and logs what has changed.
    fn show(&mut self) {
        let now = self.clock.now();
        let mut glance = self.machine.glance(now);
        if let Some(trouble) = self.standstill(now) {
            (glance.state, glance.trouble) = (DestinationState::Broken, Some(trouble));
        }
        self.news.tell(&glance, now);
        self.glance.send_if_modified(|held| {
            let changed = *held != glance;
            *held = glance;
            changed
        });
    }
}

/// Resolves to one more than the newest request's number when it changes; to `None` when the journal has closed its
/// channel. That stops nothing else; the next commit will fail with the reason.
async fn next_end(appended: &mut Option<watch::Receiver<u64>>) -> Option<u64> {
    let Some(known) = appended else { return std::future::pending().await };
    if known.changed().await.is_ok() {
        return Some(*known.borrow_and_update());
    }
    *appended = None;
    None
}
