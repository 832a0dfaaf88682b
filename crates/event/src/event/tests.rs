use super::*;
use crate::RequestShape;
use proptest::prelude::*;
use serde_json::json;

fn millis(text: &str) -> Millis {
    Moment::parse(text).unwrap().unix_millis()
}

fn envelope() -> Envelope {
    Envelope {
        source: None,
        source_kind: SourceKind::Server,
        received_at: millis("2022-01-20T10:00:05.000Z"),
        request_ip: Some("1.1.1.1".to_owned()),
        forced: None,
        request_id: [7; 16],
        index: 2,
    }
}

fn read(value: Value) -> Event {
    Event::read(&value.to_string(), &envelope()).unwrap()
}

/// docs/facts/gateway.md#odd-inputs.
#[test]
fn types() {
    let table = [
        (json!({}), EventType::Missing),
        (json!({ "type": 123 }), EventType::Missing),
        (json!({ "type": null }), EventType::Missing),
        (json!({ "type": "  " }), EventType::Missing),
        (json!({ "type": " Identify " }), EventType::Known(EventKind::Identify)),
        (json!({ "type": "TRACK" }), EventType::Known(EventKind::Track)),
        (json!({ "type": " Foo " }), EventType::Other("foo".to_owned())),
    ];
    for (body, wanted) in table {
        assert_eq!(read(body.clone()).kind, wanted, "{body}");
    }
    let forced = Envelope { forced: Some(EventKind::Track), ..envelope() };
    let event = Event::read(r#"{"type":"identify"}"#, &forced).unwrap();
    assert_eq!(event.kind, EventType::Known(EventKind::Track));
    assert_eq!(event.enriched()["type"], "track");
    assert_eq!(read(json!({ "type": " Identify " })).enriched()["type"], " Identify ");
}

/// docs/facts/gateway.md#check-27, #check-28.
#[test]
fn message_ids() {
    let given = "the one derived from request and place";
    let table = [
        (json!({ "messageId": " \u{200b}abc " }), "abc"),
        (json!({ "messageId": "m-1" }), "m-1"),
        (json!({ "messageId": 123 }), given),
        (json!({ "messageId": "" }), given),
        (json!({ "messageId": " \u{200b}" }), given),
        (json!({ "messageId": null }), given),
        (json!({}), given),
    ];
    for (body, wanted) in table {
        let event = read(body.clone());
        assert_eq!(event.message_id_generated, wanted == given, "{body}");
        let wanted = if wanted == given { identity::message_id([7; 16], 2) } else { wanted.to_owned() };
        assert_eq!(event.message_id, wanted, "{body}");
        assert_eq!(event.enriched()["messageId"], wanted);
    }
}

/// docs/facts/gateway.md#cleaned-ids, #check-21: the ids are cleaned for Rapport, and unchanged in the event.
#[test]
fn ids() {
    let event = read(json!({ "userId": 456, "anonymousId": null, "rudderId": "mine" }));
    assert_eq!((event.user_id.as_str(), event.anonymous_id.as_str()), ("456", ""));
    let enriched = event.enriched();
    assert_eq!(enriched["userId"], json!(456));
    assert_eq!(enriched["rudderId"], "6b576099-fa8f-43ad-b62b-59b95fc082c8");
    let event = read(json!({ "userId": " u1\u{200b}", "anonymousId": "a1" }));
    assert_eq!(event.rudder_id(), "f81ebcce-dafc-4607-b906-29e68e64b35f");
    assert_eq!(event.enriched()["userId"], " u1\u{200b}");
}

/// docs/facts/gateway.md#check-30, #check-31.
#[test]
fn addresses() {
    let table = [
        (json!({}), Some("1.1.1.1"), Some(json!("1.1.1.1"))),
        (json!({ "request_ip": "9.9.9.9" }), Some("9.9.9.9"), Some(json!("9.9.9.9"))),
        (json!({ "request_ip": 5 }), None, Some(json!(5))),
        (json!({ "request_ip": "" }), None, Some(json!(""))),
    ];
    for (body, wanted, stored) in table {
        let event = read(body.clone());
        assert_eq!(event.request_ip.as_deref(), wanted, "{body}");
        assert_eq!(event.enriched().get("request_ip"), stored.as_ref(), "{body}");
    }
    let unknown = Envelope { request_ip: None, ..envelope() };
    assert!(!Event::read("{}", &unknown).unwrap().enriched().contains_key("request_ip"));
}

/// docs/facts/gateway.md#times, #check-29, #check-38, #check-39. Received at 10:00:05.
#[test]
fn times_are_corrected() {
    let day = |time: &str| format!("2022-01-20T{time}");
    let table = [
        (json!({}), day("10:00:05.000Z")),
        (json!({ "sentAt": day("12:00:00Z"), "originalTimestamp": day("11:59:00Z") }), day("09:59:05.000Z")),
        (
            json!({ "sentAt": day("12:00:00Z"), "originalTimestamp": day("13:59:00+02:00") }),
            day("09:59:05.000Z"),
        ),
        (json!({ "originalTimestamp": day("09:59:00Z") }), day("09:59:00.000Z")),
        (json!({ "sentAt": day("10:00:00Z") }), day("10:00:10.000Z")),
        (json!({ "sentAt": 1642680000, "originalTimestamp": day("09:00:00Z") }), day("09:00:00.000Z")),
        (
            json!({ "timestamp": day("08:00:00.1239+02:00"), "sentAt": day("12:00:00Z"), "originalTimestamp": day("11:59:00Z") }),
            day("08:00:00.123+02:00"),
        ),
        (json!({ "timestamp": 1642665600 }), day("10:00:05.000Z")),
        (
            json!({ "timestamp": "yesterday", "sentAt": day("12:00:00Z"), "originalTimestamp": day("11:59:00Z") }),
            day("09:59:05.000Z"),
        ),
    ];
    for (body, wanted) in table {
        let event = read(body.clone());
        assert_eq!(event.times.timestamp.rfc3339(), wanted, "{body}");
        assert_eq!(event.enriched()["timestamp"], wanted, "{body}");
    }
}

#[test]
fn enriched_has_four_times_and_keeps_the_rest_in_place() {
    let body = json!({ "sentAt": "2022-01-20T12:00:00.000+01:00", "a": null, "receivedAt": "x", "n": 5, "userId": "u" });
    let event = read(body);
    let enriched = event.enriched();
    let passed_on = event.clone().passed_on();
    assert_eq!(passed_on.body, enriched);
    assert_eq!(Event { body: event.body.clone(), ..passed_on }, event, "nothing else of it changes");
    let keys: Vec<_> = enriched.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "sentAt",
            "a",
            "receivedAt",
            "n",
            "userId",
            "messageId",
            "rudderId",
            "originalTimestamp",
            "timestamp",
            "request_ip"
        ]
    );
    assert_eq!(enriched["sentAt"], "2022-01-20T12:00:00.000+01:00");
    assert_eq!(enriched["receivedAt"], "2022-01-20T10:00:05.000Z");
    assert_eq!(enriched["originalTimestamp"], "2022-01-20T10:00:05.000Z");
    assert_eq!(enriched["a"], Value::Null);
}

