//! The handle of a running delivery: its state, and orders for it.

use crate::code;
use crate::engine::{CallId, DestinationState, Trouble};
use crate::machine::{Glance, Input, PlannedPage, Waiting};
use crate::meter::{CallFigures, Meter};
use crate::outcomes::OutcomeNotice;
use crate::protocol::ConflictOrder;
use event::Millis;
use inmoment::Called;
use journal::{ConflictRecord, NewAudit, Position, SavedCalls};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// At shutdown, calls under way have this long to be answered. Calls without a reply are found in the journal after the
/// restart.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// A handle of a running delivery. Clones refer to the same delivery.
#[derive(Clone)]
pub struct Handle {
    pub(crate) name: Arc<str>,
    pub(crate) orders: mpsc::UnboundedSender<Message>,
    pub(crate) glance: watch::Receiver<Glance>,
    pub(crate) meter: Meter,
    /// The sender is weak, so that listeners notice the end.
    pub(crate) outcomes: broadcast::WeakSender<OutcomeNotice>,
    /// Set by the supervisor after the driver has failed.
    broken: Arc<RwLock<Option<Trouble>>>,
}

/// The error that the delivery has been shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the destination has been shut down")]
pub struct Gone;

/// A message to the driver.
pub(crate) enum Message {
    Replied(CallId, Box<Called>),
    /// The result of a read, or its error.
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

    /// The handle of a delivery that could not start: it has ended, and shows the reason.
    pub fn unstarted(name: &str, trouble: Trouble) -> Handle {
        Handle::still(name, DestinationState::Broken, trouble)
    }

    /// The handle of a destination to which another machine delivers, as these words say since then.
    pub fn elsewhere(name: &str, last_words: String, since: Millis) -> Handle {
        let trouble =
            Trouble { code: code::DELIVERED_ELSEWHERE, since, tries: 0, last_words, next_try: None };
        Handle::still(name, DestinationState::Elsewhere, trouble)
    }

    /// The handle of a delivery that does not run here.
    fn still(name: &str, state: DestinationState, trouble: Trouble) -> Handle {
        let glance = Glance {
            state,
            trouble: Some(trouble),
            calls: 0,
            calls_saved: SavedCalls::default(),
            in_flight: 0,
            lanes: 0,
            unfinished: 0,
            budget: None,
            allowance: None,
        };
        // The other ends of the channels are dropped at once.
        let (orders, glance) = (mpsc::unbounded_channel().0, watch::channel(glance).1);
        Handle::new(name.into(), orders, glance, Meter::default(), broadcast::Sender::new(1).downgrade())
    }

    /// Resolves when the delivery has ended, by order or by failure.
    pub async fn ended(&self) {
        let mut glance = self.glance.clone();
        while glance.changed().await.is_ok() {}
    }

    /// Whether the delivery has ended, by order or by failure.
    pub fn has_ended(&self) -> bool {
        self.glance.has_changed().is_err()
    }

    /// Shows the delivery as broken for this reason. The supervisor of a failed delivery calls this.
    pub fn break_down(&self, trouble: Trouble) {
        *self.broken.write().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    }

    /// The destination's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The current glance.
    pub fn snapshot(&self) -> Glance {
        let glance = self.glance.borrow().clone();
        match &*self.broken.read().unwrap_or_else(PoisonError::into_inner) {
            Some(trouble) => {
                Glance { state: DestinationState::Broken, trouble: Some(trouble.clone()), ..glance }
            }
            None => glance,
        }
    }

    /// Figures of its calls since this delivery was started.
    pub fn calls(&self) -> CallFigures {
        self.meter.read()
    }

    /// What an event without a fate waits for. `None` if the event has its fate or has not been read yet, or if the
    /// delivery has ended.
    pub async fn waiting(&self, position: Position) -> Option<Waiting> {
        let (answer, wait) = oneshot::channel();
        self.orders.send(Message::Waiting(position, answer)).ok()?;
        wait.await.ok().flatten()
    }

    /// A receiver that signals whenever the glance may have changed. It closes when the delivery ends.
    pub fn watch(&self) -> watch::Receiver<Glance> {
        self.glance.clone()
    }

    /// A receiver of every event's fate from now on, once it is durable. It closes when the delivery ends. A receiver
    /// that is too slow misses the oldest notices and gets their number.
    pub fn outcomes(&self) -> broadcast::Receiver<OutcomeNotice> {
        match self.outcomes.upgrade() {
            Some(sender) => sender.subscribe(),
            // The delivery has ended, so the receiver is closed.
            None => broadcast::channel(1).1,
        }
    }

    /// Pauses the destination: no further call is sent, and calls under way are answered. Resolves when the pause is
    /// durable. The audit entry is in the same commit.
    pub async fn pause(&self, by: NewAudit) -> Result<(), Gone> {
        self.order(Input::Pause(by)).await
    }

    /// Ends a pause in the same way; a halted destination tries its credentials at once.
    pub async fn resume(&self, by: NewAudit) -> Result<(), Gone> {
        self.order(Input::Resume(by)).await
    }

    /// Orders the settlement of a conflict. Resolves when the order is durable; it is carried out later. The audit
    /// entry is in the same commit.
    pub async fn settle(
        &self,
        record: ConflictRecord,
        order: ConflictOrder,
        by: NewAudit,
    ) -> Result<(), Gone> {
        self.order(Input::Settle(Box::new(record), order, by)).await
    }

    /// Stops the delivery: it sends no further call, waits up to 10 s for calls under way, and ends. All other state is
    /// in the journal.
    ///
    /// When this resolves, no task of this delivery runs any more, and the destination can be started again, even with
    /// other settings. A call that was not answered in time is abandoned: InMoment may have carried it out, and the
    /// next start finds that out before it repeats the call. The stop does not wait for calls whose reply does not
    /// matter: one that proves the credentials, or a halted destination's look-ups.
    pub async fn shutdown(&self) {
        self.shutdown_within(SHUTDOWN_GRACE).await;
    }

    /// Like [`Handle::shutdown`], with another grace. If it is called twice, the shorter grace applies.
    pub async fn shutdown_within(&self, within: Duration) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Message::Stop { within, done }).is_ok() {
            // An error means that the delivery has ended already.
            let _ = wait.await;
        }
    }

    async fn order(&self, input: Input) -> Result<(), Gone> {
        let (done, wait) = oneshot::channel();
        self.orders.send(Message::Order(input, done)).map_err(|_| Gone)?;
        wait.await.map_err(|_| Gone)
    }
}
