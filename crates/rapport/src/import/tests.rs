//! Tables of single entries; `tests/whole.rs` has whole workspaces.

mod consents;
mod whole;

use super::*;
use event::SourceKind;
use serde_json::json;

/// An InMoment destination that is kept.
fn inmoment() -> Value {
    json!({
        "id": "d1", "name": "InMoment", "enabled": true, "isProcessorEnabled": true,
        "config": {"username": "alex@example.com", "password": "planted-password", "accountToken": "NPS-planted1"},
        "destinationDefinition": {"name": "WOOTRIC", "config": {"supportedMessageTypes": ["identify", "track"]}},
        "transformations": [],
    })
}

/// A web source with these destinations that is kept.
fn source(destinations: Value) -> Value {
    json!({
        "id": "s1", "name": "website", "writeKey": "planted-key-1", "enabled": true,
        "sourceDefinition": {"name": "Javascript", "category": null, "type": "web"},
        "destinations": destinations,
    })
}

fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(fields) => drop(fields.insert(key.to_owned(), new)),
        other => other[key.parse::<usize>().unwrap()] = new,
    }
    value
}

fn import(sources: Value) -> Result<Import, Failure> {
    workspace(&json!({"workspaceId": "w1", "sources": sources, "libraries": []}).to_string())
}

/// The configuration that an import makes.
fn loaded(import: &Import) -> Config {
    import
        .prove(Path::new("/etc/rapport/rapport.toml"))
        .unwrap_or_else(|error| panic!("{error}\n{}", import.text))
}

