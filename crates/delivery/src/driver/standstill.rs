//! Detects that the journal fails or gives no answer, so that the driver cannot record or read. Then the destination is
//! shown as broken, whatever the machine would do. The module is pure; time is a parameter.

use crate::clock::Now;
use crate::code;
use crate::engine::Trouble;
use event::Millis;

/// After this time without an answer, the journal counts as not answering.
pub(super) const PATIENCE_MS: u64 = 15_000;

/// Recording or reading, of which one attempt at a time is under way.
pub(super) struct Operation {
    code: &'static str,
    /// What fails, for people: "... cannot be".
    what: &'static str,
    begun: Option<Now>,
    failing: Option<Failing>,
}

/// The failures in a row.
struct Failing {
    since: Millis,
    tries: u32,
    last_words: String,
    /// When the next attempt is made (monotonic).
    next_try: u64,
}

impl Operation {
    pub(super) fn recording() -> Self {
        let what = "results cannot be recorded in the journal";
        Operation { code: code::NOT_RECORDED, what, begun: None, failing: None }
    }

    pub(super) fn reading() -> Self {
        let what = "events cannot be read from the journal";
        Operation { code: code::NOT_READ, what, begun: None, failing: None }
    }

    /// Notes that an attempt has begun.
    pub(super) fn begins(&mut self, now: Now) {
        self.begun = Some(now);
    }

    pub(super) fn succeeded(&mut self) {
        self.begun = None;
        self.failing = None;
    }

    /// Notes that the attempt failed for this reason, and is made again at this time (monotonic).
    pub(super) fn failed(&mut self, why: &str, next_try: u64, now: Now) {
        self.begun = None;
        let before = self.failing.take();
        self.failing = Some(Failing {
            since: before.as_ref().map_or(now.wall, |failing| failing.since),
            tries: before.map_or(0, |failing| failing.tries).saturating_add(1),
            last_words: format!("{}: {why}", self.what),
            next_try,
        });
    }

    /// The trouble; `None` if the operation works or has only just begun.
    pub(super) fn trouble(&self, now: Now) -> Option<Trouble> {
        let silent = self.begun.filter(|begun| now.mono >= begun.mono.saturating_add(PATIENCE_MS));
        if let Some(failing) = &self.failing {
            let next_try = Some(now.wall_at(failing.next_try)).filter(|_| self.begun.is_none());
            let last_words = failing.last_words.clone();
            let (since, tries) = (failing.since, failing.tries);
            return Some(Trouble { code: self.code, since, tries, last_words, next_try });
        }
        silent.map(|begun| Trouble {
            code: self.code,
            since: begun.wall,
            tries: 0,
            last_words: format!("{}: the journal gives no answer", self.what),
            next_try: None,
        })
    }

    /// When the answer becomes overdue (monotonic), if it is not overdue yet.
    pub(super) fn overdue_at(&self, now: Now) -> Option<u64> {
        let at = self.begun?.mono.saturating_add(PATIENCE_MS);
        (at > now.mono).then_some(at)
    }
}

#[cfg(test)]
mod tests;
