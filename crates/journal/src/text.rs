//! One event's own text out of a stored body, and the body it is put in when it is tried again.

use crate::error::JournalError;
use bytes::Bytes;
use event::{EventKind, RequestShape};
use std::borrow::Cow;

/// The text in one answer to a question for dead letters stops here, however many were asked for; events are up to
/// 4 MB each (docs/facts/gateway.md#check-23) and a console asks for hundreds.
pub(crate) const PAGE_BYTES: usize = 8 << 20;

/// The text of the event at `index`, as it was received; `None` when the body holds no such event.
pub(crate) fn event_text(body: &[u8], shape: RequestShape, index: u32) -> Option<Cow<'_, str>> {
    event::event_at(body, shape, index).ok().flatten()
}

/// An event as a person has edited it: one JSON object and nothing else, so that it can stand in a body as it is.
pub(crate) fn edited(text: &[u8]) -> Result<&str, JournalError> {
    let refused = |why: &str| JournalError::Refused(format!("the edited event {why}"));
    let as_text = std::str::from_utf8(text).map_err(|_| refused("is not UTF-8"))?;
    // The type a route forces has no say in whether the text is an object.
    event::scan(text, RequestShape::Single(EventKind::Identify))
        .map_err(|_| refused("is not one JSON object"))?;
    Ok(as_text.trim())
}

/// As much of an event's name as a list shows.
pub(crate) fn start(name: &str) -> &str {
    const SHOWN: usize = 200;
    &name[..name.floor_char_boundary(SHOWN)]
}

/// The body of a request that holds this event alone. A single event keeps its shape, and with it the type its route
/// forced on it; an event of a batch is wrapped in one again, so that it is read by the same rules as the first time.
pub(crate) fn body_of_one(event: &str, shape: RequestShape) -> Bytes {
    match shape {
        RequestShape::Single(_) => Bytes::copy_from_slice(event.as_bytes()),
        RequestShape::Batch => Bytes::from([r#"{"batch":["#, event, "]}"].concat()),
    }
}
