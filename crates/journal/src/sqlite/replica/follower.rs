//! Reads the log, record by record, and hands each to the writer.

use super::options::ReplicaOptions;
use super::proposals::{Proposals, Underway};
use super::record::RecordError;
use crate::code;
use crate::error::JournalError;
use crate::sqlite::fault::is_verdict;
use crate::sqlite::queue::Job;
use crate::sqlite::work::{LogEntry, Record, Work};
use crate::sqlite::writer::WriterShared;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use shard_log::{Entry, Log, Offset, Shard, TailError};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// The largest numbers of records, and of their bytes, that the writer has at once: enough for two of its groups.
const AHEAD_RECORDS: usize = 4_096;
const AHEAD_BYTES: usize = 16 << 20;

/// The pause before a replica that has stopped tries again: the first one, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// See the module.
pub(in crate::sqlite) struct Follower {
    log: Arc<dyn Log>,
    shard: Shard,
    shared: Arc<WriterShared>,
    proposals: Arc<Proposals>,
    appends: Appends,
    stopping: watch::Receiver<bool>,
}

/// An append with the number of its proposal.
type Watched = std::pin::Pin<Box<dyn Future<Output = (u64, Result<Offset, shard_log::AppendError>)> + Send>>;

/// The records that are on their way into the log.
struct Appends {
    underway: UnboundedReceiver<Underway>,
    appending: FuturesUnordered<Watched>,
}

impl Appends {
    /// Waits for the result of one, and passes it on.
    async fn watch(&mut self, proposals: &Proposals) {
        tokio::select! {
            biased;
            Some((sequence, outcome)) = self.appending.next() => {
                if let Err(error) = outcome {
                    proposals.not_taken(sequence, error);
                }
            }
            Some((sequence, appending)) = self.underway.recv() => {
                self.appending.push(Box::pin(async move { (sequence, appending.await) }));
            }
            else => std::future::pending().await,
        }
    }
}

/// Why a pass through the log has ended.
enum Ended {
    /// The journal is being closed.
    Asked,
    /// The replica cannot continue for now.
    Stuck(JournalError),
}

/// The results of the records that the writer has.
struct Handed {
    bytes: usize,
    result: Result<(), JournalError>,
}

impl Follower {
    /// Follows the log from the place that the file has reached.
    pub(in crate::sqlite) fn new(options: ReplicaOptions, shared: Arc<WriterShared>) -> Follower {
        let ReplicaOptions { log, shard, node, run } = options;
        let (to_follower, underway) = unbounded_channel();
        let proposals = Proposals::new(Arc::clone(&log), shard, (node, run), to_follower);
        let stopping = watch::Sender::new(false).subscribe();
        let appends = Appends { underway, appending: FuturesUnordered::new() };
        Follower { log, shard, shared, proposals: Arc::new(proposals), appends, stopping }
    }

    pub(in crate::sqlite) fn proposals(&self) -> Arc<Proposals> {
        Arc::clone(&self.proposals)
    }

    /// The handle that ends the follower, and the work of its thread, which is started again after a fault.
    pub(in crate::sqlite) fn on_thread(
        mut self,
    ) -> io::Result<(watch::Sender<bool>, impl FnMut() + Send + 'static)> {
        let stop = watch::Sender::new(false);
        self.stopping = stop.subscribe();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok((stop, move || runtime.block_on(self.run())))
    }

