//! Lines on their way to standard error.
//!
//! # Policy
//! * Whoever logs never waits and never fails: a line goes into the queue, or, when that is full, it is lost. The newest is
//!   lost and not the oldest: what went wrong first explains most.
//! * A line that cannot be written (a full disk, a reader that has gone) is lost as well; it is not tried again, the
//!   next one is. A pipe that nobody reads makes this thread wait, and nobody else.
//! * Lost lines are counted, and their number is said as soon as a line could be written again.
//!
//! `tracing-appender` has such a queue too. It was not taken: it does not count what its thread could not write, and at
//! its end it prints to standard output, which panics when that is closed.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use supervise::Stopping;

/// Bytes that wait, at most.
const MOST_BYTES: usize = 4 << 20;

/// How often is looked whether a target that takes nothing now takes something again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Lines {
    queue: Mutex<Queue>,
    changed: Condvar,
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Queue {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    /// one has been taken and is being written
    writing: bool,
}

impl Lines {
    /// One more line, with its end.
    pub(super) fn push(&self, line: Vec<u8>) {
        let mut queue = self.queue();
        if queue.bytes + line.len() > MOST_BYTES {
            drop(queue);
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        queue.bytes += line.len();
        queue.lines.push_back(line);
        drop(queue);
        self.changed.notify_all();
    }

    /// How many lines were lost so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until everything is written, so long at most.
    pub(super) fn finish(&self, within: Duration) {
        let until = Instant::now() + within;
        let mut queue = self.queue();
        while queue.writing || !queue.lines.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            queue = self.changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes lines as they come, until it is told to stop.
    pub(super) fn write(&self, target: impl Write, stopping: &Stopping) {
        let mut target = Target { inner: target, torn: false };
        let mut said = 0;
        while let Some(line) = self.next(stopping) {
            // A target may do anything: what it does costs this line and no other.
            let written = supervise::catch(|| target.line(&line, stopping));
            let written = matches!(written, Ok(Ok(())));
            if !written {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
            self.written();
            let lost = self.lost();
            if written && lost > said {
                tracing::warn!(lost = lost - said, "lines of the log were lost: they could not be written");
                said = lost;
            }
        }
    }

    fn next(&self, stopping: &Stopping) -> Option<Vec<u8>> {
        let mut queue = self.queue();
        loop {
            if let Some(line) = queue.lines.pop_front() {
                queue.bytes -= line.len();
                queue.writing = true;
                return Some(line);
            }
            if stopping.is_asked() {
                return None;
            }
            // Long enough to cost nothing, and short enough to notice a stop, which does not wake it.
            let waited = self.changed.wait_timeout(queue, Duration::from_millis(500));
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn written(&self) {
        self.queue().writing = false;
        self.changed.notify_all();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where lines are written to.
struct Target<W> {
    inner: W,
    /// the last line was written in part
    torn: bool,
}

impl<W: Write> Target<W> {
    fn line(&mut self, line: &[u8], stopping: &Stopping) -> io::Result<()> {
        if self.torn {
            self.all(b"\n", stopping)?;
            self.torn = false;
        }
        self.all(line, stopping)?;
        self.torn = false;
        Ok(())
    }

    fn all(&mut self, mut rest: &[u8], stopping: &Stopping) -> io::Result<()> {
        while !rest.is_empty() {
            match self.inner.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.torn = true;
                    rest = &rest[written..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Standard error may be shared with somebody who does not want it to wait.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if stopping.asked_within(LOOK_AGAIN) {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// One event of the log: the library writes all of it at once.
pub(super) struct Event(pub(super) Arc<Lines>);

impl Write for Event {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
