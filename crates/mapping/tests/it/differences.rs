//! Each difference is found with the rule that causes it: there is an event for each rule, and one event with several
//! rules.

use crate::planned::{envelope, read, with};
use event::Event;
use mapping::{Difference, Effect, RULES, Settings, differences, differences_unfiltered};
use serde_json::{Value, json};

const T: &str = "2022-01-20T13:39:21.032Z";

fn identify(changes: Value) -> Value {
    let base =
        json!({ "type": "identify", "userId": "u", "timestamp": T, "traits": { "email": "a@example.com" } });
    with(&base, changes)
}

fn response(changes: Value) -> Value {
    let base = json!({
        "type": "track", "userId": "u", "timestamp": T,
        "context": { "ip": "192.0.2.1", "page": { "url": "https://x.example/" } },
        "properties": { "feedbackScore": 9 }, "integrations": { "Wootric": { "eventType": "create response" } },
    });
    with(&base, changes)
}

fn found(body: &Value) -> Vec<Difference> {
    differences(&read(body), &Settings::default())
}

/// A rule, its effect, and each field with both values.
type RuleDifference = (&'static str, Effect, Vec<(String, Value, Value)>);

/// Differences that the event alone decides.
fn told(body: &Value) -> Vec<RuleDifference> {
    let definite = found(body).into_iter().filter(|difference| difference.effect.depends_on().is_none());
    let fields = |difference: &Difference| {
        let value = |value: &Option<Value>| value.clone().unwrap_or(Value::Null);
        difference.fields.iter().map(|f| (f.field.clone(), value(&f.rudderstack), value(&f.native))).collect()
    };
    definite.map(|difference| (difference.rule.name, difference.effect, fields(&difference))).collect()
}

/// Differences that InMoment's data decide.
fn possible(body: &Value) -> Vec<&'static str> {
    let depends =
        found(body).into_iter().filter(|difference| difference.effect.depends_on() == Some("inmoment"));
    depends.map(|difference| difference.rule.name).collect()
}

/// An event, its rule and the effect, the field, and the field's value in each profile.
type Row = (Value, &'static str, Effect, &'static str, Value, Value);

