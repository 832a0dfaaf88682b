//! What a driver asks of its world, and the ports through which it asks.
//!
//! The real driver runs on a runtime of its own, in which no time passes and no other thread is at work. Whatever it wants (a
//! commit, a call, a read, to be woken) lies on its desk until the world takes it up, and the world decides when it happens
//! and how it ends. Where the world drops a call or a read, the task that awaits it panics.

use crate::times::Times;
use delivery::{CallClient, Clock, Now, PlanReader, PlannedPage};
use event::Millis;
use inmoment::{Call, Called};
use journal::{
    Change, DeliveryStore, DestinationId, JournalError, KnownUser, MessageKey, ReadLimit, ReadPage, Receipt,
    RestoredDelivery, Seen, Storage,
};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Planned events, or why they could not be read.
pub(super) type Planned = Result<PlannedPage, String>;

/// One thing that a driver wants.
pub(super) enum Wish {
    /// To make these changes true.
    Commit(Arc<[Change]>, oneshot::Sender<Result<(), JournalError>>),
    Call(Box<Call>, oneshot::Sender<Called>),
    Read(u64, ReadLimit, oneshot::Sender<Planned>),
    /// To be woken at this reading of its monotonic clock.
    Wake(u64, oneshot::Sender<()>),
}

/// Where wishes lie until the world takes them up, in their order.
#[derive(Clone, Default)]
pub(super) struct Desk(Arc<Mutex<Vec<Wish>>>);

impl Desk {
    fn put(&self, wish: Wish) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(wish);
    }

    /// All wishes since the last time.
    pub(super) fn take(&self) -> Vec<Wish> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The journal, as a driver has it: it reads at once, and its commits take their time.
pub(super) struct JournalPort {
    pub(super) journal: Arc<dyn DeliveryStore>,
    pub(super) desk: Desk,
    /// What this driver has been told of appends.
    pub(super) appended: watch::Receiver<u64>,
}

impl Storage for JournalPort {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.journal.age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.journal.healthy()
    }
}

impl DeliveryStore for JournalPort {
    fn commit_shared(&self, _: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        let (done, receipt) = oneshot::channel();
        self.desk.put(Wish::Commit(changes, done));
        Receipt::waiting(receipt)
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.appended.clone()
    }

    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.journal.destination(name)
    }

    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError> {
        self.journal.restore(destination)
    }

    fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
        self.journal.read(destination, from, limit)
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        self.journal.seen(destination, keys, since)
    }

    fn links(&self, destination: DestinationId, ids: &[&str]) -> Result<Vec<Option<String>>, JournalError> {
        self.journal.links(destination, ids)
    }

    fn users(
        &self,
        destination: DestinationId,
        ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        self.journal.users(destination, ids)
    }
}

/// The way to InMoment, and the way to stored events.
pub(super) struct WayOut(pub(super) Desk);

impl CallClient for WayOut {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        let (done, called) = oneshot::channel();
        self.0.put(Wish::Call(Box::new(call.clone()), done));
        Box::pin(answer(called))
    }
}

impl PlanReader for WayOut {
    fn read(&self, from: u64, limit: ReadLimit) -> Pin<Box<dyn Future<Output = Planned> + Send>> {
        let (done, intake) = oneshot::channel();
        self.0.put(Wish::Read(from, limit, done));
        Box::pin(answer(intake))
    }
}

/// What the world answers. The task that waits for it dies if the world drops the other end.
async fn answer<T>(receiver: oneshot::Receiver<T>) -> T {
    match receiver.await {
        Ok(answer) => answer,
        // Past the panic hook, which would write every one of these to standard error.
        Err(_) => std::panic::resume_unwind(Box::new("the world has a task die")),
    }
}

/// Both clocks, as a process that started at this instant reads them.
pub(super) struct ProcessClock {
    pub(super) times: Arc<Mutex<Times>>,
    pub(super) started: u64,
    pub(super) desk: Desk,
}

impl Clock for ProcessClock {
    fn now(&self) -> Now {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).read(self.started)
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (woken, wait) = oneshot::channel();
        self.desk.put(Wish::Wake(mono, woken));
        Box::pin(async {
            // A world that is gone wakes nobody.
            if wait.await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