    /// Follows the log until it is told to stop.
    pub(in crate::sqlite) async fn run(&mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let before = self.shared.applied.borrow().next;
            let error = match self.pass().await {
                Ended::Asked => return,
                Ended::Stuck(error) => error,
            };
            if self.shared.applied.borrow().next != before {
                pause = FIRST_PAUSE;
            }
            if self.proposals.stuck().is_none_or(|known| known != error) {
                tracing::error!(
                    code = code::REPLICA_STOPPED,
                    shard = self.shard.0,
                    %error,
                    "this machine's copy of the journal does not go on; other machines do, and it is tried again"
                );
            }
            self.proposals.set_stuck(Some(error));
            let waited = tokio::time::sleep(pause);
            tokio::pin!(waited);
            loop {
                tokio::select! {
                    biased;
                    () = asked(&mut self.stopping) => return,
                    () = self.appends.watch(&self.proposals) => {}
                    () = &mut waited => break,
                }
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Applies one record after the other, from the first that the file does not have.
    async fn pass(&mut self) -> Ended {
        let mut next = self.shared.applied.borrow().next;
        let mut tail = self.log.tail(self.shard, Offset(next));
        let (handed, mut told) = unbounded_channel::<Handed>();
        let (mut records, mut bytes, mut failed) = (0_usize, 0_usize, None);
        loop {
            if let Some(error) = failed.take_if(|_| records == 0) {
                return Ended::Stuck(error);
            }
            let reads = failed.is_none() && records < AHEAD_RECORDS && bytes < AHEAD_BYTES;
            tokio::select! {
                biased;
                () = asked(&mut self.stopping) => return Ended::Asked,
                Some(done) = told.recv(), if records > 0 => {
                    records -= 1;
                    bytes -= done.bytes;
                    match done.result {
                        Ok(()) => self.goes_on(),
                        Err(error) => { failed.get_or_insert(error); }
                    }
                }
                () = self.appends.watch(&self.proposals) => {}
                read = tail.next(), if reads => match read {
                    Ok(entries) => {
                        let (entries, unknown) = self.decode(entries, next);
                        failed = unknown;
                        for entry in entries {
                            next = entry.offset.saturating_add(1);
                            records += 1;
                            bytes += entry.bytes;
                            self.shared.queue.push(self.job(entry, handed.clone()));
                        }
                    }
                    Err(error) => failed = Some(self.unreadable(&error)),
                },
            }
        }
    }

    /// These records up to the first that cannot be read, and what is wrong with that one.
    fn decode(&self, entries: Vec<Entry>, mut after: u64) -> (Vec<LogEntry>, Option<JournalError>) {
        let mut decoded = Vec::with_capacity(entries.len());
        for Entry { offset, record: bytes } in entries {
            let record = match Record::decode(&bytes) {
                Ok(record) => record,
                Err(error) => return (decoded, Some(self.unknown(offset, &error))),
            };
            decoded.push(LogEntry { offset: offset.0, after, bytes: bytes.len(), record });
            after = offset.0.saturating_add(1);
        }
        (decoded, None)
    }

    fn job(&self, entry: LogEntry, handed: UnboundedSender<Handed>) -> Job {
        let sequence = self.proposals.sequence_of(&entry.record);
        let proposals = Arc::clone(&self.proposals);
        let mut untold = Untold(Some(handed), entry.bytes);
        Job::told_to(Work::Entry(Box::new(entry)), move |result| {
            let local = match &result {
                Err(error) if !is_verdict(error) => Err(error.clone()),
                _ => Ok(()),
            };
            if let (Ok(()), Some(sequence)) = (&local, sequence) {
                proposals.resolve(sequence, result);
            }
            untold.tell(local);
        })
    }

    /// The replica continues.
    fn goes_on(&self) {
        if self.proposals.stuck().is_some() {
            tracing::info!(shard = self.shard.0, "this machine's copy of the journal goes on");
            self.proposals.set_stuck(None);
        }
    }

    fn unreadable(&self, error: &TailError) -> JournalError {
        JournalError::Unusable(format!("shard {} of the log: {error}", self.shard.0))
    }

    fn unknown(&self, offset: Offset, error: &RecordError) -> JournalError {
        JournalError::Unusable(format!("record {} of shard {} of the log: {error}", offset.0, self.shard.0))
    }
}

async fn asked(stopping: &mut watch::Receiver<bool>) {
    // If the sender is gone, that counts as a request to stop.
    drop(stopping.wait_for(|stopping| *stopping).await);
}

/// Sends the result of a record to the follower, at the latest when the job is dropped.
struct Untold(Option<UnboundedSender<Handed>>, usize);

impl Untold {
    fn tell(&mut self, result: Result<(), JournalError>) {
        if let Some(handed) = self.0.take() {
            drop(handed.send(Handed { bytes: self.1, result }));
        }
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        self.tell(Err(JournalError::Closed));
    }
}
