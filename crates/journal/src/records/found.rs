//! Stored events, searched by their content and by their fates.

use super::{DestinationId, Fate, Position, SourceId};
use event::{EventKind, Millis, RequestShape, SourceKind};

/// What became of an event, without its reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// nothing yet
    Pending,
    /// InMoment has it
    Delivered,
    /// not for this destination
    Skipped,
    /// it failed for good
    Dead,
}

impl OutcomeKind {
    /// The kind of a fate; without a fate, pending.
    pub fn of(fate: Option<Fate>) -> OutcomeKind {
        match fate {
            None => OutcomeKind::Pending,
            Some(Fate::Delivered) => OutcomeKind::Delivered,
            Some(Fate::Skipped(_)) => OutcomeKind::Skipped,
            Some(Fate::Dead) => OutcomeKind::Dead,
        }
    }
}

/// Says which events are meant. The conditions about a fate (`destination`, `outcome`, `code`) must be true of the same
/// fate. `Debug` leaves out the end user.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// received at this time or later
    pub from: Option<Millis>,
    /// received before this time
    pub to: Option<Millis>,
    /// from this source
    pub source: Option<SourceId>,
    /// routed to this destination
    pub destination: Option<DestinationId>,
    /// with this `userId`, `anonymousId` or e-mail, exactly
    pub user: Option<String>,
    /// with this message id
    pub message_id: Option<String>,
    /// of this type
    pub kind: Option<EventKind>,
    /// with this outcome
    pub outcome: Option<OutcomeKind>,
    /// skipped for this reason, or kept as a dead letter with this code
    pub code: Option<String>,
    /// before this one (for paging)
    pub before: Option<Position>,
}

/// A stored event as a list shows it. `Debug` leaves out the end user.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundEvent {
    /// its position in the log
    pub position: Position,
    /// when it was received
    pub received_at: Millis,
    /// the source's name
    pub source: String,
    /// its type, as a word; empty if it has none
    pub kind: String,
    /// its message id; empty if it cannot be read
    pub message_id: String,
    /// its end user: the first of `userId`, `anonymousId` and e-mail that it has
    pub user: Option<String>,
    /// the name of a track
    pub name: Option<String>,
    /// the event was requeued or replayed
    pub requeued: bool,
    /// what became of it, one for each destination it was routed to
    pub fates: Vec<EventFate>,
}

/// What became of an event at a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFate {
    /// the destination's name
    pub destination: String,
    /// its fate; none while it is pending
    pub fate: Option<Fate>,
    /// why it was skipped; or the code of its dead letter, while that is kept
    pub code: Option<String>,
    /// the dead letter's number, while that is kept
    pub dead_letter: Option<u64>,
}

/// Events, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventPage {
    /// at most as many as asked for
    pub items: Vec<FoundEvent>,
    /// Where the next page begins, as [`EventFilter::before`]; none at the end. A page may be short or empty and still have a
    /// next one, because one page searches a bounded part of the log.
    pub next: Option<Position>,
    /// requests below this number can be found
    pub indexed_to: u64,
    /// one more than the newest request's number
    pub end: u64,
}

/// A stored event with its text. `Debug` leaves out the end user and the text.
#[derive(Clone, PartialEq, Eq)]
pub struct ArchivedEvent {
    /// as a list shows it
    pub found: FoundEvent,
    /// its text as it was received (with replacement characters if it is not UTF-8)
    pub text: String,
    /// see [`NewRequest::request_id`](super::NewRequest::request_id)
    pub request_id: [u8; 16],
    /// the caller's address
    pub request_ip: Option<String>,
    /// the kind of its source
    pub source_kind: SourceKind,
    /// the shape of the body that held it
    pub shape: RequestShape,
    /// see [`StoredRequest::first_index`](super::StoredRequest::first_index)
    pub first_index: u32,
    /// why the gateway found it unusable
    pub rejected: Option<String>,
}

/// A dead letter before a person edited it. `Debug` leaves the text out.
#[derive(Clone, PartialEq, Eq)]
pub struct Original {
    /// the dead letter's number
    pub dead_letter: u64,
    /// the event as it was received
    pub event: String,
    /// why it became a dead letter, as a stable word
    pub code: String,
    /// why, in words
    pub reason: String,
    /// when it became a dead letter
    pub died_at: Millis,
    /// when it was edited
    pub edited_at: Millis,
}

impl std::fmt::Debug for EventFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventFilter")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("source", &self.source)
            .field("destination", &self.destination)
            .field("by_user", &self.user.is_some())
            .field("by_message_id", &self.message_id.is_some())
            .field("kind", &self.kind)
            .field("outcome", &self.outcome)
            .field("code", &self.code)
            .field("before", &self.before)
            .finish()
    }
}

impl std::fmt::Debug for FoundEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FoundEvent")
            .field("position", &self.position)
            .field("kind", &self.kind)
            .field("fates", &self.fates)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ArchivedEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchivedEvent").field("found", &self.found).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Original {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Original")
            .field("dead_letter", &self.dead_letter)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
