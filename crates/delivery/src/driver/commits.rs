//! A driver's commits: one is made at a time, and what changes meanwhile becomes the next one.

use crate::machine::Machine;
use journal::{Change, DestinationId, Journal, JournalError, Receipt};
use std::sync::Arc;
use tokio::sync::oneshot;

pub(super) struct Commits {
    journal: Arc<dyn Journal>,
    destination: DestinationId,
    /// For the next commit.
    changes: Vec<Change>,
    /// Orders that are carried out once that is durable.
    orders: Vec<oneshot::Sender<()>>,
    current: Option<Current>,
}

/// The commit being made, or to be made again.
struct Current {
    number: u64,
    changes: Arc<[Change]>,
    orders: Vec<oneshot::Sender<()>>,
    attempt: Attempt,
    /// It has failed before.
    failing: bool,
}

enum Attempt {
    Making(Receipt<()>),
    /// It failed, and is made again at this time (monotonic).
    Waiting(u64),
}

/// A commit that is durable.
pub(super) struct Durable {
    pub(super) number: u64,
    pub(super) changes: Arc<[Change]>,
}

impl Commits {
    pub(super) fn new(journal: Arc<dyn Journal>, destination: DestinationId) -> Self {
        Commits { journal, destination, changes: Vec::new(), orders: Vec::new(), current: None }
    }

    /// These belong to the next commit.
    pub(super) fn add(&mut self, changes: Vec<Change>) {
        if self.changes.is_empty() {
            self.changes = changes;
        } else {
            self.changes.extend(changes);
        }
    }

    /// This order is carried out when everything changed until the next [`Commits::begin`] is durable.
    pub(super) fn acknowledge(&mut self, order: oneshot::Sender<()>) {
        self.orders.push(order);
    }

    /// Makes the next commit, if there is something to commit and no other is being made.
    pub(super) fn begin(&mut self, machine: &mut Machine) {
        if self.current.is_some() {
            return;
        }
        let orders = std::mem::take(&mut self.orders);
        let Some(number) = machine.seal() else { return carry_out(orders) };
        let changes: Arc<[Change]> = std::mem::take(&mut self.changes).into();
        let attempt = Attempt::Making(self.journal.commit_shared(self.destination, Arc::clone(&changes)));
        self.current = Some(Current { number, changes, orders, attempt, failing: false });
    }

    /// What the attempt at the current commit came to; never resolves while there is none.
    pub(super) async fn made(&mut self) -> Result<(), JournalError> {
        match &mut self.current {
            Some(Current { attempt: Attempt::Making(receipt), .. }) => receipt.await,
            _ => std::future::pending().await,
        }
    }

    /// The current commit is durable.
    pub(super) fn conclude(&mut self) -> Option<Durable> {
        let Current { number, changes, orders, .. } = self.current.take()?;
        carry_out(orders);
        Some(Durable { number, changes })
    }

    /// The attempt failed: again at this time (monotonic). True if it is the first that failed.
    pub(super) fn failed(&mut self, retry_at: u64) -> bool {
        let Some(current) = &mut self.current else { return false };
        current.attempt = Attempt::Waiting(retry_at);
        !std::mem::replace(&mut current.failing, true)
    }

    /// When the current commit is to be made again (monotonic).
    pub(super) fn retry_at(&self) -> Option<u64> {
        match self.current.as_ref()?.attempt {
            Attempt::Waiting(at) => Some(at),
            Attempt::Making(_) => None,
        }
    }

    /// Makes the current commit again if it is time for that (monotonic).
    pub(super) fn retry(&mut self, now: u64) {
        if let Some(current) = self.current.as_mut()
            && matches!(current.attempt, Attempt::Waiting(at) if at <= now)
        {
            let changes = Arc::clone(&current.changes);
            current.attempt = Attempt::Making(self.journal.commit_shared(self.destination, changes));
        }
    }

    /// An attempt is under way.
    pub(super) fn is_making(&self) -> bool {
        matches!(&self.current, Some(Current { attempt: Attempt::Making(_), .. }))
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
