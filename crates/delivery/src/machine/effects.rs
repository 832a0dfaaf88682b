//! What comes out of the machine, and how its changes become commits of bounded weight.
//!
//! # Policy
//! The writer of the journal is everybody's, so no commit holds it for long. One input may lead to very many changes all the
//! same: a request of 80,000 events that become dead letters. So the machine says where its changes may be divided
//! ([`Seam`]), and whoever commits them makes several commits of them, in their order ([`pieces`]).
//!
//! The changes are a log: whatever is durable when the process dies is a beginning of it. A seam is only where such a
//! beginning is a state that the machine can start from: some events have their fate with all that belongs to it (dead letter,
//! message id, answer), the others are pending and are read again, and the cursor, which is the last change of its step,
//! has passed none of them. Therefore what follows from one reply is never divided, and neither is what concerns one event.

use crate::engine::CallId;
use inmoment::Call;
use journal::{Change, ReadLimit, weight_of_text};
use std::sync::Arc;

/// What a commit weighs at most, where its changes can be divided: the writer needs some 8 ms for it.
pub const COMMIT_WEIGHT: usize = 2_048;

/// What shall be done: the calls and the read at once, for what they had to wait for is durable; the changes in the next
/// commits.
#[derive(Default)]
pub struct Effects {
    /// to be committed, in order; may be empty
    pub changes: Vec<Change>,
    /// where the changes may be divided; in order
    pub seams: Vec<Seam>,
    /// to be made now
    pub calls: Vec<(CallId, Call)>,
    /// to be read now
    pub read: Option<(u64, ReadLimit)>,
    /// What follows from the input itself has been added, and the rest may be divided.
    divisible: bool,
}

/// A place between two changes where a commit may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seam {
    /// changes before it
    pub at: usize,
    /// weight of the events' texts that the journal writes with the changes since the last seam, for their dead letters
    pub texts: usize,
}

impl Effects {
    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.calls.is_empty() && self.read.is_none()
    }

    /// All that follows from the input itself has been added, or it is made of parts that stand alone.
    pub(super) fn divide(&mut self) {
        self.divisible = true;
        self.seam(0);
    }

    pub(super) fn is_divisible(&self) -> bool {
        self.divisible
    }

    /// A step ends: what it has added stands alone.
    pub(super) fn end_step(&mut self) {
        self.divide();
        self.divisible = false;
    }

    /// What was added up to here stands alone, if the rest of the step does. A dead letter among it keeps a text of so many
    /// bytes.
    pub(super) fn seam(&mut self, text_bytes: usize) {
        let last = self.seams.last().map_or(0, |seam| seam.at);
        if self.divisible && self.changes.len() > last {
            self.seams.push(Seam { at: self.changes.len(), texts: weight_of_text(text_bytes) });
        }
    }
}

/// Divides changes, at seams only, into commits that weigh at most so much; what cannot be divided is one commit, whatever
/// it weighs. In their order, and all of them.
pub fn pieces(changes: Vec<Change>, seams: &[Seam], most: usize) -> Vec<Arc<[Change]>> {
    let end = Seam { at: changes.len(), texts: 0 };
    let mut lengths = Vec::new();
    let (mut from, mut length, mut weight) = (0, 0, 0);
    for seam in seams.iter().chain([&end]) {
        let part = changes.get(from..seam.at).unwrap_or_default();
        let heavy = part.iter().map(Change::weight).sum::<usize>() + seam.texts;
        if length > 0 && weight + heavy > most {
            lengths.push(std::mem::take(&mut length));
            weight = 0;
        }
        (from, length, weight) = (seam.at, length + part.len(), weight + heavy);
    }
    lengths.extend(Some(length).filter(|length| *length > 0));
    let mut rest = changes.into_iter();
    lengths.into_iter().map(|length| rest.by_ref().take(length).collect()).collect()
}

#[cfg(test)]
mod tests;
