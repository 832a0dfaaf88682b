//! The writes that this machine has proposed and has not seen applied yet.

use crate::error::JournalError;
use crate::records::Requeued;
use crate::sqlite::queue::WriteReply;
use crate::sqlite::work::{Act, Done, Record, Work};
use shard_log::{AppendError, Appending, Log, Shard};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// A record on its way into the log: the number of its proposal, and its result.
pub(super) type Underway = (u64, Appending);

/// See the module.
pub(in crate::sqlite) struct Proposals {
    log: Arc<dyn Log>,
    shard: Shard,
    node: String,
    run: u64,
    waiting: Mutex<Waiting>,
    underway: UnboundedSender<Underway>,
    /// why this machine's replica has stopped, if it has
    stuck: watch::Sender<Option<JournalError>>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    closed: bool,
    proposals: HashMap<u64, Proposal>,
}

/// The code that waits until a record is applied.
struct Proposal {
    reply: WriteReply,
    epoch: Option<u64>,
    /// for work that is done in pieces: the result of the former pieces, and the work
    pieces: Option<(u64, Work)>,
    /// the room that an append takes
    room: Option<OwnedSemaphorePermit>,
}

impl Proposals {
    /// Starts without proposals, for this run of the program. The future that is sent through this channel resolves to the
    /// result of each record.
    pub(super) fn new(
        log: Arc<dyn Log>,
        shard: Shard,
        (node, run): (String, u64),
        underway: UnboundedSender<Underway>,
    ) -> Proposals {
        let (waiting, stuck) = (Mutex::default(), watch::Sender::new(None));
        Proposals { log, shard, node, run, waiting, underway, stuck }
    }

    /// Proposes a write; the reply comes when this machine has applied it, or when it is known that it will not be applied.
    pub(in crate::sqlite) fn propose(
        &self,
        act: Act,
        epoch: Option<u64>,
        reply: WriteReply,
        room: Option<OwnedSemaphorePermit>,
    ) {
        // Nobody should wait for a replica that has stopped; a sender of events can try again at another machine.
        let stuck = if room.is_some() { self.stuck() } else { None };
        if let Some(error) = stuck {
            return reply(Err(error));
        }
        let pieces = match &act {
            Act::Work(Work::Requeue { filter, .. }) => {
                Some((0, Work::Requeue { filter: filter.clone(), audit: None }))
            }
            Act::Work(Work::Discard { filter, .. }) => {
                Some((0, Work::Discard { filter: filter.clone(), audit: None }))
            }
            _ => None,
        };
        self.send(act, Proposal { reply, epoch, pieces, room });
    }

    fn send(&self, act: Act, proposal: Proposal) {
        let epoch = proposal.epoch;
        let Some(sequence) = self.enter(proposal) else { return };
        let record = Record { node: self.node.clone(), run: self.run, sequence, epoch, act };
        match record.encode() {
            Ok(bytes) => {
                let appending = self.log.append(self.shard, bytes);
                // The follower receives them while the journal is open, and the follower is closed first.
                drop(self.underway.send((sequence, appending)));
            }
            Err(error) => {
                let error = JournalError::Storage(format!("a record could not be written down: {error}"));
                self.resolve(sequence, Err(error));
            }
        }
    }

    /// The number of the proposal; `None` if the journal is closed, and then the reply is dropped.
    fn enter(&self, proposal: Proposal) -> Option<u64> {
        let mut waiting = self.locked();
        if waiting.closed {
            return None;
        }
        waiting.last += 1;
        let sequence = waiting.last;
        waiting.proposals.insert(sequence, proposal);
        Some(sequence)
    }

    /// One more than the offset of the newest record in the log.
    pub(super) async fn end(&self) -> Result<u64, JournalError> {
        let bounds = self.log.bounds(self.shard).await;
        let bounds = bounds.map_err(|error| JournalError::LogUnreachable(error.to_string()))?;
        Ok(bounds.end.0)
    }

    /// Is this the machine of that name?
    pub(in crate::sqlite) fn is_of(&self, node: &str) -> bool {
        self.node == node
    }

    /// The number of the proposal of this run that the record is, if it is one.
    pub(super) fn sequence_of(&self, record: &Record) -> Option<u64> {
        (record.node == self.node && record.run == self.run).then_some(record.sequence)
    }

    /// A proposal has been applied, or refused by every replica: this sends the reply, or proposes the next piece.
    pub(super) fn resolve(&self, sequence: u64, result: Result<Done, JournalError>) {
        let Some(proposal) = self.locked().proposals.remove(&sequence) else { return };
        let piece = match result {
            Ok(Done::Deposed) => return (proposal.reply)(Err(JournalError::Deposed)),
            Ok(Done::Piece(piece)) => piece,
            result => return (proposal.reply)(result),
        };
        let Some((before, work)) = &proposal.pieces else {
            return (proposal.reply)(Err(JournalError::Closed));
        };
        let taken = before + piece.taken;
        match work.rest(piece) {
            Some(rest) => {
                let again = match &rest {
                    Work::Requeue { filter, .. } => Work::Requeue { filter: filter.clone(), audit: None },
                    Work::Discard { filter, .. } => Work::Discard { filter: filter.clone(), audit: None },
                    _ => return (proposal.reply)(Err(JournalError::Closed)),
                };
                self.send(Act::Work(rest), Proposal { pieces: Some((taken, again)), ..proposal });
            }
            None => (proposal.reply)(Ok(Done::Requeued(Requeued { count: taken }))),
        }
    }

    /// The log does not have a record, or it is not known whether it has.
    pub(super) fn not_taken(&self, sequence: u64, error: AppendError) {
        self.resolve(
            sequence,
            Err(match error {
                AppendError::Refused(why) => JournalError::LogUnreachable(why),
                AppendError::Unknown(why) => JournalError::Unconfirmed(why),
                AppendError::Closed => JournalError::Closed,
            }),
        );
    }

    /// This machine's replica has stopped for this reason, or continues. Waiting senders of events get an error, because they
    /// can try again at another machine.
    pub(super) fn set_stuck(&self, stuck: Option<JournalError>) {
        self.stuck.send_replace(stuck.clone());
        let Some(error) = stuck else { return };
        let mut waiting = self.locked();
        let appends = waiting.proposals.extract_if(|_, proposal| proposal.room.is_some());
        let appends: Vec<Proposal> = appends.map(|(_, proposal)| proposal).collect();
        drop(waiting);
        appends.into_iter().for_each(|append| (append.reply)(Err(error.clone())));
    }

    /// Can a record be appended right now, as far as is known?
    pub(in crate::sqlite) fn healthy(&self) -> Result<(), JournalError> {
        self.stuck().map_or(Ok(()), Err)?;
        self.log.healthy().map_err(|error| JournalError::LogUnreachable(error.to_string()))
    }

    /// Why this machine's replica has stopped, if it has.
    pub(super) fn stuck(&self) -> Option<JournalError> {
        self.stuck.borrow().clone()
    }

    /// Ends the proposals: nothing is proposed and no reply is sent any more.
    pub(in crate::sqlite) fn close(&self) {
        let mut waiting = self.locked();
        waiting.closed = true;
        let proposals = std::mem::take(&mut waiting.proposals);
        drop(waiting);
        drop(proposals);
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
