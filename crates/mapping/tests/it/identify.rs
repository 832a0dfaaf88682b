//! An identify's fields in the profile `native` (docs/facts/mapping.md#identify, #seconds).

use crate::planned::{Parts, native, read, settings, with};
use mapping::{LastSurveyed, Profile, Settings, plan};
use serde_json::{Value, json};

fn identify(changes: Value) -> Value {
    with(&json!({ "type": "identify", "userId": "u" }), changes)
}

#[test]
fn emails_and_phones() {
    let table = [
        (
            json!({ "traits": { "email": "t" }, "context": { "traits": { "email": "c" } }, "properties": { "email": "p" } }),
            "traits.email",
            json!("t"),
        ),
        (
            json!({ "traits": { "email": " " }, "context": { "traits": { "email": "c" } }, "properties": { "email": "p" } }),
            "context.traits.email",
            json!("c"),
        ),
        (
            json!({ "traits": { "email": false }, "context": { "traits": { "email": ["x"] } }, "properties": { "email": "p" } }),
            "properties.email",
            json!("p"),
        ),
        (json!({ "traits": { "email": 123 } }), "traits.email", json!("123")),
    ];
    for (changes, from, wanted) in table {
        let plan = native(&identify(changes.clone()));
        assert_eq!(plan.end_user().email, Some(wanted), "{changes}");
        assert_eq!(plan.field("email").from.as_deref(), Some(from), "{changes}");
        let phone: Value = serde_json::from_str(&changes.to_string().replace("email", "phone")).unwrap();
        let plan = native(&identify(phone));
        assert_eq!(plan.field("phone_number").from, Some(from.replace("email", "phone")), "{changes}");
    }
    let plan = native(&identify(json!({ "traits": { "email": "" } })));
    assert_eq!(plan.end_user().email, None);
    assert_eq!(plan.field("email").rule, "nothing in traits.email, context.traits.email, properties.email");
    for (phone, wanted) in [
        (json!("+12025550146"), "+12025550146"),
        (json!("12025550146"), "12025550146"),
        (json!(12025550146_i64), "12025550146"),
    ] {
        assert_eq!(
            native(&identify(json!({ "traits": { "phone": phone } }))).end_user().phone_number,
            Some(json!(wanted))
        );
    }
}

/// Received at 15:00:05; 1642690805 in UNIX seconds.
#[test]
fn last_surveyed_is_the_corrected_time() {
    let at = |time: &str| format!("2022-01-20T{time}Z");
    let table = [
        (json!({}), "receivedAt", "1642690805"),
        (json!({ "timestamp": at("09:00:00.999") }), "timestamp", "1642669200"),
        (json!({ "timestamp": 1642669200 }), "timestamp", "1642669200"),
        (json!({ "timestamp": 1642669200123_i64 }), "timestamp", "1642669200"),
        (
            json!({ "timestamp": at("09:00:00"), "originalTimestamp": at("08:00:00") }),
            "timestamp",
            "1642669200",
        ),
        (
            json!({ "originalTimestamp": at("11:59:00"), "sentAt": at("12:00:00") }),
            "originalTimestamp",
            "1642690745",
        ),
        (
            json!({ "timestamp": "abc", "originalTimestamp": at("11:59:00"), "sentAt": at("12:00:00") }),
            "originalTimestamp",
            "1642690745",
        ),
        (json!({ "timestamp": null, "originalTimestamp": "abc" }), "receivedAt", "1642690805"),
        (
            json!({ "channel": "sources", "context": { "timestamp": "2019-01-01" } }),
            "receivedAt",
            "1642690805",
        ),
    ];
    for (changes, from, wanted) in table {
        let plan = native(&identify(changes.clone()));
        assert_eq!(plan.end_user().last_surveyed, Some(json!(wanted)), "{changes}");
        assert_eq!(plan.field("last_surveyed").from.as_deref(), Some(from), "{changes}");
    }
}

#[test]
fn last_surveyed_can_be_chosen() {
    let body = identify(json!({ "timestamp": "2022-01-20" }));
    let planned =
        |last_surveyed| plan(&read(&body), &Settings { last_surveyed, ..settings(Profile::Native) });
    let off = planned(LastSurveyed::Off);
    assert_eq!((&off.end_user().last_surveyed, off.end_user().last_surveyed_on_create_only), (&None, false));
    assert_eq!(off.field("last_surveyed").rule, "last_surveyed = \"off\"");
    let on_create = planned(LastSurveyed::OnCreate);
    assert_eq!(on_create.end_user().last_surveyed, Some(json!("1642636800")));
    assert!(on_create.end_user().last_surveyed_on_create_only && on_create.notes_say("on-create"));
    assert!(!planned(LastSurveyed::EventTime).end_user().last_surveyed_on_create_only);
}

#[test]
fn created_at_falls_through_what_does_not_parse() {
    let table = [
        (
            json!({ "traits": { "createdAt": "2022-01-20" }, "context": { "traits": { "createdAt": 5 } } }),
            Some("1642636800"),
        ),
        (
            json!({ "traits": { "createdAt": "soon" }, "context": { "traits": { "createdAt": 5 } } }),
            Some("5"),
        ),
        (json!({ "traits": { "createdAt": 1642685961032_i64 } }), Some("1642685961")),
        (json!({ "traits": { "createdAt": 0 } }), None),
        (json!({ "traits": { "createdAt": {} } }), None),
    ];
    for (changes, wanted) in table {
        let plan = native(&identify(changes.clone()));
        assert_eq!(plan.end_user().external_created_at, wanted.map(|text| json!(text)), "{changes}");
    }
}

#[test]
fn every_field_is_text() {
    let body = identify(
        json!({ "traits": { "email": 1, "phone": 2, "createdAt": 3, "a": 4, "b": true, "c": [5] }, "timestamp": 6 }),
    );
    let plan = native(&body);
    let values: Vec<&Value> = plan.fields.iter().filter_map(|field| field.value.as_ref()).collect();
    assert_eq!(values.len(), 8);
    assert!(values.iter().all(|value| value.is_string()), "{values:?}");
}
