//! The messages of the stream, as server-sent events.

use super::resume_point::ResumePoint;
use super::ring::LiveEntry;
use crate::events::{EventId, EventItem, FateView, outcome_word};
use crate::parameters::instant;
use axum::response::sse::Event;
use journal::OutcomeKind;
use serde::Serialize;

#[derive(Serialize)]
struct OutcomeMessage<'a> {
    id: String,
    destination: &'a str,
    outcome: &'static str,
    code: Option<&'a str>,
    at: String,
}

#[derive(Serialize)]
struct Gap<'a> {
    missed: Option<u64>,
    why: &'a str,
}

/// An event as it arrived; its outcomes follow as messages of their own.
pub(super) fn received(point: &ResumePoint, mut item: EventItem) -> Event {
    for fate in &mut item.fates {
        let destination = std::mem::take(&mut fate.destination);
        *fate = FateView {
            destination,
            outcome: outcome_word(OutcomeKind::Pending),
            code: None,
            dead_letter: None,
        };
    }
    message("received", point, &item)
}

/// An outcome, or a gap of missed outcomes.
pub(super) fn entry(point: &ResumePoint, entry: &LiveEntry) -> Event {
    match entry {
        LiveEntry::Outcome { destination, position, fate, code, at } => {
            let outcome = OutcomeMessage {
                id: EventId(*position).to_string(),
                destination,
                outcome: outcome_word(OutcomeKind::of(Some(*fate))),
                code: code.as_deref(),
                at: instant(*at),
            };
            message("outcome", point, &outcome)
        }
        LiveEntry::Missed { count, .. } => {
            gap(point, Some(*count), "outcomes came faster than they could be taken in")
        }
    }
}

/// A notice that messages were left out.
pub(super) fn gap(point: &ResumePoint, missed: Option<u64>, why: &str) -> Event {
    message("gap", point, &Gap { missed, why })
}

fn message(kind: &str, point: &ResumePoint, data: &impl Serialize) -> Event {
    // These are plain structs of texts and numbers, so serialising them cannot fail. The JSON is one line, because line
    // breaks in texts are escaped.
    let data = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(kind).id(point.to_string()).data(data)
}
