use crate::world::{World, identify, response};
use serde_json::{Value, json};

fn rule(what: Value) -> Value {
    json!({ "rules": [what] })
}

/// Five users, each an identify, an answer and a change; all of it arrives once and in order.
async fn everything_arrives_once(world: &World) {
    let users: Vec<String> = (0..5).map(|n| format!("u{n}")).collect();
    for user in &users {
        world
            .send(&[
                identify(user, json!({"step": "1"})),
                response(user, 9),
                identify(user, json!({"step": "2"})),
            ])
            .await;
    }
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(15), &json!(0)));
    let (people, answers) = (world.rows("end_users"), world.rows("responses"));
    assert_eq!((people.len(), answers.len()), (5, 5));
    assert!(people.iter().all(|row| row["properties"]["step"] == "2"), "{people:?}");
    assert_eq!(world.executed("POST", "/end_users"), 5, "each created once");
    assert_eq!(world.executed("POST", "/responses"), 5, "each answered once");
}

#[tokio::test]
async fn half_a_minute_of_500s() {
    let world = World::fast(60).await;
    world.set_faults(&rule(json!({
        "for_secs": 30, "match": {"path_prefix": "/v1"}, "action": {"status": {"code": 500}}
    })));
    everything_arrives_once(&world).await;
}

#[tokio::test]
async fn a_storm_of_429s_with_a_reset() {
    let world = World::fast(60).await;
    world.set_faults(&rule(json!({
        "for_secs": 20, "match": {"path_prefix": "/v1"}, "action": {"rate_storm": {"reset_in": 20}}
    })));
    everything_arrives_once(&world).await;
    let refused = world.calls().iter().filter(|(.., status)| *status == Some(429)).count();
    assert_eq!(refused, 1, "the first refusal is believed until the reset");
}

#[tokio::test]
async fn connections_reset_before_the_call_is_carried_out() {
    let world = World::fast(60).await;
    world.set_faults(&rule(json!({"times": 6, "match": {"path_prefix": "/v1"}, "action": "reset_before"})));
    everything_arrives_once(&world).await;
}

#[tokio::test]
async fn connections_reset_after_the_call_was_carried_out() {
    for method in ["POST", "PUT"] {
        let world = World::fast(60).await;
        world.set_faults(&rule(json!({
            "times": 6, "match": {"path_prefix": "/v1", "method": method}, "action": "reset_after"
        })));
        everything_arrives_once(&world).await;
    }
}

#[tokio::test]
async fn truncated_bodies() {
    let world = World::fast(60).await;
    world.set_faults(&rule(json!({
        "times": 8, "match": {"path_prefix": "/v1"}, "action": {"truncate": {"bytes": 10}}
    })));
    everything_arrives_once(&world).await;
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let world = World::fast(60).await;
    world.set_faults(&rule(json!({"times": 8, "match": {"path_prefix": "/v1"}, "action": "garbage"})));
    everything_arrives_once(&world).await;
}

#[tokio::test]
async fn the_failures_of_one_user_delay_nobody_else() {
    let world = World::fast(60).await;
    world.send(&[identify("bad", json!({}))]).await;
    world.settled().await;
    let id = world.rows("end_users")[0]["id"].to_string();
    world.set_faults(&rule(json!({"match": {"user": id}, "action": {"status": {"code": 500}}})));
    world.send(&[response("bad", 1)]).await;
    let others: Vec<Value> = (0..10)
        .flat_map(|n| [identify(&format!("u{n}"), json!({})), response(&format!("u{n}"), 9)])
        .collect();
    world.send(&others).await;
    let mut waited = 0;
    let mut status = world.status().await;
    while status["delivered"] != 21 && waited < 200 {
        // The answer comes when something changed, or after 100 ms.
        status = world.admin("GET", "status?wait=settled&timeout_ms=100", None).await;
        waited += 1;
    }
    assert_eq!((&status["delivered"], &status["pending"]), (&json!(21), &json!(1)));
    world.set_faults(&json!({"rules": []}));
    assert_eq!(world.settled().await["delivered"], 22);
}

#[tokio::test]
async fn a_backlog_is_delivered_at_the_allowed_pace_without_a_429_of_our_making() {
    let world = World::fast(600).await;
    world.set_limit(100);
    let people: Vec<Value> = (0..150).map(|n| identify(&format!("u{n}"), json!({}))).collect();
    world.send(&people).await;
    world.settled().await;
    assert!(world.calls().iter().all(|(.., status)| *status != Some(429)));
    assert_eq!(world.rows("end_users").len(), 150);
}
