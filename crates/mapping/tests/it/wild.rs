//! Values of real traffic in the profile `native`: values that no store accepts, placeholders for ids, impossible
//! dates, tracks that are not surveys (docs/facts/mapping.md#tidied, #placeholders, #not-a-survey, #past-times,
//! #property-keys, #null-traits, #answer-date).

use crate::planned::{Parts, RECEIVED, native, read, rudderstack, settings, with};
use event::time::Moment;
use mapping::{
    Action, NullTraits, PlaceholderIds, Plan, PlanOutcome, Profile, Settings, SkipReason, overlay, plan,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn identify(changes: Value) -> Value {
    with(&json!({ "type": "identify", "userId": "u", "traits": { "email": "a@example.com" } }), changes)
}

fn response(changes: Value) -> Value {
    let base = json!({
        "type": "track", "userId": "u",
        "integrations": { "Wootric": { "eventType": "create response" } },
        "context": { "ip": "192.0.2.1", "page": { "url": "https://p" } },
        "properties": { "feedbackScore": 9 }
    });
    with(&base, changes)
}

fn arrival() -> i64 {
    Moment::parse(RECEIVED).expect("a date").unix_seconds()
}

/// Every text that would be sent, keys included.
fn sent(plan: &Plan) -> Vec<String> {
    let PlanOutcome::Deliver(intent) = &plan.outcome else { return Vec::new() };
    let mut texts: Vec<Option<String>> = vec![intent.who.end_user_id.clone(), intent.who.external_id.clone()];
    let text = |value: &Option<Value>| {
        value.as_ref().map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
    };
    match &intent.action {
        Action::UpsertEndUser(fields) => texts.extend(
            [&fields.email, &fields.phone_number, &fields.last_surveyed, &fields.external_created_at]
                .map(text),
        ),
        Action::CreateResponse(fields) => {
            let own = [
                Some(fields.score.clone()),
                Some(fields.ip_address.clone()),
                Some(fields.origin_url.clone()),
            ];
            texts.extend(own.iter().chain([&fields.text, &fields.created_at]).map(text));
        }
        Action::CreateDecline(fields) => texts.extend([&fields.origin_url, &fields.created_at].map(text)),
    }
    for (key, value) in intent.action.properties() {
        texts.push(Some(key.clone()));
        texts.push(text(&Some(value.clone())));
    }
    texts.into_iter().flatten().collect()
}

#[test]
fn nul_is_sent_nowhere_in_either_profile() {
    let identify = identify(json!({
        "userId": "u\0v",
        "traits": { "email": "a\0@b.c", "phone": "+1\0", "na\0me": "x\0y", "list": ["a\0"], "deep": [{ "k\0": "v\0" }] }
    }));
    let response = response(json!({
        "userId": "\0u", "properties": { "feedbackText": "good\0bad" },
        "context": { "ip": "192.0.2.1\0", "page": { "url": "https://p/\0" } }
    }));
    for planned in [native(&identify), rudderstack(&identify), native(&response), rudderstack(&response)] {
        let texts = sent(&planned);
        assert!(texts.len() > 3, "{planned:?}");
        assert!(texts.iter().all(|text| !text.contains(['\0']) && !text.contains("\\u0000")), "{texts:?}");
    }
    assert_eq!(native(&response).response().text, Some(json!("goodbad")));
    assert!(native(&response).notes_say("NUL"));
    let plan = native(&identify);
    assert_eq!(plan.who().external_id.as_deref(), Some("uv"));
    assert_eq!(plan.end_user().email, Some(json!("a@b.c")));
    assert!(plan.field("properties[name]").rule.contains("key"), "{:?}", plan.fields);
}

#[test]
fn keys_that_a_form_cannot_hold_are_cleaned_and_collisions_follow_the_ranks() {
    let table = [
        (json!({ "a[b]": 1 }), json!([["a_b_", "1"]])),
        (json!({ "a[b": 1, "]": 2, "[]": 3, "__": 4, "_": 5, " ": 6, "": 7 }), json!([["a_b", "1"]])),
        (json!({ "a[b]": 1, "a_b_": 2 }), json!([["a_b_", "2"]])),
        (json!({ "a]": 1, "a[": 2 }), json!([["a_", "1"]])),
        (json!({ "o": { "x]": 1 }, "o_x_": 2 }), json!([["o_x_", "2"]])),
        (json!({ "o": { "[": 1 } }), json!([["o__", "1"]])),
        (json!({ "\u{200b}": 1, "b\0": 2 }), json!([["b", "2"]])),
        (json!({ "plan][x": "y" }), json!([["plan__x", "y"]])),
    ];
    for (traits, wanted) in table {
        let plan = native(&with(&identify(json!({})), json!({ "traits": traits })));
        let sent: Vec<_> =
            plan.end_user().properties.iter().map(|(key, value)| json!([key, value])).collect();
        assert_eq!(json!(sent), wanted, "{traits}");
    }
    let told = native(&identify(json!({ "traits": { "[]": 1 } })));
    assert!(told.notes_say("`traits.[]` is left out"), "{:?}", told.notes);
}

#[test]
fn identifiers_are_tidied_and_free_text_is_not() {
    let plan = native(&with(
        &response(json!({ "properties": { "feedbackText": "  two\u{200b} words \n" } })),
        json!({ "userId": "\u{feff} ada\u{200e} \n" }),
    ));
    assert_eq!(plan.who().external_id.as_deref(), Some("ada"));
    assert!(plan.field("external_id").rule.contains("without"));
    assert_eq!(plan.response().text, Some(json!("  two\u{200b} words \n")));
    let plan = native(&identify(
        json!({ "traits": { "email": "\t a@b.c\u{a0}", "phone": " +49 170 ", "note": " x " } }),
    ));
    assert_eq!(plan.end_user().email, Some(json!("a@b.c")));
    assert_eq!(plan.end_user().phone_number, Some(json!("+49 170")));
    assert_eq!(plan.end_user().properties, [("note".to_owned(), json!(" x "))]);
    assert!(plan.field("email").rule.contains("without"));
    let entry = json!({ "context": { "externalId": [{ "type": "wootricEndUserId", "id": " 12\u{200b}" }] } });
    assert_eq!(native(&identify(entry)).who().end_user_id.as_deref(), Some("12"));
    assert_eq!(rudderstack(&identify(json!({ "userId": " u " }))).who().external_id.as_deref(), Some(" u "));
}

#[test]
fn placeholders_name_nobody() {
    for id in PlaceholderIds::DEFAULT {
        for written in [id.to_owned(), id.to_uppercase(), format!(" {id}\u{200b}")] {
            let plan = native(&identify(json!({ "userId": written })));
            assert_eq!(plan.dead().0, "id_placeholder", "{written}");
            assert!(plan.notes_say("placeholder_ids"));
            let other = native(&identify(json!({ "userId": written, "traits": { "id": "real" } })));
            assert_eq!(other.who().external_id.as_deref(), Some("real"), "{written}");
        }
    }
    let both = json!({ "userId": "null", "context": { "externalId": [{ "type": "wootricEndUserId", "id": "undefined" }] } });
    assert_eq!(native(&identify(both)).dead().0, "id_placeholder");
    for id in ["undefined1", "anonymous-7", "nullable", "0", "NaNa"] {
        assert_eq!(native(&identify(json!({ "userId": id }))).who().external_id.as_deref(), Some(id));
    }
    let own =
        Settings { placeholder_ids: PlaceholderIds(vec!["nobody".into()]), ..settings(Profile::Native) };
    let with_own = |id: &str| plan(&read(&identify(json!({ "userId": id }))), &own);
    assert_eq!(with_own("undefined").who().external_id.as_deref(), Some("undefined"));
    assert_eq!(with_own("NOBODY").dead().0, "id_placeholder");
    assert_eq!(
        rudderstack(&identify(json!({ "userId": "undefined" }))).who().external_id.as_deref(),
        Some("undefined")
    );
}

#[test]
fn ordinary_tracks_are_skipped_and_what_looks_like_an_answer_is_not() {
    let track = |changes: Value| with(&json!({ "type": "track", "event": "Button Clicked" }), changes);
    for body in [
        track(json!({ "userId": "u" })),
        track(json!({ "anonymousId": "a", "properties": { "feedbackScore": null, "x": 1 } })),
        track(json!({ "userId": "undefined", "properties": "none" })),
        track(json!({ "userId": "u", "integrations": { "Wootric": true, "All": true } })),
        track(json!({ "userId": "u", "integrations": { "Wootric": { "eventType": " " } } })),
    ] {
        let plan = native(&body);
        assert_eq!(plan.outcome, PlanOutcome::Skip(SkipReason::NotASurvey), "{body}");
        assert!(plan.notes_say("not an answer to a survey"));
    }
    for (body, code) in [
        (track(json!({ "userId": "u", "properties": { "feedbackScore": 9 } })), "event_type_missing"),
        (track(json!({ "userId": "u", "properties": { "feedbackText": "" } })), "event_type_missing"),
        (
            track(json!({ "userId": "u", "integrations": { "InMoment": { "eventType": "x" } } })),
            "event_type_unsupported",
        ),
    ] {
        assert_eq!(native(&body).dead().0, code, "{body}");
    }
    assert_eq!(rudderstack(&track(json!({ "userId": "u" }))).dead().0, "event_type_missing");
}

#[test]
fn a_placeholder_is_no_email_and_no_phone_number() {
    for text in PlaceholderIds::DEFAULT {
        for written in [text.to_owned(), text.to_uppercase(), format!("\u{200b} {text}\n")] {
            let plan = native(&identify(json!({ "traits": { "email": written, "phone": written } })));
            let fields = plan.end_user();
            assert_eq!((&fields.email, &fields.phone_number), (&None, &None), "{written}");
            for source in ["traits.email", "traits.phone"] {
                assert!(plan.notes_say(&format!("`{source}` counts as missing: it is a placeholder")));
            }
            assert!(plan.notes_say("cannot be created from this event"));
            let next = native(&identify(
                json!({ "traits": { "email": written }, "context": { "traits": { "email": " a@b.c", "phone": "+1" } } }),
            ));
            assert_eq!(next.end_user().email, Some(json!("a@b.c")), "the next source is asked");
            assert_eq!(next.end_user().phone_number, Some(json!("+1")));
        }
    }
    for real in ["undefined@example.com", "nullable@example.com", "none@nil.example"] {
        assert_eq!(
            native(&identify(json!({ "traits": { "email": real } }))).end_user().email,
            Some(json!(real))
        );
    }
    // Free text is not changed.
    let free = native(&identify(json!({ "traits": { "plan": "none", "email": "a@b.c" } })));
    assert_eq!(free.end_user().properties, [("plan".to_owned(), json!("none"))]);
    let own = Settings {
        placeholder_ids: PlaceholderIds(vec!["n/a".into(), "KEINE Ü".into()]),
        ..settings(Profile::Native)
    };
    let email = |email: &str| {
        plan(&read(&identify(json!({ "traits": { "email": email } }))), &own).end_user().email.clone()
    };
    assert_eq!([email("N/A"), email("keine ü"), email("none")], [None, None, Some(json!("none"))]);
    let javascript = rudderstack(&identify(json!({ "traits": { "email": "undefined", "phone": "null" } })));
    assert_eq!(javascript.end_user().email, Some(json!("undefined")));
    assert_eq!(javascript.end_user().phone_number, Some(json!("null")));
}

#[test]
fn no_time_is_later_than_the_arrival() {
    let arrival = arrival().to_string();
    for time in [
        "2099-01-01T00:00:00Z",
        "2565-01-20 13:39:21",
        "22022-01-01",
        "4102444800000",
        "2022-01-20T15:00:06Z",
    ] {
        for member in ["timestamp", "originalTimestamp"] {
            let plan = native(&identify(json!({ member: time })));
            let surveyed = plan.end_user().last_surveyed.clone().unwrap();
            assert!(surveyed.as_str().unwrap().parse::<i64>().unwrap() <= self::arrival(), "{member} {time}");
        }
        let plan = native(&response(json!({ "properties": { "createdAt": time } })));
        assert!(plan.response().created_at.iter().all(|at| *at == json!(arrival)), "{time}");
    }
    let plan = native(&identify(json!({ "timestamp": "2099-01-01" })));
    assert_eq!(plan.end_user().last_surveyed, Some(json!(arrival)));
    assert!(plan.field("last_surveyed").rule.contains("later than the arrival"));
    // The sender's clock is a year slow, and the event has only the time of sending.
    let plan = native(&identify(json!({ "sentAt": "2021-01-20T15:00:00Z" })));
    assert_eq!(plan.end_user().last_surveyed, Some(json!(arrival)));
    let signed_up = |time: Value| {
        native(&identify(json!({ "traits": { "createdAt": time } }))).end_user().external_created_at.clone()
    };
    assert_eq!(signed_up(json!("2099-01-01")), None, "far beyond, it is no sign-up");
    assert_eq!(signed_up(json!("2565-01-20T15:00:00")), None);
    assert_eq!(signed_up(json!("2022-01-20T16:00:00Z")), Some(json!(arrival)), "a clock that runs ahead");
}

#[test]
fn what_was_never_set_is_no_time() {
    for unset in [
        json!(0),
        json!("0"),
        json!(-1),
        json!("0001-01-01T00:00:00Z"),
        json!("1970-01-01"),
        json!("0000-00-00 00:00:00"),
    ] {
        let traits =
            json!({ "traits": { "createdAt": unset }, "context": { "traits": { "createdAt": 1600000000 } } });
        assert_eq!(
            native(&identify(traits.clone())).end_user().external_created_at,
            Some(json!("1600000000")),
            "{unset}"
        );
        assert_eq!(native(&response(traits)).response().created_at, Some(json!("1600000000")), "{unset}");
        let plan = native(&identify(json!({ "timestamp": unset })));
        assert_eq!(plan.end_user().last_surveyed, Some(json!(arrival().to_string())), "{unset}");
    }
}

#[test]
fn an_answer_is_dated_by_its_giving_when_the_traits_repeat_the_sign_up() {
    let body = response(
        json!({ "timestamp": "2022-01-20T09:00:00Z", "traits": { "createdAt": "2021-01-20T13:39:21.900Z" } }),
    );
    let plan = native(&body);
    assert!(
        plan.notes_say("external_created_at") && plan.notes_say("1642669200 from `timestamp`"),
        "{:?}",
        plan.notes
    );
    let dated = |body: &Value, known: Option<i64>| {
        let PlanOutcome::Deliver(mut intent) = native(body).outcome else { panic!() };
        let gave_way = intent.action.dated(known);
        let Action::CreateResponse(fields) = intent.action else { panic!() };
        (gave_way, fields.created_at.unwrap())
    };
    assert_eq!(dated(&body, None), (false, json!("1611149961")));
    assert_eq!(dated(&body, Some(1_611_149_962)), (false, json!("1611149961")));
    assert_eq!(dated(&body, Some(1_611_149_961)), (true, json!("1642669200")));
    let own = with(&body, json!({ "properties": { "createdAt": 1_611_149_961 } }));
    assert_eq!(
        dated(&own, Some(1_611_149_961)),
        (false, json!("1611149961")),
        "an answer's own date always counts"
    );
    let fields = native(&body).response().clone();
    let date = |known| Action::date(fields.created_at.as_ref(), fields.event_time.as_ref(), known).cloned();
    assert_eq!(
        (date(Some(1_611_149_961)), date(None)),
        (Some(json!("1642669200")), Some(json!("1611149961")))
    );
    let possible = mapping::differences(&read(&body), &Settings::default());
    assert!(possible.iter().any(|difference| difference.rule.name == "answer_date"), "{possible:?}");
}

#[test]
fn nulls_clear_where_a_setting_says_so() {
    let body = json!({ "type": "identify", "userId": "u", "traits": { "plan": null, "city": "Bonn", "o": { "a": null } } });
    let by = |null_traits| plan(&read(&body), &Settings { null_traits, ..settings(Profile::Native) });
    assert_eq!(by(NullTraits::Ignore).end_user().properties, [("city".to_owned(), json!("Bonn"))]);
    let clearing = by(NullTraits::Clear);
    assert_eq!(clearing.field("properties[plan]").value, None);
    assert!(clearing.field("properties[plan]").rule.contains("removed"));
    let stored = json!({ "plan": "pro", "o_a": 1, "kept": "x" });
    let laid = overlay(Profile::Native, stored.as_object().unwrap(), &clearing.end_user().properties);
    let keys: Vec<_> = laid.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["kept", "city"]);
}

