//! What the rest of the server has of a destination being delivered to: a look at it, and orders for it.

use crate::engine::{CallId, DestinationState, Trouble};
use crate::machine::{Glance, Input, PlannedPage, Waiting};
use crate::meter::{CallFigures, Meter};
use crate::outcomes::OutcomeNotice;
use crate::protocol::ConflictOrder;
use inmoment::Called;
use journal::{ConflictRecord, NewAudit, Position, SavedCalls};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// At shutdown, calls under way get so long to be answered. What is not is found again after the restart.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// A destination being delivered to. Clones speak of the same one.
#[derive(Clone)]
pub struct Handle {
    pub(crate) name: Arc<str>,
    pub(crate) orders: mpsc::UnboundedSender<Message>,
    pub(crate) glance: watch::Receiver<Glance>,
    pub(crate) meter: Meter,
    /// Weak, so that listeners hear of the end.
    pub(crate) outcomes: broadcast::WeakSender<OutcomeNotice>,
    /// Said by whoever looks after the driver, once it has ended unasked.
    broken: Arc<RwLock<Option<Trouble>>>,
}

/// The destination is no longer being delivered to: it has been shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the destination has been shut down")]
pub struct Gone;

/// What a driver is told.
pub(crate) enum Message {
    Replied(CallId, Box<Called>),
    /// What was read, or why nothing was.
    Read(Result<PlannedPage, String>),
    Order(Input, oneshot::Sender<()>),
    Waiting(Position, oneshot::Sender<Option<Waiting>>),
    Stop {
        within: Duration,
        done: oneshot::Sender<()>,
    },
}

impl Handle {
    pub(crate) fn new(
        name: Arc<str>,
        orders: mpsc::UnboundedSender<Message>,
        glance: watch::Receiver<Glance>,
        meter: Meter,
        outcomes: broadcast::WeakSender<OutcomeNotice>,
    ) -> Handle {
        Handle { name, orders, glance, meter, outcomes, broken: Arc::default() }
    }

    /// Of a delivery that could not begin: it has ended, and shows why.
    pub fn unstarted(name: &str, trouble: Trouble) -> Handle {
        let glance = Glance {
            state: DestinationState::Broken,
            trouble: Some(trouble),
            calls: 0,
            calls_saved: SavedCalls::default(),
            in_flight: 0,
            lanes: 0,
            unfinished: 0,
            budget: None,
            allowance: None,
        };
        // The other ends are gone at once.
        let (orders, glance) = (mpsc::unbounded_channel().0, watch::channel(glance).1);
        Handle::new(name.into(), orders, glance, Meter::default(), broadcast::Sender::new(1).downgrade())
    }

    /// Resolves when the delivery has ended, asked or not.
    pub async fn ended(&self) {
        let mut glance = self.glance.clone();
        while glance.changed().await.is_ok() {}
    }

    /// Whether the delivery has ended, asked or not.
    pub fn has_ended(&self) -> bool {
        self.glance.has_changed().is_err()
    }

    /// From now on it is shown as broken, for this reason. For whoever looks after a delivery that has ended unasked.
    pub fn break_down(&self, trouble: Trouble) {
        *self.broken.write().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    }

    /// The destination's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What can be told of it at a glance.
    pub fn snapshot(&self) -> Glance {
        let glance = self.glance.borrow().clone();
        match &*self.broken.read().unwrap_or_else(PoisonError::into_inner) {
            Some(trouble) => {
                Glance { state: DestinationState::Broken, trouble: Some(trouble.clone()), ..glance }
            }
            None => glance,
        }
    }

    /// How its calls went since this delivery was started.
    pub fn calls(&self) -> CallFigures {
        self.meter.read()
    }

    /// What an event without a fate waits for, to be told in its story. None if nothing is known of it: it has its fate, has
    /// not been read yet, or the delivery has ended.
    pub async fn waiting(&self, position: Position) -> Option<Waiting> {
        let (answer, wait) = oneshot::channel();
        self.orders.send(Message::Waiting(position, answer)).ok()?;
        wait.await.ok().flatten()
    }

    /// Changes whenever the glance may have. Ends with the delivery.
    pub fn watch(&self) -> watch::Receiver<Glance> {
        self.glance.clone()
    }

    /// Tells of every event that meets its fate from now on, once that is durable. Ends with the delivery; whoever
    /// reads too slowly misses the oldest ones and is told how many.
    pub fn outcomes(&self) -> broadcast::Receiver<OutcomeNotice> {
        match self.outcomes.upgrade() {
            Some(sender) => sender.subscribe(),
            // It has ended: there is nothing to hear any more.
            None => broadcast::channel(1).1,
        }
    }

    /// Lets no further call out, durably; resolves when that is so. Calls under way are answered. Who orders it is kept
    /// in the same commit.
    pub async fn pause(&self, by: NewAudit) -> Result<(), Gone> {
        self.order(Input::Pause(by)).await
    }

    /// Ends a pause, likewise; a halted destination tries its credentials at once.
    pub async fn resume(&self, by: NewAudit) -> Result<(), Gone> {
        self.order(Input::Resume(by)).await
    }

    /// Settles a conflict as an operator wants, durably; resolves when that is decided. What it leads to is done later. Who
    /// orders it is kept in the same commit.
    pub async fn settle(
        &self,
        record: ConflictRecord,
        order: ConflictOrder,
        by: NewAudit,
    ) -> Result<(), Gone> {
        self.order(Input::Settle(Box::new(record), order, by)).await
    }

    /// Lets no further call out, waits up to 10 s for those under way, and ends. The journal holds the rest.
    ///
    /// When this resolves, nothing of this delivery is at work any more, and the destination can be started again, with
    /// other settings too. A call that was not answered in time is abandoned: InMoment may have carried it out, and
    /// the next start finds that out before it repeats anything. Nothing is waited for that nobody needs: a call that
    /// proves the credentials, or a halted destination's look-ups.
    pub async fn shutdown(&self) {
        self.shutdown_within(SHUTDOWN_GRACE).await;
    }

    /// As [`Handle::shutdown`], with another limit. When it is asked for twice, the shorter one holds.
    pub async fn shutdown_within(&self, within: Duration) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Message::Stop { within, done }).is_ok() {
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
