//! Texts that are one of few words, for the description: `#[schema(schema_with = …)]`.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

fn one_of(what: &str, words: &[&'static str]) -> RefOr<Schema> {
    let words = words.iter().copied();
    ObjectBuilder::new().schema_type(Type::String).description(Some(what)).enum_values(Some(words)).into()
}

/// Of a destination.
pub(crate) fn destination_state() -> RefOr<Schema> {
    let states = delivery::DestinationState::ALL.map(delivery::DestinationState::word);
    let words: Vec<&'static str> = states.into_iter().chain(["removed"]).collect();
    one_of("`removed`: no longer configured, its events are kept", &words)
}

/// What says in which region an account is.
pub(crate) fn region_from() -> RefOr<Schema> {
    one_of("what says so", &["account_token", "setting"])
}

/// Of an alert.
pub(crate) fn alert_state() -> RefOr<Schema> {
    one_of("`unknown` while it is off", &["ok", "firing", "unknown"])
}

/// What the mapping makes of an event.
pub(crate) fn planned() -> RefOr<Schema> {
    one_of("sent, skipped, or a dead letter", &["plan", "skipped", "refused"])
}
