//! One entry of the workspace's `sources`.

use super::json::{self, Object, Wrong};
use event::SourceKind;
use secrecy::SecretString;
use serde_json::Value;

/// The data of a source that matter here.
pub(super) struct Source<'v> {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: SourceKind,
    /// RudderStack's type, by which consent settings are stored
    pub(super) source_type: &'static str,
    /// whether the file names its kind
    pub(super) kind_known: bool,
    pub(super) write_key: SecretString,
    pub(super) enabled: bool,
    pub(super) tracking_plan: bool,
    pub(super) destinations: &'v [Value],
}

/// RudderStack's types of sources (`sourceDefinition.type`; the keys of consent settings by type), and their kinds
/// here.
const TYPES: [(&str, SourceKind); 12] = [
    ("web", SourceKind::Web),
    ("amp", SourceKind::Web),
    ("shopify", SourceKind::Web),
    ("android", SourceKind::Mobile),
    ("androidKotlin", SourceKind::Mobile),
    ("ios", SourceKind::Mobile),
    ("iosSwift", SourceKind::Mobile),
    ("reactnative", SourceKind::Mobile),
    ("flutter", SourceKind::Mobile),
    ("unity", SourceKind::Mobile),
    ("cordova", SourceKind::Mobile),
    ("cloud", SourceKind::Server),
];

/// Names of definitions that have had no type, in lower case without punctuation, and the type.
const NAMES: [(&str, &str); 10] = [
    ("javascript", "web"),
    ("http", "cloud"),
    ("node", "cloud"),
    ("python", "cloud"),
    ("go", "cloud"),
    ("java", "cloud"),
    ("ruby", "cloud"),
    ("php", "cloud"),
    ("dotnet", "cloud"),
    ("rust", "cloud"),
];

impl<'v> Source<'v> {
    /// Reads an entry; the error says why it cannot be kept.
    pub(super) fn read(entry: &'v Object, place: &str) -> Result<Source<'v>, Wrong> {
        let (name, id) = json::label(entry, place);
        json::text(entry, "name")?;
        json::text(entry, "id")?;
        let enabled = json::switch(entry, "enabled")?;
        let definition = json::object(entry, "sourceDefinition")?;
        let word = |key| definition.map_or(Ok(""), |definition| json::text(definition, key));
        let (category, definition_type, definition_name) = (word("category")?, word("type")?, word("name")?);
        cannot_send(category, definition_type)?;
        let known = type_of(definition_type, definition_name);
        let (source_type, kind) = known.unwrap_or(("cloud", SourceKind::Server));
        let write_key = SecretString::from(json::text(entry, "writeKey")?);
        if !registry::model::write_key_fits(&write_key) {
            let why = "its `writeKey` is missing or cannot be one: 1 to 255 visible characters, no colon";
            return Err(why.to_owned());
        }
        Ok(Source {
            id,
            name,
            kind,
            source_type,
            kind_known: known.is_some(),
            write_key,
            enabled,
            tracking_plan: has_tracking_plan(entry),
            destinations: json::list(entry, "destinations")?,
        })
    }
}

/// Sources whose events are not sent by an SDK (docs/facts/gateway.md#routes, #write-key).
fn cannot_send(category: &str, source_type: &str) -> Result<(), Wrong> {
    let category = category.trim().to_ascii_lowercase();
    if category == "webhook" {
        return Err(
            "a webhook source: its events go through RudderStack's source transformer, which Rapport has \
                    no counterpart for"
                .to_owned(),
        );
    }
    let fetched = matches!(category.as_str(), "cloud" | "warehouse" | "singer-protocol")
        || matches!(source_type, "cloudSource" | "warehouse");
    if fetched {
        return Err("RudderStack fetches its events itself; no SDK sends them".to_owned());
    }
    Ok(())
}

fn type_of(source_type: &str, name: &str) -> Option<(&'static str, SourceKind)> {
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let find = |wanted: &str| TYPES.into_iter().find(|(word, _)| same(word, wanted));
    let source_type = source_type.trim();
    if !source_type.is_empty() {
        return find(source_type);
    }
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let by_name = NAMES.into_iter().find(|(word, _)| same(word, &name)).map(|(_, word)| word);
    find(by_name.unwrap_or(&name))
}

fn has_tracking_plan(entry: &Object) -> bool {
    let plan = json::field(entry, "dgSourceTrackingPlanConfig").and_then(Value::as_object);
    let plan = plan.and_then(|plan| json::field(plan, "trackingPlan")).and_then(Value::as_object);
    plan.is_some_and(|plan| json::text(plan, "id").is_ok_and(|id| !id.is_empty()))
}
