//! Drives one destination's [`Machine`]: commits what it changes, makes the calls it wants, reads what it asks for, and
//! tells it what came of that. It decides nothing.
//!
//! One task owns the machine. It takes in whatever has happened, steps the machine through it, commits all changes at
//! once, and only when they are durable lets the calls out: one fsync serves everything that happened meanwhile. A
//! commit that fails is tried until it succeeds; until then no call goes out and nothing is forgotten.

mod reading;

use crate::attempt::attempt;
use crate::caller::Caller;
use crate::clock::{Clock, millis};
use crate::handle::{Handle, Message};
use crate::machine::{Effects, Glance, Input, Machine};
use crate::meter::{Meter, Metered};
use crate::outcomes::Outcomes;
use crate::settings::DestinationSettings;
use inmoment::{Called, Exchange};
use journal::{Change, Journal, JournalError};
use reading::Reading;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

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
    journal: Arc<dyn Journal>,
    caller: Arc<dyn Caller>,
    clock: Arc<dyn Clock>,
) -> Result<Handle, JournalError> {
    let now = clock.now();
    let appended = journal.appended();
    let restored = journal.restore(settings.id)?;
    // Jitter need not be secret; it must differ between processes, and the wall clock does.
    let seed = now.wall.0.unsigned_abs() ^ u64::from(settings.id.0).rotate_left(32);
    let machine = Machine::new(settings.clone(), restored, seed, now);
    let (orders, inbox) = mpsc::unbounded_channel();
    let (glance, watch) = watch::channel(machine.glance(now));
    let name: Arc<str> = settings.name.as_str().into();
    let outcomes = Outcomes::new(Arc::clone(&name));
    let meter = Meter::default();
    let caller = Arc::new(Metered { caller, meter: meter.clone() });
    let handle = Handle { name, orders: orders.clone(), glance: watch, meter, outcomes: outcomes.source() };
    let driver = Driver {
        settings,
        machine,
        journal,
        caller,
        clock,
        orders,
        inbox,
        backlog: Vec::new(),
        appended,
        glance,
        outcomes,
        tasks: JoinSet::new(),
        stop: None,
    };
    tokio::spawn(driver.run());
    Ok(handle)
}

