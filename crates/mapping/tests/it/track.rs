//! A track's fields in the profile `native` (docs/facts/mapping.md#track).

use crate::planned::{Parts, envelope, native, read, settings, with};
use event::{Envelope, Event};
use mapping::{Profile, ResponseCreatedAt, Settings, plan};
use serde_json::{Value, json};

fn response(changes: Value) -> Value {
    let base = json!({
        "type": "track",
        "userId": "u",
        "messageId": "m",
        "integrations": { "Wootric": { "eventType": "create response" } },
        "context": { "ip": "1.1.1.1", "page": { "url": "https://p" } },
        "properties": { "feedbackScore": 9 }
    });
    with(&base, changes)
}

fn decline(changes: Value) -> Value {
    with(&response(json!({ "integrations": { "Wootric": { "eventType": "create decline" } } })), changes)
}

#[test]
fn scores() {
    let score = |text: &str| {
        response(json!({ "properties": { "feedbackScore": serde_json::from_str::<Value>(text).unwrap() } }))
    };
    for (text, wanted) in [
        ("0", "0"),
        ("10", "10"),
        ("9.0", "9"),
        ("\"9\"", "9"),
        ("\" 9 \"", "9"),
        ("1e1", "10"),
        ("-0", "0"),
        ("\"9.0\"", "9"),
        (r#""\u200b9\u0000""#, "9"),
        (r#""\ufeff 10\u2060""#, "10"),
    ] {
        assert_eq!(native(&score(text)).response().score, json!(wanted), "{text}");
    }
    for text in [
        "11", "-1", "7.5", "10.0001", "true", "false", "[5]", "[]", "{}", "\"abc\"", "\"0x5\"", "\"+9\"",
        "1e400", "256",
    ] {
        let plan = native(&score(text));
        assert_eq!(plan.dead(), ("score_invalid", "Invalid Score"), "{text}");
        let given: Value = serde_json::from_str(text).unwrap();
        assert_eq!(plan.field("score").value, Some(given), "what stands there is told");
        assert_eq!(plan.field("score").rule, "not usable: it is not an integer from 0 to 10");
    }
    for text in ["null", "\"\"", "\"  \"", r#""\u200b\u0000""#] {
        let plan = native(&response(json!({ "properties": Value::Null })));
        assert_eq!(plan.dead().0, "score_missing");
        assert_eq!(
            native(&score(text)).dead(),
            ("score_missing", "Missing required value from \"properties.feedbackScore\""),
            "{text}"
        );
    }
}

#[test]
fn addresses() {
    let none = json!({ "context": { "ip": null } });
    let table = [
        (json!({ "request_ip": "2", "properties": { "ip": "3" } }), "context.ip", "1.1.1.1"),
        (
            json!({ "context": { "ip": " " }, "request_ip": "2", "properties": { "ip": "3" } }),
            "request_ip",
            "2",
        ),
        (with(&none, json!({ "request_ip": "", "properties": { "ip": "3" } })), "properties.ip", "3"),
    ];
    for (changes, from, wanted) in table {
        let mut body = response(changes.clone());
        if changes["context"].get("ip").is_some_and(Value::is_null) {
            body["context"] = json!({ "page": { "url": "https://p" } });
        }
        let plan = native(&body);
        assert_eq!(plan.response().ip_address, json!(wanted), "{changes}");
        assert_eq!(plan.field("ip_address").from.as_deref(), Some(from), "{changes}");
    }
    let reason = "Missing required value from [\"context.ip\",\"request_ip\",\"properties.ip\"]";
    assert_eq!(native(&response(none)).dead(), ("ip_missing", reason));
}

#[test]
fn the_callers_address_counts() {
    let body = response(json!({ "context": { "ip": null } }));
    let event =
        Event::read(&body.to_string(), &Envelope { request_ip: Some("5.5.5.5".to_owned()), ..envelope() })
            .unwrap();
    for profile in [Profile::Native, Profile::Rudderstack] {
        assert_eq!(plan(&event, &settings(profile)).response().ip_address, json!("5.5.5.5"));
    }
}

#[test]
fn pages() {
    let url = |context: Value, properties: Value| {
        response(json!({ "context": { "page": { "url": context } }, "properties": { "url": properties } }))
    };
    assert_eq!(native(&url(json!("a"), json!("b"))).response().origin_url, json!("a"));
    assert_eq!(native(&url(json!(" "), json!("b"))).response().origin_url, json!("b"));
    let plan = native(&url(json!(null), json!(null)));
    assert_eq!(
        plan.dead(),
        ("origin_url_missing", "Missing required value from [\"context.page.url\",\"properties.url\"]")
    );
    let plan = native(&decline(json!({ "context": { "page": null } })));
    assert_eq!(plan.decline().origin_url, None);
    assert_eq!(native(&decline(json!({}))).decline().origin_url, Some(json!("https://p")));
}

#[test]
fn what_is_missing_is_told_in_order() {
    let body = response(json!({ "context": null, "properties": { "feedbackScore": 99 } }));
    assert_eq!(native(&body).dead().0, "ip_missing");
    let body = response(json!({ "context": { "page": null }, "properties": { "feedbackScore": 99 } }));
    assert_eq!(native(&body).dead().0, "origin_url_missing");
    let body = response(json!({ "integrations": null, "context": null }));
    assert_eq!(native(&body).dead(), ("event_type_missing", "Event Type is missing from Integration object"));
    let body = response(json!({ "userId": null, "integrations": null }));
    assert_eq!(native(&body).dead().0, "identity_missing");
    let body = response(json!({ "integrations": { "Wootric": { "eventType": "x" } } }));
    assert_eq!(native(&body).dead(), ("event_type_unsupported", "Event Type not supported"));
}

#[test]
fn texts() {
    for (value, wanted) in [
        (json!("hi"), Some("hi")),
        (json!(0), Some("0")),
        (json!(true), Some("true")),
        (json!(""), None),
        (json!({}), None),
    ] {
        let plan = native(&response(json!({ "properties": { "feedbackText": value } })));
        assert_eq!(plan.response().text, wanted.map(|text| json!(text)), "{value}");
    }
}

#[test]
fn dates_of_responses() {
    let three = json!({ "properties": { "createdAt": "2022-01-20" }, "traits": { "createdAt": 5 }, "timestamp": "2022-01-20T09:00:00Z" });
    let table = [
        (three.clone(), Some("1642636800")),
        (with(&three, json!({ "properties": { "createdAt": "bad" } })), Some("5")),
        (json!({ "context": { "traits": { "createdAt": 6 } } }), Some("6")),
        (json!({ "timestamp": "2022-01-20T09:00:00Z" }), None),
    ];
    for (changes, wanted) in table {
        let wanted = wanted.map(|text| json!(text));
        assert_eq!(native(&response(changes.clone())).response().created_at, wanted, "{changes}");
        assert_eq!(native(&decline(changes.clone())).decline().created_at, wanted, "{changes}");
    }
    let settings =
        Settings { response_created_at: ResponseCreatedAt::EventTime, ..settings(Profile::Native) };
    let planned = plan(&read(&response(three.clone())), &settings);
    assert_eq!(planned.field("created_at").from.as_deref(), Some("properties.createdAt"), "it always counts");
    let without = with(&three, json!({ "properties": { "createdAt": null } }));
    let planned = plan(&read(&response(without)), &settings);
    assert_eq!(planned.response().created_at, Some(json!("1642669200")));
    assert_eq!(planned.field("created_at").from.as_deref(), Some("timestamp"));
}

#[test]
fn properties_and_notes() {
    let changes = json!({ "traits": { "plan": "gold", "email": "a" } });
    let plan = native(&response(changes.clone()));
    assert_eq!(plan.response().properties, [("plan".to_owned(), json!("gold"))]);
    assert_eq!(plan.field("end_user[properties][plan]").from.as_deref(), Some("traits.plan"));
    assert!(plan.notes_say("A second response of an end user within 24 hours"));
    let plan = native(&decline(json!({ "messageId": null, "traits": changes["traits"] })));
    assert_eq!(plan.decline().properties.len(), 1);
    assert!(plan.notes_say("A second decline"));
    assert!(plan.notes_say("no messageId"));
    assert!(plan.fields.iter().all(|field| !matches!(field.field.as_str(), "score" | "text" | "ip_address")));
}