/// Each event concerns one rule and no other.
fn table() -> Vec<Row> {
    use Effect::{OnlyNativeDelivers, OnlyRudderstackDelivers, OtherIds, OtherValues};
    let dead = |code: &str| json!(format!("dead letter [{code}]"));
    let deliver = || json!("deliver");
    vec![
        (identify(json!({ "userId": " u" })), "tidied_ids", OtherIds, "external_id", json!(" u"), json!("u")),
        (
            identify(json!({ "userId": "undefined" })),
            "placeholder_ids",
            OnlyRudderstackDelivers,
            "outcome",
            deliver(),
            dead("id_placeholder"),
        ),
        (
            identify(json!({ "traits": { "phone": "undefined" } })),
            "placeholder_ids",
            OtherValues,
            "phone_number",
            json!("undefined"),
            Value::Null,
        ),
        (
            response(json!({ "integrations": null, "properties": { "feedbackScore": null } })),
            "ordinary_tracks",
            Effect::OtherReason,
            "outcome",
            dead("event_type_missing"),
            json!("skip [not_a_survey]"),
        ),
        (
            identify(json!({ "traits": { "createdAt": "-5" } })),
            "unset_times",
            OtherValues,
            "external_created_at",
            json!("-5"),
            Value::Null,
        ),
        (
            identify(json!({ "timestamp": "2099-01-01T00:00:00Z" })),
            "past_times",
            OtherValues,
            "last_surveyed",
            json!("4070908800"),
            json!("1642690805"),
        ),
        (
            identify(json!({ "type": " identify " })),
            "trimmed_type",
            OnlyNativeDelivers,
            "outcome",
            json!("skip [unsupported_type]"),
            deliver(),
        ),
        (
            identify(json!({ "userId": 17 })),
            "numeric_ids",
            OnlyNativeDelivers,
            "outcome",
            dead("identity_missing"),
            deliver(),
        ),
        (
            identify(json!({ "context": { "externalId": [{ "id": "7" }] } })),
            "untyped_external_id",
            OtherIds,
            "end_user_id",
            json!(null),
            json!("7"),
        ),
        (
            response(
                json!({ "integrations": { "Wootric": null, "InMoment": { "eventType": "create response" } } }),
            ),
            "all_names",
            OnlyNativeDelivers,
            "outcome",
            dead("event_type_missing"),
            deliver(),
        ),
        (
            response(json!({ "integrations": { "Wootric": { "eventType": "create_response " } } })),
            "lenient_event_type",
            OnlyNativeDelivers,
            "outcome",
            dead("event_type_unsupported"),
            deliver(),
        ),
        (
            response(json!({ "properties": { "feedbackScore": 7.5 } })),
            "integer_score",
            OnlyRudderstackDelivers,
            "outcome",
            deliver(),
            dead("score_invalid"),
        ),
        (
            response(json!({ "context": { "ip": null }, "properties": { "ip": "192.0.2.2" } })),
            "survey_properties",
            OnlyNativeDelivers,
            "outcome",
            dead("ip_missing"),
            deliver(),
        ),
        (
            identify(
                json!({ "traits": { "email": null }, "context": { "traits": { "email": "a", "city": "C" } } }),
            ),
            "empty_traits_pass",
            OtherValues,
            "properties[city]",
            json!(null),
            json!("C"),
        ),
        (
            identify(json!({ "traits": { "address": { "city": "C" } } })),
            "flatten",
            OtherValues,
            "properties[address]",
            json!("[object Object]"),
            json!(null),
        ),
        (
            identify(json!({ "timestamp": 1642685961032_i64 })),
            "scale_times",
            OtherValues,
            "last_surveyed",
            json!("1642685961032"),
            json!("1642685961"),
        ),
        (
            identify(json!({ "timestamp": "abc", "originalTimestamp": T })),
            "next_time",
            OtherValues,
            "last_surveyed",
            json!(null),
            json!("1642685961"),
        ),
        (
            identify(json!({ "channel": "sources", "context": { "timestamp": "2019-01-01" } })),
            "sources_channel",
            OtherValues,
            "last_surveyed",
            json!("1546300800"),
            json!("1642685961"),
        ),
        (
            identify(json!({ "timestamp": null })),
            "corrected_time",
            OtherValues,
            "last_surveyed",
            json!(null),
            json!("1642690805"),
        ),
        (
            identify(json!({ "traits": { "email": false, "phone": "+1" } })),
            "javascript",
            OtherValues,
            "email",
            json!(false),
            json!(null),
        ),
    ]
}

#[test]
fn each_rule_is_told_by_an_event_that_only_it_makes_differ() {
    let mut covered = Vec::new();
    for (body, rule, effect, field, rudderstack, native) in table() {
        let told = told(&body);
        assert_eq!(told.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), [rule], "{body}");
        assert_eq!((told[0].1, &told[0].2[0]), (effect, &(field.to_owned(), rudderstack, native)), "{body}");
        covered.push(rule);
    }
    let of_plans = RULES.iter().filter(|rule| !rule.depends_on_inmoment).map(|rule| rule.name);
    let mut of_plans: Vec<&str> = of_plans.collect();
    covered.sort_unstable();
    covered.dedup();
    of_plans.sort_unstable();
    assert_eq!(covered, of_plans, "every rule that decides in a plan");
}

#[test]
fn what_comes_to_the_same_is_no_difference() {
    for body in [
        identify(json!({})),
        // In a form, 9 and "9" are equal, and a hash has no order.
        response(json!({})),
        identify(json!({ "traits": { "b": "1", "2": "x", "1": "y" } })),
        // Refused for the same reason, in other words.
        response(json!({ "context": { "ip": null } })),
        json!({ "type": "page", "userId": "u" }),
        json!({ "type": "identify" }),
    ] {
        assert_eq!(told(&body), [], "{body}");
    }
}

