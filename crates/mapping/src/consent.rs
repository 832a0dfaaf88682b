//! Consent: an event of an end user who denied a consent that this destination needs is not sent there
//! (docs/facts/gateway.md#consent).

use crate::settings::{ConsentEntry, SourceConsent};
use event::Event;
use serde_json::Value;

/// The consent that an event names.
struct Denied<'a> {
    provider: &'a str,
    strategy: &'a str,
    ids: Vec<&'a str>,
}

impl<'a> Denied<'a> {
    /// `None` if nothing can be decided: no consent is denied, or a value has the wrong type.
    fn read(event: &'a Event) -> Option<Denied<'a>> {
        let consent = event.consent()?.as_object()?;
        let text = |key: &str| match consent.get(key) {
            None | Some(Value::Null) => Some(""),
            Some(value) => value.as_str(),
        };
        let ids: Option<Vec<&str>> =
            consent.get("deniedConsentIds")?.as_array()?.iter().map(Value::as_str).collect();
        let ids: Vec<&str> = ids?.into_iter().filter(|id| !id.is_empty()).collect();
        if ids.is_empty() {
            return None;
        }
        Some(Denied { provider: text("provider")?, strategy: text("resolutionStrategy")?, ids })
    }

    fn has(&self, id: &str) -> bool {
        self.ids.contains(&id)
    }
}

/// Why the event must not be sent to this destination, in words; `None` if it may be sent. The first settings that
/// apply decide.
pub(crate) fn denied(event: &Event, settings: Option<&SourceConsent>) -> Option<String> {
    let settings = settings?;
    let denied = Denied::read(event)?;
    if let Some(entry) = entry_for(&settings.management, denied.provider) {
        return by_entry(entry, &denied);
    }
    let one_trust = said(&settings.one_trust);
    if matches!(denied.provider, "" | "oneTrust") && !one_trust.is_empty() {
        return any_denied(&one_trust, &denied, "OneTrust category");
    }
    let ketch = said(&settings.ketch);
    if matches!(denied.provider, "" | "ketch") && !ketch.is_empty() {
        return all_denied(&ketch, &denied, "Ketch purposes");
    }
    None
}

/// The settings for a provider that name a consent; if there are several, the last of them.
fn entry_for<'a>(entries: &'a [ConsentEntry], provider: &str) -> Option<&'a ConsentEntry> {
    if provider.is_empty() {
        return None;
    }
    entries.iter().rev().find(|entry| entry.provider == provider && !said(&entry.consents).is_empty())
}

fn by_entry(entry: &ConsentEntry, denied: &Denied<'_>) -> Option<String> {
    let consents = said(&entry.consents);
    let strategy =
        if entry.provider == "custom" { entry.resolution_strategy.as_str() } else { denied.strategy };
    if strategy == "or" {
        all_denied(&consents, denied, "consents")
    } else {
        any_denied(&consents, denied, "consent")
    }
}

fn said(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).filter(|id| !id.trim().is_empty()).collect()
}

fn any_denied(needed: &[&str], denied: &Denied<'_>, what: &str) -> Option<String> {
    let id = needed.iter().find(|id| denied.has(id))?;
    Some(format!("the {what} `{id}`, which this destination needs, is denied"))
}

fn all_denied(needed: &[&str], denied: &Denied<'_>, what: &str) -> Option<String> {
    needed
        .iter()
        .all(|id| denied.has(id))
        .then(|| format!("all {what} of which this destination needs one are denied"))
}

#[cfg(test)]
mod tests;
