//! The times at which calls reach the sandbox, in microseconds.
//!
//! The sandbox asks its clock once for each request, under its lock, so the readings are in the order of its log, which
//! [`Probe::times`] verifies. Its own log has whole milliseconds.

use anyhow::{Result, ensure};
use sandbox::{LogFilter, Sandbox};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Records the requests of one sandbox.
pub(crate) struct Probe {
    origin: Instant,
    /// the wall clock at `origin`, microseconds
    epoch: u128,
    readings: Mutex<Vec<Instant>>,
    count: watch::Sender<usize>,
}

impl Probe {
    pub(crate) fn new() -> Arc<Probe> {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let (readings, count) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Probe { origin: Instant::now(), epoch, readings, count })
    }

    /// The clock for the sandbox.
    pub(crate) fn clock(self: &Arc<Self>) -> sandbox::Clock {
        let probe = Arc::clone(self);
        Arc::new(move || {
            let now = Instant::now();
            probe.locked().push(now);
            probe.count.send_modify(|count| *count += 1);
            probe.wall_ms(now)
        })
    }

    /// The number of requests so far, including those for tokens.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Resolves when there have been this many requests.
    pub(crate) async fn reached(&self, requests: usize) {
        let mut count = self.count.subscribe();
        // This struct owns the sender, so the channel is not closed.
        let _ = count.wait_for(|count| *count >= requests).await;
    }

    /// The times at which requests from this number (counted from 1) arrived, each with its number.
    pub(crate) fn times(&self, sandbox: &Sandbox) -> Result<Vec<Instant>> {
        let readings = self.locked();
        for entry in sandbox.requests(&LogFilter::default()) {
            let reading = usize::try_from(entry.seq)?.checked_sub(1).and_then(|at| readings.get(at));
            let is_this = reading.is_some_and(|at| self.wall_ms(*at) == entry.at_ms);
            ensure!(is_this, "the sandbox asked for the time otherwise than once a request");
        }
        Ok(readings.clone())
    }

    fn wall_ms(&self, at: Instant) -> i64 {
        let micros = self.epoch + at.duration_since(self.origin).as_micros();
        i64::try_from(micros / 1_000).unwrap_or(i64::MAX)
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Instant>> {
        // No code under this lock can panic.
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
