//! What happened, line by line: the end of it for people, a hash of all of it for the proof that a replay is exact.

use std::collections::VecDeque;
use std::fmt;

/// Lines shown with a failure.
const SHOWN: usize = 60;

/// The history of one run.
pub(crate) struct Trace {
    lines: VecDeque<String>,
    hash: u64,
    count: u64,
    /// Keep all lines, not only the last ones.
    keep_all: bool,
}

impl Trace {
    pub(crate) fn new(keep_all: bool) -> Trace {
        Trace { lines: VecDeque::new(), hash: 0xcbf2_9ce4_8422_2325, count: 0, keep_all }
    }

    /// Adds one line.
    pub(crate) fn note(&mut self, at: u64, line: fmt::Arguments<'_>) {
        self.count += 1;
        let text = format!("{:>12}  {line}", Clock(at));
        for byte in text.bytes() {
            // FNV-1a: the same on every machine and in every release.
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if !self.keep_all && self.lines.len() >= SHOWN {
            self.lines.pop_front();
        }
        self.lines.push_back(text);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.into()
    }
}

/// Milliseconds since the beginning, as people read them.
struct Clock(u64);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0 / 1_000, self.0 % 1_000);
        let text = format!("{}:{:02}:{:02}.{millis:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        f.pad(&text)
    }
}
