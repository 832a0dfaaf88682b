//! Consent settings of both shapes have the same result.

use super::*;
use mapping::{ConsentEntry, SourceConsent};

const WEB: &str = "web";

fn consents_of(config: Value, source_type: &str) -> mapping::ConsentSettings {
    let mut destination = inmoment();
    let fields = destination["config"].as_object_mut().unwrap();
    fields.extend(config.as_object().unwrap().clone());
    let source = with(source(json!([destination])), "/sourceDefinition", json!({"type": source_type}));
    let import = import(json!([source])).unwrap();
    assert_eq!(lines(&import.left_out), "");
    loaded(&import).destinations.remove(0).consent
}

fn by_type(list: &Value) -> Value {
    json!({"web": list, "android": [], "cloud": null})
}

#[test]
fn lists_and_lists_by_type_come_to_the_same() {
    let generic = json!([
        {"provider": "custom", "resolutionStrategy": "or", "consents": [{"consent": "a"}, {"consent": ""}, {"consent": "b \"c\""}]},
        {"provider": "oneTrust", "consents": [{"consent": "C0002"}, {}, null]},
        {"provider": "ketch", "consents": []},
        {"provider": "", "consents": [{"consent": "never"}]},
        null,
    ]);
    let one_trust = json!([{"oneTrustCookieCategory": "C0003"}, {"oneTrustCookieCategory": ""}]);
    let ketch = json!([{"purpose": "analytics"}, {}]);
    let entry = |provider: &str, strategy: &str, consents: &[&str]| ConsentEntry {
        provider: provider.to_owned(),
        resolution_strategy: strategy.to_owned(),
        consents: consents.iter().map(|text| (*text).to_owned()).collect(),
    };
    let wanted = SourceConsent {
        management: vec![entry("custom", "or", &["a", "b \"c\""]), entry("oneTrust", "", &["C0002"])],
        one_trust: vec!["C0003".to_owned()],
        ketch: vec!["analytics".to_owned()],
    };
    for shape in [|list: &Value| list.clone(), by_type] {
        let config = json!({
            "consentManagement": shape(&generic),
            "oneTrustCookieCategories": shape(&one_trust),
            "ketchConsentPurposes": shape(&ketch),
        });
        assert_eq!(consents_of(config, WEB), [(SourceKind::Web, wanted.clone())].into());
    }
}

#[test]
fn by_type_only_the_source_s_own_type_counts() {
    let config = json!({"oneTrustCookieCategories": by_type(&json!([{"oneTrustCookieCategory": "C1"}]))});
    for (source_type, found) in
        [("web", true), ("Web", true), ("amp", false), ("android", false), ("cloud", false)]
    {
        assert_eq!(!consents_of(config.clone(), source_type).is_empty(), found, "{source_type}");
    }
    // The settings for a type that no source has do not matter.
    assert!(consents_of(json!({"consentManagement": {"ios": "?"}}), WEB).is_empty());
}

#[test]
fn what_cannot_be_understood_does_not_open_the_destination() {
    for config in [
        json!({"consentManagement": true}),
        json!({"consentManagement": ["custom"]}),
        json!({"consentManagement": {"web": {}}}),
        json!({"consentManagement": [{"provider": 1}]}),
        json!({"consentManagement": [{"provider": "custom", "resolutionStrategy": []}]}),
        json!({"consentManagement": [{"provider": "custom", "consents": {"web": []}}]}),
        json!({"consentManagement": [{"provider": "custom", "consents": [{"consent": 7}]}]}),
        json!({"oneTrustCookieCategories": "C1"}),
        json!({"oneTrustCookieCategories": {"web": "C1"}}),
        json!({"ketchConsentPurposes": [{"purpose": {}}]}),
    ] {
        let mut destination = inmoment();
        destination["config"].as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
        let failure = import(json!([source(json!([destination]))])).unwrap_err();
        assert_eq!(failure.code, code::IMPORT_NOTHING, "{config}");
        assert!(failure.what.contains("without them events would be sent"), "{failure}");
    }
}
