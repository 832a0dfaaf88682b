//! Lines on their way to standard error.
//!
//! # Policy
//! * Logging never waits and never fails: a line is put into the queue or, if that is full, it is lost. The newest line
//!   is lost and not the oldest, because the first error explains most.
//! * A line that cannot be written (a full disk, a reader that has gone) is lost as well; the write is not repeated,
//!   and the next line is tried. A pipe without a reader blocks only this thread.
//! * Lost lines are counted, and their number is logged as soon as a line can be written again.
//!
//! `tracing-appender` has such a queue, too. It is not used, because it does not count the lines that its thread could
//! not write, and at its end it prints to standard output, which panics if that is closed.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use supervise::Stopping;

/// The largest number of waiting bytes.
const MOST_BYTES: usize = 4 << 20;

/// The interval of the checks whether a blocked target accepts bytes again.
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
    /// whether a line was taken and is being written
    writing: bool,
}

impl Lines {
    /// Adds a line, with its line end.
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

    /// The number of lost lines so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until everything is written, for at most this time.
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
            // A target may panic, which costs only this line.
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
            // The interval is long enough to be cheap, and short enough to notice a stop, which does not wake this
            // thread.
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

/// The target of the lines.
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
                // Standard error may be shared with a process that set it to non-blocking mode.
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

/// One log event, which the library writes at once.
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
