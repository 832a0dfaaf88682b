//! The request and reply that a call returns.

use inmoment::{Call, Client, ClientSettings, EndUserWrite, Executed, Lookup, PropertyValue};
use std::time::Duration;

use crate::{EU, client, create, credentials, get, settings};
use scripted_server::{Act, Request, Server, grant, json};

fn at(server: &Server) -> ClientSettings {
    ClientSettings { wall_clock: || 1_700_000_000_123, ..settings(server) }
}

#[tokio::test]
async fn an_exchange_tells_what_was_sent_and_what_came_back() {
    let server = Server::granting(|request, _| match request.method.as_str() {
        "POST" => Act::Answer(json(201, EU)),
        _ => Act::Answer(json(404, r#"{"type":"error_list"}"#)),
    })
    .await;
    let client = Client::new(at(&server)).unwrap();
    let created = client.call_recorded(&create()).await;
    assert!(created.outcome.is_ok());
    let exchange = created.exchange;
    assert_eq!((exchange.method, exchange.target.as_str()), ("POST", "/v1/end_users"));
    assert_eq!(exchange.request, "email=planted-user%40example.com");
    assert_eq!((exchange.status, exchange.reply.as_str()), (Some(201), EU));
    assert_eq!(exchange.started_at_ms, 1_700_000_000_123);
    assert!(exchange.took > Duration::ZERO);

    let exchange = client.call_recorded(&get()).await.exchange;
    assert_eq!(exchange.target, "/v1/end_users/planted-id?lookup_by_external_id=true");
    assert_eq!((exchange.method, exchange.request.as_str()), ("GET", ""));
    assert_eq!((exchange.status, exchange.reply.as_str()), (Some(404), r#"{"type":"error_list"}"#));
    assert_eq!(format!("{exchange:?}"), r#"Exchange { method: "GET", status: Some(404), .. }"#);
}

#[tokio::test]
async fn no_secret_is_in_an_exchange_wherever_it_came_from() {
    let server = Server::granting(|request, _| {
        let bearer = request.header("authorization").unwrap_or_default().to_owned();
        Act::Answer(json(
            422,
            &format!(r#"{{"error":"{bearer} planted-password NPS-planted1 ada@example.com"}}"#),
        ))
    })
    .await;
    let nosy = EndUserWrite {
        email: Some("planted-password@example.com".to_owned()),
        properties: Some(vec![("account".to_owned(), PropertyValue::Text("NPS-planted1".to_owned()))]),
        ..EndUserWrite::default()
    };
    let client = client(&server);
    let exchange = client.call_recorded(&Call::CreateEndUser(nosy)).await.exchange;
    assert_eq!(exchange.request, "email=[hidden]%40example.com&properties%5Baccount%5D=[hidden]");
    assert_eq!(exchange.reply, r#"{"error":"Bearer [hidden] [hidden] [hidden] ada@example.com"}"#);
    let lookup = Call::GetEndUser(Lookup::ExternalId("planted-t1".to_owned()));
    let exchange = client.call_recorded(&lookup).await.exchange;
    assert_eq!(exchange.target, "/v1/end_users/[hidden]?lookup_by_external_id=true");

    let exchange = client.call_recorded(&Call::Authenticate).await.exchange;
    assert_eq!(
        (exchange.method, exchange.target.as_str(), exchange.status),
        ("POST", "/oauth/token", Some(200))
    );
    assert_eq!((exchange.request.as_str(), exchange.reply.as_str()), ("", ""));
}

#[tokio::test]
async fn of_a_refused_token_and_the_call_made_again_the_second_request_is_told() {
    let refused = |request: &Request, _| match request.header("authorization") {
        Some("Bearer planted-t1") => Act::Answer(json(401, r#"{"error":"invalid_token"}"#)),
        _ => Act::Answer(json(201, EU)),
    };
    let server = Server::granting(refused).await;
    let called = client(&server).call_recorded(&create()).await;
    assert_eq!((called.outcome.is_ok(), called.exchange.status), (true, Some(201)));
    assert_eq!(server.resource_requests().len(), 2);

    // If the second token cannot be obtained, the exchange is that of the first request.
    let replies = [grant("planted-t1", 7_200), json(401, "no"), json(401, r#"{"error":"invalid_grant"}"#)];
    let server = Server::in_turn(replies.map(Act::Answer)).await;
    let called = client(&server).call_recorded(&create()).await;
    assert_eq!(called.outcome.unwrap_err().code, "credentials_refused");
    assert_eq!((called.exchange.status, called.exchange.reply.as_str()), (Some(401), "no"));
}

#[tokio::test]
async fn a_call_that_was_not_sent_or_not_answered_has_no_status_and_no_reply() {
    let server = Server::start(|_, _| Act::Answer(json(401, r#"{"error":"invalid_grant"}"#))).await;
    let called = client(&server).call_recorded(&create()).await;
    assert_eq!(called.outcome.unwrap_err().code, "credentials_refused");
    let exchange = called.exchange;
    assert_eq!((exchange.status, exchange.reply.as_str()), (None, ""));
    assert_eq!(
        (exchange.target.as_str(), exchange.request.as_str()),
        ("/v1/end_users", "email=planted-user%40example.com")
    );

    let server = Server::granting(|_, _| Act::Stall(String::new())).await;
    let hasty = ClientSettings { timeout: Duration::from_millis(200), ..settings(&server) };
    let called = Client::new(hasty).unwrap().call_recorded(&create()).await;
    assert_eq!(called.outcome.unwrap_err().code, "timeout");
    assert_eq!((called.exchange.status, called.exchange.reply.as_str()), (None, ""));
    assert!(called.exchange.took >= Duration::from_millis(200));

    // As a whole, with the token that never comes.
    let server = Server::start(|_, _| Act::Stall(String::new())).await;
    let hasty = ClientSettings { call_timeout: Some(Duration::from_millis(200)), ..settings(&server) };
    let called = Client::new(hasty).unwrap().call_recorded(&create()).await;
    let error = called.outcome.unwrap_err();
    assert_eq!((error.code, error.executed), ("timeout", Executed::Maybe));
    assert!(called.exchange.took >= Duration::from_millis(200));

    let nowhere = ClientSettings::new("http://127.0.0.1:9", credentials());
    let unsendable = Call::GetEndUser(Lookup::Id("..".to_owned()));
    let called = Client::new(nowhere).unwrap().call_recorded(&unsendable).await;
    assert_eq!((called.outcome.unwrap_err().code, called.exchange.status), ("id_unusable", None));
}

#[tokio::test]
async fn a_long_reply_is_cut_and_understood_whole() {
    let page = format!("[{}]", vec![r#"{"id":1,"score":9,"text":"grün"}"#; 2_000].join(","));
    let server = Server::granting(move |_, _| Act::Answer(json(200, &page))).await;
    let list = Call::ListResponses { end_user_id: "7".to_owned(), page: 1 };
    let called = client(&server).call_recorded(&list).await;
    assert!(called.outcome.is_ok());
    let reply = called.exchange.reply;
    assert!(reply.len() <= 16 * 1024 && reply.len() > 16 * 1024 - 8, "{}", reply.len());
    assert!(reply.starts_with("[{\"id\":1") && reply.ends_with('…'));
}
