//! Traits that are made to break a form or to be expensive: the plan can always be sent, and harmless traits arrive.

use crate::planned::{Parts, native, read, rudderstack, with};
use mapping::{Plan, PlanOutcome, Properties};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An identify, and an answer, of an end user with these traits.
fn events(traits: &Value) -> [Value; 2] {
    let identify = json!({ "type": "identify", "userId": "u", "traits": traits });
    let track = json!({
        "type": "track", "userId": "u", "integrations": { "Wootric": { "eventType": "create response" } },
        "context": { "ip": "192.0.2.1", "page": { "url": "https://p" } }, "properties": { "feedbackScore": 9 },
        "traits": traits
    });
    [identify, track]
}

fn properties(plan: &Plan) -> &Properties {
    let PlanOutcome::Deliver(intent) = &plan.outcome else { panic!("{:?}", plan.outcome) };
    intent.action.properties()
}

/// The properties that a form can hold, counted independently.
fn fits(properties: &Properties) {
    let mut keys = BTreeSet::new();
    let mut bytes = 0;
    for (key, value) in properties {
        assert!(keys.insert(key), "{key:?} twice");
        assert!(
            !key.contains(['[', ']', '\0', '$', '.']) && !key.trim().is_empty() && key.len() <= 1_000,
            "{key:?}"
        );
        let value = value.as_str().unwrap_or_default();
        assert!(!value.contains('\0'), "{value:?}");
        bytes += form_urlencoded::Serializer::new(String::new())
            .append_pair(&format!("end_user[properties][{key}]"), value)
            .finish()
            .len()
            + 1;
    }
    assert!(
        properties.len() <= 4_000 && bytes <= 768 << 10,
        "{} properties, {bytes} bytes",
        properties.len()
    );
}

fn many(count: usize, key: impl Fn(usize) -> String, value: &Value) -> Value {
    Value::Object((0..count).map(|nth| (key(nth), value.clone())).collect())
}

/// Objects within objects.
fn nested(levels: usize, key: &str, inner: Value) -> Value {
    (0..levels).fold(inner, |inner, _| json!({ key: inner }))
}

#[test]
fn what_a_form_has_no_room_for_is_left_out_and_the_rest_arrives() {
    let long = "k".repeat(1_001);
    let table = [
        (
            json!({ long.clone(): 1, "plan": "pro" }),
            1,
            "1 trait is left out: its key would be longer than 1000 bytes",
        ),
        (json!({ "o": { long[..999].to_owned(): 1 }, "plan": "pro" }), 1, "longer than 1000 bytes"),
        (json!({ long[..1_000].to_owned(): 1, "plan": "pro" }), 2, ""),
        (nested(110, "abcdefghij", json!({ "x": 1, "plan": "pro" })), 0, "longer than 1000 bytes"),
        (
            with(&many(5_000, |nth| format!("k{nth}"), &json!(1)), json!({ "plan": "pro" })),
            4_000,
            "1001 properties are left out",
        ),
        (
            with(&json!({ "long": "x".repeat(1 << 20) }), many(4_001, |nth| format!("k{nth}"), &json!(1))),
            3_999,
            "3 properties are left out",
        ),
        (json!({ "long": "x".repeat(1 << 20), "plan": "pro" }), 1, "1 property is left out"),
        (json!({ "signs": "%".repeat(300_000), "plan": "pro" }), 1, "1 property is left out"),
        (json!({ "signs": "%".repeat(200_000), "plan": "pro" }), 2, ""),
    ];
    for (traits, wanted, note) in table {
        for event in events(&traits) {
            let plan = native(&event);
            fits(properties(&plan));
            assert_eq!(properties(&plan).len(), wanted, "{note}");
            assert!(note.is_empty() || plan.notes_say(note), "{note}: {:?}", plan.notes);
            // Each value that is left out is counted once.
            assert!(
                plan.notes.iter().filter(|note| note.contains("no room")).count() <= 1,
                "{:?}",
                plan.notes
            );
        }
    }
    // The same in the profile `rudderstack`, in which a request would break.
    for traits in
        [many(5_000, |nth| format!("k{nth}"), &json!(1)), json!("x".repeat(9_000)), json!(vec![1; 9_000])]
    {
        for event in events(&traits) {
            let plan = rudderstack(&event);
            assert_eq!(properties(&plan).len(), 4_000);
            assert!(plan.notes_say("properties are left out"), "{:?}", plan.notes);
        }
    }
}

/// Each of these would be some gigabytes if all of it were written.
#[test]
fn traits_cost_in_proportion_to_their_size() {
    let members = many(100_000, |nth| format!("{nth}"), &json!(1));
    for traits in [
        json!({ "k".repeat(900_000): members }),
        json!({ "k".repeat(900): members }),
        nested(120, &"k".repeat(8_000), members.clone()),
        many(100_000, |nth| format!("{nth}."), &json!(null)),
        many(100_000, |nth| "[".repeat(nth % 7) + &nth.to_string(), &json!({ "": 1 })),
    ] {
        for event in events(&traits) {
            let plan = native(&event);
            fits(properties(&plan));
            let told: usize = plan.notes.iter().map(String::len).sum();
            assert!(told < 1 << 20, "{told} bytes of notes");
        }
    }
}

fn hostile_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab\\[\\]$._\u{0}\n\t =&%;+é\u{200b}\u{fffd}]{0,6}",
        Just("[]".to_owned()),
        Just("][".to_owned()),
        Just("email".to_owned()),
        Just("toString".to_owned()),
        (990_usize..1_010).prop_map(|length| "k".repeat(length)),
    ]
}

fn hostile_traits() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!("x\0y")),
        Just(json!("\u{fffd}[a]=&b")),
        Just(json!(1)),
        Just(json!([{ "k\0": "\0" }])),
        Just(json!(["a\0", [1]])),
    ];
    leaf.prop_recursive(5, 40, 8, |inner| {
        prop::collection::vec((hostile_key(), inner), 0..8)
            .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
    })
}

proptest! {
    #[test]
    fn whatever_the_traits_are_a_form_holds_what_is_planned(traits in hostile_traits()) {
        for event in events(&json!({ "plan": "pro", "hostile": traits })) {
            let plan = native(&event);
            fits(properties(&plan));
            prop_assert!(properties(&plan).contains(&("plan".to_owned(), json!("pro"))));
        }
        if traits.is_object() {
            for event in events(&traits) {
                fits(properties(&native(&event)));
            }
        }
    }
}

#[test]
fn half_characters_and_equal_keys_are_one_key() {
    let text = r#"{"type":"identify","userId":"u","traits":{"\ud800a":1,"\udfffa":2,"b":1,"b":3,"c\u0000":1,"c":2}}"#;
    let event = event::Event::read(text, &crate::planned::envelope()).expect("an object");
    let plan = mapping::plan(&event, &mapping::Settings::default());
    let wanted =
        [("\u{fffd}a", "2"), ("b", "3"), ("c", "2")].map(|(key, value)| (key.to_owned(), json!(value)));
    assert_eq!(properties(&plan), &wanted);
    assert_eq!(read(&json!({ "type": "track" })).source, None);
}
