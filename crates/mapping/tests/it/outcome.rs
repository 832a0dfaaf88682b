//! Which events are planned (docs/facts/mapping.md#which-events).

use crate::planned::{Parts, envelope, native, read, rudderstack, settings, with};
use event::{Envelope, Event, EventKind, ReadError, SourceKind};
use mapping::{
    ConsentEntry, DeadReason, Plan, PlanOutcome, Profile, SkipReason, SourceConsent, Who, overlay, plan,
    plan_unfiltered,
};
use serde_json::{Value, json};

#[test]
fn types() {
    for kind in ["identify", " Identify ", "IDENTIFY"] {
        native(&json!({ "type": kind, "userId": "u" })).end_user();
    }
    for kind in ["page", "screen", "group", "alias", "merge", "record", "anything"] {
        let plan = native(&json!({ "type": kind, "userId": "u" }));
        assert_eq!(plan.outcome, PlanOutcome::Skip(SkipReason::UnsupportedType), "{kind}");
    }
    for kind in [json!(null), json!(5), json!(""), json!("  "), json!({})] {
        let plan = native(&json!({ "type": kind, "userId": "u" }));
        assert_eq!(plan.dead(), ("type_missing", "Event type is required"), "{kind}");
    }
}

#[test]
fn the_route_decides() {
    let forced = Envelope { forced: Some(EventKind::Identify), ..envelope() };
    let event = Event::read(r#"{"type":"page","userId":"u"}"#, &forced).unwrap();
    for profile in [Profile::Native, Profile::Rudderstack] {
        plan(&event, &settings(profile)).end_user();
    }
}

/// docs/facts/transformer.md#dispatch, #case-84, #case-85.
#[test]
fn types_as_rudder_transformer_reads_them() {
    for kind in ["identify", "IDENTIFY"] {
        rudderstack(&json!({ "type": kind, "userId": "u" })).end_user();
    }
    for kind in [" track", "page", "  "] {
        let plan = rudderstack(&json!({ "type": kind, "userId": "u" }));
        assert_eq!(plan.outcome, PlanOutcome::Skip(SkipReason::UnsupportedType), "{kind}");
        assert!(plan.notes_say(&format!("Event type \"{kind}\" is not supported")));
    }
    for kind in [json!(null), json!(""), json!(0), json!(false)] {
        let plan = rudderstack(&json!({ "type": kind, "userId": "u" }));
        assert_eq!(plan.dead(), ("type_missing", "Event type is required"), "{kind}");
    }
    let plan = rudderstack(&json!({ "type": 5, "userId": "u" }));
    assert_eq!(plan.dead(), ("type_missing", "message.type.toLowerCase is not a function"));
}

fn opted_out() -> Value {
    json!({ "type": "identify", "userId": "u", "integrations": { "All": false } })
}

#[test]
fn what_is_opted_out_never_becomes_a_dead_letter() {
    for body in [opted_out(), json!({ "integrations": { "InMoment": false } })] {
        for profile in [Profile::Native, Profile::Rudderstack] {
            let outcome = plan(&read(&body), &settings(profile)).outcome;
            assert_eq!(outcome, PlanOutcome::Skip(SkipReason::IntegrationDisabled), "{body}");
        }
    }
    assert!(native(&opted_out()).notes_say("`integrations.All` is false"));
}

#[test]
fn a_caller_that_has_filtered_can_say_so() {
    plan_unfiltered(&read(&opted_out()), &settings(Profile::Rudderstack)).end_user();
}

#[test]
fn consent_goes_by_the_kind_of_the_source() {
    let body = json!({
        "type": "identify",
        "userId": "u",
        "context": { "consentManagement": { "provider": "custom", "deniedConsentIds": ["ads"] } }
    });
    let entry =
        ConsentEntry { provider: "custom".into(), consents: vec!["ads".into()], ..ConsentEntry::default() };
    let consent = SourceConsent { management: vec![entry], ..SourceConsent::default() };
    let mut settings = settings(Profile::Native);
    settings.consent.insert(SourceKind::Web, consent.clone());
    plan(&read(&body), &settings).end_user();
    settings.consent.insert(SourceKind::Server, consent);
    let plan = plan(&read(&body), &settings);
    assert_eq!(plan.outcome, PlanOutcome::Skip(SkipReason::ConsentDenied));
    assert!(plan.notes_say("`ads`"));
}

#[test]
fn what_cannot_be_read_is_a_dead_letter() {
    let plan = Plan::unreadable(ReadError::TooDeep);
    assert_eq!(plan.dead(), ("event_too_deep", "the event nests deeper than 128 levels"));
}

#[test]
fn a_plan_is_readable_json() {
    let plan = native(
        &json!({ "type": "identify", "userId": "u", "traits": { "email": "a@b.c" }, "timestamp": "2022-01-20" }),
    );
    let shown = serde_json::to_value(&plan).unwrap();
    assert_eq!(shown["outcome"]["Deliver"]["who"]["external_id"], "u");
    assert_eq!(shown["outcome"]["Deliver"]["action"]["UpsertEndUser"]["email"], "a@b.c");
    assert_eq!(shown["fields"][2]["field"], "email");
    assert_eq!(shown["fields"][2]["from"], "traits.email");
    let skipped = serde_json::to_value(native(&opted_out())).unwrap();
    assert_eq!(skipped["outcome"]["Skip"], "integration_disabled");
    let dead = serde_json::to_value(native(&json!({}))).unwrap();
    assert_eq!(dead["outcome"]["Dead"]["code"], "type_missing");
}

#[test]
fn nothing_of_the_user_is_in_debug() {
    let track = |wanted: &str| {
        json!({
            "type": "track", "userId": "planted",
            "context": { "ip": "planted", "externalId": [{ "type": "wootricEndUserId", "id": "planted" }] },
            "traits": { "email": "planted", "phone": "planted", "a": "planted", "b_date": "planted", "c": { "d": ["planted"] } },
            "properties": { "feedbackScore": 9, "url": "planted", "feedbackText": "planted", "createdAt": "planted" },
            "integrations": { "Wootric": { "eventType": wanted } }
        })
    };
    let identify = with(&track(""), json!({ "type": "identify" }));
    for body in [identify, track("create response"), track("create decline"), track("planted")] {
        for profile in [Profile::Native, Profile::Rudderstack] {
            let plan = plan(&read(&body), &settings(profile));
            assert!(!format!("{plan:?}").contains("planted"), "{plan:?}");
        }
    }
    let who = Who { end_user_id: None, external_id: Some("planted".to_owned()) };
    assert!(!format!("{who:?} {:?}", DeadReason::end_user_unknown(&who)).contains("planted"));
    let laid = overlay(
        Profile::Native,
        json!({ "a": "planted" }).as_object().unwrap(),
        &vec![("b".to_owned(), json!("planted"))],
    );
    assert!(!format!("{laid:?}").contains("planted"));
}
