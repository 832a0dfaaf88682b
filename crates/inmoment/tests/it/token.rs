//! All calls share one token: it is fetched once, renewed, and replaced once if refused.

use inmoment::{Call, CallReplyBody, Executed, FailureClass};
use tokio::task::JoinSet;

use crate::{EU, client, create, get, later};
use scripted_server::{Act, Request, Server, grant, json};

fn bearer_of(request: &Request) -> &str {
    request.header("authorization").unwrap()
}

fn grants(server: &Server) -> Vec<String> {
    let grant = |request: Request| request.text().split('&').next().unwrap().replace("grant_type=", "");
    server.requests().into_iter().filter(Request::is_token).map(grant).collect()
}

#[tokio::test]
async fn parallel_calls_fetch_one_token() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    let client = client(&server);
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.call(&get()).await });
    }
    let outcomes = calls.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!((client.token_fetches(), grants(&server).len()), (1, 1));
    assert_eq!(server.resource_requests().len(), 20);

    client.call(&create()).await.unwrap();
    assert_eq!(client.token_fetches(), 1);
}

#[tokio::test]
async fn the_password_grant_goes_out_as_documented() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    client(&server).call(&get()).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/oauth/token?account_token=NPS-planted1")
    );
    assert_eq!(
        request.text(),
        "grant_type=password&username=planted-login%40example.com&password=planted-password"
    );
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(bearer_of(&server.requests()[1]), "Bearer planted-t1");
}

