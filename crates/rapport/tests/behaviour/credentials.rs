use crate::world::{Setup, World, identify, response};
use sandbox::{Account, Request, RequestEnd, Sandbox};
use serde_json::json;

/// Makes an end user at InMoment behind Rapport's back; an empty external id is none.
pub(crate) fn plant_user(sandbox: &mut Sandbox, external_id: &str, email: &str) {
    let account = Account::demo();
    let form = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let ask = |sandbox: &mut Sandbox, target: String, headers: Vec<(String, String)>, body: String| {
        let request = Request { method: "POST".into(), target, headers, body: body.into_bytes() };
        match sandbox.serve(1_790_000_000_000, &request).end {
            RequestEnd::Reply(reply) => reply.value().unwrap(),
            _ => panic!("no reply"),
        }
    };
    let login = format!("grant_type=password&username={}&password={}", account.username, account.password);
    let token =
        ask(sandbox, format!("/oauth/token?account_token={}", account.account_token), form.clone(), login);
    let mut headers = form;
    headers.push(("authorization".into(), format!("Bearer {}", token["access_token"].as_str().unwrap())));
    let mut body = format!("email={email}");
    if !external_id.is_empty() {
        body.push_str(&format!("&external_id={external_id}"));
    }
    assert!(ask(sandbox, "/v1/end_users".into(), headers, body)["id"].is_number());
    sandbox.clear_requests();
}

#[tokio::test]
async fn a_token_revoked_in_mid_stream_is_fetched_again_once_and_nothing_is_lost() {
    let world = World::new().await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    world.settled().await;
    world.forget_calls();
    world.inmoment.sandbox().lock().unwrap().revoke_tokens(true);
    let users: Vec<_> = (0..20).map(|n| identify(&format!("v{n}"), json!({}))).collect();
    world.send(&users).await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(22), &json!(0)));
    let sandbox = world.inmoment.sandbox();
    let sandbox = sandbox.lock().unwrap();
    let all = sandbox::LogFilter::default();
    let grants =
        sandbox.requests(&all).filter(|entry| entry.path.starts_with("/oauth") && entry.status == Some(200));
    assert_eq!(grants.count(), 1);
}

#[tokio::test]
async fn a_wrong_password_halts_with_a_reason_and_the_right_one_delivers_after_a_restart() {
    let mut world = World::with(Setup { password: "wrong".into(), ..Setup::default() }).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    let destination = world.destination_is("halted").await;
    let reason = destination["reason"].as_str().unwrap();
    assert!(reason.to_lowercase().contains("password"), "{reason}");
    assert_eq!(destination["pending"], 2);
    world.stop().await;
    world.setup.password = Account::demo().password;
    world.start().await;
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(2), &json!(0)));
    assert_eq!(status["destinations"][0]["state"], "running");
    assert_eq!(world.executed("POST", "/responses"), 1);
}

#[tokio::test]
async fn a_password_changed_at_inmoment_halts_and_one_changed_back_goes_on_without_a_restart() {
    let world = World::fast(100).await;
    world.send(&[identify("u1", json!({}))]).await;
    world.settled().await;
    let account = Account::demo();
    {
        let sandbox = world.inmoment.sandbox();
        let mut sandbox = sandbox.lock().unwrap();
        sandbox.set_password(&account.username, "changed");
        sandbox.revoke_tokens(true);
    }
    world.send(&[response("u1", 9)]).await;
    world.destination_is("halted").await;
    world.inmoment.sandbox().lock().unwrap().set_password(&account.username, &account.password);
    let status = world.settled().await;
    assert_eq!((&status["delivered"], &status["destinations"][0]["state"]), (&json!(2), &json!("running")));
}

#[tokio::test]
async fn a_paused_destination_keeps_its_events_and_resumes() {
    let world = World::new().await;
    world.admin("POST", "destinations/inmoment/pause", None).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    let status = world.status().await;
    assert_eq!((&status["destinations"][0]["state"], &status["pending"]), (&json!("paused"), &json!(2)));
    assert!(world.calls().is_empty());
    world.admin("POST", "destinations/inmoment/resume", None).await;
    assert_eq!(world.settled().await["delivered"], 2);
}
