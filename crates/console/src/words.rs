//! Schemas of texts with few values, for the description: `#[schema(schema_with = …)]`.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

fn one_of(what: &str, words: &[&'static str]) -> RefOr<Schema> {
    let words = words.iter().copied();
    ObjectBuilder::new().schema_type(Type::String).description(Some(what)).enum_values(Some(words)).into()
}

/// The state of a destination.
pub(crate) fn destination_state() -> RefOr<Schema> {
    let states = delivery::DestinationState::ALL.map(delivery::DestinationState::word);
    let words: Vec<&'static str> = states.into_iter().chain(["removed"]).collect();
    one_of("`removed`: no longer configured, its events are kept", &words)
}

/// How the region of an account was found.
pub(crate) fn region_from() -> RefOr<Schema> {
    one_of("how the region was found", &["account_token", "setting"])
}

/// The state of an alert.
pub(crate) fn alert_state() -> RefOr<Schema> {
    one_of("`unknown` while it is off", &["ok", "firing", "unknown"])
}

/// The mapping's result for an event.
pub(crate) fn planned() -> RefOr<Schema> {
    one_of("whether the event is sent, skipped, or becomes a dead letter", &["plan", "skipped", "refused"])
}