#[test]
fn what_the_filters_keep_back_does_not_differ_unless_it_has_passed_them_elsewhere() {
    let body = identify(json!({ "type": " identify ", "integrations": { "All": false } }));
    assert_eq!(found(&body), []);
    let passed = differences_unfiltered(&read(&body), &Settings::default());
    assert_eq!(passed.iter().map(|difference| difference.rule.name).collect::<Vec<_>>(), ["trimmed_type"]);
}

#[test]
fn several_rules_may_have_to_do_with_one_event() {
    let body = identify(json!({ "type": "identify ", "userId": 5, "traits": { "plan": null, "age": 7 } }));
    let body = with(&body, json!({ "traits": { "list": [{}] } }));
    let rules: Vec<_> = told(&body).into_iter().map(|(rule, effect, _)| (rule, effect)).collect();
    assert_eq!(
        rules,
        [
            ("trimmed_type", Effect::OtherReason),
            ("numeric_ids", Effect::OnlyNativeDelivers),
            ("flatten", Effect::OtherValues)
        ]
    );
}

#[test]
fn another_intent_is_told_as_such() {
    let both = json!({ "Wootric": { "eventType": "create response" }, "InMoment": { "eventType": "create decline" } });
    let told = told(&response(json!({ "integrations": both })));
    let field = ("intent".to_owned(), json!("CreateResponse"), json!("CreateDecline"));
    assert_eq!(told, [("all_names", Effect::OtherIntent, vec![field])]);
}

#[test]
fn what_inmoment_decides_is_possible_and_no_more() {
    let both_ids = json!({ "context": { "externalId": [{ "type": "wootricEndUserId", "id": "7" }] } });
    for (body, wanted) in [
        (identify(json!({})), &[][..]),
        (identify(both_ids.clone()), &["second_lookup"]),
        (with(&identify(both_ids.clone()), json!({ "userId": null })), &[]),
        (identify(json!({ "traits": { "plan": "pro" } })), &["properties_over_nothing"]),
        (
            with(&response(both_ids), json!({ "traits": { "plan": "pro" } })),
            &["second_lookup", "properties_over_nothing"],
        ),
        // Only one profile delivers, so they differ whatever InMoment's data are.
        (identify(json!({ "userId": 5, "traits": { "plan": "pro" } })), &[]),
        // Both profiles send the same to an existing end user; only native would create one.
        (identify(json!({ "traits": { "email": 5 } })), &["javascript"]),
    ] {
        assert_eq!(possible(&body), wanted, "{body}");
    }
    let create = found(&identify(json!({ "traits": { "email": 5 } }))).remove(0).fields.remove(0);
    assert_eq!(create.field, "create");
    assert_eq!(
        (create.rudderstack, create.native),
        (Some(json!("dead letter [email_or_phone_missing]")), Some(json!("created")))
    );
}

#[test]
fn debug_shows_no_values() {
    let body =
        identify(json!({ "traits": { "email": false, "phone": "+12025550146", "plan": ["planted", null] } }));
    let shown = format!("{:?}", found(&body));
    assert!(shown.contains("properties[plan]") || shown.contains("email"), "{shown}");
    assert!(!shown.contains("planted") && !shown.contains("2025550146"), "{shown}");
}

#[test]
fn the_settings_own_profile_does_not_matter() {
    let event: Event =
        Event::read(&identify(json!({ "userId": 5 })).to_string(), &envelope()).expect("an object");
    let by = |profile| differences(&event, &Settings { profile, ..Settings::default() });
    assert_eq!(by(mapping::Profile::Native), by(mapping::Profile::Rudderstack));
}
