use crate::world::{World, identify, response, with_message_id};
use serde_json::{Value, json};

#[tokio::test]
async fn identify_and_track_of_a_new_user_in_one_batch_are_one_create_and_one_response() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({"plan": "pro"})), response("u1", 9)]).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(2), &json!(0)));
    assert_eq!((world.executed("POST", "/end_users"), world.executed("POST", "/responses")), (1, 1));
    let paths: Vec<String> =
        world.calls().into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let create = paths.iter().position(|path| path == "POST /v1/end_users").unwrap();
    let answer =
        paths.iter().position(|path| path.starts_with("POST") && path.ends_with("/responses")).unwrap();
    assert!(create < answer);
    let user = &world.rows("end_users")[0];
    assert_eq!((&user["external_id"], &user["properties"]["plan"]), (&json!("u1"), &json!("pro")));
}

#[tokio::test]
async fn two_identifies_of_a_new_user_make_one_user() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({"a": "1"})), identify("u1", json!({"b": "2"}))]).await;
    let status = world.settled().await;
    assert_eq!(world.executed("POST", "/end_users"), 1);
    let updates = world.calls().iter().filter(|(method, ..)| method == "PUT").count();
    let saved = status["destinations"][0]["calls_saved"].as_u64().unwrap();
    // Merged with the first, or an update without a look-up: either way one call is saved.
    assert!(updates <= 1 && saved == 1, "{updates} updates, {saved} saved");
    assert_eq!(world.rows("end_users")[0]["properties"], json!({"a": "1", "b": "2"}));
    assert_eq!(status["delivered"], 2);
}

#[tokio::test]
async fn a_known_user_costs_one_call_per_response_and_a_second_one_within_a_day_updates_the_first() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({}))]).await;
    world.settled().await;
    world.forget_calls();
    world.send(&[response("u1", 3)]).await;
    world.settled().await;
    world.send(&[response("u1", 10)]).await;
    world.settled().await;
    assert_eq!(world.calls().len(), 2);
    let responses = world.rows("responses");
    assert_eq!((responses.len(), &responses[0]["score"]), (1, &json!(10)));
}

#[tokio::test]
async fn the_same_batch_sent_twice_is_one_user_and_one_response() {
    let world = World::new().await;
    let batch = [with_message_id(identify("u1", json!({})), "m1"), with_message_id(response("u1", 9), "m2")];
    world.send(&batch).await;
    world.send(&batch).await;
    world.settled().await;
    world.send(&batch).await;
    let status = world.settled().await;
    assert_eq!((world.executed("POST", "/end_users"), world.executed("POST", "/responses")), (1, 1));
    assert_eq!((&status["delivered"], &status["skipped"]), (&json!(2), &json!(4)));
    assert_eq!(status["skipped_by"]["duplicate"], 4);
}

#[tokio::test]
async fn a_message_id_counts_for_a_restart_too() {
    let mut world = World::new().await;
    let batch = [with_message_id(identify("u1", json!({})), "m1"), with_message_id(response("u1", 9), "m2")];
    world.send(&batch).await;
    world.settled().await;
    world.stop().await;
    world.start().await;
    world.send(&batch).await;
    let status = world.settled().await;
    assert_eq!(status["skipped_by"]["duplicate"], 2);
    assert_eq!(world.executed("POST", "/responses"), 1);
}

#[tokio::test]
async fn stored_properties_survive_an_event_and_an_events_properties_arrive_where_none_were_stored() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({"a": 1})), identify("u2", json!({}))]).await;
    world.settled().await;
    let id = |user: &str| -> String {
        let rows = world.rows("end_users");
        let row = rows.iter().find(|row| row["external_id"] == user).unwrap();
        row["id"].to_string()
    };
    // A track by InMoment's own id, with traits: they go with the response, over what is stored.
    let mut answers: Vec<Value> = vec![response("u1", 9), response("u2", 9)];
    for (answer, user) in answers.iter_mut().zip(["u1", "u2"]) {
        answer["context"] = json!({
            "traits": {"b": 2},
            "externalId": [{"type": "wootricEndUserId", "id": id(user)}],
        });
    }
    world.send(&answers).await;
    world.settled().await;
    let rows = world.rows("end_users");
    let properties =
        |user: &str| rows.iter().find(|row| row["external_id"] == user).unwrap()["properties"].clone();
    assert_eq!(properties("u1"), json!({"a": "1", "b": "2"}));
    assert_eq!(properties("u2"), json!({"b": "2"}));
}

