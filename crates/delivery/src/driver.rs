//! Drives one destination's [`Machine`]: commits what it changes, makes the calls it wants, reads what it asks for, and
//! tells it what came of that. It decides nothing.
//!
//! One task owns the machine. It takes in whatever has happened and steps the machine through it; what the machine lets
//! out goes at once, what it changes becomes the next commit. One commit is made at a time, and the machine is stepped on
//! meanwhile: so one fsync serves everything that happened during the one before. The machine is told when a commit is
//! durable, and lets nothing out that has to wait for that. A commit or a read that fails is tried until it succeeds; until then
//! no further call is announced, nothing is forgotten, and the destination is shown as broken ([`standstill`]). A commit that
//! the journal refuses for what it says would be refused for ever: then the driver ends, and whoever looks after it begins
//! another one with what the journal holds.

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

/// Wait before a journal that failed is tried again, ms.
const JOURNAL_RETRY_MS: u64 = 1_000;
/// Things that happened taken in before the next commit, at most.
const TAKEN_IN_AT_ONCE: usize = 4_096;

/// Starts to deliver. Must be called within a tokio runtime, and not before an earlier delivery to the same destination has
/// been shut down: two at once would repeat each other's calls.
///
/// # Errors
/// When the journal cannot tell where to start from.
pub fn start(
    settings: DestinationSettings,
    journal: Arc<dyn DeliveryStore>,
    caller: Arc<dyn CallClient>,
    clock: Arc<dyn Clock>,
) -> Result<Handle, JournalError> {
    let surroundings = DriverPorts::of_server(&settings, journal, caller, clock);
    start_in(settings, surroundings)
}

/// As [`start`], in these surroundings.
///
/// # Errors
/// When the journal cannot tell where to start from.
pub fn start_in(settings: DestinationSettings, surroundings: DriverPorts) -> Result<Handle, JournalError> {
    let DriverPorts { journal, reader, caller, clock, commit_weight } = surroundings;
    let now = clock.now();
    let appended = journal.appended();
    let restored = journal.restore(settings.id)?;
    // Jitter need not be secret; it must differ between processes, and the wall clock does.
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
    // Who holds the handle sees the end (`Handle::ended`); a panic is said and counted.
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
    /// None once the journal tells of nothing any more.
    appended: Option<watch::Receiver<u64>>,
    glance: watch::Sender<Glance>,
    news: News,
    outcomes: Outcomes,
    /// Calls and reads under way: they end with the driver, so that none of them meets its successor.
    tasks: TaskSet<()>,
    stop: Option<Stop>,
}

/// Something for the machine; of a reply, also how it came.
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
    /// When calls under way are no longer waited for (monotonic).
    at: u64,
    /// The machine knows.
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
            // Whoever asked may have gone away meanwhile.
            let _ = done.send(());
        }
    }

    /// A call goes into the commit of what the machine makes of its reply, for the story of its events.
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

    /// It has been told to stop, and there is nothing to wait for or no time left. A commit that is being made is waited
    /// for; one that cannot be made is not.
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

    /// Waits until something happens, and takes in all that has. False when the journal takes nothing any more.
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
            // In this order, not in one that chance decides: what happened at one time always leads to the same. The inbox may
            // never be empty, so it comes last, and whatever is in it is taken in after any of these.
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
            // This driver holds a sender itself, so the channel never closes.
            Some(message) = self.inbox.recv() => self.take(message, inputs),
        }
        true
    }

    /// When something is to be done even if nothing happens.
    fn wake_at(&self, now: Now) -> Option<u64> {
        let times = [
            self.machine.wake_at(now),
            // Once that is over, only the commit that is being made is waited for.
            self.stop.as_ref().map(|stop| stop.at).filter(|at| *at > now.mono),
            self.commits.retry_at(),
            self.commits.overdue_at(now),
            self.reads.retry_at(),
            self.reads.overdue_at(now),
        ];
        times.into_iter().flatten().min()
    }

    /// What a commit came to. False when the journal takes nothing any more: there is nothing more to be done.
    fn committed(&mut self, made: Result<(), JournalError>, inputs: &mut Vec<Happened>) -> bool {
        let now = self.clock.now();
        match made {
            Ok(()) => {
                if let Some(durable) = self.commits.conclude(now) {
                    self.outcomes.tell(&durable.changes, now.wall);
                    inputs.extend(durable.number.map(|number| Input::Durable(number).into()));
                }
            }
            Err(JournalError::Closed) => return false,
            Err(error) => {
                self.commits.failed(&error.to_string(), now.mono + JOURNAL_RETRY_MS, now);
                if let JournalError::Refused(_) = error {
                    // What is held here is not what the journal holds.
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
                // Whoever asked may have gone away meanwhile.
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

    /// Why nothing at all can go on, if that is so.
    fn standstill(&self, now: Now) -> Option<Trouble> {
        self.commits.trouble(now).or_else(|| self.reads.trouble(now))
    }

    /// What an event waits for; if nothing can go on, for that.
    fn waiting(&self, position: Position) -> Option<Waiting> {
        let now = self.clock.now();
        let waiting = self.machine.waiting(position, now)?;
        let Some(Trouble { code, tries, last_words, next_try, .. }) = self.standstill(now) else {
            return Some(waiting);
        };
        Some(Waiting { code, tries, last_words, next_try, ..waiting })
    }

    /// Shows the glance to whoever watches, and says in the log what is new.
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

/// One more than the newest request's number, when that has changed; none when the journal tells of nothing any more: that
/// stops nothing else, and the next commit will say why.
async fn next_end(appended: &mut Option<watch::Receiver<u64>>) -> Option<u64> {
    let Some(known) = appended else { return std::future::pending().await };
    if known.changed().await.is_ok() {
        return Some(*known.borrow_and_update());
    }
    *appended = None;
    None
}
