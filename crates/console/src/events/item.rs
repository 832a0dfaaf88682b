//! An event as lists show it.

use crate::parameters::instant;
use journal::{EventFate, FoundEvent, OutcomeKind, Position};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// An event's place in the log as people see it: `REQUEST.INDEX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventId(pub(crate) Position);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.request, self.0.index)
    }
}

impl FromStr for EventId {
    type Err = &'static str;

    /// Accepts only the form that `Display` writes, so that each event has one id.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (request, index) = text.split_once('.')?;
            let position = Position { request: request.parse().ok()?, index: index.parse().ok()? };
            Some(EventId(position)).filter(|id| id.to_string() == text)
        };
        read().ok_or("it is not an event's id such as 17.0")
    }
}

/// A stored event.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct EventItem {
    /// `REQUEST.INDEX`
    pub(crate) id: String,
    pub(crate) received_at: String,
    pub(crate) source: String,
    /// the event's type; empty when it has none
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// a track's name
    #[schema(required)]
    pub(crate) name: Option<String>,
    pub(crate) message_id: String,
    /// the first of `userId`, `anonymousId` and e-mail that the event has
    #[schema(required)]
    pub(crate) user: Option<String>,
    /// whether it is a requeued, edited or replayed event
    pub(crate) requeued: bool,
    /// one fate for each destination that the event was routed to
    pub(crate) fates: Vec<FateView>,
}

/// What became of an event at a destination.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Fate)]
pub(crate) struct FateView {
    pub(crate) destination: String,
    #[schema(value_type = super::EventOutcome)]
    pub(crate) outcome: &'static str,
    /// why it was skipped, or the dead letter's code
    #[schema(required)]
    pub(crate) code: Option<String>,
    /// the dead letter's number, while it is kept
    #[schema(required)]
    pub(crate) dead_letter: Option<u64>,
}

/// Names and ids are personal data, so `Debug` leaves them out.
impl fmt::Debug for EventItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventItem").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<FoundEvent> for EventItem {
    fn from(found: FoundEvent) -> EventItem {
        EventItem {
            id: EventId(found.position).to_string(),
            received_at: instant(found.received_at),
            source: found.source,
            kind: found.kind,
            name: found.name,
            message_id: found.message_id,
            user: found.user,
            requeued: found.requeued,
            fates: found.fates.into_iter().map(FateView::from).collect(),
        }
    }
}

impl From<EventFate> for FateView {
    fn from(fate: EventFate) -> FateView {
        FateView {
            destination: fate.destination,
            outcome: outcome_word(OutcomeKind::of(fate.fate)),
            code: fate.code,
            dead_letter: fate.dead_letter,
        }
    }
}

/// The word for what became of an event.
pub(crate) fn outcome_word(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Pending => "pending",
        OutcomeKind::Delivered => "delivered",
        OutcomeKind::Skipped => "skipped",
        OutcomeKind::Dead => "dead",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written_and_no_other_way() {
        let id = EventId(Position { request: u64::MAX, index: u32::MAX });
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("17.0".parse(), Ok(EventId(Position { request: 17, index: 0 })));
        for text in [
            "",
            ".",
            "1",
            "1.",
            ".1",
            "+1.0",
            "01.0",
            "1.00",
            "1.0 ",
            "-1.0",
            "1.0.0",
            "1.4294967296",
            "../1.0",
            "1\0.0",
        ] {
            assert!(text.parse::<EventId>().is_err(), "{text:?}");
        }
    }
}
