//! The event behind an intent, as far as its fate is concerned.

use journal::{MessageKey, Position};

/// An event that has no fate yet.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) position: Position,
    pub(crate) message: Option<MessageKey>,
    pub(crate) message_id: Box<str>,
    pub(crate) kind: Box<str>,
    /// How long the event's text is.
    pub(crate) bytes: usize,
    /// When it happened, UNIX seconds.
    pub(crate) happened_at: Option<i64>,
    /// Its message id is that of another event with other content.
    pub(crate) reuses_id: bool,
}
