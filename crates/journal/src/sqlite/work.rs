//! What the writer does, apart from who waits for it.

use super::chore::{Chore, Finished};
use super::cuts::Sources;
use crate::change::Change;
use crate::packed::Packed;
use crate::port::Appended;
use crate::records::{
    DeadLetterFilter, DestinationId, DocumentChange, NewAudit, NewRequest, Position, Requeued, Sample,
    SourceId,
};
use crate::weight::weight_of_text;
use event::{Millis, SourceKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something for the writer to do. Several machines exchange it as JSON, an append without its body.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Work {
    /// a request without its body, and its body
    Append {
        request: NewRequest,
        body: Packed,
    },
    Commit {
        destination: DestinationId,
        changes: Arc<[Change]>,
        #[serde(skip)]
        sources: Sources,
    },
    /// the first piece has the audit entry
    Requeue {
        filter: DeadLetterFilter,
        audit: Option<Audited>,
    },
    /// as with `Requeue`
    Discard {
        filter: DeadLetterFilter,
        audit: Option<Audited>,
    },
    RequeueEdited {
        id: u64,
        event: String,
        audit: Audited,
    },
    Replay {
        position: Position,
        destination: DestinationId,
        audit: Audited,
    },
    Documents {
        changes: Vec<DocumentChange>,
        at: Millis,
    },
    Samples(Vec<Sample>),
    Source {
        name: String,
        kind: SourceKind,
    },
    Destination {
        name: String,
    },
    Chore(Chore),
    /// a record of the log that several machines share
    #[serde(skip)]
    Entry(Box<LogEntry>),
}

/// A record of the log that several machines share.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    /// the machine that proposed it
    pub(super) node: String,
    /// which run of that machine's program: a number that no other run of it has
    pub(super) run: u64,
    /// which proposal of that run
    pub(super) sequence: u64,
    /// the epoch under which it was decided, where it takes a leader to decide it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) epoch: Option<u64>,
    pub(super) act: Act,
}

/// What a record does.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "nearly every record is of the largest variant")]
pub(super) enum Act {
    /// The writer's work.
    Work(Work),
    /// The machine leads from here on, under the record's epoch, unless another one claimed that epoch before.
    Claim,
    /// Nothing: the leader proves that it still leads.
    Renew,
}

/// A record, and where it stands in the log.
pub(super) struct LogEntry {
    /// its offset
    pub(super) offset: u64,
    /// the offset from which it was the next
    pub(super) after: u64,
    /// the length of the record in bytes
    pub(super) bytes: usize,
    pub(super) record: Record,
}

impl LogEntry {
    /// What it weighs, about: 4 microseconds each.
    pub(super) fn weight(&self) -> usize {
        self.work().map_or(3, Work::weight)
    }

    /// The writer's work that it asks for.
    pub(super) fn work(&self) -> Option<&Work> {
        match &self.record.act {
            Act::Work(work) => Some(work),
            Act::Claim | Act::Renew => None,
        }
    }
}

/// Who ordered something, and when. Written in the transaction that does it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Audited {
    pub(super) at: Millis,
    pub(super) audit: NewAudit,
}

/// What one commit took of the dead letters that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) taken: u64,
    /// there may be more: behind this number, up to that one
    pub(super) more: Option<(u64, u64)>,
}

/// What a piece of work came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Appended(Appended),
    Committed,
    Piece(Piece),
    /// all pieces of an order
    Requeued(Requeued),
    Stored(Position),
    Source(SourceId),
    Destination(DestinationId),
    Swept(u64),
    /// nothing was changed: the record's epoch is not that of the leader
    Deposed,
}

/// What whoever waits makes of [`Done`]; `None` where the work was another.
pub(super) trait FromDone: Sized {
    fn from_done(done: Done) -> Option<Self>;
}

macro_rules! from_done {
    ($($type:ty: $pattern:pat => $value:expr;)*) => {$(
        impl FromDone for $type {
            fn from_done(done: Done) -> Option<Self> {
                match done { $pattern => Some($value), _ => None }
            }
        }
    )*};
}

from_done! {
    Appended: Done::Appended(appended) => appended;
    (): Done::Committed => ();
    Requeued: Done::Requeued(requeued) => requeued;
    Position: Done::Stored(position) => position;
    SourceId: Done::Source(id) => id;
    DestinationId: Done::Destination(id) => id;
    u64: Done::Swept(swept) => swept;
}

impl Work {
    /// What its body takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Work::Append { body, .. } => body.bytes.len(),
            Work::Entry(entry) => entry.bytes,
            _ => 0,
        }
    }

    /// What it weighs, about: 4 microseconds each.
    pub(super) fn weight(&self) -> usize {
        match self {
            Work::Commit { changes, sources, .. } => {
                let events = sources.values().map(|source| weight_of_text(source.event.bytes.len()));
                changes.iter().map(Change::weight).chain(events).sum()
            }
            Work::Requeue { .. } | Work::Discard { .. } => 2_048,
            Work::Chore(_) => 1_024,
            Work::Documents { changes, .. } => changes.len(),
            Work::Samples(samples) => samples.len(),
            Work::Entry(entry) => entry.weight(),
            _ => 3,
        }
    }

    /// The requests that it removes, in this order, if that is what it does.
    pub(super) fn removes(&self) -> Option<&[Finished]> {
        match self {
            Work::Chore(Chore::Remove(finished)) => Some(finished),
            Work::Entry(entry) => entry.work()?.removes(),
            _ => None,
        }
    }

    /// Does it write or remove documents?
    pub(super) fn changes_documents(&self) -> bool {
        match self {
            Work::Documents { .. } => true,
            Work::Entry(entry) => entry.work().is_some_and(Work::changes_documents),
            _ => false,
        }
    }

    /// Does it store a request that has just come in?
    pub(super) fn is_append(&self) -> bool {
        matches!(self, Work::Append { .. })
    }

    /// Does it only ask whether there is room?
    pub(super) fn is_probe(&self) -> bool {
        matches!(self, Work::Chore(Chore::Probe))
    }

    /// Does its success or failure tell whether a request could be stored?
    pub(super) fn needs_room(&self) -> bool {
        self.is_append() || self.is_probe()
    }

    /// The work that takes what this piece has left of the dead letters, if it has left any.
    pub(super) fn rest(&self, piece: Piece) -> Option<Work> {
        let (after, up_to) = piece.more?;
        let rest = |filter: &DeadLetterFilter| DeadLetterFilter {
            after: Some(after),
            up_to: Some(up_to),
            ..filter.clone()
        };
        match self {
            Work::Requeue { filter, .. } => Some(Work::Requeue { filter: rest(filter), audit: None }),
            Work::Discard { filter, .. } => Some(Work::Discard { filter: rest(filter), audit: None }),
            _ => None,
        }
    }
}
