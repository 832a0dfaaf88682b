//! The profile `rudderstack`: the cases of docs/facts/transformer.md#cases that concern the mapping and are not tested
//! elsewhere.

use crate::planned::{Parts, rudderstack, with};
use serde_json::{Value, json};

const T: &str = "2022-01-20T13:39:21.032Z";

fn identify(changes: Value) -> Value {
    with(&json!({ "type": "identify", "userId": "new" }), changes)
}

fn email(changes: Value) -> Option<Value> {
    rudderstack(&identify(changes)).end_user().email.clone()
}

fn phone(value: Value) -> Option<Value> {
    rudderstack(&identify(json!({ "traits": { "phone": value } }))).end_user().phone_number.clone()
}

fn last_surveyed(changes: Value) -> Option<Value> {
    rudderstack(&identify(changes)).end_user().last_surveyed.clone()
}

#[test]
fn emails() {
    let both = |a: Value, b: Value| json!({ "traits": { "email": a }, "context": { "traits": { "email": b } }, "properties": { "email": "p" } });
    for value in [json!(123), json!(false), json!({ "a": 1 }), json!(["a"]), json!("   ")] {
        assert_eq!(email(both(value.clone(), json!("c"))), Some(value));
    }
    assert_eq!(email(both(json!(""), json!("c"))), Some(json!("c")));
    assert_eq!(email(both(json!("t"), json!("c"))), Some(json!("t")));
    assert_eq!(email(both(json!(""), json!(""))), Some(json!("p")));
    assert_eq!(email(json!({})), None);
}

#[test]
fn phones() {
    let table = [
        (json!(12025550146_i64), Some("12025550146")),
        (json!(0), Some("0")),
        (json!(false), Some("false")),
        (json!({ "a": 1 }), Some("[object Object]")),
        (json!(["+1", "+2"]), Some("+1,+2")),
        (json!([]), None),
    ];
    for (value, wanted) in table {
        assert_eq!(phone(value.clone()), wanted.map(|text| json!(text)), "{value}");
    }
    let plan = rudderstack(&identify(json!({ "traits": { "phone": { "toString": 1 } } })));
    assert_eq!(plan.dead(), ("value_unconvertible", "Cannot convert object to primitive value"));
}

#[test]
fn times() {
    let table = [
        (json!({ "timestamp": T, "originalTimestamp": "2019-01-01" }), Some(json!("1642685961"))),
        (json!({ "timestamp": "", "originalTimestamp": T }), Some(json!("1642685961"))),
        (json!({ "originalTimestamp": T, "sentAt": "2030-01-01" }), Some(json!("1642685961"))),
        (json!({ "timestamp": "abc", "originalTimestamp": T }), None),
        (json!({ "sentAt": T }), None),
        (json!({ "timestamp": 1642685961032_i64 }), Some(json!("1642685961032"))),
        (json!({ "timestamp": 0 }), Some(json!(0))),
        (json!({ "timestamp": true }), Some(json!(0))),
        (json!({ "timestamp": "1970-01-01T00:00:00Z" }), Some(json!(0))),
        (
            json!({ "channel": "sources", "timestamp": T, "context": { "timestamp": "2019-01-01" } }),
            Some(json!("1546300800")),
        ),
        (
            json!({ "channel": "sources", "timestamp": T, "traits": { "timestamp": "2019-01-01" } }),
            Some(json!("1546300800")),
        ),
        (
            json!({ "channel": "sources", "type": "Identify", "timestamp": T, "context": { "timestamp": "2019-01-01" } }),
            Some(json!("1642685961")),
        ),
        (
            json!({ "channel": "sources", "timestamp": T, "context": { "timestamp": "2019-01-01", "mappedToDestination": true } }),
            Some(json!("1642685961")),
        ),
        (
            json!({ "channel": "web", "timestamp": T, "context": { "timestamp": "2019-01-01" } }),
            Some(json!("1642685961")),
        ),
    ];
    for (changes, wanted) in table {
        assert_eq!(last_surveyed(changes.clone()), wanted, "{changes}");
    }
    let created = |first: Value| {
        let body = identify(
            json!({ "traits": { "createdAt": first }, "context": { "traits": { "createdAt": T } } }),
        );
        rudderstack(&body).end_user().external_created_at.clone()
    };
    assert_eq!(created(json!("2019-01-01")), Some(json!("1546300800")));
    assert_eq!(created(json!("bad")), None);
    assert_eq!(created(json!("")), Some(json!("1642685961")));
}

