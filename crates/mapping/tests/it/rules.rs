//! Rules with which an operator skips events: by their name, their source, or both.

use crate::planned::{Parts, envelope, settings};
use event::{Envelope, Event};
use mapping::{Plan, PlanOutcome, Profile, Settings, SkipReason, SkipRule, SkipScope, plan};
use proptest::prelude::*;
use serde_json::{Value, json};

fn scope(event: Option<&str>, source: Option<&str>) -> SkipScope {
    SkipScope { event: event.map(str::to_owned), source: source.map(str::to_owned) }
}

fn by(scope: &SkipScope, profile: Profile, name: &Value, source: Option<&str>) -> Plan {
    let rules = vec![SkipRule { name: "no clicks".into(), scope: scope.clone() }];
    let settings = Settings { rules, ..settings(profile) };
    let mut body = json!({
        "type": "track", "userId": "u", "event": name, "integrations": { "Wootric": { "eventType": "create response" } },
        "context": { "ip": "192.0.2.1", "page": { "url": "https://p" } }, "properties": { "feedbackScore": 9 }
    });
    if name.is_null() {
        body = json!({ "type": "identify", "userId": "u", "traits": { "email": "a@example.com" } });
    }
    let envelope = Envelope { source: source.map(Into::into), ..envelope() };
    plan(&Event::read(&body.to_string(), &envelope).expect("an object"), &settings)
}

#[test]
fn rules_skip_events_by_name_by_source_and_by_both() {
    let (clicks, identify) = (json!(" button CLICKED "), json!(null));
    let named = scope(Some("Button Clicked"), None);
    let sent = scope(None, Some("website"));
    let both = scope(Some(" Button Clicked"), Some("website"));
    let table = [
        (&named, &clicks, Some("website"), true),
        (&named, &clicks, None, true),
        (&named, &json!("Button"), Some("website"), false),
        (&named, &json!(7), None, false),
        (&named, &identify, Some("website"), false),
        (&sent, &clicks, Some("website"), true),
        (&sent, &identify, Some("website"), true),
        (&sent, &clicks, Some("Website"), false),
        (&sent, &clicks, None, false),
        (&scope(Some("ΟΔΌΣ"), None), &json!("οδός"), None, true),
        (&both, &clicks, Some("website"), true),
        (&both, &clicks, Some("shop"), false),
        (&both, &json!("Survey"), Some("website"), false),
        (&both, &identify, Some("website"), false),
        (&SkipScope::default(), &clicks, Some("website"), false),
    ];
    for (scope, name, source, skips) in table {
        for profile in [Profile::Native, Profile::Rudderstack] {
            let plan = by(scope, profile, name, source);
            let skipped = plan.outcome == PlanOutcome::Skip(SkipReason::Rule);
            assert_eq!(skipped, skips, "{scope:?} {name} {source:?}");
            assert_eq!(matches!(plan.outcome, PlanOutcome::Deliver(_)), !skips, "{:?}", plan.outcome);
        }
    }
}

#[test]
fn a_rule_says_in_words_what_it_skips() {
    for (scope, words) in [
        (scope(Some("Click"), None), "The rule \"no clicks\" skips events named \"Click\"."),
        (
            scope(None, Some("website")),
            "The rule \"no clicks\" skips all events from the source \"website\".",
        ),
        (
            scope(Some("Click"), Some("website")),
            "The rule \"no clicks\" skips events named \"Click\" from the source \"website\".",
        ),
    ] {
        let plan = by(&scope, Profile::Native, &json!("click"), Some("website"));
        assert!(plan.notes_say(words), "{:?}", plan.notes);
    }
}

fn some_scope() -> impl Strategy<Value = SkipScope> {
    let name = || prop::option::of(prop::sample::select(vec!["Click", "click ", "Survey"]));
    let source = || prop::option::of(prop::sample::select(vec!["website", "shop"]));
    (name(), source()).prop_map(|(event, source)| scope(event, source))
}

proptest! {
    /// A rule skips the events that it covers.
    #[test]
    fn a_rule_that_covers_another_skips_all_that_the_other_skips(
        one in some_scope(),
        other in some_scope(),
        name in prop::option::of(prop::sample::select(vec!["CLICK", "survey", "else"])),
        source in prop::option::of(prop::sample::select(vec!["website", "shop", "else"])),
    ) {
        if one.covers(&other) && other.has(name, source) {
            prop_assert!(one.has(name, source), "{one:?} {other:?}");
        }
        prop_assert_eq!(one.covers(&one), one != SkipScope::default());
    }
}
