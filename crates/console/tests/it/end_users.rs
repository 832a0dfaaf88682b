//! End users: found by any of their names, shown, asked for.

use crate::past::{Past, texts};
use event::Millis;
use journal::{AnswerKind, Change, DeliveryStore, Fate, KnownUser, LaneRecord, NewSurveyAnswer, Position};
use serde_json::{Value, json};

fn known(external_id: Option<&str>, end_user_id: &str) -> KnownUser {
    KnownUser {
        end_user_id: end_user_id.to_owned(),
        external_id: external_id.map(str::to_owned),
        email: Some("ada@example.com".to_owned()),
        phone_number: None,
        last_surveyed: Some(1_700_000_000),
        external_created_at: None,
        properties: json!({"plan": "<b>pro</b>"}).as_object().unwrap().clone(),
        read_at: Millis(1_700_000_000_000),
    }
}

/// `eve` is known at one and has no event; `ada` is known at one, waits at two, and answered at one; InMoment knows `77` at two without an id of ours.
async fn harness() -> Past {
    let past = Past::empty();
    let event = r#"{"type":"identify","userId":"ada","anonymousId":"anon","messageId":"m","traits":{"email":"ada@example.com"}}"#;
    let first = past.arrive(0, true, &[event]).await;
    let position = Position { request: first, index: 0 };
    let answer = NewSurveyAnswer {
        position,
        kind: AnswerKind::Response,
        score: Some(9),
        text: None,
        external_id: Some("ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        end_user_id: "5".to_owned(),
        answered_at: None,
        dated_at: None,
        delivered_at: Millis(1),
    };
    let changes = vec![
        Change::KnowUser(known(Some("ada"), "5")),
        Change::KnowUser(known(Some("eve"), "9")),
        Change::Fate(position, Fate::Delivered),
        Change::Answer(answer),
    ];
    past.journal.commit(past.one, changes).await.unwrap();
    let trouble = LaneRecord {
        head: position,
        attempts: 3,
        failing_ms: 61_500,
        retry_at: Millis(2_000),
        wait_until: Some(Millis(3_000)),
        denied: 0,
    };
    let changes = vec![Change::LaneTrouble("x:ada".to_owned(), trouble), Change::KnowUser(known(None, "77"))];
    past.journal.commit(past.two, changes).await.unwrap();
    past
}

#[tokio::test]
async fn an_end_user_is_found_by_any_name() {
    let past = harness().await;
    let hit = |destination: &str, external_id: &str, end_user_id: Option<&str>| json!({"destination": destination, "external_id": external_id, "end_user_id": end_user_id});
    let ada = json!([hit("one", "ada", Some("5")), hit("two", "ada", None)]);
    for (user, wanted) in [
        ("ada", ada.clone()),
        ("ada@example.com", ada.clone()),
        ("anon", ada.clone()),
        ("5", json!([hit("one", "ada", Some("5"))])),
        ("eve", json!([hit("one", "eve", Some("9"))])),
        ("9", json!([hit("one", "eve", Some("9"))])),
        ("77", json!([hit("two", "77", Some("77"))])),
        ("nobody", json!([])),
        ("%3Cscript%3E%00", json!([])),
    ] {
        assert_eq!(past.ok(&format!("end-users?user={user}")).await["items"], wanted, "{user}");
    }
    for (query, field) in [("", "user"), ("?user=", "user"), ("?user=a&user=b", "user"), ("?name=a", "name")]
    {
        let (status, answer) = past.get(&format!("end-users{query}")).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{query}: {answer}");
    }
}

#[tokio::test]
async fn an_end_user_is_shown_with_all_that_is_known() {
    let past = harness().await;
    let ada = past.ok("end-users/one/ada").await;
    assert_eq!(
        ada["known"],
        json!({
            "end_user_id": "5", "email": "ada@example.com", "phone_number": null, "last_surveyed": 1_700_000_000,
            "external_created_at": null, "properties": {"plan": "<b>pro</b>"}, "read_at": "2023-11-14T22:13:20.000Z"
        })
    );
    assert_eq!((&ada["lane"], &ada["external_id"]), (&Value::Null, &json!("ada")));
    assert_eq!(texts(ada["events"].as_array().unwrap(), "message_id"), ["m"]);
    assert_eq!(texts(ada["answers"].as_array().unwrap(), "score"), ["9"]);
    let waiting = past.ok("end-users/two/ada").await;
    assert_eq!((&waiting["known"], &waiting["answers"]), (&Value::Null, &json!([])));
    let lane = json!({
        "tries": 3, "next_try": "1970-01-01T00:00:02.000Z", "wait_until": "1970-01-01T00:00:03.000Z",
        "failing_s": 61, "head": "1.0"
    });
    assert_eq!(waiting["lane"], lane);
    assert_eq!(past.ok("end-users/two/77").await["known"]["end_user_id"], "77");
    let nobody = past.ok("end-users/two/%2E%2E%2Fetc%2Fpasswd%00%22").await;
    assert_eq!((&nobody["external_id"], &nobody["known"]), (&json!("../etc/passwd\0\""), &Value::Null));
    let (status, answer) = past.get("end-users/three/ada").await;
    assert_eq!((status, answer["code"].as_str()), (404, Some("unknown_destination")));
    let long = "u".repeat(60_000);
    assert_eq!(past.ok(&format!("end-users/one/{long}")).await["external_id"], json!(long));
    let audit = past.ok("audit?action=end_user.view").await;
    let subjects = texts(audit["items"].as_array().unwrap(), "subject");
    assert!(subjects.contains(&"one/ada".to_owned()), "{subjects:?}");
    assert!(subjects.iter().all(|subject| subject.len() < 300));
}

#[tokio::test]
async fn inmoment_is_asked_when_it_is_wanted() {
    let past = harness().await;
    let (status, answer) = past.post("end-users/one/ada/ask", "").await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (404, Some("unknown_destination")),
        "nobody delivers to it"
    );
    past.running.start(&["one".to_owned()]);
    let (status, answer) = past.post("end-users/one/ada/ask", "").await;
    assert_eq!((status, &answer["found"], &answer["calls"]), (200, &json!(false), &json!(1)), "{answer}");
    assert_eq!((&answer["end_user"], &answer["problem"]["code"]), (&Value::Null, &json!("rejected")));
    assert!(!answer["problem"]["what_to_do"].as_str().unwrap().is_empty());
    let audit = past.ok("audit?action=end_user.ask").await;
    assert_eq!(texts(audit["items"].as_array().unwrap(), "subject"), ["one/ada"]);
}
