//! Leading a shard: one machine at a time decides what is delivered.
//!
//! # Policy
//! * A machine claims the epoch after the last one that it has applied. It leads if its claim is applied before any other
//!   claim of that epoch; then commits of older epochs change nothing on any machine.
//! * A commit is reported as done only within the [lease](LEASE), which begins when a record of this epoch is handed to the
//!   log. If the commit was slower, the leader first proves that it still leads, by a record that does nothing else.
//! * So the next leader has to wait only for the lease, and for the longest call, before it reads back the calls of the
//!   former leader.
//! * When it is not known whether the log has a commit, the epoch is over: the machine claims the next one, and learns the
//!   result from its own journal, as after a crash.

use crate::change::Change;
use crate::error::JournalError;
use crate::port::{DeliveryStore, ReadLimit, ReadPage, Storage};
use crate::receipt::Receipt;
use crate::records::{DestinationId, KnownUser, MessageKey, RestoredDelivery, Seen};
use crate::sqlite::SqliteJournal;
use crate::sqlite::options::Uptime;
use crate::sqlite::work::{Act, Work};
use event::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// How long a leader may make calls after it has handed a record of its epoch to the log that was applied. It is the same for all
/// machines and all versions, because the next leader waits so long.
const LEASE: Duration = Duration::from_secs(5);

/// The pause before a leader whose proof that it still leads was not taken tries again.
const RENEWED_AGAIN: Duration = Duration::from_millis(250);

/// The right of one machine to deliver during one epoch: a journal whose commits are those of this leader.
#[derive(Clone)]
pub struct Lead {
    journal: Arc<SqliteJournal>,
    epoch: u64,
    lease: Arc<Lease>,
}

/// The end of the time in which calls may be made, by the clock that nobody can set.
struct Lease {
    uptime: Uptime,
    /// milliseconds of that clock
    until: AtomicI64,
    over: watch::Sender<bool>,
}

impl Lease {
    fn now(&self) -> i64 {
        (self.uptime)().millis
    }

    /// A record that was handed to the log then was applied under the epoch.
    fn confirm(&self, handed_at: i64) {
        let length = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        self.until.fetch_max(handed_at.saturating_add(length), Ordering::SeqCst);
    }

    fn holds(&self) -> bool {
        !*self.over.borrow() && self.now() < self.until.load(Ordering::SeqCst)
    }
}

impl Lead {
    /// How long a leader may make calls after it has handed a record of its epoch to the log that was applied.
    pub const LEASE: Duration = LEASE;

    /// Claims the shard for this machine; `None` if another machine was first. Call it when the membership of the log says that
    /// this machine should lead.
    pub async fn claim(journal: &Arc<SqliteJournal>) -> Result<Option<Lead>, JournalError> {
        let epoch = journal.shared.applied.borrow().epoch.saturating_add(1);
        let lease = Lease {
            uptime: Arc::clone(&journal.options.uptime),
            until: AtomicI64::new(i64::MIN),
            over: watch::Sender::new(false),
        };
        let lead = Lead { journal: Arc::clone(journal), epoch, lease: Arc::new(lease) };
        let handed_at = lead.lease.now();
        match journal.propose::<()>(Act::Claim, Some(epoch)).await {
            Ok(()) => lead.lease.confirm(handed_at),
            Err(JournalError::Deposed) => return Ok(None),
            Err(error) => return Err(error),
        }
        Ok(Some(lead))
    }

    /// The epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// May a call be made right now? Ask this just before the call is sent.
    pub fn may_call(&self) -> bool {
        self.lease.holds()
    }

    /// Waits until a call may be made: at once within the lease, else when it is known again that this machine leads. If it leads
    /// no longer, it waits for ever: [`Lead::ended`] tells that.
    pub async fn until_may_call(&self) {
        while !self.may_call() {
            let handed_at = self.lease.now();
            match self.journal.propose::<()>(Act::Renew, Some(self.epoch)).await {
                Ok(()) => self.lease.confirm(handed_at),
                Err(JournalError::Deposed | JournalError::Closed) => {
                    self.lease.over.send_replace(true);
                    std::future::pending().await
                }
                // It changes nothing, so that it does not matter whether the log has taken it.
                Err(_) => tokio::time::sleep(RENEWED_AGAIN).await,
            }
        }
    }

    /// Does this machine no longer lead under this epoch, as far as it knows?
    pub fn is_over(&self) -> bool {
        *self.lease.over.borrow() || self.journal.shared.applied.borrow().epoch > self.epoch
    }

    /// Waits until this machine no longer leads under this epoch.
    pub async fn ended(&self) {
        let (mut applied, mut over) = (self.journal.shared.applied.subscribe(), self.lease.over.subscribe());
        tokio::select! {
            _ = applied.wait_for(|applied| applied.epoch > self.epoch) => {}
            _ = over.wait_for(|over| *over) => {}
        }
    }

    /// Proposes a write, and waits until it is applied and until it is known that this machine led meanwhile.
    async fn settle(self, handed_at: i64, receipt: Receipt<()>) -> Result<(), JournalError> {
        let (mut handed_at, mut receipt) = (handed_at, receipt);
        loop {
            if let Err(error) = receipt.await {
                if matches!(error, JournalError::Deposed | JournalError::Unconfirmed(_)) {
                    self.lease.over.send_replace(true);
                    return Err(JournalError::Deposed);
                }
                return Err(error);
            }
            self.lease.confirm(handed_at);
            if *self.lease.over.borrow() {
                return Err(JournalError::Deposed);
            }
            if self.lease.holds() {
                return Ok(());
            }
            handed_at = self.lease.now();
            receipt = self.journal.propose(Act::Renew, Some(self.epoch));
        }
    }
}

impl Storage for Lead {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.journal.age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.journal.healthy()
    }
}

impl DeliveryStore for Lead {
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

    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError> {
        self.journal.links(destination, external_ids)
    }

    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        self.journal.users(destination, end_user_ids)
    }

    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        let handed_at = self.lease.now();
        let commit = Work::Commit { destination, changes, sources: Default::default() };
        let receipt = self.journal.propose(Act::Work(commit), Some(self.epoch));
        Receipt::deferred(self.clone().settle(handed_at, receipt))
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.journal.appended()
    }
}

impl std::fmt::Debug for Lead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lead").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
