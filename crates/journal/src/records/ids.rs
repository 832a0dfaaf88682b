//! The numbers of sources, destinations and events in a journal.

use serde::{Deserialize, Serialize};

/// A destination's number in this journal; it comes from [`Journal::destination`](crate::Journal::destination).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DestinationId(pub u32);

/// A source's number in this journal; it comes from [`Journal::source`](crate::Journal::source).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// One event: its request's number, and its place in that request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// the request's number
    pub request: u64,
    /// the event's place in it
    pub index: u32,
}
