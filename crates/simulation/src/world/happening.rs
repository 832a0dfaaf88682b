//! What is on the agenda of a history.

use super::desk::Planned;
use crate::scenario::Incident;
use event::Millis;
use inmoment::{Call, Called};
use journal::{Change, JournalError, ReadLimit};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::oneshot;

pub(super) enum Happening {
    Send(usize),
    Start,
    Incident(Incident),
    /// What waits for the journal's writer is written, if this process is still there.
    Write(u64),
    /// A driver that died is started again, if this process is still there.
    Revive(u64, usize),
    /// Of a destination's driver, named by the number of its life.
    Of(u64, usize, Doing),
}

/// Something that happens to one driver. Most end with an answer to the task that wants it.
pub(super) enum Doing {
    Apply(Commit),
    /// What a commit came to becomes known.
    Answer(Result<(), JournalError>, oneshot::Sender<Result<(), JournalError>>),
    Appended,
    Wake(oneshot::Sender<()>),
    Read(u64, ReadLimit, oneshot::Sender<Planned>),
    ReadDone(Box<Planned>, oneshot::Sender<Planned>),
    Execute(u64, Box<Call>, oneshot::Sender<Called>),
    Replied(u64, Box<Called>, LimitReport, oneshot::Sender<Called>),
}

/// A commit that was handed in.
pub(super) struct Commit {
    /// What is still to become true: one piece, unless it is divided on purpose where it must not be.
    pub(super) pieces: VecDeque<Arc<[Change]>>,
    /// What it tells the journal of the limit.
    pub(super) handed: Option<Handed>,
    pub(super) done: oneshot::Sender<Result<(), JournalError>>,
}

/// What a reply says of the limit, and what is heard once a driver has it.
#[derive(Clone, Copy, Default)]
pub(super) struct LimitReport {
    pub(super) limit: bool,
    /// It is none of InMoment's.
    pub(super) lie: bool,
}

/// What a driver has told the journal of the limit, or should have: so its successor knows as much.
#[derive(Clone, Copy)]
pub(super) struct Handed {
    /// How the wall clock stood; none where the driver could not know what it said.
    pub(super) skew: Option<i64>,
    /// When what was left of that window is of no account any more, by that wall clock.
    pub(super) over: Millis,
}

impl Happening {
    /// Nobody waits for it any more: a driver that goes to sleep anew forgets when it wanted to be woken before.
    pub(super) fn is_void(&self) -> bool {
        matches!(self, Happening::Of(_, _, Doing::Wake(woken)) if woken.is_closed())
    }
}