#[tokio::test]
async fn what_changes_nothing_costs_nothing() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({"plan": "pro"}))]).await;
    world.settled().await;
    world.forget_calls();
    for nth in 0..5 {
        let again = identify("u1", json!({"plan": "pro"}));
        world.send(&[with_message_id(again, &nth.to_string())]).await;
    }
    let status = world.settled().await;
    assert!(world.calls().is_empty());
    assert_eq!((&status["delivered"], &status["destinations"][0]["calls_saved"]), (&json!(6), &json!(5)));
}

#[tokio::test]
async fn an_answer_before_its_identify_waits_for_it() {
    let world = World::new().await;
    world.send(&[response("u1", 9)]).await;
    world.send(&[identify("u1", json!({}))]).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn an_email_that_has_no_external_id_yet_is_adopted_and_one_that_has_is_refused() {
    let world = World::new().await;
    let plant = |external_id: &str, email: &str| {
        let sandbox = world.inmoment.sandbox();
        let mut sandbox = sandbox.lock().unwrap();
        crate::credentials::plant_user(&mut sandbox, external_id, email);
    };
    plant("", "u1@example.com");
    plant("somebody-else", "u2@example.com");
    world.send(&[identify("u1", json!({"a": "1"})), identify("u2", json!({"a": "1"}))]).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(1), &json!(1)));
    assert_eq!(world.dead_letters().await[0]["code"], "email_belongs_to_another_user");
    let rows = world.rows("end_users");
    assert_eq!(rows.len(), 2, "no second user for one e-mail");
    assert!(rows.iter().any(|row| row["external_id"] == "u1" && row["properties"]["a"] == "1"));
}

#[tokio::test]
async fn a_taken_email_costs_only_itself_and_people_who_exchange_theirs_end_right() {
    let world = World::new().await;
    let moves = |user: &str, to: &str| json!({"type": "identify", "userId": user, "traits": {"email": format!("{to}@example.com"), "plan": "pro"}});
    world.send(&[identify("u1", json!({})), identify("u2", json!({}))]).await;
    world.settled().await;
    world.send(&[moves("u1", "u2"), response("u1", 9), response("u2", 8)]).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(5), &json!(0)));
    let kept = world.admin("GET", "conflicts", None).await;
    let conflict = &kept["items"][0];
    assert_eq!(
        (&conflict["person"]["external_id"], &conflict["holder"]["external_id"], &conflict["field"]),
        (&json!("u1"), &json!("u2"), &json!("email")),
        "{kept}"
    );
    assert!(world.metrics().await.contains("rapport_conflicts{destination=\"inmoment\",field=\"email\"} 1"));

    let order = |action: &str| Some(json!({ "action": action }));
    world.admin("POST", "conflicts/1/settle", order("dismiss")).await;
    assert_eq!(world.admin("GET", "conflicts", None).await["items"], json!([]));
    let dismissed = world.admin("GET", "conflicts?dismissed=true", None).await;
    assert_eq!(
        (&dismissed["items"][0]["id"], &dismissed["items"][0]["dismissed"]),
        (&json!(1), &json!(true))
    );
    world.admin("POST", "conflicts/1/settle", order("try_again")).await;
    let ordered = world.admin("GET", "audit?action=conflict.settle", None).await;
    assert_eq!(ordered["items"].as_array().unwrap().len(), 2, "{ordered}");
    assert!(!ordered.to_string().contains("example.com"), "no e-mail is in the audit");

    world.send(&[moves("u2", "u1")]).await;
    world.settled().await;
    // What settles a conflict has no event to be waited for.
    while world.admin("GET", "conflicts", None).await["items"] != json!([]) {
        tokio::task::yield_now().await;
    }
    let mut held: Vec<(Value, Value)> = world
        .rows("end_users")
        .into_iter()
        .map(|user| (user["external_id"].clone(), user["email"].clone()))
        .collect();
    held.sort_by_key(|(external_id, _)| external_id.to_string());
    assert_eq!(held, [(json!("u1"), json!("u2@example.com")), (json!("u2"), json!("u1@example.com"))]);
    assert_eq!(world.rows("end_users")[0]["properties"]["plan"], "pro");
}
