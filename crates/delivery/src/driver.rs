//! Drives one destination's [`Machine`]: commits what it changes, makes the calls it wants, reads what it asks for, and
//! tells it what came of that. It decides nothing.
//!
//! One task owns the machine. It takes in whatever has happened, steps the machine through it, commits all changes at
//! once, and only when they are durable lets the calls out: one fsync serves everything that happened meanwhile. A
//! commit that fails is tried until it succeeds; until then no call goes out and nothing is forgotten.

use crate::clock::Clock;
use crate::machine::{CallId, Effects, Glance, Input, Intake, Machine};
use crate::reader::read_planned;
use crate::settings::DestinationSettings;
use inmoment::{Call, Outcome};
use journal::{Change, Journal, JournalError, ReadLimit};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// Wait before a journal that failed is tried again, ms.
const JOURNAL_RETRY_MS: u64 = 1_000;
/// At shutdown, calls under way get so long to be answered, ms. What is not is found again after the restart.
const FAREWELL_MS: u64 = 10_000;
/// Things that happened taken in before the next commit, at most.
const TAKEN_IN_AT_ONCE: usize = 4_096;

/// Makes calls to InMoment.
pub trait Caller: Send + Sync + 'static {
    /// Makes one call. Never fails but through its outcome.
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
}

impl Caller for inmoment::Client {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(inmoment::Client::call(self, call))
    }
}

/// A destination being delivered to. Clones speak of the same one.
#[derive(Clone)]
pub struct Handle {
    name: Arc<str>,
    orders: mpsc::UnboundedSender<Message>,
    glance: watch::Receiver<Glance>,
}

/// The destination is no longer being delivered to: the server is shutting down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the destination has been shut down")]
pub struct Gone;

enum Message {
    Replied(CallId, Outcome),
    Read(Intake),
    Order(Input, oneshot::Sender<()>),
    Stop(oneshot::Sender<()>),
}

impl Handle {
    /// The destination's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What can be told of it at a glance.
    pub fn snapshot(&self) -> Glance {
        self.glance.borrow().clone()
    }

    /// Changes whenever the glance may have.
    pub fn watch(&self) -> watch::Receiver<Glance> {
        self.glance.clone()
    }

    /// Lets no further call out, durably; resolves when that is so. Calls under way are answered.
    pub async fn pause(&self) -> Result<(), Gone> {
        self.order(Input::Pause).await
    }

    /// Ends a pause; a halted destination tries its credentials at once.
    pub async fn resume(&self) -> Result<(), Gone> {
        self.order(Input::Resume).await
    }

    /// Lets no further call out, waits a while for those under way, and ends. The journal holds the rest.
    pub async fn shutdown(&self) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Message::Stop(done)).is_ok() {
            // An error means that it has ended, which is all that is wanted.
            let _ = wait.await;
        }
    }

    async fn order(&self, input: Input) -> Result<(), Gone> {
        let (done, wait) = oneshot::channel();
        self.orders.send(Message::Order(input, done)).map_err(|_| Gone)?;
        wait.await.map_err(|_| Gone)
    }
}

/// Starts to deliver. Must be called within a tokio runtime.
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
    let handle = Handle { name: settings.name.as_str().into(), orders: orders.clone(), glance: watch };
    let driver =
        Driver { settings, machine, journal, caller, clock, orders, inbox, appended, glance, stop: None };
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
    appended: watch::Receiver<u64>,
    glance: watch::Sender<Glance>,
    stop: Option<Stop>,
}

struct Stop {
    done: Vec<oneshot::Sender<()>>,
    at: u64,
}

impl Driver {
    async fn run(mut self) {
        let mut inputs = vec![Input::Woke];
        let mut acks: Vec<oneshot::Sender<()>> = Vec::new();
        loop {
            let mut effects = Effects::default();
            for input in inputs.drain(..) {
                self.machine.step(self.clock.now(), input, &mut effects);
            }
            if !self.execute(effects).await {
                break;
            }
            for ack in acks.drain(..) {
                // Whoever gave the order may have gone away meanwhile.
                let _ = ack.send(());
            }
            let now = self.clock.now();
            let glance = self.machine.glance(now);
            self.report(&glance);
            let over = |stop: &Stop| glance.in_flight == 0 || now.mono >= stop.at;
            if self.stop.as_ref().is_some_and(over) {
                break;
            }
            self.glance.send_if_modified(|held| {
                let changed = *held != glance;
                *held = glance;
                changed
            });
            self.next_inputs(&mut inputs, &mut acks).await;
        }
        for done in self.stop.take().into_iter().flat_map(|stop| stop.done) {
            let _ = done.send(());
        }
    }

