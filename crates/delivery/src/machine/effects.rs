//! The machine's output, and how its changes are divided into commits of bounded weight.
//!
//! # Policy
//! All users of the journal share its writer, so no commit may occupy it for long. But one input may lead to very many
//! changes, such as a request of 80,000 events that become dead letters. So the machine says where its changes may be
//! divided ([`Seam`]), and the driver makes several commits of them, in their order ([`pieces`]).
//!
//! The changes are a log: if the process dies, a prefix of it is durable. A seam is a place where that prefix is a
//! state from which the machine can start: some events have their fate with everything that belongs to it (dead letter,
//! message id, answer), the others are pending and are read again, and the cursor, which is the last change of its
//! step, has passed none of them. Therefore the changes that follow from one reply are never divided, nor are those
//! that concern one event.

use crate::engine::CallId;
use inmoment::Call;
use journal::{Change, ReadLimit, weight_of_text};
use std::sync::Arc;

/// The largest weight of a commit whose changes can be divided. The writer needs about 8 ms for it.
pub const COMMIT_WEIGHT: usize = 2_048;

/// The effects of inputs: calls and a read that begin at once, because the commits that they wait for are durable, and
/// changes for the next commits.
#[derive(Default)]
pub(crate) struct Effects {
    /// the changes to be committed, in order; may be empty
    pub(crate) changes: Vec<Change>,
    /// the places where the changes may be divided, in order
    pub(crate) seams: Vec<Seam>,
    /// the calls to be made now
    pub(crate) calls: Vec<(CallId, Call)>,
    /// the read to be done now: from which request, and how much
    pub(crate) read: Option<(u64, ReadLimit)>,
    /// Whether the changes that follow from the input itself are complete, so that later ones may be divided.
    divisible: bool,
}

/// A place between two changes where a commit may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seam {
    /// the number of changes before it
    pub(crate) at: usize,
    /// the weight of the events' texts that the journal writes for dead letters among the changes since the last seam
    pub(crate) texts: usize,
}

impl Effects {
    /// Allows seams from here on: the changes that follow from the input itself are complete, or the input has
    /// independent parts.
    pub(super) fn divide(&mut self) {
        self.divisible = true;
        self.seam(0);
    }

    pub(super) fn is_divisible(&self) -> bool {
        self.divisible
    }

    /// Ends a step: its changes are independent of later ones.
    pub(super) fn end_step(&mut self) {
        self.divide();
        self.divisible = false;
    }

    /// Marks a seam, if the step allows seams. `text_bytes` is the length of the texts of its dead letters.
    pub(super) fn seam(&mut self, text_bytes: usize) {
        let last = self.seams.last().map_or(0, |seam| seam.at);
        if self.divisible && self.changes.len() > last {
            self.seams.push(Seam { at: self.changes.len(), texts: weight_of_text(text_bytes) });
        }
    }
}

/// Divides changes at seams into commits of at most the weight `most`; a part without a seam is one commit, even if it
/// is heavier. All changes are kept, in their order.
pub(crate) fn pieces(changes: Vec<Change>, seams: &[Seam], most: usize) -> Vec<Arc<[Change]>> {
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
