use crate::world::{Setup, World, identify, response};
use serde_json::{Value, json};

#[tokio::test]
async fn ninety_nine_good_events_and_one_bad_one() {
    let mut batch: Vec<Value> = (0..99).map(|n| identify(&format!("u{n}"), json!({}))).collect();
    // No e-mail, no phone: InMoment cannot create this one, until somebody else does.
    batch.insert(50, json!({"type": "identify", "userId": "nobody", "traits": {"plan": "pro"}}));
    let world = World::new().await;
    assert_eq!(world.post(&json!({ "batch": batch })).await, 200);
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(99), &json!(1)));
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    for key in ["id", "code", "reason", "message_id", "type", "user", "destination", "received_at"] {
        assert!(!letter[key].is_null(), "{key} is missing: {letter}");
    }
    assert_eq!((&letter["code"], &letter["user"]), (&json!("email_or_phone_missing"), &json!("nobody")));

    world.send(&[identify("nobody", json!({}))]).await;
    world.settled().await;
    let taken = world.admin("POST", "dead-letters/requeue", Some(json!({"ids": [letter["id"]]}))).await;
    assert_eq!(taken["count"], 1);
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(101), &json!(0)));
    let rows = world.rows("end_users");
    let row = rows.iter().find(|row| row["external_id"] == "nobody").unwrap();
    assert_eq!(row["properties"]["plan"], "pro");
}

#[tokio::test]
async fn an_event_the_gateway_cannot_use_is_a_dead_letter_and_the_others_are_delivered() {
    let world = World::new().await;
    let batch =
        json!([identify("u1", json!({})), {"type": "track", "event": "nobody"}, 5, response("u1", 9)]);
    assert_eq!(world.post(&json!({ "batch": batch })).await, 200);
    let status = world.settled().await;
    assert_eq!(
        (&status["delivered"], &status["dead"], &status["accepted"]),
        (&json!(2), &json!(2), &json!(4))
    );
    let mut codes: Vec<Value> =
        world.dead_letters().await.iter().map(|letter| letter["code"].clone()).collect();
    codes.sort_by_key(Value::to_string);
    assert_eq!(codes, ["event_not_an_object", "event_without_ids"]);
}

#[tokio::test]
async fn an_answer_for_an_end_user_nobody_knows_dies_after_its_wait_and_lives_again_when_requeued() {
    let setup = Setup { delivery: "unknown_user_wait = \"100 ms\"".into(), ..Setup::default() };
    let world = World::with(setup).await;
    world.send(&[response("u1", 9)]).await;
    world.settled().await;
    let letters = world.dead_letters().await;
    assert_eq!(
        (&letters[0]["code"], &letters[0]["reason"]),
        (&json!("end_user_unknown"), &json!("No user found with userId : u1"))
    );
    world.send(&[identify("u1", json!({}))]).await;
    world.settled().await;
    let taken = world.admin("POST", "dead-letters/requeue", Some(json!({"code": "end_user_unknown"}))).await;
    assert_eq!(taken["count"], 1);
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn a_discarded_dead_letter_is_skipped() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({})), json!({"userId": "u1", "traits": {}})]).await;
    world.settled().await;
    let letters = world.dead_letters().await;
    assert_eq!((&letters[0]["code"], &letters[0]["user"]), (&json!("type_missing"), &json!("u1")));
    world.admin("POST", "dead-letters/discard", Some(json!({"all": true}))).await;
    let status = world.settled().await;
    assert_eq!((&status["dead"], &status["skipped_by"]["discarded"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn hostile_events_lose_nobody_elses() {
    let world = World::new().await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let good = identify("u1", json!({}));
    let body = format!(
        r#"{{"batch": [{good}, {{"type": "identify", "userId": "deep", "traits": {deep}}},
            {{"type": "identify", "userId": "half \ud800", "traits": {{"email": "half@example.com"}}}},
            {{"type": "track", "type": "identify", "userId": "twice", "traits": {{"email": "twice@example.com", "n": 1e400}}}}]}}"#
    );
    assert_eq!(world.post_text(body.into_bytes()).await, 200);
    let status = world.settled().await;
    assert_eq!(
        (&status["delivered"], &status["dead"]),
        (&json!(3), &json!(1)),
        "{:?}",
        world.dead_letters().await
    );
    assert_eq!(world.dead_letters().await[0]["code"], "event_too_deep");
}
