use crate::events::{identify, response};
use crate::world::{World, by};
use delivery::DestinationState;
use journal::JournalError;
use serde_json::{Value, json};
use std::time::Duration;

fn count(state: &Value, what: &str) -> usize {
    state[what].as_array().map_or(0, Vec::len)
}

#[tokio::test(start_paused = true)]
async fn identify_and_track_of_a_new_user_in_one_batch_arrive() {
    let mut world = World::new();
    world.send(&[identify("u1", json!({"plan": "pro"})), response("u1", 9)]).await;
    world.settle().await;
    let state = world.inmoment.state();
    assert_eq!((count(&state, "end_users"), count(&state, "responses")), (1, 1));
    assert_eq!(world.inmoment.writes().len(), 2);
    assert_eq!(world.ledger().delivered, 2);
}

#[tokio::test(start_paused = true)]
async fn half_a_minute_of_500s_loses_nothing_and_keeps_the_order() {
    let mut world = World::new();
    world.inmoment.set_faults(r#"{"rules": [{"for_secs": 30, "action": {"status": {"code": 500}}, "match": {"path_prefix": "/v1"}}]}"#);
    for user in ["u1", "u2", "u3"] {
        world
            .send(&[identify(user, json!({})), response(user, 9), identify(user, json!({"later": true}))])
            .await;
    }
    world.settle().await;
    let state = world.inmoment.state();
    assert_eq!((count(&state, "end_users"), count(&state, "responses")), (3, 3));
    assert_eq!(world.inmoment.writes().len(), 9, "each once: {:?}", world.inmoment.writes());
    assert_eq!(world.ledger().delivered, 9);
}

#[tokio::test(start_paused = true)]
async fn connections_reset_after_the_call_was_carried_out_duplicate_nothing() {
    let mut world = World::new();
    world.inmoment.set_faults(r#"{"rules": [{"times": 2, "action": "reset_after", "match": {"method": "POST", "path_prefix": "/v1"}}]}"#);
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    world.settle().await;
    let state = world.inmoment.state();
    assert_eq!((count(&state, "end_users"), count(&state, "responses")), (1, 1));
    assert_eq!(world.inmoment.writes().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn while_the_journal_is_full_no_call_goes_out_and_it_recovers_alone() {
    let mut world = World::new();
    world.send(&[identify("u1", json!({}))]).await;
    world.journal.fail_writes(Some(JournalError::Full));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(world.inmoment.writes().is_empty());
    world.journal.fail_writes(None);
    world.settle().await;
    assert_eq!(world.inmoment.writes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_and_a_pause_survives_it() {
    let mut world = World::new();
    world.handle.pause(by()).await.unwrap();
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    world.restart().await;
    assert_eq!(world.handle.snapshot().state, DestinationState::Paused);
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!(world.inmoment.writes().is_empty());
    world.handle.resume(by()).await.unwrap();
    world.settle().await;
    assert_eq!(world.ledger().delivered, 2);
}

#[tokio::test(start_paused = true)]
async fn a_backlog_over_the_limit_is_delivered_at_the_allowed_pace_without_a_429() {
    let mut world = World::new();
    world.inmoment.set_limit(30);
    let users: Vec<String> = (0..100).map(|n| format!("u{n}")).collect();
    for user in &users {
        world.send(&[identify(user, json!({})), response(user, 9)]).await;
    }
    world.settle().await;
    assert_eq!(world.inmoment.refusals(), 0);
    assert_eq!(world.ledger().delivered, 200);
    // A look-up, a create and an answer for each: no window has more calls than allowed, and no call is wasted.
    assert_eq!(world.inmoment.calls_a_minute(), [30; 10]);
}