struct Driver {
    settings: DestinationSettings,
    machine: Machine,
    journal: Arc<dyn Journal>,
    caller: Arc<dyn Caller>,
    clock: Arc<dyn Clock>,
    orders: mpsc::UnboundedSender<Message>,
    inbox: mpsc::UnboundedReceiver<Message>,
    /// What came in while a commit was being tried again.
    backlog: Vec<Message>,
    appended: watch::Receiver<u64>,
    glance: watch::Sender<Glance>,
    outcomes: Outcomes,
    /// Calls and reads under way: they end with the driver, so that none of them meets its successor.
    tasks: JoinSet<()>,
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
        let mut acks: Vec<oneshot::Sender<()>> = Vec::new();
        loop {
            let mut effects = Effects::default();
            for happened in inputs.drain(..) {
                self.step(happened, &mut effects);
            }
            if !self.execute(effects).await {
                break;
            }
            for ack in acks.drain(..) {
                // Whoever gave the order may have gone away meanwhile.
                let _ = ack.send(());
            }
            self.show();
            if self.may_end() {
                break;
            }
            self.next_inputs(&mut inputs, &mut acks).await;
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
    fn step(&mut self, Happened { input, exchange }: Happened, effects: &mut Effects) {
        if let (Input::Replied(id, outcome), Some(exchange)) = (&input, exchange) {
            effects.changes.extend(attempt(&self.machine, *id, outcome, exchange));
        }
        self.machine.step(self.clock.now(), input, effects);
    }

    /// It has been told to stop, and there is nothing to wait for or no time left.
    fn may_end(&self) -> bool {
        let over = |stop: &Stop| !self.machine.awaits_reply() || self.clock.now().mono >= stop.at;
        self.stop.as_ref().is_some_and(|stop| stop.told && over(stop))
    }

    /// Waits until something happens, and takes in all that has.
    async fn next_inputs(&mut self, inputs: &mut Vec<Happened>, acks: &mut Vec<oneshot::Sender<()>>) {
        if self.backlog.is_empty() && self.stop.as_ref().is_none_or(|stop| stop.told) {
            self.something_happens(inputs, acks).await;
        }
        for message in std::mem::take(&mut self.backlog) {
            self.take(message, inputs, acks);
        }
        while inputs.len() < TAKEN_IN_AT_ONCE {
            let Ok(message) = self.inbox.try_recv() else { break };
            self.take(message, inputs, acks);
        }
        if let Some(stop) = self.stop.as_mut().filter(|stop| !stop.told) {
            stop.told = true;
            inputs.push(Input::Drain.into());
        }
        while self.tasks.try_join_next().is_some() {}
    }

    async fn something_happens(&mut self, inputs: &mut Vec<Happened>, acks: &mut Vec<oneshot::Sender<()>>) {
        let now = self.clock.now();
        let wake =
            [self.machine.wake_at(now), self.stop.as_ref().map(|stop| stop.at)].into_iter().flatten().min();
        let clock = Arc::clone(&self.clock);
        let sleep = async move {
            match wake {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // This driver holds a sender itself, so the channel never closes.
            Some(message) = self.inbox.recv() => self.take(message, inputs, acks),
            changed = self.appended.changed() => {
                // A closed channel means that the journal is closing; the next commit will say so.
                if changed.is_ok() {
                    inputs.push(Input::Appended(*self.appended.borrow_and_update()).into());
                } else if let Some(message) = self.inbox.recv().await {
                    self.take(message, inputs, acks);
                }
            }
            () = sleep => inputs.push(Input::Woke.into()),
        }
    }

    fn take(&mut self, message: Message, inputs: &mut Vec<Happened>, acks: &mut Vec<oneshot::Sender<()>>) {
        match message {
            Message::Replied(id, called) => {
                let Called { outcome, exchange } = *called;
                inputs.push(Happened { input: Input::Replied(id, outcome), exchange: Some(exchange) });
            }
            Message::Read(intake) => inputs.push(Input::Read(intake).into()),
            Message::Order(input, done) => {
                inputs.push(input.into());
                acks.push(done);
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

    /// False when the journal takes nothing any more: there is nothing more to be done.
    async fn execute(&mut self, effects: Effects) -> bool {
        if !effects.changes.is_empty() {
            if !self.commit(&effects.changes).await {
                return false;
            }
            self.outcomes.tell(&effects.changes, self.clock.now().wall);
        }
        for (id, call) in effects.calls {
            let (caller, orders) = (Arc::clone(&self.caller), self.orders.clone());
            self.tasks.spawn(async move {
                let called = caller.call(&call).await;
                // A driver that has ended finds the call in its journal after the restart.
                let _ = orders.send(Message::Replied(id, Box::new(called)));
            });
        }
        if let Some((from, limit)) = effects.read {
            let reading = Reading {
                journal: Arc::clone(&self.journal),
                settings: self.settings.clone(),
                clock: Arc::clone(&self.clock),
                orders: self.orders.clone(),
            };
            self.tasks.spawn(reading.read(from, limit));
        }
        true
    }

    /// Tries until it succeeds; false when the journal is closed, or when it would be too late.
    async fn commit(&mut self, changes: &[Change]) -> bool {
        let mut complained = false;
        loop {
            match self.journal.commit(self.settings.id, changes.to_vec()).await {
                Ok(()) => return true,
                Err(JournalError::Closed) => return false,
                Err(error) if !complained => {
                    complained = true;
                    tracing::error!(
                        destination = self.settings.name, %error,
                        "delivery stands still: what was done cannot be recorded; nothing is lost, trying again every second"
                    );
                }
                Err(_) => {}
            }
            if !self.bide(JOURNAL_RETRY_MS).await {
                tracing::warn!(
                    destination = self.settings.name,
                    "delivery ends without having recorded the last replies; they are looked for after the next start"
                );
                return false;
            }
        }
    }

    /// Lets time pass, and keeps what comes in for later; false when a stop leaves no more time.
    async fn bide(&mut self, wait: u64) -> bool {
        let until = self.clock.now().mono + wait;
        loop {
            let stop_at = self.stop.as_ref().map_or(u64::MAX, |stop| stop.at);
            tokio::select! {
                Some(message) = self.inbox.recv() => match message {
                    Message::Stop { within, done } => self.stop(within, done),
                    other => self.backlog.push(other),
                },
                () = self.clock.sleep_until(until.min(stop_at)) => return self.clock.now().mono < stop_at,
            }
        }
    }

    /// Shows the glance to whoever watches, and says in the log when the destination's state has changed.
    fn show(&self) {
        let glance = self.machine.glance(self.clock.now());
        self.glance.send_if_modified(|held| {
            let cause = |glance: &Glance| glance.trouble.as_ref().map(|trouble| trouble.code);
            if (held.state, cause(held)) != (glance.state, cause(&glance)) {
                let reason = glance.trouble.as_ref().map_or("", |trouble| &trouble.last_words);
                tracing::info!(
                    destination = self.settings.name,
                    state = glance.state.word(),
                    reason,
                    "destination changed state"
                );
            }
            let changed = *held != glance;
            *held = glance;
            changed
        });
    }
}