/// The runtime has one thread, so that all calls wait for the token before the server can have answered.
#[tokio::test]
async fn waiting_calls_share_the_error_of_one_fetch() {
    let server = Server::in_turn([Act::Gated(json(503, "")), Act::Answer(json(503, ""))]).await;
    let client = client(&server);
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.call(&create()).await });
    }
    server.received(1).await;
    server.open_gate(1);
    for outcome in calls.join_all().await {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.class, error.executed, error.code),
            (FailureClass::Wait, Executed::No, "server_error")
        );
    }
    assert_eq!(client.token_fetches(), 1);

    // A later call tries again.
    client.call(&create()).await.unwrap_err();
    assert_eq!(client.token_fetches(), 2);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_the_call_repeated() {
    let server = Server::granting(|request, _| match bearer_of(request) {
        "Bearer planted-t1" => Act::Answer(json(401, r#"{"error":"The access token is invalid"}"#)),
        _ => Act::Answer(json(201, EU)),
    })
    .await;
    let client = client(&server);
    assert!(matches!(client.call(&create()).await.unwrap().body, CallReplyBody::EndUser(_)));
    let resources = server.resource_requests();
    assert_eq!(
        resources.iter().map(bearer_of).collect::<Vec<_>>(),
        ["Bearer planted-t1", "Bearer planted-t2"]
    );
    assert_eq!(resources[0].body, resources[1].body);
    // If a token is refused, its refresh token is not used either.
    assert_eq!(grants(&server), ["password", "password"]);
}

#[tokio::test]
async fn a_token_refused_twice_is_an_error() {
    let server = Server::granting(|_, _| Act::Answer(json(401, ""))).await;
    let client = client(&server);
    let error = client.call(&create()).await.unwrap_err();
    assert_eq!(
        (error.class, error.executed, error.code),
        (FailureClass::Refresh, Executed::No, "token_refused")
    );
    assert_eq!((server.resource_requests().len(), client.token_fetches()), (2, 2));
}

#[tokio::test]
async fn when_no_new_token_can_be_had_that_is_the_error() {
    let replies = [grant("planted-t1", 7_200), json(401, ""), json(400, r#"{"error":"invalid_grant"}"#)];
    let server = Server::in_turn(replies.map(Act::Answer)).await;
    let error = client(&server).call(&create()).await.unwrap_err();
    assert_eq!(
        (error.class, error.executed, error.code),
        (FailureClass::Halt, Executed::No, "credentials_refused")
    );
    assert_eq!(server.resource_requests().len(), 1);
}

#[tokio::test]
async fn parallel_refusals_fetch_one_new_token() {
    let server = Server::granting(|request, _| match bearer_of(request) {
        "Bearer planted-t1" => Act::Answer(json(401, "")),
        _ => Act::Answer(json(200, EU)),
    })
    .await;
    let client = client(&server);
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        calls.spawn(async move { client.call(&get()).await });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!(client.token_fetches(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_by_its_refresh_token_and_used_until_then() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    let client = client(&server);
    client.call(&get()).await.unwrap();
    later(7_130).await;
    client.call(&get()).await.unwrap();
    assert_eq!(grants(&server), ["password"]);
    later(11).await;
    client.call(&get()).await.unwrap();
    later(7_141).await;
    client.call(&get()).await.unwrap();
    assert_eq!(grants(&server), ["password", "refresh_token", "refresh_token"]);
    let requests: Vec<Request> = server.requests().into_iter().filter(Request::is_token).collect();
    assert_eq!(requests[1].text(), "grant_type=refresh_token&refresh_token=planted-planted-t1-refresh");
    assert_eq!(requests[2].text(), "grant_type=refresh_token&refresh_token=planted-planted-t2-refresh");
    assert_eq!(bearer_of(server.requests().last().unwrap()), "Bearer planted-t3");
}

#[tokio::test]
async fn a_refused_renewal_falls_back_to_the_password() {
    // A token without lifetime is renewed for the next call.
    let replies = [
        grant("planted-t1", 0),
        json(200, EU),
        json(401, r#"{"error":"invalid_grant"}"#),
        grant("planted-t2", 0),
        json(200, EU),
    ];
    let server = Server::in_turn(replies.map(Act::Answer)).await;
    let client = client(&server);
    client.call(&get()).await.unwrap();
    client.call(&get()).await.unwrap();
    assert_eq!(grants(&server), ["password", "refresh_token", "password"]);
    assert_eq!(client.token_fetches(), 3);
}

#[tokio::test]
async fn a_token_outlives_a_renewal_that_cannot_be_had() {
    let replies = [
        grant("planted-t1", 7_200),
        json(200, EU),
        json(503, ""),
        json(200, EU),
        json(200, EU),
        json(503, ""),
    ];
    let server = Server::in_turn(replies.map(Act::Answer)).await;
    let client = client(&server);
    client.call(&get()).await.unwrap();
    later(7_150).await;
    client.call(&get()).await.unwrap();
    client.call(&get()).await.unwrap();
    assert_eq!(grants(&server), ["password", "refresh_token"], "tried once, then left alone until the end");
    later(51).await;
    let error = client.call(&get()).await.unwrap_err();
    assert_eq!((error.class, error.code), (FailureClass::Wait, "server_error"));
}

#[tokio::test]
async fn authenticate_always_asks_by_password() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    let client = client(&server);
    for fetches in 1..=3 {
        assert_eq!(client.call(&Call::Authenticate).await.unwrap().body, CallReplyBody::Done);
        assert_eq!(client.token_fetches(), fetches);
    }
    client.call(&get()).await.unwrap();
    assert_eq!(grants(&server), ["password"; 3]);
    assert_eq!(bearer_of(server.requests().last().unwrap()), "Bearer planted-t3");
}

#[tokio::test]
async fn a_refused_proof_leaves_the_token_at_hand_in_use() {
    let refused = json(404, r#"{"error":"Not found","status":404}"#);
    let replies = [grant("planted-t1", 7_200), json(200, EU), refused, json(200, EU)];
    let server = Server::in_turn(replies.map(Act::Answer)).await;
    let client = client(&server);
    client.call(&get()).await.unwrap();
    let error = client.call(&Call::Authenticate).await.unwrap_err();
    assert_eq!((error.class, error.code), (FailureClass::Halt, "account_token_unknown"));
    client.call(&get()).await.unwrap();
    assert_eq!(client.token_fetches(), 2);
}

#[tokio::test]
async fn an_abandoned_fetch_blocks_nobody() {
    let (granted, found) = (Act::Answer(grant("planted-t1", 7_200)), Act::Answer(json(200, EU)));
    let server = Server::in_turn([Act::Stall(String::new()), granted, found]).await;
    let client = client(&server);
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.call(&get()).await }
    });
    server.received(1).await;
    first.abort();
    client.call(&get()).await.unwrap();
    assert_eq!(client.token_fetches(), 2);
}
