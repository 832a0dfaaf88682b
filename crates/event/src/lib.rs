//! A RudderStack event as the gateway received it. Pure: no clock, no network, no randomness.
//!
//! * [`scan`] looks once over a request body and tells what is in it: enough to answer the SDK.
//! * [`split`] cuts a stored body into the texts of its events, byte for byte; [`event_at`] cuts out one, and [`Cut`] keeps
//!   the whole cut for whoever wants several, one by one.
//! * [`Event::read`] reads one of them completely: everything that later stages need.
//! * [`Event::content_hash`] is what makes two events with one message id the same.
//! * [`raw`] cuts any JSON into the texts of its parts, for whoever must give them back byte for byte.
//! * [`time`], [`number`] and [`identity`] hold the readings of dates, numbers and ids that all stages share.

mod content;
mod envelope;
mod event;
pub mod identity;
mod json;
pub mod number;
pub mod raw;
mod scan;
pub mod time;

pub use envelope::{Clock, Envelope, EventKind, Millis, RequestShape, SourceKind};
pub use event::{Event, EventType, ReadError, Times};
pub use identity::{as_uuid, message_hash};
pub use json::Share;
pub use scan::{Cut, Reject, RejectCode, Scan, ScanError, UnknownRejectCode, event_at, scan, split};
