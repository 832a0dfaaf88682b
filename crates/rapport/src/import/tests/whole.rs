//! Whole workspaces: shared entries, invalid workspaces, and random JSON.

use super::*;
use proptest::prelude::*;

/// A source of this type with its own id, name and write key.
fn named(name: &str, source_type: &str, destinations: Value) -> Value {
    let source = with(source(destinations), "/sourceDefinition", json!({"type": source_type}));
    let source = with(source, "/id", json!(format!("id-{name}")));
    with(with(source, "/name", json!(name)), "/writeKey", json!(format!("planted-key-{name}")))
}

fn one_trust(category: &str) -> Value {
    with(inmoment(), "/config/oneTrustCookieCategories", json!([{"oneTrustCookieCategory": category}]))
}

fn sources_of(import: &Import) -> Vec<(String, Vec<String>)> {
    loaded(import).destinations.into_iter().map(|one| (one.name, one.sources)).collect()
}

fn owned(name: &str, sources: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), sources.iter().map(|source| (*source).to_owned()).collect())
}

#[test]
fn one_id_below_several_sources_is_one_destination() {
    let twice = json!([one_trust("C1"), one_trust("C1")]);
    let sources = json!([
        named("a", "web", twice),
        named("b", "android", json!([inmoment()])),
        named("c", "web", json!([one_trust("C1")]))
    ]);
    let import = import(sources).unwrap();
    assert_eq!(sources_of(&import), [owned("InMoment", &["a", "b", "c"])]);
    let consent = loaded(&import).destinations.remove(0).consent;
    assert_eq!(consent.keys().copied().collect::<Vec<_>>(), [SourceKind::Web], "mobile sources need none");
    assert_eq!(lines(&import.changed), "");
}

#[test]
fn one_id_with_different_settings_is_several_destinations() {
    let other_login = with(inmoment(), "/config/password", json!("planted-other"));
    for (second, what) in [(one_trust("C2"), "consents"), (inmoment(), "no consents"), (other_login, "login")]
    {
        let sources =
            json!([named("a", "web", json!([one_trust("C1")])), named("b", "web", json!([second]))]);
        let import = import(sources).unwrap();
        assert_eq!(sources_of(&import), [owned("InMoment", &["a"]), owned("InMoment-2", &["b"])], "{what}");
        assert!(lines(&import.changed).contains("its settings differ between its sources"), "{what}");
        let names: Vec<&str> = import.secrets.iter().map(|secret| secret.file.as_str()).collect();
        assert!(names.contains(&"InMoment.password") && names.contains(&"InMoment-2.password"), "{names:?}");
    }
}

#[test]
fn a_destination_whose_sources_are_left_out_is_named() {
    let lonely = with(with(inmoment(), "/id", json!("d9")), "/name", json!("Lonely"));
    let hook = with(
        named("hook", "cloud", json!([lonely, inmoment()])),
        "/sourceDefinition/category",
        json!("webhook"),
    );
    let import = import(json!([hook, named("a", "web", json!([inmoment()]))])).unwrap();
    let said = lines(&import.left_out);
    assert!(said.contains("destination \"Lonely\" (d9): no source that feeds it"), "{said}");
    assert_eq!(import.left_out.len(), 2, "{said}");
}

#[test]
fn a_reason_is_given_once() {
    let hook = with(with(inmoment(), "/destinationDefinition/name", json!("WEBHOOK")), "/id", json!("d8"));
    let both = json!([inmoment(), hook]);
    let import = import(json!([named("a", "web", both.clone()), named("b", "web", both)])).unwrap();
    assert_eq!(
        lines(&import.left_out),
        "destination \"InMoment\" (d8): a destination of WEBHOOK, not of InMoment"
    );
}

#[test]
fn a_disabled_source_stays_disabled() {
    let import = import(json!([with(source(json!([inmoment()])), "/enabled", json!(false))])).unwrap();
    assert!(!loaded(&import).sources[0].enabled);
    assert!(lines(&import.changed).contains("disabled there and here"));
}

#[test]
fn rudderstack_s_own_fields_are_read_in_any_case() {
    let text = json!({"Sources": [source(json!([inmoment()]))]}).to_string();
    let text = text
        .replace("\"writeKey\"", "\"WriteKey\"")
        .replace("\"isProcessorEnabled\"", "\"IsProcessorEnabled\"");
    let text = text.replace("\"config\":{\"user", "\"Config\":{\"user");
    assert_eq!(workspace(&format!("\u{feff}{text}")).unwrap().destinations.len(), 1);
}

