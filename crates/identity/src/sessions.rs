//! Sessions: what a person has after signing in. The browser keeps a random token, the journal only its hash.
//!
//! A session is over when it was not used for a while (idle), some days after it began whatever happened, when it is
//! signed out, and when the person's password is changed or the person is disabled or removed. That it was used is
//! written down once a minute at most. How long that is, the journal's timeline tells: a wall clock that is set, by years too,
//! ends no session early and keeps none alive.

pub mod cookie;

use crate::record::Record;
use event::Millis;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One person has at most so many sessions; the one unused for longest makes room.
pub(crate) const PER_PERSON: usize = 20;
const NOTED_EVERY: i64 = 60_000;

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// without being used
    pub idle: Duration,
    /// in all
    pub absolute: Duration,
}

impl Default for SessionLimits {
    /// 12 hours and 7 days.
    fn default() -> Self {
        SessionLimits { idle: Duration::from_secs(12 * 3_600), absolute: Duration::from_secs(7 * 86_400) }
    }
}

/// What is kept of a session, under the hash of its token.
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

    /// Is it time to write down that it is used? Also when the clock was set back: its stamp must be one of this time.
    pub(crate) fn wants_note(&self, now: Millis) -> bool {
        now.0.saturating_sub(self.seen_at).saturating_abs() >= NOTED_EVERY
    }
}

/// Which of these make way when `person` begins another: those that are over, and the least used beyond the limit.
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
