//! Conflicts about e-mails and phone numbers: whom they are about, and how they are settled.

use crate::past::Past;
use event::Millis;
use journal::{Change, ConflictRecord, DeliveryStore, Fate, NewDeadLetter, Party, Position, UniqueField};
use serde_json::{Value, json};

fn conflict(lane: &str, field: UniqueField, holder: Option<&str>) -> ConflictRecord {
    ConflictRecord {
        lane: lane.to_owned(),
        field,
        value: "ada@example.com".to_owned(),
        person: Party { end_user_id: Some("71".to_owned()), external_id: Some("ada".to_owned()) },
        holder: Party {
            end_user_id: holder.map(str::to_owned),
            external_id: holder.map(|_| "eve".to_owned()),
        },
        first: None,
        position: Position { request: 1, index: 0 },
        since: Millis(1_642_685_961_000),
        last: Millis(1_642_685_962_000),
        times: 3,
        let_go: None,
        settlement: None,
        failure: None,
        dismissed: false,
    }
}

async fn some() -> Past {
    let past = Past::empty();
    let keep = |at, record| past.journal.commit(at, vec![Change::Conflict(record)]);
    keep(past.one, conflict("x:ada", UniqueField::Email, Some("72"))).await.unwrap();
    keep(past.one, conflict("x:bob", UniqueField::PhoneNumber, None)).await.unwrap();
    keep(past.two, conflict("x:ada", UniqueField::Email, Some("9"))).await.unwrap();
    past
}

fn numbers(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn conflicts_are_listed_with_both_people() {
    let past = some().await;
    let all = past.ok("conflicts").await;
    assert_eq!((numbers(&all), &all["next"]), (vec![3, 2, 1], &Value::Null));
    assert_eq!(
        all["items"][2],
        json!({
            "id": 1, "destination": "one", "field": "email", "value": "ada@example.com",
            "person": {"external_id": "ada", "end_user_id": "71"},
            "holder": {"external_id": "eve", "end_user_id": "72"},
            "event": "1.0", "since": "2022-01-20T13:39:21.000Z", "last": "2022-01-20T13:39:22.000Z",
            "times": 3, "let_go": null, "settlement": null, "failure": null, "dismissed": false,
        })
    );
    let first = past.ok("conflicts?limit=2").await;
    assert_eq!((numbers(&first), &first["next"]), (vec![3, 2], &json!("2")));
    assert_eq!(numbers(&past.ok("conflicts?limit=2&before=2").await), [1]);
    assert_eq!(numbers(&past.ok("conflicts?destination=two").await), [3]);
    assert_eq!(numbers(&past.ok("conflicts?id=2").await), [2]);
    assert!(numbers(&past.ok("conflicts?id=9").await).is_empty());
    let audit = past.ok("audit?action=conflicts.list").await;
    assert!(!audit["items"].as_array().unwrap().is_empty(), "who looks at end users is in the audit");
}

#[tokio::test]
async fn what_cannot_be_settled_is_refused_and_says_why() {
    let past = some().await;
    for (path, order, status, code) in [
        // Nothing is delivered to it here, so there is nobody to carry it out.
        ("conflicts/1/settle", r#"{"action":"dismiss"}"#, 404, "unknown_destination"),
        ("conflicts/2/settle", r#"{"action":"adopt"}"#, 422, "invalid_request"),
        ("conflicts/99/settle", r#"{"action":"dismiss"}"#, 404, "unknown_conflict"),
        ("conflicts/1/settle", r#"{"action":"forget"}"#, 400, "invalid_request"),
        ("conflicts/x/settle", r#"{"action":"dismiss"}"#, 400, "invalid_request"),
    ] {
        let (given, body) = past.post(path, order).await;
        let told = body["error"]["code"].as_str().or(body["code"].as_str());
        assert_eq!((given, told), (status, Some(code)), "{path} {order}: {body}");
    }
    assert_eq!(numbers(&past.ok("conflicts").await), [3, 2, 1]);
}

#[tokio::test]
async fn the_story_of_an_event_that_was_left_short_says_so() {
    let past = Past::empty();
    let identify = |email: &str, phone: &str| {
        json!({"type": "identify", "userId": "ada", "traits": {"email": email, "phone": phone}}).to_string()
    };
    let track =
        json!({"type": "track", "userId": "ada", "event": "x", "traits": {"email": "ada@example.com"}});
    let other =
        json!({"type": "identify", "userId": "bob", "traits": {"email": "ada@example.com"}}).to_string();
    let taken = identify(" ADA@example.com", "+1");
    let texts =
        [&taken, &taken, &identify("new@example.com", "+1"), &track.to_string(), &other, &taken, &taken];
    let mut request = 0;
    for text in texts {
        request = past.arrive(0, false, &[text.as_str()]).await;
    }
    let begin = request - 6;
    let fate = |nth: u64, fate| Change::Fate(Position { request: begin + nth, index: 0 }, fate);
    let first = Position { request: begin + 1, index: 0 };
    let last = Position { request: begin + 5, index: 0 };
    let record = ConflictRecord {
        first: Some(first),
        position: last,
        ..conflict("x:ada", UniqueField::Email, Some("72"))
    };
    let changes = vec![
        // The first one was delivered whole, before anybody else had the e-mail; the last one is not dealt with yet.
        fate(0, Fate::Delivered),
        fate(1, Fate::Delivered),
        fate(2, Fate::Delivered),
        fate(3, Fate::Delivered),
        fate(4, Fate::Delivered),
        fate(5, Fate::Dead),
        Change::DeadLetter(NewDeadLetter {
            position: last,
            code: "email_belongs_to_another_user".to_owned(),
            reason: "planted".to_owned(),
            message_id: "m".to_owned(),
            kind: "identify".to_owned(),
            user: None,
            died_at: Millis(1),
        }),
        Change::Conflict(record),
    ];
    past.journal.commit(past.one, changes).await.unwrap();
    let mut met = Vec::new();
    for nth in 0..7 {
        let story = past.ok(&format!("events/{}.0", begin + nth)).await;
        met.push(
            story["conflicts"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>(),
        );
        if nth == 1 {
            let told = &story["conflicts"][0];
            assert_eq!((&told["field"], &told["destination"]), (&json!("email"), &json!("one")));
            assert_eq!(told["holder"], json!({"external_id": "eve", "end_user_id": "72"}));
        }
    }
    let one = vec![json!(1)];
    assert_eq!(met, [vec![], one.clone(), vec![], vec![], vec![], one, vec![]]);
    // A conflict that was settled is over.
    let over = Change::ConflictEnds("x:ada".to_owned(), UniqueField::Email);
    past.journal.commit(past.one, vec![over]).await.unwrap();
    let story = past.ok(&format!("events/{}.0", begin + 1)).await;
    assert_eq!(story["conflicts"], json!([]));
}
