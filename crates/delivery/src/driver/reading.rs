//! Reads beside the driver: one at a time, and the driver gets a result in every case.

use super::standstill::Operation;
use crate::clock::Now;
use crate::engine::Trouble;
use crate::handle::Message;
use crate::machine::PlannedPage;
use journal::ReadLimit;
use tokio::sync::mpsc;

/// The read that the machine has asked for, until it is done.
pub(super) struct Reads {
    wanted: Option<(u64, ReadLimit)>,
    /// The read failed, and is tried again at this time (monotonic).
    retry_at: Option<u64>,
    operation: Operation,
}

impl Reads {
    pub(super) fn new() -> Self {
        Reads { wanted: None, retry_at: None, operation: Operation::reading() }
    }

    /// Begins a read for the machine.
    pub(super) fn begin(&mut self, from: u64, limit: ReadLimit, now: Now) {
        self.wanted = Some((from, limit));
        self.operation.begins(now);
    }

    pub(super) fn done(&mut self) {
        self.wanted = None;
        self.operation.succeeded();
    }

    pub(super) fn failed(&mut self, why: &str, retry_at: u64, now: Now) {
        self.retry_at = Some(retry_at);
        self.operation.failed(why, retry_at, now);
    }

    pub(super) fn retry_at(&self) -> Option<u64> {
        self.retry_at
    }

    /// The read to be repeated, if its time has come.
    pub(super) fn retry(&mut self, now: Now) -> Option<(u64, ReadLimit)> {
        self.retry_at.take_if(|at| *at <= now.mono)?;
        self.operation.begins(now);
        self.wanted
    }

    pub(super) fn trouble(&self, now: Now) -> Option<Trouble> {
        self.operation.trouble(now)
    }

    pub(super) fn overdue_at(&self, now: Now) -> Option<u64> {
        self.operation.overdue_at(now)
    }
}

/// A guard that ensures a result for one read. If it is dropped before, because its task was broken off, it sends an
/// error.
pub(super) struct Reading {
    /// `None` once the result was sent.
    pub(super) orders: Option<mpsc::UnboundedSender<Message>>,
}

impl Reading {
    pub(super) async fn read(mut self, read: impl Future<Output = Result<PlannedPage, String>>) {
        let read = read.await;
        self.tell(read);
    }

    fn tell(&mut self, read: Result<PlannedPage, String>) {
        if let Some(orders) = self.orders.take() {
            // If the driver has ended, the events are read again after the restart.
            let _ = orders.send(Message::Read(read));
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.tell(Err("the read was broken off".to_owned()));
    }
}
