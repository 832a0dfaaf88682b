use super::*;
use event::{Envelope, Millis, SourceKind};
use serde_json::{Map, json};

fn event(consent: Value) -> Event {
    let body: Map<String, Value> =
        json!({ "context": { "consentManagement": consent } }).as_object().unwrap().clone();
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(0),
        request_ip: None,
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    Event::from_body(body, &envelope)
}

fn list(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn entry(provider: &str, strategy: &str, consents: &[&str]) -> ConsentEntry {
    ConsentEntry {
        provider: provider.to_owned(),
        resolution_strategy: strategy.to_owned(),
        consents: list(consents),
    }
}

fn is_denied(consent: Value, settings: &SourceConsent) -> bool {
    denied(&event(consent), Some(settings)).is_some()
}

fn management(entries: &[ConsentEntry]) -> SourceConsent {
    SourceConsent { management: entries.to_vec(), ..SourceConsent::default() }
}

#[test]
fn without_settings_or_denials_everything_passes() {
    let settings = management(&[entry("custom", "and", &["a"])]);
    assert_eq!(denied(&event(json!({ "provider": "custom", "deniedConsentIds": ["a"] })), None), None);
    let unusable = [
        json!(null),
        json!("x"),
        json!({ "provider": "custom" }),
        json!({ "provider": "custom", "deniedConsentIds": [] }),
        json!({ "provider": "custom", "deniedConsentIds": [""] }),
        json!({ "provider": "custom", "deniedConsentIds": "a" }),
        json!({ "provider": "custom", "deniedConsentIds": ["a", 5] }),
        json!({ "provider": 5, "deniedConsentIds": ["a"] }),
        json!({ "provider": "custom", "resolutionStrategy": 5, "deniedConsentIds": ["a"] }),
        json!({ "provider": "custom", "allowedConsentIds": ["b"] }),
    ];
    for consent in unusable {
        assert!(!is_denied(consent.clone(), &settings), "{consent}");
    }
    assert!(is_denied(json!({ "provider": "custom", "deniedConsentIds": ["", "a"] }), &settings));
}

/// docs/facts/gateway.md#consent-generic.
#[test]
fn by_provider() {
    let says = |provider: &str, strategy: &str, denied: &[&str]| json!({ "provider": provider, "resolutionStrategy": strategy, "deniedConsentIds": denied });
    // provider, the destination's strategy, the event's strategy, which of [a, b] are denied, whether the event is held
    // back
    let table: [(&str, &str, &str, &[&str], bool); 12] = [
        ("oneTrust", "", "and", &["a"], true),
        ("oneTrust", "or", "and", &["a"], true),
        ("oneTrust", "and", "or", &["a"], false),
        ("oneTrust", "and", "or", &["a", "b"], true),
        ("oneTrust", "", "OR", &["a"], true),
        ("oneTrust", "", "", &["c"], false),
        ("ketch", "", "or", &["b", "c"], false),
        ("custom", "or", "and", &["a"], false),
        ("custom", "or", "and", &["b", "a"], true),
        ("custom", "and", "or", &["a"], true),
        ("custom", "", "or", &["A"], false),
        ("iubenda", "", "", &["b"], true),
    ];
    for (provider, ours, theirs, ids, wanted) in table {
        let settings = management(&[entry(provider, ours, &["a", " ", "b"])]);
        assert_eq!(
            is_denied(says(provider, theirs, ids), &settings),
            wanted,
            "{provider} {ours} {theirs} {ids:?}"
        );
    }
    let settings =
        management(&[entry("custom", "", &["a"]), entry("custom", "", &["b"]), entry("custom", "", &[" "])]);
    assert!(!is_denied(says("custom", "", &["a"]), &settings));
    assert!(is_denied(says("custom", "", &["b"]), &settings));
    assert!(!is_denied(says("Custom", "", &["b"]), &settings));
    assert!(!is_denied(json!({ "deniedConsentIds": ["b"] }), &management(&[entry("", "", &["b"])])));
}

/// docs/facts/gateway.md#consent-legacy.
#[test]
fn by_legacy_settings() {
    let says = |provider: &str, denied: &[&str]| json!({ "provider": provider, "deniedConsentIds": denied });
    let both =
        SourceConsent { management: vec![], one_trust: list(&["C1", "C2"]), ketch: list(&["p1", "p2"]) };
    let ketch = SourceConsent { one_trust: list(&[""]), ..both.clone() };
    assert!(is_denied(says("", &["C2"]), &both));
    assert!(is_denied(says("oneTrust", &["C1"]), &both));
    assert!(!is_denied(says("", &["p1", "p2"]), &both), "OneTrust decides, Ketch is not asked");
    assert!(!is_denied(says("ketch", &["p1"]), &both));
    assert!(is_denied(says("ketch", &["p1", "p2"]), &both));
    assert!(is_denied(says("", &["p1", "p2"]), &ketch));
    assert!(!is_denied(says("oneTrust", &["p1", "p2"]), &ketch));
    assert!(!is_denied(says("iubenda", &["C1", "p1", "p2"]), &both));
    let generic_first = SourceConsent { management: vec![entry("oneTrust", "", &["x"])], ..both };
    assert!(!is_denied(says("oneTrust", &["C1"]), &generic_first));
}