/// Texts with all kinds of characters that were seen in traffic.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "_", "[", "]", "[]", "][", "$", ".", "\0", " ", "\u{feff}", "\u{200b}", "\u{fffd}", "é",
        "&", "=", "%00", ";",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A value for traits.
fn wild_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        wild().prop_map(Value::String),
        Just(Value::Null),
        any::<i32>().prop_map(|n| json!(n)),
        any::<bool>().prop_map(Value::Bool)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((wild(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever the event has, the store can hold the plan, and a form expresses each property under its own key.
    #[test]
    fn what_is_sent_can_be_held(id in wild(), members in prop::collection::vec((wild(), wild_value()), 0..6), text in wild()) {
        let traits: Value = Value::Object(members.into_iter().collect());
        for body in [
            identify(json!({ "userId": id, "traits": traits })),
            response(json!({ "userId": id, "traits": traits, "properties": { "feedbackText": text, "url": text } })),
        ] {
            let plan = native(&body);
            prop_assert!(sent(&plan).iter().all(|text| !text.contains('\0')), "{:?}", sent(&plan));
            let PlanOutcome::Deliver(intent) = &plan.outcome else { continue };
            let mut seen = std::collections::HashSet::new();
            for (key, _) in intent.action.properties() {
                prop_assert!(!key.contains(['[', ']', '$', '.', '\0']), "{key:?}");
                prop_assert!(key.chars().any(|c| c != '_'), "{key:?}");
                prop_assert!(seen.insert(key), "{key:?} twice");
            }
            for id in [&intent.who.external_id, &intent.who.end_user_id].into_iter().flatten() {
                prop_assert_eq!(event::identity::tidy(id), id.as_str());
            }
        }
    }

    /// No time that is sent is after the arrival, whatever the clocks show.
    #[test]
    fn no_time_lies_after_the_arrival(times in prop::collection::vec(prop_oneof![
        (-100_000_000_000i64..20_000_000_000).prop_map(|n| json!(n)),
        (1600i32..2700, 1u32..13, 1u32..29).prop_map(|(y, m, d)| json!(format!("{y}-{m:02}-{d:02}T00:00:00Z"))),
        Just(json!(null)),
    ], 6)) {
        let changes = json!({ "timestamp": times[0], "originalTimestamp": times[1], "sentAt": times[2], "traits": { "createdAt": times[3] },
            "context": { "traits": { "createdAt": times[4] } } });
        let told = |value: &Option<Value>| value.as_ref().map(|value| value.as_str().unwrap().parse::<i64>().unwrap());
        let plan = native(&identify(changes.clone()));
        let end_user = plan.end_user();
        for time in [told(&end_user.last_surveyed), told(&end_user.external_created_at)].into_iter().flatten() {
            prop_assert!(time <= arrival(), "{changes}");
        }
        prop_assert!(told(&end_user.external_created_at).is_none_or(|time| time > 0), "{changes}");
        let plan = native(&with(&response(changes.clone()), json!({ "properties": { "createdAt": times[5] } })));
        let answer = plan.response();
        for time in [told(&answer.created_at), told(&answer.event_time)].into_iter().flatten() {
            prop_assert!((1..=arrival()).contains(&time), "{changes}");
        }
    }

    /// If `rudderstack` reads a date in one of the usual formats, `native` reads the same second.
    #[test]
    fn native_reads_what_rudderstack_reads(unix in 1_000_000_000i64..1_600_000_000, style in 0usize..7) {
        let moment = Moment::from_millis(event::Millis(unix * 1000)).unwrap();
        let iso = moment.rfc3339();
        let (date, time) = (&iso[..10], &iso[11..19]);
        let (year, month, day) = (&date[..4], date[5..7].parse::<usize>().unwrap(), &date[8..]);
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1];
        let written = [
            iso.clone(),
            format!("{date} {time}"),
            format!("{day} {name} {year} {time} GMT"),
            format!("{name} {day}, {year} {time} UTC"),
            format!("{day}-{name}-{year} {time}"),
            format!("{name} {day} {year} {time} GMT+0000 (Coordinated Universal Time)"),
            format!("{year}/{month}/{day} {time}"),
        ][style].clone();
        let body = identify(json!({ "traits": { "createdAt": written } }));
        let wanted = Some(json!(unix.to_string()));
        let read = |plan: Plan| plan.end_user().external_created_at.clone();
        prop_assert_eq!(read(rudderstack(&body)), wanted.clone(), "{}", written);
        prop_assert_eq!(read(native(&body)), wanted, "{}", written);
    }
}
