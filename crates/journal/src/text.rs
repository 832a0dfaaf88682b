//! Takes one event's text out of a stored body, and makes the body in which an event is tried again.

use crate::error::JournalError;
use bytes::Bytes;
use event::{EventKind, RequestShape};
use std::borrow::Cow;

/// The texts of one list of dead letters are at most this large together, however many letters were asked for; an event
/// has up to 4 MB (docs/facts/gateway.md#check-23), and a console asks for hundreds.
pub(crate) const PAGE_BYTES: usize = 8 << 20;

/// The text of the event at `index`, as it was received; `None` when the body holds no such event.
pub(crate) fn event_text(body: &[u8], shape: RequestShape, index: u32) -> Option<Cow<'_, str>> {
    event::event_at(body, shape, index).ok().flatten()
}

/// Checks an event that a person has edited: it must be one JSON object and nothing else, so that it can be put into a
/// body as it is.
pub(crate) fn edited(text: &[u8]) -> Result<&str, JournalError> {
    let refused = |why: &str| JournalError::Refused(format!("the edited event {why}"));
    let as_text = std::str::from_utf8(text).map_err(|_| refused("is not UTF-8"))?;
    // Whether the text is an object does not depend on the type that a route forces.
    event::scan(text, RequestShape::Single(EventKind::Identify))
        .map_err(|_| refused("is not one JSON object"))?;
    Ok(as_text.trim())
}

/// The part of an event's name that a list shows.
pub(crate) fn start(name: &str) -> &str {
    const SHOWN: usize = 200;
    &name[..name.floor_char_boundary(SHOWN)]
}

/// The body of a request that holds only this event. A single event keeps its shape, and with it the type that its route
/// forced; an event of a batch is wrapped in a batch again, so that the same rules apply as the first time.
pub(crate) fn body_of_one(event: &str, shape: RequestShape) -> Bytes {
    match shape {
        RequestShape::Single(_) => Bytes::copy_from_slice(event.as_bytes()),
        RequestShape::Batch => Bytes::from([r#"{"batch":["#, event, "]}"].concat()),
    }
}
