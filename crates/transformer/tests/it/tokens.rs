//! The access token (docs/facts/transformer.md#token, #check-68..74).

use crate::served::{Served, job, request, send, statuses, update};
use crate::stub::{InMoment, token};
use futures_util::future::join_all;
use scripted_server::{Act, Request, json, reply};
use serde_json::{Value, json};
use std::time::Duration;

async fn later(secs: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(secs)).await;
    tokio::time::resume();
}

fn authorization(element: &Value) -> &str {
    element["batchedRequest"]["headers"]["Authorization"].as_str().unwrap()
}

#[tokio::test]
async fn a_token_is_asked_for_with_everything_encoded() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut one = job(1, "d", update());
    one["destination"]["Config"] =
        json!({ "username": "a b+c@d.e", "password": "p&w=1'(ü)%", "accountToken": "NPS &?#x" });
    served.router(&[one]).await;
    let asked = &inmoment.server.requests()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.target, "/oauth/token?account_token=NPS%20%26%3F%23x");
    assert_eq!(
        asked.text(),
        "grant_type=password&username=a+b%2Bc%40d.e&password=p%26w%3D1%27%28%C3%BC%29%25"
    );
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.header("authorization"), None);
    let look_up = &inmoment.server.requests()[1];
    assert_eq!(look_up.header("authorization"), Some("Bearer planted-1"));
}

#[tokio::test]
async fn a_token_is_kept_for_its_destination_and_login() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    for _ in 0..3 {
        assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    }
    let other = served.router(&[job(1, "other", update())]).await;
    assert_eq!(authorization(&other[0]), "Bearer planted-2");
    // This differs from rudder-transformer on purpose: new credentials are another login.
    let mut changed = job(1, "d", update());
    changed["destination"]["Config"]["password"] = json!("planted-new");
    assert_eq!(authorization(&served.router(&[changed]).await[0]), "Bearer planted-3");
    assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    assert_eq!(inmoment.tokens(), 3);
}

