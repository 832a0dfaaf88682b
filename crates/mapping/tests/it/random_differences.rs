//! Properties that hold for the differences of every event, and for the profile `rudderstack` with every spelling of a
//! number.

use crate::planned::{read, settings};
use crate::random::{body, reversed};
use mapping::{
    Action, Difference, Effect, PlanOutcome, Profile, Properties, Settings, differences_unfiltered,
    plan_unfiltered, stored_text,
};
use proptest::prelude::*;
use serde_json::{Number, Value};
use std::collections::BTreeMap;
use std::str::FromStr;

/// The same value with its members in alphabetical order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.into_iter().collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// The form that is sent to InMoment, as texts; or why none is.
fn form(outcome: &PlanOutcome) -> BTreeMap<String, String> {
    let mut form = BTreeMap::new();
    let mut put = |key: &str, value: Option<&Value>| {
        form.extend(value.map(|value| (key.to_owned(), stored_text(&sorted(value)))));
    };
    let intent = match outcome {
        PlanOutcome::Deliver(intent) => intent,
        PlanOutcome::Skip(reason) => return [("skip".to_owned(), format!("{reason:?}"))].into(),
        PlanOutcome::Dead(refusal) => return [("dead".to_owned(), refusal.code.to_owned())].into(),
    };
    let properties: &Properties = match &intent.action {
        Action::UpsertEndUser(fields) => {
            put("identify", Some(&Value::Null));
            put("email", fields.email.as_ref());
            put("phone", fields.phone_number.as_ref());
            put("surveyed", fields.last_surveyed.as_ref());
            put("created", fields.external_created_at.as_ref());
            &fields.properties
        }
        Action::CreateResponse(fields) => {
            put("score", Some(&fields.score));
            put("ip", Some(&fields.ip_address));
            put("url", Some(&fields.origin_url));
            put("text", fields.text.as_ref());
            put("created", fields.created_at.as_ref());
            &fields.properties
        }
        Action::CreateDecline(fields) => {
            put("decline", Some(&Value::Null));
            put("url", fields.origin_url.as_ref());
            put("created", fields.created_at.as_ref());
            &fields.properties
        }
    };
    for (key, value) in properties {
        put(&format!("property {key}"), Some(value));
    }
    form.extend(intent.who.end_user_id.clone().map(|id| ("end-user id".to_owned(), id)));
    form.extend(intent.who.external_id.clone().map(|id| ("external id".to_owned(), id)));
    form
}

fn outcome(body: &Value, profile: Profile) -> PlanOutcome {
    plan_unfiltered(&read(body), &settings(profile)).outcome
}

fn definite(body: &Value) -> Vec<Difference> {
    let mut found = differences_unfiltered(&read(body), &Settings::default());
    found.retain(|difference| difference.effect.depends_on().is_none());
    found
}

/// The same value, in which every number has another spelling that JavaScript reads as the same number.
fn respelt(value: &Value, way: u8) -> Value {
    match value {
        Value::Number(number) => {
            let double: f64 = number.to_string().parse().expect("a number");
            let spelt = match way % 4 {
                0 => format!("{double:e}"),
                1 => format!("{double:E}").replace('E', "E+").replace("E+-", "E-"),
                // All digits of the number, and a point.
                2 if double.fract() == 0.0 => format!("{double}.0"),
                2 => format!("{double}0"),
                // More digits than a double has room for.
                _ => format!("{double:.40e}"),
            };
            let again: f64 = spelt.parse().expect("a number");
            assert_eq!(again.to_bits(), double.to_bits(), "{spelt}");
            Value::Number(Number::from_str(&spelt).expect("a number"))
        }
        Value::Array(items) => items.iter().map(|item| respelt(item, way)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), respelt(value, way.wrapping_add(1)))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn numbers_that_javascript_cannot_tell_apart_are_one_to_rudderstack() {
    for spellings in [
        &["1", "1.0", "1e0", "0.1E+1"][..],
        &["100", "1e2", "1E+2", "100.000"],
        &["1e22", "10000000000000000000000", "10000000000000000000001"],
        &["12345678901234567890", "12345678901234567000", "1.2345678901234567e19"],
        &["0", "0.0", "0e7", "1e-400"],
        &["1e400", "1e401"],
    ] {
        let bodies = spellings.iter().map(|spelling| -> Value {
            serde_json::from_str(&format!(
                r#"{{"type":"identify","userId":"u","timestamp":{spelling},"traits":{{"email":{spelling},"phone":{spelling},"n":{spelling},"list":[{spelling}]}}}}"#
            ))
            .expect("an object")
        });
        let forms: Vec<_> = bodies.map(|body| form(&outcome(&body, Profile::Rudderstack))).collect();
        assert!(forms.windows(2).all(|two| two[0] == two[1]), "{spellings:?}: {forms:?}");
        assert!(forms[0].contains_key("property n"), "{forms:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn there_are_differences_if_and_only_if_other_things_are_sent(body in body()) {
        let (there, here) = (outcome(&body, Profile::Rudderstack), outcome(&body, Profile::Native));
        let found = definite(&body);
        prop_assert_eq!(found.is_empty(), form(&there) == form(&here), "{:?}", found);
        let delivers = |outcome: &PlanOutcome| matches!(outcome, PlanOutcome::Deliver(_));
        let has = |effect: Effect| found.iter().any(|difference| difference.effect == effect);
        if delivers(&here) && !delivers(&there) {
            prop_assert!(has(Effect::OnlyNativeDelivers), "{:?}", found);
        }
        if delivers(&there) && !delivers(&here) {
            prop_assert!(has(Effect::OnlyRudderstackDelivers), "{:?}", found);
        }
        prop_assert!(found.iter().all(|difference| !difference.fields.is_empty()));
    }

    #[test]
    fn the_first_and_the_last_value_of_a_field_are_the_profiles_own(body in body()) {
        let (there, here) = (outcome(&body, Profile::Rudderstack), outcome(&body, Profile::Native));
        let found = definite(&body);
        let of_fields = |difference: &Difference| matches!(difference.effect, Effect::OtherIds | Effect::OtherValues);
        if !found.iter().all(of_fields) {
            return Ok(());
        }
        let text = |value: &Option<Value>| value.as_ref().map(|value| stored_text(&sorted(value)));
        let mut chain: BTreeMap<&str, (Option<String>, Option<String>)> = BTreeMap::new();
        for field in found.iter().flat_map(|difference| &difference.fields) {
            let ends = chain.entry(&field.field).or_insert_with(|| (text(&field.rudderstack), text(&field.rudderstack)));
            prop_assert_eq!(&ends.1, &text(&field.rudderstack), "{} goes on where it was left", field.field);
            ends.1 = text(&field.native);
        }
        for (field, ends) in chain {
            prop_assert_ne!(&ends.0, &ends.1, "{}", field);
            if ["email", "score", "text"].contains(&field) {
                let of = |outcome: &PlanOutcome| form(outcome).get(field).cloned();
                prop_assert_eq!(ends, (of(&there), of(&here)));
            }
        }
    }

    #[test]
    fn rudderstack_knows_numbers_by_their_value_and_members_by_their_name(body in body(), way in any::<u8>()) {
        let wanted = form(&outcome(&body, Profile::Rudderstack));
        prop_assert_eq!(&form(&outcome(&respelt(&body, way), Profile::Rudderstack)), &wanted);
        prop_assert_eq!(&form(&outcome(&reversed(&body), Profile::Rudderstack)), &wanted);
    }
}
