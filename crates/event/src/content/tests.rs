use crate::{Envelope, Event, EventKind, Millis, SourceKind};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn read(text: &str, forced: Option<EventKind>) -> Event {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(1_700_000_000_000),
        request_ip: None,
        forced,
        request_id: [7; 16],
        index: 0,
    };
    Event::read(text, &envelope).unwrap()
}

fn hash(text: &str) -> u128 {
    read(text, None).content_hash()
}

const EVENT: &str =
    r#"{"type":"track","messageId":"a","userId":"ada","properties":{"score":9,"list":[1,"b",null]}}"#;

#[test]
fn what_a_try_adds_makes_no_difference() {
    for same in [
        r#"{ "userId" : "ada", "type":"track", "properties":{"list":[1,"b",null], "score":9}, "messageId":"a" }"#,
        r#"{"type":"track","messageId":"b","userId":"ada","properties":{"score":9,"list":[1,"b",null]}}"#,
        r#"{"type":" TRACK","messageId":"a","userId":"\u0061da","properties":{"score":9,"list":[1,"b",null]}}"#,
        r#"{"type":"track","userId":"ada","sentAt":"2026-01-01T00:00:00Z","properties":{"score":9,"list":[1,"b",null]}}"#,
        r#"{"type":"track","userId":"ada","receivedAt":"x","request_ip":"192.0.2.1","rudderId":"y","_metadata":{"retryCount":2},"properties":{"score":9,"list":[1,"b",null]}}"#,
        r#"{"type":"track","userId":"eve","userId":"ada","properties":{"score":1},"properties":{"score":9,"list":[1,"b",null]}}"#,
        r#"{"type":"track","userId":"ada","properties":{"score":9,"list":[1,"b",NaN]}}"#,
    ] {
        assert_eq!(hash(same), hash(EVENT), "{same}");
    }
}

#[test]
fn what_an_event_says_makes_a_difference() {
    let mut all = vec![EVENT.to_owned()];
    all.extend(
        [
            r#"{"type":"identify","userId":"ada","properties":{"score":9,"list":[1,"b",null]}}"#,
            r#"{"type":"track","userId":"adb","properties":{"score":9,"list":[1,"b",null]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9.0,"list":[1,"b",null]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":"9","list":[1,"b",null]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9,"list":["b",1,null]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9,"list":[1,"b"]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9,"list":[[1,"b",null]]}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9,"list":[1,"b",null],"sentAt":"x"}}"#,
            r#"{"type":"track","userId":"ada","properties":{"score":9},"list":[1,"b",null]}"#,
            r#"{"type":"track","userId":"ada","originalTimestamp":"2026-01-01T00:00:00Z","properties":{"score":9,"list":[1,"b",null]}}"#,
            r#"{"type":"track","userId":"ada","timestamp":"2026-01-01T00:00:00Z","properties":{"score":9,"list":[1,"b",null]}}"#,
        ]
        .map(str::to_owned),
    );
    for (place, one) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            assert_ne!(hash(one), hash(other), "{one} {other}");
        }
    }
}

/// If there is a `timestamp`, it has the time of the event: some SDKs change `originalTimestamp` on each try.
#[test]
fn the_original_timestamp_counts_where_it_alone_says_when() {
    let with = |timestamp: &str, original: &str| {
        hash(&format!(r#"{{"type":"track",{timestamp}"originalTimestamp":"{original}"}}"#))
    };
    let timed = r#""timestamp":"2026-01-01T00:00:00Z","#;
    assert_eq!(with(timed, "2026-01-01T00:00:01Z"), with(timed, "2026-01-01T00:00:02Z"));
    for untimed in ["", r#""timestamp":null,"#] {
        assert_ne!(with(untimed, "2026-01-01T00:00:01Z"), with(untimed, "2026-01-01T00:00:02Z"));
    }
}

#[test]
fn the_route_and_the_event_say_the_type_alike() {
    let text = r#"{"userId":"ada","traits":{"email":"a@example.com"}}"#;
    let by_route = read(text, Some(EventKind::Identify)).content_hash();
    let by_itself = hash(r#"{"type":"identify","userId":"ada","traits":{"email":"a@example.com"}}"#);
    assert_eq!(by_route, by_itself);
    assert_ne!(by_route, read(text, Some(EventKind::Track)).content_hash());
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| json!(number)),
        "[a-c0-9 \"\\\\]{0,4}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec(("[a-d]{0,2}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same value with the keys of each object in reverse order.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(elements) => Value::Array(elements.iter().map(turned).collect()),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| (key.clone(), turned(value))).collect();
            Value::Object(Map::from_iter(members.into_iter().rev()))
        }
        other => other.clone(),
    }
}

proptest! {
    /// Two digests are equal exactly if the values are equal, however they are written.
    #[test]
    fn a_digest_stands_for_a_content(one in value(), other in value()) {
        let event = |properties: &Value| {
            let event = json!({"type": "track", "userId": "ada", "properties": properties});
            let pretty = serde_json::to_string_pretty(&event).unwrap();
            [hash(&event.to_string()), hash(&pretty)]
        };
        let [hash_of_one, pretty] = event(&one);
        prop_assert_eq!(hash_of_one, pretty);
        prop_assert_eq!(hash_of_one, event(&turned(&one))[0]);
        prop_assert_eq!(hash_of_one == event(&other)[0], one == other);
    }
}
