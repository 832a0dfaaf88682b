//! Properties that hold for every event.

use crate::planned::{envelope, read, settings};
use mapping::{Action, Plan, PlanOutcome, Profile, Properties, overlay, plan, same_as_stored, stored_text};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-20i64..20).prop_map(|n| json!(n)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        prop::sample::select(vec![
            "",
            " ",
            "u",
            "9",
            "2022-01-20T13:39:21Z",
            "create response",
            "identify",
            "track",
            "wootricEndUserId",
            "abc 5",
            "é"
        ])
        .prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let key = prop::sample::select(vec![
            "id",
            "type",
            "email",
            "phone",
            "createdAt",
            "userId",
            "ip",
            "url",
            "page",
            "traits",
            "externalId",
            "eventType",
            "Wootric",
            "All",
            "a_date",
            "a_amount",
            "a.b",
            "a",
            "",
            "1",
            "toString",
            "feedbackScore",
            "feedbackText",
            "timestamp",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Value>()),
        ]
    })
}

/// An event with arbitrary members, which are often enough of the type that the mapping accepts.
pub(crate) fn body() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![3 => Just(json!("identify")), 3 => Just(json!("track")), 1 => value()];
    let id = prop_oneof![3 => Just(json!("u")), 1 => value()];
    let wanted =
        prop_oneof![3 => Just(json!({ "Wootric": { "eventType": "create response" } })), 1 => value()];
    let score = prop_oneof![2 => (0i64..11).prop_map(|n| json!({ "feedbackScore": n, "ip": "1", "url": "x" })), 1 => value()];
    (kind, id, wanted, score, value(), value(), value()).prop_map(|(kind, id, wanted, properties, traits, context, timestamp)| {
        json!({
            "type": kind, "userId": id, "integrations": wanted, "properties": properties, "traits": traits, "context": context,
            "timestamp": timestamp,
        })
    })
}

/// Whether a form can express all keys of a stored value (docs/facts/mapping.md#stored-keys).
fn is_sayable(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_sayable),
        Value::Object(members) => members
            .iter()
            .all(|(key, value)| !key.is_empty() && !key.contains([']', '\0']) && is_sayable(value)),
        _ => true,
    }
}

fn planned(body: &Value, profile: Profile) -> Plan {
    plan(&read(body), &settings(profile))
}

fn sent(plan: &Plan) -> Vec<Value> {
    let PlanOutcome::Deliver(intent) = &plan.outcome else { return Vec::new() };
    let (fields, properties): (Vec<Option<Value>>, &Properties) = match &intent.action {
        Action::UpsertEndUser(f) => (
            vec![
                f.email.clone(),
                f.phone_number.clone(),
                f.last_surveyed.clone(),
                f.external_created_at.clone(),
            ],
            &f.properties,
        ),
        Action::CreateResponse(f) => (
            vec![
                Some(f.score.clone()),
                Some(f.ip_address.clone()),
                Some(f.origin_url.clone()),
                f.text.clone(),
                f.created_at.clone(),
            ],
            &f.properties,
        ),
        Action::CreateDecline(f) => (vec![f.origin_url.clone(), f.created_at.clone()], &f.properties),
    };
    fields.into_iter().flatten().chain(properties.iter().map(|(_, value)| value.clone())).collect()
}

/// The same object with its members in reverse order, at every depth.
pub(crate) fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect()
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

fn sorted(mut plan: Plan) -> Plan {
    plan.fields.sort_by(|a, b| a.field.cmp(&b.field));
    if let PlanOutcome::Deliver(intent) = &mut plan.outcome {
        match &mut intent.action {
            Action::UpsertEndUser(fields) => fields.properties.sort_by(|a, b| a.0.cmp(&b.0)),
            Action::CreateResponse(fields) => fields.properties.sort_by(|a, b| a.0.cmp(&b.0)),
            Action::CreateDecline(fields) => fields.properties.sort_by(|a, b| a.0.cmp(&b.0)),
        }
    }
    plan
}

