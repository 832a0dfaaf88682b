//! Merging fields: several identifies into one, and an event's properties over InMoment's.

use crate::engine::Member;
use inmoment::PropertyValue;
use journal::KnownUser;
use mapping::{EndUserFields, FormValue, Laid, Profile, Properties};
use serde_json::{Map, Value};

/// The text of a form value as it is sent.
pub(crate) fn text(value: &FormValue) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Merges adjacent identifies: a later field replaces an earlier one; properties are merged by key.
pub(crate) fn merged(parts: &[(Member, EndUserFields)]) -> EndUserFields {
    let mut all = EndUserFields::default();
    let mut properties: Map<String, Value> = Map::new();
    for (_, fields) in parts {
        take(&mut all.email, &fields.email);
        take(&mut all.phone_number, &fields.phone_number);
        take(&mut all.last_surveyed, &fields.last_surveyed);
        take(&mut all.external_created_at, &fields.external_created_at);
        all.last_surveyed_on_create_only = fields.last_surveyed_on_create_only;
        for (key, value) in &fields.properties {
            properties.insert(key.clone(), value.clone());
        }
    }
    all.properties = properties.into_iter().collect();
    all
}

fn take(field: &mut Option<FormValue>, newer: &Option<FormValue>) {
    if newer.is_some() {
        field.clone_from(newer);
    }
}

/// Whether an identify would change anything at InMoment.
pub(crate) fn changes_something(profile: Profile, fields: &EndUserFields, user: &KnownUser) -> bool {
    let text_differs = |wanted: &Option<FormValue>, held: &Option<String>| {
        wanted.as_ref().is_some_and(|wanted| held.as_deref() != Some(text(wanted).as_str()))
    };
    let time_differs = |wanted: Option<&FormValue>, held: Option<i64>| {
        wanted.is_some_and(|wanted| text(wanted).parse().ok() != held || held.is_none())
    };
    let last_surveyed = fields.last_surveyed.as_ref().filter(|_| !fields.last_surveyed_on_create_only);
    text_differs(&fields.email, &user.email)
        || text_differs(&fields.phone_number, &user.phone_number)
        || time_differs(last_surveyed, user.last_surveyed)
        || time_differs(fields.external_created_at.as_ref(), user.external_created_at)
        || properties_change(profile, &fields.properties, &user.properties)
}

/// Whether these properties, laid over the stored ones, change them.
fn properties_change(profile: Profile, properties: &Properties, stored: &Map<String, Value>) -> bool {
    let differs =
        |key: &str, text: &str| !stored.get(key).is_some_and(|held| mapping::same_as_stored(held, text));
    let property_differs = |(key, value): &(String, FormValue)| match value {
        // A null removes the stored value.
        Value::Null => stored.contains_key(key),
        value => differs(key, &text(value)),
    };
    if !properties.iter().any(property_differs) {
        return false;
    }
    // Properties that the form has no room for are not sent, so they make no difference.
    let laid = mapping::overlay(profile, stored, properties);
    let laid_differs = |(key, laid): &(String, Laid)| match laid {
        Laid::Event(text) => differs(key, text),
        Laid::Stored(_) => false,
    };
    !laid.is_empty() && (laid.len() != stored.len() || laid.iter().any(laid_differs))
}

/// Properties as they are sent, and as InMoment will hold them.
pub(crate) type LaidProperties = (Option<Vec<(String, PropertyValue)>>, Option<Map<String, Value>>);

/// Lays the event's properties over the stored ones: InMoment replaces the whole hash (docs/facts/mapping.md#overlay).
/// If the event has no properties, none are sent, and InMoment keeps the stored ones.
pub(crate) fn lay(
    profile: Profile,
    stored: Option<&Map<String, Value>>,
    properties: &Properties,
) -> LaidProperties {
    if properties.is_empty() {
        return (None, None);
    }
    let nothing = Map::new();
    let laid = mapping::overlay(profile, stored.unwrap_or(&nothing), properties);
    if laid.is_empty() {
        return (None, None);
    }
    let after = laid.iter().map(|(key, value)| (key.clone(), value_of(value))).collect();
    let sent = laid.into_iter().map(|(key, value)| (key, wire(value))).collect();
    (Some(sent), Some(after))
}

fn value_of(laid: &Laid) -> Value {
    match laid {
        Laid::Event(text) => Value::String(text.clone()),
        Laid::Stored(value) => value.clone(),
    }
}

fn wire(laid: Laid) -> PropertyValue {
    match laid {
        Laid::Event(text) => PropertyValue::Text(text),
        Laid::Stored(value) => PropertyValue::Stored(value),
    }
}
