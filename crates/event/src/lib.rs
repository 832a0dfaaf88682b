//! A RudderStack event as the gateway received it. Pure: no clock, no network, no randomness.
//!
//! * [`scan`] looks once over a request body and tells what is in it: enough to answer the SDK.
//! * [`split`] cuts a stored body into the texts of its events, byte for byte.
//! * [`Event::read`] reads one of them completely: everything that later stages need.

mod envelope;

pub use envelope::{Envelope, Kind, Millis, Shape, SourceKind};