/// An object as text shows the order of its members. Without lists of objects, no other text depends on the order.
fn has_objects_in_lists(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        Value::Object(members) => members.values().any(has_objects_in_lists),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn native_sends_text_and_always_the_same(body in body()) {
        let plan = planned(&body, Profile::Native);
        prop_assert!(sent(&plan).iter().all(Value::is_string), "{:?}", plan);
        prop_assert_eq!(&plan, &planned(&body, Profile::Native));
        for value in sent(&plan) {
            prop_assert!(plan.fields.iter().any(|field| field.value.as_ref() == Some(&value)), "{} is not explained", value);
        }
    }

    /// This holds also with the data that SDKs add, and with dotted keys, which may be paths.
    #[test]
    fn the_part_that_is_looked_at_makes_the_same_plan(
        body in body(),
        along in prop::collection::vec((prop::sample::select(vec![
            "app", "library", "page", "ip", "traits.email", "page.url", "externalId", "locale", "traits", "timestamp",
        ]), value()), 0..4),
        dotted in prop::collection::vec((prop::sample::select(vec![
            "context.traits", "context.page.url", "traits.id", "rudderId", "event", "context.ip", "properties.url", "version",
        ]), value()), 0..4),
    ) {
        let mut body = body;
        if let Some(context) = body["context"].as_object_mut() {
            context.extend(along.into_iter().map(|(key, value)| (key.to_owned(), value)));
        }
        if let Some(members) = body.as_object_mut() {
            members.extend(dotted.into_iter().map(|(key, value)| (key.to_owned(), value)));
        }
        let whole = read(&body);
        let part = event::Event::read_part(&body.to_string(), &envelope(), mapping::looks_at).unwrap();
        for profile in [Profile::Native, Profile::Rudderstack] {
            let settings = settings(profile);
            let plan = mapping::plan(&whole, &settings);
            prop_assert_eq!(&plan, &mapping::plan(&part, &settings));
            let unfiltered = mapping::plan_unfiltered(&whole, &settings).outcome;
            prop_assert_eq!(unfiltered, mapping::outcome_unfiltered(&part, &settings));
        }
    }

    #[test]
    fn rudderstack_never_sends_what_javascript_leaves_out(body in body()) {
        let plan = planned(&body, Profile::Rudderstack);
        prop_assert!(sent(&plan).iter().all(|value| !value.is_null()));
        if let PlanOutcome::Deliver(intent) = &plan.outcome
            && let Action::UpsertEndUser(fields) = &intent.action
        {
            for field in [&fields.email, &fields.phone_number, &fields.last_surveyed].into_iter().flatten() {
                prop_assert_ne!(field, &json!(""));
            }
        }
    }

    #[test]
    fn the_order_of_members_only_orders_properties(body in body()) {
        prop_assume!(!has_objects_in_lists(&body));
        let other = reversed(&body);
        // If keys become equal, the first one wins, so the order matters there.
        for profile in [Profile::Native, Profile::Rudderstack] {
            let (plan, other) = (planned(&body, profile), planned(&other, profile));
            prop_assume!(!plan.notes.iter().any(|note| note.contains("has the same key")));
            prop_assert_eq!(sorted(plan).outcome, sorted(other).outcome);
        }
    }

    #[test]
    fn laying_over_loses_nothing(stored in prop::collection::btree_map("[ab1-3]{1,2}", value(), 0..5), event in prop::collection::btree_map("[ab1-3]{1,2}", "[a-z]{0,3}", 0..5)) {
        let stored: Map<String, Value> = stored.into_iter().collect();
        let event: Properties = event.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
        let laid = overlay(Profile::Native, &stored, &event);
        let keys: Vec<&String> = laid.iter().map(|(key, _)| key).collect();
        let wanted: Vec<&String> = stored.keys().chain(event.iter().map(|(key, _)| key).filter(|key| !stored.contains_key(*key))).collect();
        prop_assert_eq!(keys, wanted);
        for (key, value) in laid {
            let from_event = event.iter().find(|(other, _)| *other == key).and_then(|(_, value)| value.as_str());
            match (value, from_event) {
                (mapping::Laid::Event(text), Some(wanted)) => prop_assert_eq!(text, wanted),
                (mapping::Laid::Stored(value), None) if is_sayable(&stored[&key]) => prop_assert_eq!(&value, &stored[&key]),
                (mapping::Laid::Stored(value), None) => prop_assert!(is_sayable(&value), "{} {:?}", key, value),
                (value, _) => prop_assert!(false, "{} {:?}", key, value),
            }
        }
        let _ = overlay(Profile::Rudderstack, &stored, &event);
    }

    #[test]
    fn what_goes_back_is_the_same(stored in value()) {
        let is_scalar = matches!(stored, Value::String(_) | Value::Number(_) | Value::Bool(_));
        prop_assert_eq!(same_as_stored(&stored, &stored_text(&stored)), is_scalar);
    }
}
