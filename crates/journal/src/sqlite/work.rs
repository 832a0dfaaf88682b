//! What the writer does, apart from who waits for it.

use super::chore::Chore;
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
use std::sync::Arc;

/// Something for the writer to do.
pub(super) enum Work {
    /// a request without its body, and its body
    Append {
        request: NewRequest,
        body: Packed,
    },
    Commit {
        destination: DestinationId,
        changes: Arc<[Change]>,
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
}

/// Who ordered something, and when. Written in the transaction that does it.
#[derive(Debug, Clone)]
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
            _ => 3,
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
