//! The consent settings of a destination, for one source: a list, or lists by the type of the source (docs/facts/gateway.md#consent-by-source).
//!
//! Settings that cannot be understood are an error, not empty settings: without them, events would be sent although
//! their end users denied consent.

use super::json::{Object, Wrong};
use mapping::{ConsentEntry, SourceConsent};
use serde_json::Value;

const GENERIC: &str = "consentManagement";
const ONE_TRUST: &str = "oneTrustCookieCategories";
const KETCH: &str = "ketchConsentPurposes";

/// The settings this module reads.
pub(super) const KEYS: [&str; 3] = [GENERIC, ONE_TRUST, KETCH];

/// The part of a destination's `config` that applies to a source of this type.
pub(super) fn read(config: &Object, source_type: &str) -> Result<SourceConsent, Wrong> {
    let mut management = Vec::new();
    for entry in entries(config, GENERIC, source_type)? {
        management.extend(generic(entry)?);
    }
    let one_trust = entries(config, ONE_TRUST, source_type)?;
    let ketch = entries(config, KETCH, source_type)?;
    Ok(SourceConsent {
        management,
        one_trust: words(one_trust, "oneTrustCookieCategory", ONE_TRUST)?,
        ketch: words(ketch, "purpose", KETCH)?,
    })
}

fn unreadable(key: &str) -> Wrong {
    format!(
        "its consent settings `{key}` cannot be understood, and without them events would be sent that were denied"
    )
}

/// The list of a setting, in either shape.
fn entries<'v>(config: &'v Object, key: &str, source_type: &str) -> Result<Vec<&'v Object>, Wrong> {
    match config.get(key) {
        Some(Value::Object(by_type)) => objects(by_type.get(source_type), key),
        flat => objects(flat, key),
    }
}

/// A list of objects; missing and null are empty lists.
fn objects<'v>(list: Option<&'v Value>, key: &str) -> Result<Vec<&'v Object>, Wrong> {
    match list {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            let object = |item: &'v Value| item.as_object().ok_or_else(|| unreadable(key));
            items.iter().filter(|item| !item.is_null()).map(object).collect()
        }
        Some(_) => Err(unreadable(key)),
    }
}

/// The texts under one key of a list; empty ones do not count.
fn words(list: Vec<&Object>, below: &str, key: &str) -> Result<Vec<String>, Wrong> {
    let mut words = Vec::new();
    for entry in list {
        words.extend(Some(word(entry, below, key)?).filter(|word| !word.is_empty()));
    }
    Ok(words)
}

fn word(entry: &Object, below: &str, key: &str) -> Result<String, Wrong> {
    match entry.get(below) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(unreadable(key)),
    }
}

/// A provider with its consents; `None` when it names no provider or no consent, and so never applies.
fn generic(entry: &Object) -> Result<Option<ConsentEntry>, Wrong> {
    let entry = ConsentEntry {
        provider: word(entry, "provider", GENERIC)?,
        resolution_strategy: word(entry, "resolutionStrategy", GENERIC)?,
        consents: words(objects(entry.get("consents"), GENERIC)?, "consent", GENERIC)?,
    };
    Ok(Some(entry).filter(|entry| !entry.provider.is_empty() && !entry.consents.is_empty()))
}