/// 401, 404 and similar statuses are the login's fault, never the event's; this differs on purpose from
/// rudder-transformer, which aborts the event.
#[tokio::test]
async fn a_refused_login_does_not_give_events_up() {
    for (said, status, kind) in [
        (400, 429, "throttled"),
        (401, 429, "throttled"),
        (403, 429, "throttled"),
        (404, 429, "throttled"),
        (302, 429, "throttled"),
        (429, 429, "throttled"),
        (500, 500, "retryable"),
        (503, 503, "retryable"),
    ] {
        let refuse = move |request: &Request, before: usize| {
            let headers = [("x-planted", "planted-header"), ("content-type", "application/json")];
            (request.is_token() && before == 0)
                .then(|| Act::Answer(reply(said, &headers, r#"{"error":"no"}"#)))
        };
        let inmoment = InMoment::scripted(refuse).await;
        let served = Served::before(&inmoment).await;
        let output = served
            .messages([update(), update(), json!({ "type": "page" }), json!({ "type": "identify" })])
            .await;
        assert_eq!(statuses(&output), [status, status, 400, status], "{said}");
        assert_eq!(output[0]["statTags"]["errorType"], kind);
        assert_eq!(
            output[0]["error"],
            format!(
                r#"{{"message":"Access token could not be generated due to {{\"error\":\"no\"}}","destinationResponse":{{"response":{{"error":"no"}},"status":{said}}}}}"#
            )
        );
        assert_eq!((inmoment.tokens(), inmoment.look_ups().len()), (1, 0), "{said}");
        // No part of it is kept.
        assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    }
}

#[tokio::test]
async fn a_grant_without_a_token_is_none() {
    for grant in [
        json(200, r#"{"expires_in":7200,"refresh_token":"planted-refresh"}"#),
        json(200, r#"{"access_token":""}"#),
        json(200, r#"{"access_token":"planted\r\nx: y"}"#),
        json(200, r#"{"access_token":"planted"#),
        reply(204, &[], ""),
        json(200, "<html>planted</html>"),
    ] {
        let inmoment = InMoment::scripted(move |request, before| {
            (request.is_token() && before == 0).then(|| Act::Answer(grant.clone()))
        })
        .await;
        let served = Served::before(&inmoment).await;
        let element = served.message(update()).await;
        assert_eq!(element["statusCode"], 500);
        assert!(!element["error"].as_str().unwrap().contains("planted"), "{element}");
        assert_eq!(inmoment.look_ups().len(), 0);
        assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_the_peers() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    later(5_990).await;
    assert_eq!(authorization(&served.message(update()).await), "Bearer planted-1");
    later(20).await;
    assert_eq!(authorization(&served.message(update()).await), "Bearer planted-2");
    // The password is used again, because a refresh may end the old token, which rudder-server still sends.
    let asked: Vec<String> =
        inmoment.server.requests().iter().filter(|one| one.is_token()).map(Request::text).collect();
    assert!(asked.iter().all(|body| body.starts_with("grant_type=password&")), "{asked:?}");
}

/// This differs on purpose from rudder-transformer, whose jobs fail until the token expires.
#[tokio::test]
async fn a_revoked_token_is_replaced_and_the_look_up_repeated() {
    let inmoment = InMoment::scripted(|request, _| {
        let is_old = request.header("authorization") == Some("Bearer planted-1");
        is_old.then(|| Act::Answer(json(401, r#"{"error":"revoked"}"#)))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let ids = ["E", "N", "Z", "W", "A", "E"];
    let output = served.messages(ids.map(|id| json!({ "type": "identify", "userId": id }))).await;
    assert!(output.iter().all(|element| authorization(element) == "Bearer planted-2"), "{output:?}");
    assert_eq!(inmoment.tokens(), 2);
    assert_eq!(inmoment.look_ups().len(), 6, "five, and the first again: {:?}", inmoment.look_ups());
    let next = served.message(update()).await;
    assert_eq!((authorization(&next), inmoment.tokens()), ("Bearer planted-2", 2));
}

#[tokio::test]
async fn many_events_ask_for_one_token() {
    let inmoment =
        InMoment::scripted(|request, _| request.is_token().then(|| Act::Gated(token("planted-only")))).await;
    let served = Served::before(&inmoment).await;
    let ids = ["E", "N", "Z", "W"];
    let jobs = (1..=40).zip(ids.iter().cycle());
    let input: Vec<Value> =
        jobs.map(|(number, id)| job(number, "d", json!({ "type": "identify", "userId": id }))).collect();
    let requests = join_all((0..5).map(|_| send(served.post("/routerTransform", request(&input)))));
    let open = async {
        inmoment.server.received(1).await;
        inmoment.server.open_gate(1);
    };
    let (answers, ()) = tokio::join!(requests, open);
    for answer in answers {
        let output = answer.json()["output"].as_array().unwrap().clone();
        assert!(output.iter().all(|element| authorization(element) == "Bearer planted-only"));
    }
    assert_eq!(inmoment.tokens(), 1);
}

/// InMoment would only refuse a request without a valid token.
#[tokio::test]
async fn a_login_that_is_refused_midway_leaves_no_request() {
    let inmoment = InMoment::scripted(|request, before| {
        if request.is_token() {
            return (before > 0).then(|| Act::Answer(json(401, "{}")));
        }
        request.target.contains("/N?").then(|| Act::Answer(json(401, "{}")))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let output = served.messages([update(), json!({ "type": "identify", "userId": "N" })]).await;
    assert_eq!(statuses(&output), [429, 429], "{output:?}");
    let text = output[0]["error"].as_str().unwrap();
    assert!(text.starts_with(r#"{"message":"Access token could not be generated"#), "{text}");
}

/// While a destination's login is being changed, rudder-server's request may have both logins.
#[tokio::test]
async fn each_job_is_answered_with_its_own_login() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let with = |id: u64, password: &str| {
        let mut job = job(id, "d", update());
        job["destination"]["hasDynamicConfig"] = json!(false);
        job["destination"]["Config"]["password"] = json!(password);
        job
    };
    let output =
        served.router(&[with(1, "planted-old"), with(2, "planted-new"), with(3, "planted-old")]).await;
    let bearers: Vec<&str> = output.iter().map(authorization).collect();
    assert_eq!(bearers[0], bearers[2]);
    assert_ne!(bearers[0], bearers[1]);
    assert_eq!(inmoment.tokens(), 2);
    let jobs: Vec<u64> = output.iter().map(|one| one["metadata"][0]["jobId"].as_u64().unwrap()).collect();
    assert_eq!(jobs, [1, 2, 3]);
}
