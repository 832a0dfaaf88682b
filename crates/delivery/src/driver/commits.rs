//! A driver's commits: one is made at a time, and changes of meanwhile belong to the next one. The machine numbers
//! commits. A heavy commit is made in pieces (`machine/effects.rs`), so that other writes get their turn between them;
//! it is durable with its last piece.

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
    /// The largest weight of a piece.
    weight: usize,
    /// The changes of the next commit.
    changes: Vec<Change>,
    /// The places where they may be divided.
    seams: Vec<Seam>,
    /// Orders that are acknowledged once the next commit is durable.
    orders: Vec<oneshot::Sender<()>>,
    current: Option<Current>,
    operation: Operation,
}

/// The commit that is being made.
struct Current {
    number: u64,
    /// The piece that is being made, or will be made again.
    piece: Arc<[Change]>,
    /// The pieces after it.
    rest: VecDeque<Arc<[Change]>>,
    orders: Vec<oneshot::Sender<()>>,
    attempt: CommitAttempt,
}

enum CommitAttempt {
    Making(Receipt<()>),
    /// The attempt failed; the piece is made again at this time (monotonic).
    Waiting(u64),
}

/// A piece that has become durable.
pub(super) struct Durable {
    /// The commit's number, if this was its last piece.
    pub(super) number: Option<u64>,
    pub(super) changes: Arc<[Change]>,
}

impl Commits {
    pub(super) fn new(journal: Arc<dyn DeliveryStore>, destination: DestinationId, weight: usize) -> Self {
        let (changes, seams, orders) = (Vec::new(), Vec::new(), Vec::new());
        let operation = Operation::recording();
        Commits { journal, destination, weight, changes, seams, orders, current: None, operation }
    }

    /// Adds changes to the next commit. They may be divided at these seams.
    pub(super) fn add(&mut self, changes: Vec<Change>, seams: Vec<Seam>) {
        if self.changes.is_empty() {
            (self.changes, self.seams) = (changes, seams);
        } else {
            let before = self.changes.len();
            self.changes.extend(changes);
            self.seams.extend(seams.into_iter().map(|seam| Seam { at: before + seam.at, ..seam }));
        }
    }

    /// Acknowledges this order when all changes until the next [`Commits::begin`] are durable.
    pub(super) fn acknowledge(&mut self, order: oneshot::Sender<()>) {
        self.orders.push(order);
    }

    /// Begins the next commit, if there are changes and no other commit is being made.
    pub(super) fn begin(&mut self, machine: &mut Machine, now: Now) {
        if self.current.is_some() {
            return;
        }
        let orders = std::mem::take(&mut self.orders);
        let Some(number) = machine.seal() else { return carry_out(orders) };
        let (changes, seams) = (std::mem::take(&mut self.changes), std::mem::take(&mut self.seams));
        let mut rest = VecDeque::from(pieces(changes, &seams, self.weight));
        // A sealed commit is never empty.
        let piece = rest.pop_front().unwrap_or_default();
        let attempt = self.hand_in(&piece, now);
        self.current = Some(Current { number, piece, rest, orders, attempt });
    }

    fn hand_in(&mut self, piece: &Arc<[Change]>, now: Now) -> CommitAttempt {
        self.operation.begins(now);
        CommitAttempt::Making(self.journal.commit_shared(self.destination, Arc::clone(piece)))
    }

    /// Resolves to the result of the attempt at the current piece; never resolves while there is none.
    pub(super) async fn made(&mut self) -> Result<(), JournalError> {
        match &mut self.current {
            Some(Current { attempt: CommitAttempt::Making(receipt), .. }) => receipt.await,
            _ => std::future::pending().await,
        }
    }

    /// Records that the current piece is durable, and hands the next one to the journal.
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

    /// Records that the attempt failed for this reason; the next one is at this time (monotonic).
    pub(super) fn failed(&mut self, why: &str, retry_at: u64, now: Now) {
        self.operation.failed(why, retry_at, now);
        if let Some(current) = &mut self.current {
            current.attempt = CommitAttempt::Waiting(retry_at);
        }
    }

    /// When the current piece will be made again (monotonic).
    pub(super) fn retry_at(&self) -> Option<u64> {
        match self.current.as_ref()?.attempt {
            CommitAttempt::Waiting(at) => Some(at),
            CommitAttempt::Making(_) => None,
        }
    }

    /// Makes the current piece again if its time has come.
    pub(super) fn retry(&mut self, now: Now) {
        let due =
            |current: &&mut Current| matches!(current.attempt, CommitAttempt::Waiting(at) if at <= now.mono);
        let Some(current) = self.current.as_mut().filter(due) else { return };
        self.operation.begins(now);
        let receipt = self.journal.commit_shared(self.destination, Arc::clone(&current.piece));
        current.attempt = CommitAttempt::Making(receipt);
    }

    /// Why commits fail or get no answer, if they do.
    pub(super) fn trouble(&self, now: Now) -> Option<Trouble> {
        self.operation.trouble(now)
    }

    /// When the journal's answer becomes overdue (monotonic), if it is not overdue yet.
    pub(super) fn overdue_at(&self, now: Now) -> Option<u64> {
        self.operation.overdue_at(now)
    }

    /// Whether an attempt is under way.
    pub(super) fn is_making(&self) -> bool {
        matches!(&self.current, Some(Current { attempt: CommitAttempt::Making(_), .. }))
    }

    /// Whether all changes are durable.
    pub(super) fn all_made(&self) -> bool {
        self.current.is_none() && self.changes.is_empty()
    }
}

fn carry_out(orders: Vec<oneshot::Sender<()>>) {
    for order in orders {
        // Sending fails if the caller has stopped waiting.
        let _ = order.send(());
    }
}
