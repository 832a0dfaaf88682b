//! A message id is not an identity (docs/facts/mapping.md#same-event).

use crate::world::{World, identify, response, with_message_id};
use serde_json::{Value, json};

/// The texts of the answers that InMoment has, sorted.
fn answers(world: &World) -> Vec<String> {
    let mut texts: Vec<String> = world
        .rows("responses")
        .iter()
        .map(|row| format!("{} {}", row["end_user_id"], row["score"]))
        .collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn one_id_for_all_events_costs_none_of_them_and_a_resend_stays_one() {
    let world = World::new().await;
    let people: Vec<String> = (0..5).map(|n| format!("u{n}")).collect();
    let all = |make: &dyn Fn(&String) -> Value| -> Vec<Value> {
        people.iter().map(|user| with_message_id(make(user), "undefined")).collect()
    };
    let identifies = all(&|user| identify(user, json!({})));
    let responses = all(&|user| response(user, 9));
    world.send(&identifies).await;
    world.send(&responses).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["message_ids_reused"]), (&json!(10), &json!(9)));
    assert_eq!(answers(&world).len(), 5);

    // The SDK did not hear of the first try: later, with its keys in another order.
    let again: Vec<Value> = responses
        .iter()
        .map(|event| {
            let members = event.as_object().unwrap().iter().rev();
            let mut event: Value = members.map(|(key, value)| (key.clone(), value.clone())).collect();
            event["sentAt"] = json!("2026-11-01T10:00:00.000Z");
            event
        })
        .collect();
    world.send(&again).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["skipped_by"]["duplicate"]), (&json!(10), &json!(5)));
    assert_eq!(status["message_ids_reused"], 9);
    assert!(
        world
            .metrics()
            .await
            .lines()
            .any(|line| line.starts_with("rapport_message_ids_reused_total{") && line.ends_with(" 9")),
    );

    let found = world.admin("GET", "events?message_id=undefined&limit=100", None).await;
    let item = &found["items"][0]["id"].as_str().unwrap().to_owned();
    let story = world.admin("GET", &format!("events/{item}"), None).await;
    assert_eq!(story["message_id_reused"], true);
}

#[tokio::test]
async fn without_an_id_the_content_decides_also_after_a_restart() {
    let mut world = World::new().await;
    world.send(&[identify("u1", json!({})), response("u1", 9), response("u1", 3)]).await;
    world.settled().await;
    world.stop().await;
    world.start().await;
    world.send(&[response("u1", 9), response("u1", 4)]).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["skipped_by"]["duplicate"]), (&json!(4), &json!(1)));
    assert_eq!(status["message_ids_reused"], 0);
    let found = world.admin("GET", "events?limit=1", None).await;
    let item = &found["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.admin("GET", &format!("events/{item}"), None).await["message_id_reused"], false);
}
