//! One entry of a source's `destinations`.

use super::consent;
use super::credential::Credentials;
use super::json::{self, Object, Wrong};
use mapping::SourceConsent;
use serde_json::Value;

/// The name of InMoment's definition, compared trimmed and in any letter case (docs/facts/transformer.md#server-calls).
const DEFINITION: &str = "wootric";

/// An InMoment destination as one source sees it.
pub(super) struct Destination {
    pub(super) credentials: Credentials,
    pub(super) consent: SourceConsent,
}

/// Whether the entry is InMoment's; the error says what else it is.
pub(super) fn is_ours(entry: &Object) -> Result<(), Wrong> {
    let definition = json::object(entry, "destinationDefinition")?;
    let name = definition.map_or(Ok(""), |definition| json::text(definition, "name"))?.trim();
    if name.eq_ignore_ascii_case(DEFINITION) {
        return Ok(());
    }
    if name.is_empty() {
        return Err("it does not say what it is a destination of (`destinationDefinition.name`)".to_owned());
    }
    Err(format!("a destination of {}, not of InMoment", json::excerpt(name)))
}

impl Destination {
    /// Reads an InMoment entry, for a source of this type.
    pub(super) fn read(entry: &Object, source_type: &str) -> Result<Destination, Wrong> {
        json::text(entry, "name")?;
        json::text(entry, "id")?;
        if !json::switch(entry, "enabled")? {
            return Err(
                "it is disabled in RudderStack (`enabled` is not true): nothing is sent to it there, and \
                        nothing should be here"
                    .to_owned(),
            );
        }
        if !json::switch(entry, "isProcessorEnabled")? {
            return Err(
                "RudderStack's server does not deliver to it (`isProcessorEnabled` is not true)".to_owned()
            );
        }
        let config = json::object(entry, "config")?.ok_or("it has no `config`")?;
        let dynamic = json::field(entry, "hasDynamicConfig") != Some(&Value::Bool(false));
        Ok(Destination {
            credentials: Credentials::read(config, dynamic)?,
            consent: consent::read(config, source_type)?,
        })
    }
}

/// The settings of a kept destination that are not converted, with the consequences.
pub(super) fn settings_left_out(entry: &Object) -> Vec<String> {
    let mut left_out = Vec::new();
    if let Ok(Some(config)) = json::object(entry, "config") {
        for (key, value) in config.iter().filter(|(_, value)| says_something(value)) {
            left_out.extend(setting(key, value));
        }
    }
    left_out.extend(message_types(entry));
    left_out
}

/// The event filters of RudderStack (docs/facts/gateway.md#event-filter), and unknown ones.
fn setting(key: &str, value: &Value) -> Option<String> {
    const KNOWN: [&str; 4] = ["username", "password", "accountToken", "connectionMode"];
    if KNOWN.contains(&key) || consent::KEYS.contains(&key) {
        return None;
    }
    match key {
        "listOfConversions" => Some(
            "`listOfConversions`: RudderStack sends only events of these names; Rapport sends every track that says \
             it is a response or a decline"
                .to_owned(),
        ),
        "enableServerSideIdentify" if value.as_bool() == Some(true) => None,
        "enableServerSideIdentify" => {
            Some("`enableServerSideIdentify` is off: RudderStack sends no identify; Rapport sends them".to_owned())
        }
        "eventFilteringOption" if value.as_str() == Some("disable") => None,
        "eventFilteringOption" | "whitelistedEvents" | "blacklistedEvents" => {
            Some(format!("`{key}`: neither RudderStack's server nor Rapport filters by it"))
        }
        other => Some(format!("`{}` has no counterpart", json::excerpt(other))),
    }
}

/// `supportedMessageTypes`, which RudderStack reads if it is a list (docs/facts/gateway.md#supported-types).
fn message_types(entry: &Object) -> Option<String> {
    let definition = json::object(entry, "destinationDefinition").ok()??;
    let config = json::object(definition, "config").ok()??;
    let types = config.get("supportedMessageTypes")?.as_array()?;
    let has = |word: &str| types.iter().any(|one| one == word);
    let missing: Vec<&str> = ["identify", "track"].into_iter().filter(|word| !has(word)).collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "`supportedMessageTypes` has no {}: RudderStack does not send these; Rapport does",
        missing.join(" and no ")
    ))
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(fields) => fields.values().any(says_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The user transformations attached to it: their ids.
pub(super) fn transformations(entry: &Object) -> Vec<String> {
    let items = json::list(entry, "transformations").unwrap_or_default();
    let id = |item: &Value| {
        let (_, id) = item.as_object().map(|item| json::label(item, "")).unwrap_or_default();
        if id.is_empty() { "without an id".to_owned() } else { id }
    };
    items.iter().map(id).collect()
}
