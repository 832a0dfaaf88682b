use crate::world::{Setup, World, identify, response, with_message_id};
use sandbox::LogFilter;
use serde_json::{Value, json};

const SHADOW: &str = "mode = \"shadow\"\n";

async fn in_shadow() -> World {
    World::with(Setup { more: SHADOW.into(), ..Setup::default() }).await
}

/// Every request that reached InMoment, the ones for a token too.
fn requests(world: &World) -> usize {
    world.inmoment.sandbox().lock().unwrap().requests(&LogFilter::default()).count()
}

fn counts(status: &Value) -> [&Value; 4] {
    ["accepted", "delivered", "skipped", "dead"].map(|key| &status[key])
}

#[tokio::test]
async fn a_shadow_destination_counts_what_it_would_deliver_and_sends_nothing() {
    let world = in_shadow().await;
    let page = json!({"type": "page", "userId": "u1"});
    world.send(&[identify("u1", json!({"plan": "pro"})), response("u1", 9), response("u1", 11), page]).await;
    world.send(&[with_message_id(response("u2", 11), "m1"), with_message_id(response("u2", 11), "m1")]).await;
    let status = world.settled().await;
    assert_eq!(counts(&status), [&json!(6), &json!(0), &json!(4), &json!(2)]);
    assert_eq!(status["skipped_by"], json!({"shadowed": 2, "unsupported_type": 1, "duplicate": 1}));
    assert_eq!(status["destinations"][0]["state"], "shadow");
    assert_eq!(world.dead_letters().await[0]["code"], "score_invalid");
    let metrics = world.metrics().await;
    for line in [
        "rapport_events_skipped{destination=\"inmoment\",reason=\"shadowed\"} 2",
        "rapport_destination_state{destination=\"inmoment\",state=\"shadow\"} 1",
        "rapport_destination_state{destination=\"inmoment\",state=\"running\"} 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert_eq!(requests(&world), 0);
}

#[tokio::test]
async fn what_was_shadowed_and_comes_again_to_a_live_destination_is_delivered() {
    let mut world = in_shadow().await;
    let batch = [with_message_id(identify("u1", json!({})), "m1"), with_message_id(response("u1", 9), "m2")];
    world.send(&batch).await;
    world.settled().await;
    world.stop().await;
    world.setup.more = String::new();
    world.start().await;
    world.send(&batch).await;
    let status = world.settled().await;
    assert_eq!(counts(&status), [&json!(4), &json!(2), &json!(2), &json!(0)]);
    assert_eq!(status["skipped_by"], json!({"shadowed": 2}));
    assert_eq!((world.rows("end_users").len(), world.rows("responses").len()), (1, 1));
}

#[tokio::test]
async fn a_backlog_that_a_live_destination_left_is_shadowed() {
    let mut world = World::with(Setup { password: "wrong".into(), ..Setup::default() }).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    world.destination_is("halted").await;
    world.stop().await;
    world.forget_calls();
    world.setup.more = SHADOW.into();
    world.start().await;
    let status = world.settled().await;
    assert_eq!(status["skipped_by"], json!({"shadowed": 2}));
    let destination = &status["destinations"][0];
    assert_eq!((&destination["state"], &destination["reason"]), (&json!("shadow"), &Value::Null));
    assert_eq!(requests(&world), 0, "the refused credentials are not tried");
}

#[tokio::test]
async fn a_pause_keeps_events_for_the_day_the_destination_is_live() {
    let mut world = in_shadow().await;
    world.admin("POST", "destinations/inmoment/pause", None).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    let status = world.admin("GET", "status?wait=settled&timeout_ms=300", None).await;
    assert_eq!((&status["pending"], &status["imbalance"]), (&json!(2), &json!(0)));
    world.stop().await;
    world.setup.more = String::new();
    world.start().await;
    world.admin("POST", "destinations/inmoment/resume", None).await;
    let status = world.settled().await;
    assert_eq!(counts(&status), [&json!(2), &json!(2), &json!(0), &json!(0)]);
}

#[tokio::test]
async fn a_dead_letter_requeued_at_a_shadow_destination_is_shadowed() {
    let mut world = World::new().await;
    let sandbox = world.inmoment.sandbox();
    crate::credentials::plant_user(&mut sandbox.lock().unwrap(), "somebody-else", "u1@example.com");
    world.send(&[identify("u1", json!({}))]).await;
    let status = world.settled().await;
    assert_eq!(status["dead"], 1);
    world.stop().await;
    world.forget_calls();
    world.setup.more = SHADOW.into();
    world.start().await;
    world.admin("POST", "dead-letters/requeue", Some(json!({"all": true}))).await;
    let status = world.settled().await;
    assert_eq!((&status["dead"], &status["skipped_by"]), (&json!(0), &json!({"shadowed": 1})));
    assert_eq!(requests(&world), 0);
}
