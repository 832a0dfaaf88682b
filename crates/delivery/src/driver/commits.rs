//! A driver's commits: one is made at a time, and what changes meanwhile belongs to the next one. The machine numbers them;
//! one that is heavy is made in pieces (`machine/effects.rs`), so that others' writes pass between, and is durable with its last
//! piece.

use super::standstill::Operation;
use crate::clock::Now;
use crate::engine::Trouble;
use crate::machine::{Machine, Seam, pieces};
use journal::{Change, DeliveryStore, DestinationId, JournalError, Receipt};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::oneshot;

pub(super) struct Commits {
    journal: Arc<dyn DeliveryStore>,
    destination: DestinationId,
    /// What a piece weighs at most.
    weight: usize,
    /// For the next commit.
    changes: Vec<Change>,
    /// Where they may be divided.
    seams: Vec<Seam>,
    /// Orders that are carried out once that is durable.
    orders: Vec<oneshot::Sender<()>>,
    current: Option<Current>,
    operation: Operation,
}

/// The commit being made.
struct Current {
    number: u64,
    /// The piece being made, or to be made again.
    piece: Arc<[Change]>,
    /// Those behind it.
    rest: VecDeque<Arc<[Change]>>,
    orders: Vec<oneshot::Sender<()>>,
    attempt: CommitAttempt,
}

enum CommitAttempt {
    Making(Receipt<()>),
    /// It failed, and is made again at this time (monotonic).
    Waiting(u64),
}

/// A piece that is durable.
pub(super) struct Durable {
    /// The commit's number, if this was the last of it.
    pub(super) number: Option<u64>,
    pub(super) changes: Arc<[Change]>,
}

impl Commits {
    pub(super) fn new(journal: Arc<dyn DeliveryStore>, destination: DestinationId, weight: usize) -> Self {
        let (changes, seams, orders) = (Vec::new(), Vec::new(), Vec::new());
        let operation = Operation::recording();
        Commits { journal, destination, weight, changes, seams, orders, current: None, operation }
    }

    /// These belong to the next commit, and may be divided at these places.
    pub(super) fn add(&mut self, changes: Vec<Change>, seams: Vec<Seam>) {
        if self.changes.is_empty() {
            (self.changes, self.seams) = (changes, seams);
        } else {
            let before = self.changes.len();
            self.changes.extend(changes);
            self.seams.extend(seams.into_iter().map(|seam| Seam { at: before + seam.at, ..seam }));
        }
    }

    /// This order is carried out when everything changed until the next [`Commits::begin`] is durable.
    pub(super) fn acknowledge(&mut self, order: oneshot::Sender<()>) {
        self.orders.push(order);
    }

    /// Makes the next commit, if there is something to commit and no other is being made.
    pub(super) fn begin(&mut self, machine: &mut Machine, now: Now) {
        if self.current.is_some() {
            return;
        }
        let orders = std::mem::take(&mut self.orders);
        let Some(number) = machine.seal() else { return carry_out(orders) };
        let (changes, seams) = (std::mem::take(&mut self.changes), std::mem::take(&mut self.seams));
        let mut rest = VecDeque::from(pieces(changes, &seams, self.weight));
        // What the machine seals is never empty.
        let piece = rest.pop_front().unwrap_or_default();
        let attempt = self.hand_in(&piece, now);
        self.current = Some(Current { number, piece, rest, orders, attempt });
    }

    fn hand_in(&mut self, piece: &Arc<[Change]>, now: Now) -> CommitAttempt {
        self.operation.begins(now);
        CommitAttempt::Making(self.journal.commit_shared(self.destination, Arc::clone(piece)))
    }

    /// What the attempt at the current piece came to; never resolves while there is none.
    pub(super) async fn made(&mut self) -> Result<(), JournalError> {
        match &mut self.current {
            Some(Current { attempt: CommitAttempt::Making(receipt), .. }) => receipt.await,
            _ => std::future::pending().await,
        }
    }

    /// The current piece is durable; the next one is handed in.
    pub(super) fn conclude(&mut self, now: Now) -> Option<Durable> {
        self.operation.succeeded();
        let mut current = self.current.take()?;
        let Some(next) = current.rest.pop_front() else {
            carry_out(current.orders);
            return Some(Durable { number: Some(current.number), changes: current.piece });
        };
        let attempt = self.hand_in(&next, now);
        let changes = std::mem::replace(&mut current.piece, next);
        self.current = Some(Current { attempt, ..current });
        Some(Durable { number: None, changes })
    }

    /// The attempt failed for this reason: again at this time (monotonic).
    pub(super) fn failed(&mut self, why: &str, retry_at: u64, now: Now) {
        self.operation.failed(why, retry_at, now);
        if let Some(current) = &mut self.current {
            current.attempt = CommitAttempt::Waiting(retry_at);
        }
    }

    /// When the current piece is to be made again (monotonic).
    pub(super) fn retry_at(&self) -> Option<u64> {
        match self.current.as_ref()?.attempt {
            CommitAttempt::Waiting(at) => Some(at),
            CommitAttempt::Making(_) => None,
        }
    }

    /// Makes the current piece again if it is time for that.
    pub(super) fn retry(&mut self, now: Now) {
        let due =
            |current: &&mut Current| matches!(current.attempt, CommitAttempt::Waiting(at) if at <= now.mono);
        let Some(current) = self.current.as_mut().filter(due) else { return };
        self.operation.begins(now);
        let receipt = self.journal.commit_shared(self.destination, Arc::clone(&current.piece));
        current.attempt = CommitAttempt::Making(receipt);
    }

    /// Why nothing can be recorded, if that is so.
    pub(super) fn trouble(&self, now: Now) -> Option<Trouble> {
        self.operation.trouble(now)
    }

    /// When the journal's answer is overdue (monotonic), if that is still to come.
    pub(super) fn overdue_at(&self, now: Now) -> Option<u64> {
        self.operation.overdue_at(now)
    }

    /// An attempt is under way.
    pub(super) fn is_making(&self) -> bool {
        matches!(&self.current, Some(Current { attempt: CommitAttempt::Making(_), .. }))
    }

    /// Everything that changed is durable.
    pub(super) fn all_made(&self) -> bool {
        self.current.is_none() && self.changes.is_empty()
    }
}

fn carry_out(orders: Vec<oneshot::Sender<()>>) {
    for order in orders {
        // Whoever gave it may have gone away meanwhile.
        let _ = order.send(());
    }
}