#[test]
fn external_id_keeps_its_type() {
    let plan = rudderstack(&identify(json!({ "userId": { "a": 1 }, "traits": { "email": "x" } })));
    assert_eq!(plan.field("external_id").value, Some(json!({ "a": 1 })));
    assert_eq!(plan.who().external_id.as_deref(), Some("[object Object]"));
}

#[test]
fn empty_traits_hide_the_others() {
    let body = identify(json!({ "traits": {}, "context": { "traits": { "email": "c", "city": "C" } } }));
    let plan = rudderstack(&body);
    assert_eq!(plan.end_user().email, Some(json!("c")));
    assert!(plan.end_user().properties.is_empty());
}

fn track(changes: Value) -> Value {
    let base = json!({
        "type": "track",
        "userId": "E",
        "integrations": { "Wootric": { "eventType": "create response" } },
        "context": { "ip": "1.1.1.1", "page": { "url": "https://p" } },
        "properties": { "feedbackScore": 9 }
    });
    with(&base, changes)
}

fn score(value: Value) -> Value {
    let mut body = track(json!({}));
    body["properties"]["feedbackScore"] = value;
    body
}

#[test]
fn scores() {
    for value in [
        json!(0),
        json!(7.5),
        json!(10),
        json!("9"),
        json!(" 9 "),
        json!("0x5"),
        json!("1e1"),
        json!(true),
        json!(false),
        json!([5]),
        json!([]),
    ] {
        assert_eq!(rudderstack(&score(value.clone())).response().score, value);
    }
    for value in
        [json!(-1), json!(11), json!(10.0001), json!("abc"), json!({}), json!([1, 2]), json!("Infinity")]
    {
        assert_eq!(rudderstack(&score(value.clone())).dead(), ("score_invalid", "Invalid Score"), "{value}");
    }
    for value in [json!(""), json!(null)] {
        assert_eq!(
            rudderstack(&score(value)).dead(),
            ("score_missing", "Missing required value from \"properties.feedbackScore\"")
        );
    }
}

#[test]
fn responses() {
    let plan = rudderstack(&track(json!({ "context": { "ip": "" }, "request_ip": "9.9.9.9" })));
    assert_eq!(plan.response().ip_address, json!("9.9.9.9"));
    let plan = rudderstack(&track(json!({ "context": { "ip": null }, "properties": { "ip": "3" } })));
    assert_eq!(plan.dead(), ("ip_missing", "Missing required value from [\"context.ip\",\"request_ip\"]"));
    let plan = rudderstack(&track(json!({ "context": { "page": null } })));
    assert_eq!(plan.dead(), ("origin_url_missing", "Missing required value from \"pageUrl\""));
    let plan = rudderstack(&track(json!({ "properties": { "url": "https://q" } })));
    assert_eq!(plan.response().origin_url, json!("https://p"));
    for (value, wanted) in
        [(json!(""), None), (json!(0), Some(json!(0))), (json!({ "a": 1 }), Some(json!({ "a": 1 })))]
    {
        let plan = rudderstack(&track(json!({ "properties": { "feedbackText": value } })));
        assert_eq!(plan.response().text, wanted);
    }
    let plan = rudderstack(&track(json!({ "timestamp": T, "properties": { "createdAt": T } })));
    assert_eq!(plan.response().created_at, None);
    let plan = rudderstack(&track(json!({ "traits": { "createdAt": T } })));
    assert_eq!(plan.response().created_at, Some(json!("1642685961")));
    let plan =
        rudderstack(&track(json!({ "context": { "ip": null }, "properties": { "feedbackScore": null } })));
    assert_eq!(plan.dead().0, "score_missing");
}

#[test]
fn declines() {
    let body = json!({ "type": "track", "userId": "E", "integrations": { "Wootric": { "eventType": "create decline" } } });
    let fields = rudderstack(&body);
    assert_eq!(fields.decline(), &mapping::DeclineFields::default());
}