#[test]
fn what_is_no_workspace_is_refused() {
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    for (text, code, part) in [
        ("", code::INPUT_NOT_JSON, "line 1"),
        ("{\"sources\":[\n{]}", code::INPUT_NOT_JSON, "line 2, character 2"),
        ("{} {}", code::INPUT_NOT_JSON, "character 4"),
        ("[]", code::IMPORT_NOT_A_WORKSPACE, "no JSON object"),
        ("null", code::IMPORT_NOT_A_WORKSPACE, "no JSON object"),
        ("{}", code::IMPORT_NOT_A_WORKSPACE, "no `sources`"),
        ("{\"sources\":[]}", code::IMPORT_NOT_A_WORKSPACE, "no sources"),
        ("{\"sources\":{}}", code::IMPORT_NOT_A_WORKSPACE, "no list"),
        ("{\"w1\":{\"sources\":[]}}", code::IMPORT_NOT_A_WORKSPACE, "several workspaces"),
        (&deep, code::IMPORT_NOT_A_WORKSPACE, "nests deeper"),
        ("{\"sources\":[1]}", code::IMPORT_NOTHING, "source \"number 1\": it is no object"),
    ] {
        let failure = workspace(text).unwrap_err();
        assert_eq!(failure.code, code, "{text}");
        assert!(failure.to_string().contains(part), "{text}: {failure}");
        assert_eq!(failure.means, "nothing was written");
    }
}

/// Any JSON, with texts that have a meaning in some places.
fn anything() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "",
        "WOOTRIC",
        "web",
        "env.X",
        "env:X",
        "file:x",
        "{{ a || b }}",
        "#",
        "\"",
        "\n",
        "C1",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let keys = prop::sample::select(vec![
            "web",
            "provider",
            "consents",
            "consent",
            "oneTrustCookieCategory",
            "purpose",
            "name",
            "type",
            "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..4).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

/// A value of a kept entry, which is sometimes replaced.
const PLACES: [&str; 18] = [
    "/id",
    "/name",
    "/writeKey",
    "/enabled",
    "/sourceDefinition",
    "/sourceDefinition/type",
    "/sourceDefinition/category",
    "/destinations/0",
    "/destinations/0/id",
    "/destinations/0/name",
    "/destinations/0/config/username",
    "/destinations/0/config/consentManagement",
    "/destinations/0/config/oneTrustCookieCategories",
    "/destinations/0/config/ketchConsentPurposes",
    "/destinations/0/config/listOfConversions",
    "/destinations/0/destinationDefinition/config",
    "/destinations/0/transformations",
    "/destinations/1/config/consentManagement",
];

fn some_source() -> impl Strategy<Value = Value> {
    let changes = prop::collection::vec((prop::sample::select(PLACES.to_vec()), anything()), 0..4);
    (0..6u8, any::<bool>(), changes).prop_map(|(key, web, changes)| {
        let mut source =
            named(&format!("site {key}"), if web { "web" } else { "ios" }, json!([inmoment(), inmoment()]));
        for (place, value) in changes {
            // An earlier change may have removed the part that this one would change.
            let (parent, key) = place.rsplit_once('/').unwrap();
            let fits = match source.pointer(parent) {
                Some(Value::Object(_)) => true,
                Some(Value::Array(items)) => key.parse().is_ok_and(|nth: usize| nth < items.len()),
                _ => false,
            };
            if fits {
                source = with(source, place, value);
            }
        }
        source
    })
}

proptest! {
    #[test]
    fn whatever_is_in_it_what_is_written_loads_and_holds_no_secret(
        sources in prop::collection::vec(some_source(), 1..5),
        libraries in anything(),
    ) {
        let text = json!({"sources": sources, "libraries": libraries}).to_string();
        match workspace(&text) {
            Ok(import) => {
                let config = loaded(&import);
                prop_assert_eq!(config.destinations.len(), import.destinations.len());
                prop_assert!(config.warnings.is_empty(), "{:?}", config.warnings);
                let said = format!("{}{}{}{:?}", import.text, lines(&import.changed), lines(&import.left_out), import);
                prop_assert!(!said.contains("planted"), "{}", said);
                let remarks = import.changed.iter().chain(&import.left_out);
                for remark in remarks {
                    prop_assert!(!remark.line().contains('\n'), "{}", remark.line());
                }
            }
            Err(failure) => {
                prop_assert_eq!(&failure.code, code::IMPORT_NOTHING);
                prop_assert!(!failure.to_string().contains("planted"), "{}", failure);
            }
        }
    }

    #[test]
    fn no_json_panics(document in anything(), sources in anything()) {
        let _ = workspace(&document.to_string());
        let _ = workspace(&json!({"sources": sources}).to_string());
        let _ = workspace(&json!({"sources": [{"destinations": sources}, sources]}).to_string());
    }
}
