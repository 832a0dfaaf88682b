//! Connections that break, bodies that do not end, servers that do not answer.

use std::time::Duration;

use inmoment::{
    Call, CallError, CallReplyBody, Client, ClientSettings, Executed, FailureClass, Lookup, SettingsError,
};

use crate::{EU, client, create, credentials, decline, get, later, respond, settings};
use scripted_server::{Act, Server, json};

fn seen(error: &CallError) -> (FailureClass, Executed, &'static str, Option<u16>) {
    (error.class, error.executed, error.code, error.status)
}

#[tokio::test]
async fn calls_share_a_connection_and_say_who_they_are() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    let client = client(&server);
    for _ in 0..5 {
        client.call(&create()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    let request = &server.resource_requests()[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/v1/end_users"));
    assert_eq!(request.text(), "email=planted-user%40example.com");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("user-agent"), Some(concat!("rapport/", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn an_id_arrives_as_one_segment() {
    let server = Server::granting(|_, _| Act::Answer(json(404, ""))).await;
    let client = client(&server);
    let outcome = client.call(&Call::GetEndUser(Lookup::Email("../a b/é?x#%2e@x".to_owned()))).await;
    assert_eq!(outcome.unwrap().body, CallReplyBody::NotFound);
    let target = &server.resource_requests()[0].target;
    assert_eq!(target, "/v1/end_users/..%2Fa%20b%2F%C3%A9%3Fx%23%252e%40x?lookup_by_email=true");
}

#[tokio::test]
async fn an_id_that_no_url_can_name_is_not_sent() {
    let server = Server::unasked().await;
    let client = client(&server);
    for id in ["", ".", ".."] {
        let error = client.call(&Call::GetEndUser(Lookup::ExternalId(id.to_owned()))).await.unwrap_err();
        assert_eq!(seen(&error), (FailureClass::Reject, Executed::No, "id_unusable", None));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::granting(|_, _| {
        Act::Answer("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned())
    })
    .await;
    let error = client(&server).call(&create()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Deny, Executed::No, "redirected", Some(302)));
    assert_eq!(server.resource_requests().len(), 1);
}

#[tokio::test]
async fn without_a_connection_nothing_was_executed() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = ClientSettings::new(format!("http://127.0.0.1:{port}"), credentials());
    let error = Client::new(settings).unwrap().call(&create()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Wait, Executed::No, "connection", None));
}

#[tokio::test]
async fn a_connection_lost_after_sending_leaves_a_write_in_doubt() {
    for reset in [false, true] {
        let server = Server::granting(move |_, _| if reset { Act::Reset } else { Act::Close }).await;
        let client = client(&server);
        for (call, executed) in [
            (create(), Executed::Maybe),
            (respond(), Executed::Maybe),
            (decline(), Executed::Maybe),
            (get(), Executed::No),
        ] {
            let before = server.resource_requests().len();
            let error = client.call(&call).await.unwrap_err();
            assert_eq!(seen(&error), (FailureClass::Wait, executed, "connection", None), "{call:?} {reset}");
            assert_eq!(server.resource_requests().len(), before + 1, "sent once, never repeated by itself");
        }
    }
}

#[tokio::test]
async fn a_connection_without_tls_is_no_connection() {
    let server = Server::unasked().await;
    let mut settings = settings(&server);
    settings.base_url = settings.base_url.replace("http://", "https://");
    settings.timeout = Duration::from_secs(20);
    settings.connect_timeout = Duration::from_millis(300);
    let error = Client::new(settings).unwrap().call(&create()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Wait, Executed::No, "connection", None));
    assert!(server.requests().is_empty());
}

/// The clock is advanced when the request has arrived, so the test neither sleeps nor races.
#[tokio::test]
async fn a_server_that_does_not_answer_in_time_leaves_a_write_in_doubt() {
    for (call, executed) in [(create(), Executed::Maybe), (get(), Executed::No)] {
        let server = Server::granting(|_, _| Act::Stall(String::new())).await;
        let client = client(&server);
        let waiting = tokio::spawn(async move { client.call(&call).await });
        server.received(2).await;
        later(29).await;
        assert!(!waiting.is_finished());
        later(2).await;
        assert_eq!(
            seen(&waiting.await.unwrap().unwrap_err()),
            (FailureClass::Wait, executed, "timeout", None)
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_the_status_to_speak() {
    let cut = |status: u16| format!("HTTP/1.1 {status} X\r\ncontent-length: 4000\r\n\r\n{EU}");
    let chunked = format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{EU}\r\n", EU.len());
    let rows = [
        (get(), cut(200), Some((FailureClass::Wait, Executed::No, "unreadable_reply", Some(200)))),
        (get(), chunked, Some((FailureClass::Wait, Executed::No, "unreadable_reply", Some(200)))),
        (create(), cut(201), Some((FailureClass::Wait, Executed::Yes, "unreadable_reply", Some(201)))),
        (create(), cut(500), Some((FailureClass::Wait, Executed::Maybe, "server_error", Some(500)))),
        // A refusal whose text is missing may be one that can be handled (a taken e-mail), so the call is repeated.
        (create(), cut(422), Some((FailureClass::Wait, Executed::No, "unreadable_reply", Some(422)))),
        (respond(), cut(201), None),
    ];
    for (call, answer, expected) in rows {
        let server = Server::granting(move |_, _| Act::Last(answer.clone())).await;
        let outcome = client(&server).call(&call).await;
        assert_eq!(outcome.as_ref().err().map(seen), expected, "{call:?}");
        if let Err(error) = outcome {
            assert!(error.message.contains("broke off"), "{error}");
        }
    }
}

/// This is a real time-out, because the test cannot know when the client has read the head.
#[tokio::test]
async fn a_body_that_stalls_is_not_waited_for() {
    let head = "HTTP/1.1 201 X\r\ncontent-length: 4000\r\n\r\n{";
    let server = Server::granting(move |_, _| Act::Stall(head.to_owned())).await;
    let settings = ClientSettings { timeout: Duration::from_secs(2), ..settings(&server) };
    let error = Client::new(settings).unwrap().call(&create()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Wait, Executed::Yes, "unreadable_reply", Some(201)));
    assert!(error.message.contains("did not end in time"), "{error}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let heads = ["content-length: 99999999999", "x-none: 1"];
    for head in heads {
        let server =
            Server::granting(move |_, _| Act::Flood(format!("HTTP/1.1 200 X\r\n{head}\r\n\r\n"))).await;
        let client = Client::new(ClientSettings { max_reply_bytes: 100_000, ..settings(&server) }).unwrap();
        let error = client.call(&create()).await.unwrap_err();
        assert_eq!(seen(&error), (FailureClass::Wait, Executed::Yes, "unreadable_reply", Some(200)));
        assert!(error.message.contains("larger"), "{error}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let server = Server::granting(|_, _| Act::Answer(json(200, EU))).await;
    let fits = ClientSettings { max_reply_bytes: EU.len().max(300), ..settings(&server) };
    Client::new(fits).unwrap().call(&get()).await.unwrap();
    let short = ClientSettings { max_reply_bytes: 10, ..settings(&server) };
    let error = Client::new(short).unwrap().call(&get()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Wait, Executed::No, "unreadable_reply", Some(200)));
}

#[tokio::test]
async fn a_page_of_a_proxy_is_not_an_answer() {
    let server = Server::granting(|_, _| Act::Answer(json(200, "<html>Welcome</html>"))).await;
    let client = client(&server);
    assert_eq!(client.call(&get()).await.unwrap_err().code, "unreadable_reply");
    assert_eq!(seen(&client.call(&create()).await.unwrap_err()).1, Executed::Yes);
}

#[tokio::test]
async fn a_garbled_status_line_leaves_a_write_in_doubt() {
    let server = Server::granting(|_, _| Act::Last("what?\r\n\r\n".to_owned())).await;
    let error = client(&server).call(&create()).await.unwrap_err();
    assert_eq!(seen(&error), (FailureClass::Wait, Executed::Maybe, "connection", None));
}

#[test]
fn a_base_url_that_does_not_do_is_refused() {
    let settings = ClientSettings::new("http://user:planted@host", credentials());
    assert!(matches!(Client::new(settings), Err(SettingsError::BaseUrl(_))));
}