fn lines(remarks: &[Remark]) -> String {
    remarks.iter().map(Remark::line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_workspace_becomes_a_configuration_without_secrets() {
    let import = import(json!([source(json!([inmoment()]))])).unwrap();
    let config = loaded(&import);
    let (source, destination) = (&config.sources[0], &config.destinations[0]);
    assert_eq!((source.name.as_str(), source.kind, source.enabled), ("website", SourceKind::Web, true));
    assert_eq!(source.write_key.expose_secret(), "planted-key-1");
    assert_eq!(
        (destination.name.as_str(), destination.sources.as_slice()),
        ("InMoment", &["website".to_owned()][..])
    );
    assert_eq!(destination.username.expose_secret(), "alex@example.com");
    assert_eq!(destination.password.expose_secret(), "planted-password");
    assert_eq!(destination.account_token.expose_secret(), "NPS-planted1");
    assert_eq!((lines(&import.changed), lines(&import.left_out)), (String::new(), String::new()));
    let files: Vec<&str> = import.secrets.iter().map(|secret| secret.file.as_str()).collect();
    assert_eq!(files, ["website.write-key", "InMoment.password", "InMoment.account-token"]);
    assert!(!format!("{import:?}").contains("planted"), "{import:?}");
}

#[test]
fn a_destination_is_ours_by_its_definition() {
    for (definition, ours) in [
        (json!({"name": " wootric\n"}), true),
        (json!({"Name": "Wootric"}), true),
        (json!({"name": "WEBHOOK", "displayName": "InMoment(formerly Wootric)"}), false),
        (json!({"name": "WOOTRIC2"}), false),
        (json!({}), false),
        (json!({"name": 7}), false),
        (json!("WOOTRIC"), false),
    ] {
        let other = with(inmoment(), "/destinationDefinition", definition.clone());
        let other = with(other, "/id", json!("d2"));
        let import = import(json!([source(json!([inmoment(), other]))])).unwrap();
        assert_eq!(
            (import.destinations.len(), import.left_out.len()),
            if ours { (2, 0) } else { (1, 1) },
            "{definition}"
        );
    }
}

#[test]
fn a_destination_that_cannot_be_kept_is_left_out_with_the_reason() {
    for (pointer, value, why) in [
        ("/enabled", json!(false), "disabled in RudderStack"),
        ("/enabled", json!(null), "disabled in RudderStack"),
        ("/enabled", json!("yes"), "`enabled` is neither"),
        ("/isProcessorEnabled", json!(false), "`isProcessorEnabled` is not true"),
        ("/name", json!(["x"]), "`name` is no text"),
        ("/id", json!(5), "`id` is no text"),
        ("/config", json!(null), "no `config`"),
        ("/config", json!([]), "`config` is no object"),
        ("/config/username", json!(""), "no `username`"),
        ("/config/password", json!("\r\n"), "no `password`"),
        ("/config/password", json!({"a": 1}), "`password` is no text"),
        ("/config/accountToken", json!(null), "no `accountToken`"),
        ("/config/accountToken", json!("x".repeat(5000)), "longer than any"),
        ("/config/password", json!(" {{ traits.pw || \"x\" }}"), "a template"),
        ("/config/consentManagement", json!("web"), "without them events would be sent"),
    ] {
        let bad = with(inmoment(), pointer, value.clone());
        let good = with(inmoment(), "/id", json!("d2"));
        let import = import(json!([source(json!([bad, good]))])).unwrap();
        assert_eq!(loaded(&import).destinations.len(), 1, "{pointer} {value}");
        assert!(lines(&import.left_out).contains(why), "{pointer} {value}: {}", lines(&import.left_out));
    }
}

#[test]
fn a_source_that_cannot_be_kept_is_left_out_with_the_reason() {
    for (pointer, value, why) in [
        ("/writeKey", json!(""), "`writeKey` is missing"),
        ("/writeKey", json!("a:b"), "`writeKey` is missing or cannot be one"),
        ("/writeKey", json!(1), "`writeKey` is no text"),
        ("/writeKey", json!("good-key"), "has the write key of the source"),
        ("/enabled", json!(1), "`enabled` is neither"),
        ("/destinations", json!({}), "`destinations` is no list"),
        ("/destinations", json!([]), "feeds no InMoment destination"),
        ("/destinations", json!([7]), "feeds no InMoment destination"),
        ("/sourceDefinition", json!("web"), "`sourceDefinition` is no object"),
        ("/sourceDefinition/category", json!("Webhook"), "a webhook source"),
        ("/sourceDefinition/category", json!("singer-protocol"), "fetches its events itself"),
        ("/sourceDefinition/type", json!("warehouse"), "fetches its events itself"),
        ("/name", json!(true), "`name` is no text"),
    ] {
        let good = with(source(json!([inmoment()])), "/writeKey", json!("good-key"));
        let bad = with(source(json!([inmoment()])), pointer, value.clone());
        let import = import(json!([good, bad, null])).unwrap();
        assert_eq!(loaded(&import).sources.len(), 1, "{pointer} {value}");
        let said = lines(&import.left_out);
        assert!(
            said.contains(why) && said.contains("source \"number 3\": it is no object"),
            "{pointer}: {said}"
        );
    }
}

#[test]
fn the_kind_of_a_source_follows_its_type_and_then_its_name() {
    for (definition, kind, known) in [
        (json!({"type": "web", "name": "Node"}), "web", true),
        (json!({"type": "amp"}), "web", true),
        (json!({"type": "androidKotlin"}), "mobile", true),
        (json!({"type": "iosSwift"}), "mobile", true),
        (json!({"type": "unity"}), "mobile", true),
        (json!({"type": "cloud", "name": "HTTP"}), "server", true),
        (json!({"name": "Javascript"}), "web", true),
        (json!({"name": "android_kotlin"}), "mobile", true),
        (json!({"name": "ReactNative", "type": null}), "mobile", true),
        (json!({"name": "DotNet"}), "server", true),
        (json!({"type": "toaster", "name": "Javascript"}), "server", false),
        (json!({}), "server", false),
        (json!(null), "server", false),
    ] {
        let source = with(source(json!([inmoment()])), "/sourceDefinition", definition.clone());
        let import = import(json!([source])).unwrap();
        assert_eq!(kind_word(loaded(&import).sources[0].kind), kind, "{definition}");
        assert_eq!(lines(&import.changed).contains("\"server\" was taken"), !known, "{definition}");
    }
}

#[test]
fn names_become_what_they_may_be_each_once() {
    let long = "n".repeat(100);
    let names = [
        "My site (prod)",
        "my-site-prod",
        "Сайт",
        "",
        ".hidden",
        "../../etc/passwd",
        "a\"\nb = 1",
        &long,
        &long,
    ];
    let sources: Vec<Value> = (0..)
        .zip(names)
        .map(|(nth, name)| {
            let source = with(source(json!([inmoment()])), "/name", json!(name));
            with(source, "/writeKey", json!(format!("key-{nth}")))
        })
        .collect();
    let import = import(json!(sources)).unwrap();
    let kept: Vec<&str> = import.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(
        kept[..7],
        ["My-site-prod", "my-site-prod-2", "source", "number-4", "hidden", "etc-passwd", "a-nb-1"]
    );
    assert_eq!((kept[7].len(), kept[8].len()), (56, 58));
    assert_eq!(loaded(&import).sources.len(), names.len());
    assert!(lines(&import.changed).contains("its name here is \"my-site-prod-2\""));
}

#[test]
fn placeholders_become_variables() {
    let destination = with(inmoment(), "/config/password", json!("env.INMOMENT_PASSWORD"));
    let destination = with(destination, "/config/accountToken", json!("env.not a name"));
    let import = import(json!([source(json!([destination]))])).unwrap();
    assert!(import.text.contains("password = \"env:INMOMENT_PASSWORD\"\n"), "{}", import.text);
    assert_eq!(import.variables, ["INMOMENT_PASSWORD"]);
    assert!(lines(&import.changed).contains("`env:INMOMENT_PASSWORD`"));
    assert_eq!(
        loaded(&import).destinations[0].account_token.expose_secret(),
        "env.not a name",
        "not a placeholder"
    );
}

#[test]
fn a_template_is_a_text_where_templates_are_off() {
    let destination = with(inmoment(), "/config/password", json!("{{ a || b }}"));
    let destination = with(destination, "/hasDynamicConfig", json!(false));
    let import = import(json!([source(json!([destination]))])).unwrap();
    assert_eq!(loaded(&import).destinations[0].password.expose_secret(), "{{ a || b }}");
}

#[test]
fn a_username_stays_itself() {
    for username in ["env:HOME", "file:/etc/passwd", "a\"b\\c\u{7f}\u{0}\u{85}é", "x\n\n"] {
        let destination = with(inmoment(), "/config/username", json!(username));
        let import = import(json!([source(json!([destination]))])).unwrap();
        let loaded = loaded(&import);
        assert_eq!(loaded.destinations[0].username.expose_secret(), username.trim_end_matches('\n'));
    }
}

#[test]
fn what_has_no_counterpart_is_named() {
    for (pointer, value, why) in [
        (
            "/config/listOfConversions",
            json!([{"conversions": "Submit"}]),
            "`listOfConversions`: RudderStack sends only",
        ),
        ("/config/enableServerSideIdentify", json!(false), "sends no identify"),
        (
            "/config/eventFilteringOption",
            json!("whitelistedEvents"),
            "neither RudderStack's server nor Rapport",
        ),
        ("/config/somethingNew", json!({"a": [1]}), "`somethingNew` has no counterpart"),
        ("/destinationDefinition/config/supportedMessageTypes", json!(["identify"]), "has no track"),
        (
            "/transformations",
            json!([{"id": "t1", "versionId": "v"}]),
            "transformation \"t1\": attached to the destination \"InMoment\"",
        ),
    ] {
        let import = import(json!([source(json!([with(inmoment(), pointer, value)]))])).unwrap();
        assert_eq!(loaded(&import).destinations.len(), 1, "{pointer}: it is kept all the same");
        assert!(lines(&import.left_out).contains(why), "{pointer}: {}", lines(&import.left_out));
    }
    for (pointer, value) in [
        ("/config/listOfConversions", json!([{"conversions": ""}])),
        ("/config/eventFilteringOption", json!("disable")),
        ("/config/connectionMode", json!({"web": "cloud"})),
        ("/config/blacklistedEvents", json!([])),
        ("/destinationDefinition/config/supportedMessageTypes", json!({"cloud": ["identify"]})),
    ] {
        let import = import(json!([source(json!([with(inmoment(), pointer, value)]))])).unwrap();
        assert_eq!(lines(&import.left_out), "", "{pointer}");
    }
    let planned = with(
        source(json!([inmoment()])),
        "/dgSourceTrackingPlanConfig",
        json!({"trackingPlan": {"id": "tp"}}),
    );
    let whole = json!({"sources": [planned], "libraries": [{"versionId": "a"}]});
    let said = lines(&workspace(&whole.to_string()).unwrap().left_out);
    assert!(
        said.contains("tracking plan \"website\"") && said.contains("libraries \"1 of the workspace\""),
        "{said}"
    );
}
