//! Sessions: a session begins when a person signs in. The browser keeps a random token, and the journal only its hash.
//!
//! A session ends when it was not used for a while (idle), some days after it began in any case, when the person signs
//! out, and when the person's password is changed or the person is disabled or removed. Its last use is recorded once a
//! minute at most. Durations are measured by the journal's timeline, so a step of the wall clock, even of years,
//! neither ends a session early nor keeps it alive.

pub mod cookie;

use crate::record::Record;
use event::Millis;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The largest number of sessions of a person; the least recently used one ends when there would be more.
pub(crate) const PER_PERSON: usize = 20;
const NOTED_EVERY: i64 = 60_000;

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// the time without use after which it ends
    pub idle: Duration,
    /// the time since its beginning after which it ends
    pub absolute: Duration,
}

impl Default for SessionLimits {
    /// 12 hours and 7 days.
    fn default() -> Self {
        SessionLimits { idle: Duration::from_secs(12 * 3_600), absolute: Duration::from_secs(7 * 86_400) }
    }
}

/// The stored record of a session, under the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// the key of the person's name
    pub(crate) person: String,
    pub(crate) created_at: i64,
    pub(crate) seen_at: i64,
}

impl Record for Session {
    const KIND: &'static str = "session";
}

impl Session {
    pub(crate) fn new(person: &str, now: Millis) -> Self {
        Session { person: person.to_owned(), created_at: now.0, seen_at: now.0 }
    }

    /// When it ends if it is not used again.
    pub fn idle_expires_at(&self, limits: SessionLimits) -> Millis {
        Millis(self.seen_at.saturating_add(millis(limits.idle)).min(self.expires_at(limits).0))
    }

    /// When it ends at the latest.
    pub fn expires_at(&self, limits: SessionLimits) -> Millis {
        Millis(self.created_at.saturating_add(millis(limits.absolute)))
    }

    /// `older` tells whether so much time has passed since a time stamp.
    pub(crate) fn is_over(&self, older: &impl Fn(i64, Duration) -> bool, limits: SessionLimits) -> bool {
        older(self.seen_at, limits.idle) || older(self.created_at, limits.absolute)
    }

    /// Is it time to record its use? That is also so when the clock was set back, because the stamp must be one of the
    /// new time.
    pub(crate) fn wants_note(&self, now: Millis) -> bool {
        now.0.saturating_sub(self.seen_at).saturating_abs() >= NOTED_EVERY
    }
}

/// The sessions that end when `person` begins another: those that are over, and the least recently used beyond the
/// limit.
pub(crate) fn making_way(
    all: &[(String, Session)],
    person: &str,
    older: &impl Fn(i64, Duration) -> bool,
    limits: SessionLimits,
) -> Vec<String> {
    let (over, living): (Vec<_>, Vec<_>) =
        all.iter().partition(|(_, session)| session.is_over(older, limits));
    let mut own: Vec<_> = living.into_iter().filter(|(_, session)| session.person == person).collect();
    own.sort_by_key(|(_, session)| std::cmp::Reverse(session.seen_at));
    let beyond = own.into_iter().skip(PER_PERSON - 1);
    over.into_iter().chain(beyond).map(|(key, _)| key.clone()).collect()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
