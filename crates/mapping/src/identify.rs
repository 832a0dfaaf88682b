//! An identify creates or updates an end user (docs/facts/mapping.md#identify, docs/facts/transformer.md#identify).

use crate::explain::{Conversion, EventMapper};
use crate::plan::{Action, DeadReason, EndUserFields, FormValue, Who};
use crate::refusal::create_refusal_by;
use crate::settings::LastSurveyed;
use crate::{dates, js, properties};
use serde_json::Value;

const EMAIL: [&str; 3] = ["traits.email", "context.traits.email", "properties.email"];
const PHONE: [&str; 3] = ["traits.phone", "context.traits.phone", "properties.phone"];
const CREATED_AT: [&str; 2] = ["traits.createdAt", "context.traits.createdAt"];
const TIMESTAMP: [&str; 2] = ["timestamp", "originalTimestamp"];

/// The paths where an event of the channel `sources` may have its time (docs/facts/transformer.md#retl-times).
const SOURCES_TIMESTAMP: [&str; 5] =
    ["context.timestamp", "context.traits.timestamp", "traits.timestamp", "timestamp", "originalTimestamp"];

pub(crate) fn action(reader: &mut EventMapper<'_>, who: &Who) -> Result<Action, DeadReason> {
    let fields = EndUserFields {
        email: reader.field("email", &EMAIL, Conversion::Email)?,
        phone_number: reader.field("phone_number", &PHONE, Conversion::Phone)?,
        last_surveyed: last_surveyed(reader)?,
        last_surveyed_on_create_only: reader.settings.last_surveyed == LastSurveyed::OnCreate,
        external_created_at: dates::signed_up(reader, "external_created_at", &CREATED_AT)?,
        properties: properties::read(reader, "properties")?,
    };
    if let Some(refusal) = create_refusal_by(reader.switches, who, &fields) {
        reader.note(format!(
            "An end user who does not exist yet cannot be created from this event: {}. An existing end user is updated.",
            refusal.reason
        ));
    }
    Ok(Action::UpsertEndUser(fields))
}

fn last_surveyed(reader: &mut EventMapper<'_>) -> Result<Option<FormValue>, DeadReason> {
    const FIELD: &str = "last_surveyed";
    match reader.settings.last_surveyed {
        LastSurveyed::Off => {
            reader.record(FIELD, None, None, "last_surveyed = \"off\"");
            return Ok(None);
        }
        LastSurveyed::OnCreate => {
            reader.note("last_surveyed = \"on-create\": it is sent only when the end user is created.");
        }
        LastSurveyed::EventTime => {}
    }
    if !reader.switches.corrected_time {
        let sources: &[&str] = if is_from_sources(reader) { &SOURCES_TIMESTAMP } else { &TIMESTAMP };
        return reader.field(FIELD, sources, Conversion::Seconds);
    }
    let (source, value, rule) = dates::event_time(reader);
    reader.record(FIELD, Some(source), Some(&value), rule);
    Ok(Some(value))
}

/// Whether rudder-transformer would read this event's time from other paths.
fn is_from_sources(reader: &EventMapper<'_>) -> bool {
    let says = |key: &str, wanted: &str| reader.event.body.get(key).and_then(Value::as_str) == Some(wanted);
    let is_mapped = || reader.at("context.mappedToDestination").is_some_and(js::is_truthy);
    reader.switches.sources_channel && says("channel", "sources") && says("type", "identify") && !is_mapped()
}
