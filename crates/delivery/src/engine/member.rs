//! The event behind an intent, as far as its fate is concerned.

use journal::{MessageKey, Position};

/// An event that has no fate yet.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) position: Position,
    pub(crate) message: Option<MessageKey>,
    pub(crate) message_id: Box<str>,
    pub(crate) kind: Box<str>,
    /// The length of the event's text in bytes.
    pub(crate) bytes: usize,
    /// When it happened, UNIX seconds.
    pub(crate) happened_at: Option<i64>,
    /// Whether another event with other content has the same message id.
    pub(crate) reuses_id: bool,
}