#[test]
fn what_cannot_be_read_says_why() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let table = [
        ("[1]", ReadError::NotAnObject),
        ("5", ReadError::NotAnObject),
        (&deep, ReadError::TooDeep),
        ("{", ReadError::Unreadable),
    ];
    for (text, wanted) in table {
        assert_eq!(Event::read(text, &envelope()).unwrap_err(), wanted);
    }
    let codes = [ReadError::NotAnObject, ReadError::TooDeep, ReadError::Unreadable].map(ReadError::code);
    assert_eq!(codes, ["event_not_an_object", "event_too_deep", "event_unreadable"]);
}

#[test]
fn odd_texts_are_read() {
    let event =
        Event::read(r#"{"userId":"\ud800x","type":"track","type":"track","n":1e400}"#, &envelope()).unwrap();
    assert_eq!(event.user_id, "\u{fffd}x");
    assert_eq!(event.body["n"].to_string(), "1e+400");
    assert!(read(json!({ "context": 5 })).consent().is_none());
}

#[test]
fn nothing_of_the_user_is_in_debug() {
    let event = read(
        json!({ "userId": "planted", "type": "planted", "messageId": "planted", "anonymousId": "planted", "request_ip": "planted" }),
    );
    assert!(!format!("{event:?}").contains("planted"));
}

#[test]
fn filters_are_at_hand() {
    let event = read(
        json!({ "integrations": { "All": true }, "context": { "consentManagement": { "provider": "x" } } }),
    );
    assert_eq!(event.integrations(), Some(&json!({ "All": true })));
    assert_eq!(event.consent(), Some(&json!({ "provider": "x" })));
}

proptest! {
    /// Every object that the gateway accepted can be read, unless it nests too deeply.
    #[test]
    fn what_was_scanned_can_be_read(text in "\\{\"[a-z\\\\u0d89]{0,9}\":[-\\[\\]{}:,\"0-9.eE]{0,12}\\}") {
        let shape = RequestShape::Single(EventKind::Track);
        prop_assert_eq!(crate::scan(text.as_bytes(), shape).is_ok(), Event::read(&text, &envelope()).is_ok());
    }
}

#[test]
fn a_part_of_an_event_is_read() {
    let keep = |parent: Option<&str>, key: &str| match (parent, key) {
        (None, "big") => Share::Nothing,
        (None, "context") | (Some("context"), "page") => Share::Part,
        (Some("context"), "ip") | (None, _) | (Some("page"), "url") => Share::Whole,
        (Some(_), _) => Share::Nothing,
    };
    let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
    let text = format!(
        r#"{{"type":"track","big":{deep},"context":{{"app":{{"a":1}},"ip":"1.2.3.4","page":{{"title":"t","url":"u"}}}},"traits":{{"app":{{"ip":1}}}},"type":"identify"}}"#
    );
    let event = Event::read_part(&text, &envelope(), keep).unwrap();
    assert_eq!(
        serde_json::Value::Object(event.body),
        serde_json::json!({ "type": "identify", "context": { "ip": "1.2.3.4", "page": { "url": "u" } }, "traits": { "app": { "ip": 1 } } })
    );
    assert_eq!(event.kind.as_str(), "identify");
    assert_eq!(Event::read_part(r#"{"big":[1}"#, &envelope(), keep), Err(ReadError::Unreadable));
    assert_eq!(Event::read_part("[]", &envelope(), keep), Err(ReadError::NotAnObject));
    let deep = format!(r#"{{"traits":{deep}}}"#);
    assert_eq!(Event::read_part(&deep, &envelope(), keep), Err(ReadError::TooDeep));
}
