//! Machines that share a journal over a log in memory, as one journal: it writes at one of them, and reads at another.

use crate::sample::still;
use bytes::Bytes;
use event::{Millis, SourceKind};
use journal::{
    Appended, Change, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, DeliveryStore,
    DestinationId, Fates, Intake, JournalError, KnownUser, Lead, Ledger, MessageKey, NewAudit, NewRequest,
    Options, Position, ReadLimit, ReadPage, Receipt, ReplicaOptions, Requeued, RestoredDelivery, Seen,
    SourceId, SqliteJournal, Storage,
};
use shard_log::{MemoryCluster, MemoryLog, Shard};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The shard of these tests.
pub(crate) const SHARD: Shard = Shard(0);

/// One machine.
pub(crate) struct Machine {
    pub(crate) journal: Arc<SqliteJournal>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) folder: tempfile::TempDir,
}

impl Machine {
    /// A machine of this name with an empty folder.
    pub(crate) fn new(cluster: &MemoryCluster, name: &str) -> Machine {
        let (folder, log) = (tempfile::tempdir().unwrap(), cluster.node());
        let journal = open(folder.path(), &log, name, 1).unwrap();
        Machine { journal: Arc::new(journal), log, folder }
    }

    /// Ends this machine's program and starts it again.
    pub(crate) fn restart(self, name: &str, run: u64) -> Machine {
        let Machine { journal, log, folder } = self;
        drop(Arc::into_inner(journal).expect("nobody else uses the journal of a machine that ends"));
        let journal = Arc::new(open(folder.path(), &log, name, run).unwrap());
        Machine { journal, log, folder }
    }

    /// Waits until it has applied all of the log.
    pub(crate) fn catch_up(&self) {
        let journal = Arc::clone(&self.journal);
        Receipt::deferred(async move { journal.caught_up().await }).wait().unwrap();
    }

    /// Claims to lead.
    pub(crate) fn claim(&self) -> Result<Option<Lead>, JournalError> {
        let journal = Arc::clone(&self.journal);
        Receipt::deferred(async move { Lead::claim(&journal).await }).wait()
    }
}

pub(crate) fn open(
    folder: &std::path::Path,
    log: &Arc<MemoryLog>,
    name: &str,
    run: u64,
) -> Result<SqliteJournal, JournalError> {
    let options = ReplicaOptions { log: Arc::clone(log) as _, shard: SHARD, node: name.to_owned(), run };
    SqliteJournal::open_replica(folder, Options::new(still(0)), options)
}

/// See the module.
pub(crate) struct Replicas {
    machines: Vec<Option<Machine>>,
    lead: Option<Lead>,
    leads: usize,
    looks_at: usize,
    runs: u64,
}

impl Replicas {
    /// So many machines; the first leads, and the last is looked at.
    pub(crate) fn new(machines: usize) -> Replicas {
        let cluster = MemoryCluster::new(1);
        let machines: Vec<_> =
            (0..machines).map(|number| Some(Machine::new(&cluster, &name(number)))).collect();
        let looks_at = machines.len() - 1;
        let mut replicas = Replicas { machines, lead: None, leads: 0, looks_at, runs: 1 };
        replicas.lead_with(0);
        replicas
    }

    /// Another machine leads from here on.
    pub(crate) fn lead_with(&mut self, number: usize) {
        self.leads = number;
        self.lead = self.machine(number).claim().unwrap();
        assert!(self.lead.is_some(), "nobody else has claimed this epoch");
        self.settle();
    }

    /// This machine is asked from here on.
    pub(crate) fn look_at(&mut self, number: usize) {
        self.looks_at = number;
    }

    /// Ends a machine's program and starts it again. If it has led, it claims to do so again.
    pub(crate) fn restart(&mut self, number: usize) {
        self.runs += 1;
        if self.leads == number {
            self.lead = None;
        }
        let machine = self.machines[number].take().unwrap();
        self.machines[number] = Some(machine.restart(&name(number), self.runs));
        self.settle();
        if self.leads == number {
            self.lead_with(number);
        }
    }

    fn machine(&self, number: usize) -> &Machine {
        self.machines[number].as_ref().unwrap()
    }

    fn settle(&self) {
        self.machines.iter().flatten().for_each(Machine::catch_up);
    }

    /// Orders are given at the machine which does not lead, if there is one.
    fn other(&self) -> &SqliteJournal {
        &self.machine((self.leads + 1) % self.machines.len()).journal
    }

    fn read(&self) -> &SqliteJournal {
        &self.machine(self.looks_at).journal
    }

    fn lead(&self) -> &Lead {
        self.lead.as_ref().unwrap()
    }

    /// What has been written is true on every machine before anybody looks.
    fn settled<T: Send + 'static>(&self, receipt: Receipt<T>) -> Receipt<T> {
        let result = receipt.wait();
        self.settle();
        Receipt::ready(result)
    }
}

fn name(number: usize) -> String {
    format!("machine-{number}")
}

impl Storage for Replicas {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.read().age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.read().healthy()
    }
}

impl Intake for Replicas {
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError> {
        self.settled(Receipt::ready(self.other().source(name, kind))).wait()
    }

    fn append(&self, request: NewRequest) -> Receipt<Appended> {
        self.settled(self.other().append(request))
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        self.read().stored_bytes(source)
    }
}

impl DeliveryStore for Replicas {
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.settled(Receipt::ready(self.other().destination(name))).wait()
    }

    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError> {
        self.read().restore(destination)
    }

    fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
        DeliveryStore::read(Replicas::read(self), destination, from, limit)
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        Replicas::read(self).seen(destination, keys, since)
    }

    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError> {
        Replicas::read(self).links(destination, external_ids)
    }

    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        Replicas::read(self).users(destination, end_user_ids)
    }

    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        self.settled(self.lead().commit_shared(destination, changes))
    }

    fn appended(&self) -> watch::Receiver<u64> {
        Replicas::read(self).appended()
    }
}

impl Fates for Replicas {
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError> {
        Replicas::read(self).destinations()
    }

    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError> {
        Replicas::read(self).oldest_pending(destination)
    }

    fn ledger(&self) -> Result<Ledger, JournalError> {
        Replicas::read(self).ledger()
    }

    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError> {
        Replicas::read(self).dead_letters(filter, limit)
    }

    fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetterGroup>, JournalError> {
        Replicas::read(self).dead_letter_groups(filter)
    }

    fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<DeadLetterCount, JournalError> {
        Replicas::read(self).count_dead_letters(filter)
    }

    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        self.settled(self.other().requeue(filter, audit))
    }

    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        self.settled(self.other().discard(filter, audit))
    }

    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position> {
        self.settled(self.other().requeue_edited(id, event, audit))
    }

    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position> {
        self.settled(self.other().replay(position, destination, audit))
    }

    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError> {
        Replicas::read(self).event_text(position)
    }
}
