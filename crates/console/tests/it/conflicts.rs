//! Conflicts about e-mails and phone numbers: whom they are about, and how they are settled.

use crate::past::Past;
use event::Millis;
use journal::{Change, ConflictRecord, Journal, Party, Position, UniqueField};
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
        position: Position { request: 1, index: 0 },
        since: Millis(1_642_685_961_000),
        last: Millis(1_642_685_962_000),
        times: 3,
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
            "times": 3, "settlement": null, "failure": null, "dismissed": false,
        })
    );
    let first = past.ok("conflicts?limit=2").await;
    assert_eq!((numbers(&first), &first["next"]), (vec![3, 2], &json!("2")));
    assert_eq!(numbers(&past.ok("conflicts?limit=2&before=2").await), [1]);
    assert_eq!(numbers(&past.ok("conflicts?destination=two").await), [3]);
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
