use super::*;
use proptest::prelude::*;

const NOW: Millis = Millis(1_700_000_000_123);

fn built(query: &str, kind: EventKind) -> Value {
    let mut event = event(query, kind, NOW).unwrap();
    for synthesised in ["channel", "integrations", "originalTimestamp", "sentAt"] {
        event.as_object_mut().unwrap().shift_remove(synthesised);
    }
    event
}

#[test]
fn the_image_is_the_one_of_43_bytes() {
    let hex: String = GIF.iter().map(|byte| format!("{byte:02x}")).collect();
    let expected =
        concat!("4749463839610100010080000000000000000021f904010000", "00002c00000000010001000002024401003b");
    assert_eq!(hex, expected);
}

#[test]
fn the_frame_of_the_event_is_synthesised_and_parameters_override_it() {
    let event = event("userId=u", EventKind::Track, NOW).unwrap();
    assert_eq!(
        event,
        json!({"channel": "web", "integrations": {"All": true}, "originalTimestamp": "2023-11-14T22:13:20.123Z",
               "sentAt": "2023-11-14T22:13:20.123Z", "userId": "u"})
    );
    let event = super::event("sentAt=earlier&integrations.All=false", EventKind::Track, NOW).unwrap();
    assert_eq!((&event["sentAt"], &event["integrations"]["All"]), (&json!("earlier"), &json!("false")));
}

#[test]
fn parameters_are_dotted_paths_with_string_values() {
    for (query, expected) in [
        ("properties.a=1", json!({"properties": {"a": "1"}})),
        ("properties.a=1&properties.b=x%20y+z", json!({"properties": {"a": "1", "b": "x y z"}})),
        ("a.b.c=1&a.b.d=2", json!({"a": {"b": {"c": "1", "d": "2"}}})),
        ("a=1&a=2", json!({"a": "1"})),
        ("a=1&a.b=2", json!({"a": {"b": "2"}})),
        ("writeKey=secret&a=1", json!({"a": "1"})),
        ("anonymousId=%22quoted%22", json!({"anonymousId": "quoted"})),
        ("userId=%22quoted%22", json!({"userId": "\"quoted\""})),
        (r"a%5C.b=1", json!({"a.b": "1"})),
        (
            "context.externalId.0.id=490635419&context.externalId.0.type=wootricEndUserId",
            json!({"context": {"externalId": [{"id": "490635419", "type": "wootricEndUserId"}]}}),
        ),
        ("list.2=c", json!({"list": [null, null, "c"]})),
        ("integrations.0=x", json!({})),
        (".=1&a..b=1&=1", json!({})),
        ("list.4000000000=x", json!({"list": {"4000000000": "x"}})),
        ("list.0=a&list.4000000000=x", json!({"list": ["a"]})),
    ] {
        assert_eq!(built(query, EventKind::Track), expected, "{query}");
    }
}

#[test]
fn an_empty_name_is_unknown_for_a_page_and_nothing_for_a_track() {
    assert_eq!(built("name=&userId=u", EventKind::Page), json!({"name": "Unknown Page", "userId": "u"}));
    assert_eq!(event("event=&userId=u", EventKind::Track, NOW), None);
    assert_eq!(
        built("userId=u", EventKind::Track),
        json!({"userId": "u"}),
        "an absent name is not an empty one"
    );
    assert_eq!(built("event=&userId=u", EventKind::Page), json!({"event": "", "userId": "u"}));
}

#[test]
fn an_endless_query_is_no_event() {
    let query = |length: usize| format!("userId={}", "u".repeat(length));
    assert!(event(&query(16_000), EventKind::Track, NOW).is_some());
    assert!(event(&query(17_000), EventKind::Track, NOW).is_none());
}

proptest! {
    #[test]
    fn any_query_makes_an_event_of_about_its_size(query in "[a-c0-9.=&%\\\\]{0,300}") {
        if let Some(event) = event(&query, EventKind::Page, NOW) {
            prop_assert!(event.to_string().len() < 1000 + query.len() * 60);
        }
    }
}
