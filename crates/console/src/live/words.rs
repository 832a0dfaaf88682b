//! Messages as they are sent.

use super::place::Place;
use super::ring::Entry;
use crate::events::{EventId, EventItem, Fate, outcome_word};
use crate::parameters::instant;
use axum::response::sse::Event;
use journal::OutcomeKind;
use serde::Serialize;

#[derive(Serialize)]
struct Outcome<'a> {
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

/// An event as it arrived: what has become of it since is told by outcomes.
pub(super) fn received(place: &Place, mut item: EventItem) -> Event {
    for fate in &mut item.fates {
        let destination = std::mem::take(&mut fate.destination);
        *fate =
            Fate { destination, outcome: outcome_word(OutcomeKind::Pending), code: None, dead_letter: None };
    }
    message("received", place, &item)
}

/// An outcome, or how many were not heard.
pub(super) fn entry(place: &Place, entry: &Entry) -> Event {
    match entry {
        Entry::Outcome { destination, position, fate, code, at } => {
            let outcome = Outcome {
                id: EventId(*position).to_string(),
                destination,
                outcome: outcome_word(OutcomeKind::of(Some(*fate))),
                code: code.as_deref(),
                at: instant(*at),
            };
            message("outcome", place, &outcome)
        }
        Entry::Missed { count, .. } => {
            gap(place, Some(*count), "outcomes came faster than they could be taken in")
        }
    }
}

/// What is left out.
pub(super) fn gap(place: &Place, missed: Option<u64>, why: &str) -> Event {
    message("gap", place, &Gap { missed, why })
}

fn message(kind: &str, place: &Place, data: &impl Serialize) -> Event {
    // Plain structs of texts and numbers: writing them cannot fail. JSON has no line breaks outside of texts, and none in.
    let data = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(kind).id(place.to_string()).data(data)
}
