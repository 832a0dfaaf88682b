//! The data about an event besides its own text: how, when and from where it came.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A wall-clock instant in UNIX milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// Returns the wall-clock time. It is a parameter, so that tests control it. Nothing in this crate calls it.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Where a source runs; consent settings depend on it (docs/facts/gateway.md#consent).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A browser.
    Web,
    /// A mobile app.
    Mobile,
    /// A server.
    Server,
}

/// The call types of a RudderStack event that have a route of their own (docs/facts/gateway.md#routes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// `identify`
    Identify,
    /// `track`
    Track,
    /// `page`
    Page,
    /// `screen`
    Screen,
    /// `group`
    Group,
    /// `alias`
    Alias,
    /// `merge`
    Merge,
}

impl EventKind {
    /// All of them.
    pub const ALL: [EventKind; 7] = [
        EventKind::Identify,
        EventKind::Track,
        EventKind::Page,
        EventKind::Screen,
        EventKind::Group,
        EventKind::Alias,
        EventKind::Merge,
    ];

    /// The word in an event's `type` and in the route.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Identify => "identify",
            EventKind::Track => "track",
            EventKind::Page => "page",
            EventKind::Screen => "screen",
            EventKind::Group => "group",
            EventKind::Alias => "alias",
            EventKind::Merge => "merge",
        }
    }
}

/// How a request's body contains its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestShape {
    /// The body is one event; the route it came by decides its type, whatever the event says (docs/facts/gateway.md#single-event).
    Single(EventKind),
    /// The body is `{"batch":[…]}` and each event names its own type.
    Batch,
}

/// Everything about one event that is not in its own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The name of its source, where it has one.
    pub source: Option<Arc<str>>,
    /// Where the source runs.
    pub source_kind: SourceKind,
    /// When the gateway received the request.
    pub received_at: Millis,
    /// The address of the caller as the gateway determined it.
    pub request_ip: Option<String>,
    /// The type forced by the route; `None` for events of a batch.
    pub forced: Option<EventKind>,
    /// The random id of the request, from which events without a `messageId` get a stable one.
    pub request_id: [u8; 16],
    /// The event's place in its request.
    pub index: u32,
}
