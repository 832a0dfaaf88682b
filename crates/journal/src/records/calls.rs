//! Calls to InMoment: those that were made, for the story of an event, and those that were not needed.

use super::{DestinationId, Position};
use event::Millis;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Calls that were not needed, by the reason why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SavedCalls {
    /// no look-up was needed, because the end user was known
    pub known: u64,
    /// identifies that waited together were sent as one
    pub merged: u64,
    /// InMoment had all the values already
    pub unchanged: u64,
}

impl SavedCalls {
    /// The calls that were not needed, for any reason.
    pub fn total(self) -> u64 {
        self.known + self.merged + self.unchanged
    }

    /// How many more there are than at an earlier count.
    #[must_use]
    pub fn since(self, earlier: SavedCalls) -> SavedCalls {
        SavedCalls {
            known: self.known.saturating_sub(earlier.known),
            merged: self.merged.saturating_sub(earlier.merged),
            unchanged: self.unchanged.saturating_sub(earlier.unchanged),
        }
    }
}

impl AddAssign for SavedCalls {
    fn add_assign(&mut self, more: SavedCalls) {
        self.known += more.known;
        self.merged += more.merged;
        self.unchanged += more.unchanged;
    }
}

/// A call that was made and answered, or failed. `Debug` leaves out the texts of the call and its reply.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAttempt {
    /// the events it was made for
    pub events: Vec<Position>,
    /// its kind (`Call::kind` words of the `inmoment` crate)
    pub call: String,
    /// the HTTP method
    pub method: String,
    /// path and query, without secrets
    pub target: String,
    /// the form that was sent, with masked secrets; cut at [`Attempt::MAX_TEXT`]
    pub request: String,
    /// the HTTP status, if there was a reply
    pub status: Option<u16>,
    /// the reply's body, with masked secrets; cut at [`Attempt::MAX_TEXT`]
    pub reply: String,
    /// the outcome, in one word: `ok`, `refused`, `throttled`, `credentials`, `outage`, `timeout`, …
    pub result: String,
    /// when it was sent
    pub started_at: Millis,
    /// how long it took
    pub took_ms: u32,
}

/// A stored call. `Debug` leaves out the texts of the call and its reply.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// its number; grows with time
    pub id: u64,
    /// the destination that made it
    pub destination: DestinationId,
    /// the first [`Attempt::MAX_EVENTS`] of the events it was made for
    pub events: Vec<Position>,
    /// how many events it was made for
    pub event_count: u64,
    /// see [`NewAttempt::call`]
    pub call: String,
    /// the HTTP method
    pub method: String,
    /// path and query
    pub target: String,
    /// the form that was sent
    pub request: String,
    /// the HTTP status, if there was a reply
    pub status: Option<u16>,
    /// the reply's body
    pub reply: String,
    /// the outcome, in one word
    pub result: String,
    /// when it was sent
    pub started_at: Millis,
    /// how long it took
    pub took_ms: u32,
}

impl Attempt {
    /// The largest number of bytes that is kept of a request, and of a reply.
    pub const MAX_TEXT: usize = 16 * 1024;

    /// The largest number of events that a call names.
    pub const MAX_EVENTS: usize = 100;
}

impl std::fmt::Debug for NewAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAttempt")
            .field("events", &self.events)
            .field("call", &self.call)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt")
            .field("id", &self.id)
            .field("call", &self.call)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}
