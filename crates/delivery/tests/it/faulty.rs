//! A journal that fails at its n-th use by a delivery.

use event::Millis;
use journal::{
    Change, DeliveryStore, DestinationId, JournalError, KnownUser, MemoryJournal, MessageKey, ReadLimit,
    ReadPage, Receipt, RestoredDelivery, Seen, Storage,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// The fault at that use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The operation is not done and fails.
    Fails,
    Panics,
    /// A write is done and reported as failed.
    FailsAfter,
    /// A write contradicts the stored state.
    Refuses,
    /// A read or write gets the error that the journal is closing, although it is not.
    Closes,
    /// A write is done this much later.
    Waits(Duration),
}

impl Fault {
    pub(crate) const ALL: [Fault; 6] = [
        Fault::Fails,
        Fault::Panics,
        Fault::FailsAfter,
        Fault::Refuses,
        Fault::Closes,
        Fault::Waits(Duration::from_secs(40)),
    ];
}

pub(crate) struct Faulty {
    inner: Arc<MemoryJournal>,
    fault: Fault,
    /// The number of uses up to and including the one that fails; 0: none fails.
    left: AtomicU32,
    happened: AtomicBool,
    /// The channel that signals appends is closed.
    told_of_nothing: bool,
    /// Reads do not fail, and do not count.
    only_commits: bool,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<MemoryJournal>, fault: Fault, nth: u32) -> Faulty {
        let happened = AtomicBool::new(false);
        Faulty {
            inner,
            fault,
            left: AtomicU32::new(nth),
            happened,
            told_of_nothing: false,
            only_commits: false,
        }
    }

    pub(crate) fn told_of_nothing(self) -> Faulty {
        Faulty { told_of_nothing: true, ..self }
    }

    pub(crate) fn only_commits(self) -> Faulty {
        Faulty { only_commits: true, ..self }
    }

    /// The fault has come.
    pub(crate) fn happened(&self) -> bool {
        self.happened.load(Ordering::Relaxed)
    }

    fn strikes(&self) -> bool {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let strikes = left == Ok(1);
        self.happened.fetch_or(strikes, Ordering::Relaxed);
        assert!(!strikes || self.fault != Fault::Panics, "the journal panics");
        strikes
    }

    fn read<T>(&self, read: impl FnOnce() -> Result<T, JournalError>) -> Result<T, JournalError> {
        match self.fault {
            _ if self.only_commits || !self.strikes() => read(),
            Fault::Closes => Err(JournalError::Closed),
            Fault::Waits(_) => read(),
            _ => Err(error()),
        }
    }
}

fn error() -> JournalError {
    JournalError::Storage("the disk is odd".to_owned())
}

impl Storage for Faulty {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.inner.age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.inner.healthy()
    }
}

impl DeliveryStore for Faulty {
    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        let inner = Arc::clone(&self.inner);
        let commit = move || inner.commit_shared(destination, changes);
        match self.fault {
            _ if !self.strikes() => commit(),
            Fault::FailsAfter => Receipt::ready(commit().now().unwrap().and(Err(error()))),
            Fault::Refuses => Receipt::ready(Err(JournalError::Refused("it contradicts".to_owned()))),
            Fault::Closes => Receipt::ready(Err(JournalError::Closed)),
            Fault::Waits(wait) => Receipt::deferred(async move {
                tokio::time::sleep(wait).await;
                commit().await
            }),
            Fault::Fails | Fault::Panics => Receipt::ready(Err(error())),
        }
    }

    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError> {
        self.read(|| self.inner.restore(destination))
    }

    fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
        self.read(|| self.inner.read(destination, from, limit))
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        self.read(|| self.inner.seen(destination, keys, since))
    }

    fn links(&self, destination: DestinationId, ids: &[&str]) -> Result<Vec<Option<String>>, JournalError> {
        self.read(|| self.inner.links(destination, ids))
    }

    fn users(
        &self,
        destination: DestinationId,
        ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        self.read(|| self.inner.users(destination, ids))
    }

    fn appended(&self) -> watch::Receiver<u64> {
        if self.told_of_nothing { watch::channel(0).1 } else { self.inner.appended() }
    }

    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.inner.destination(name)
    }
}