    /// Waits until something happens, and takes in all that has.
    async fn next_inputs(&mut self, inputs: &mut Vec<Input>, acks: &mut Vec<oneshot::Sender<()>>) {
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
            message = self.inbox.recv() => self.take(message, inputs, acks),
            changed = self.appended.changed() => {
                // A closed channel means that the journal is closing; the next commit will say so.
                if changed.is_ok() {
                    inputs.push(Input::Appended(*self.appended.borrow_and_update()));
                } else {
                    self.inbox.recv().await.into_iter().for_each(|message| self.take(Some(message), inputs, acks));
                }
            }
            () = sleep => inputs.push(Input::Woke),
        }
        while inputs.len() < TAKEN_IN_AT_ONCE {
            let Ok(message) = self.inbox.try_recv() else { return };
            self.take(Some(message), inputs, acks);
        }
    }

    fn take(
        &mut self,
        message: Option<Message>,
        inputs: &mut Vec<Input>,
        acks: &mut Vec<oneshot::Sender<()>>,
    ) {
        match message {
            Some(Message::Replied(id, outcome)) => inputs.push(Input::Replied(id, outcome)),
            Some(Message::Read(intake)) => inputs.push(Input::Read(intake)),
            Some(Message::Order(input, done)) => {
                inputs.push(input);
                acks.push(done);
            }
            Some(Message::Stop(done)) => {
                inputs.push(Input::Drain);
                let at = self.clock.now().mono + FAREWELL_MS;
                self.stop.get_or_insert(Stop { done: Vec::new(), at }).done.push(done);
            }
            // This driver holds a sender itself, so the channel never closes.
            None => {}
        }
    }

    /// False when the journal is closed: nothing more can be done.
    async fn execute(&mut self, effects: Effects) -> bool {
        if !effects.changes.is_empty() && !self.commit(effects.changes).await {
            return false;
        }
        for (id, call) in effects.calls {
            let (caller, orders) = (Arc::clone(&self.caller), self.orders.clone());
            tokio::spawn(async move {
                let outcome = caller.call(&call).await;
                // A driver that has ended finds the call in its journal after the restart.
                let _ = orders.send(Message::Replied(id, outcome));
            });
        }
        if let Some((from, limit)) = effects.read {
            self.read(from, limit);
        }
        true
    }

    async fn commit(&self, changes: Vec<Change>) -> bool {
        let mut complained = false;
        loop {
            match self.journal.commit(self.settings.id, changes.clone()).await {
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
            self.clock.sleep_until(self.clock.now().mono + JOURNAL_RETRY_MS).await;
        }
    }

    fn read(&self, from: u64, limit: ReadLimit) {
        let (journal, settings) = (Arc::clone(&self.journal), self.settings.clone());
        let (clock, orders) = (Arc::clone(&self.clock), self.orders.clone());
        tokio::spawn(async move {
            loop {
                let (journal, settings, now) = (Arc::clone(&journal), settings.clone(), clock.now());
                let read = tokio::task::spawn_blocking(move || {
                    read_planned(journal.as_ref(), &settings, from, limit, now)
                });
                match read.await {
                    Ok(Ok(intake)) => {
                        let _ = orders.send(Message::Read(intake));
                        return;
                    }
                    Ok(Err(JournalError::Closed)) | Err(_) => return,
                    Ok(Err(error)) => {
                        tracing::error!(%error, "events cannot be read from the journal; trying again in a second");
                        clock.sleep_until(clock.now().mono + JOURNAL_RETRY_MS).await;
                    }
                }
            }
        });
    }

    /// Says once, in the log, that the destination's state changed.
    fn report(&self, glance: &Glance) {
        let before = self.glance.borrow();
        if (before.state, &before.reason) != (glance.state, &glance.reason) {
            let reason = glance.reason.as_deref().unwrap_or("");
            tracing::info!(destination = self.settings.name, state = ?glance.state, reason, "destination changed state");
        }
    }
}
