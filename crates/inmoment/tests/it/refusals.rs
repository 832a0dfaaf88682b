//! No planted secret appears in any error, message or `Debug` output.

use std::time::Duration;

use inmoment::{Call, Client, ClientSettings};

use crate::{client, create, get, respond, settings};
use scripted_server::{Act, Server, json};

const ECHO: &str = r#"{"error":"planted-user@example.com planted-id planted-password","error_description":"planted-login@example.com"}"#;

fn expect_clean(what: &str) {
    for secret in ["planted", "example.com", "NPS-"] {
        assert!(!what.contains(secret), "{what}");
    }
}

async fn outcomes(client: &Client) -> Vec<String> {
    let mut shown = Vec::new();
    for call in [get(), create(), respond(), Call::Authenticate] {
        let outcome = client.call(&call).await;
        if let Err(error) = &outcome {
            shown.push(format!("{error}"));
        }
        shown.push(format!("{outcome:?} {client:?} {call:?}"));
    }
    shown
}

#[tokio::test]
async fn nothing_planted_comes_out_of_refused_calls() {
    for status in [200, 302, 400, 401, 403, 404, 422, 423, 429, 500] {
        let server = Server::granting(move |request, _| {
            // The server echoes the sent values that identify a person.
            let words = format!(
                "{} for planted-user@example.com",
                request.target.replace("planted-id", "'planted-id'")
            );
            let body = format!(
                r#"{{"error":"{}","error_description":"planted-login@example.com"}}"#,
                words.replace('?', " ")
            );
            Act::Answer(json(status, &body))
        })
        .await;
        outcomes(&client(&server)).await.iter().for_each(|shown| expect_clean(shown));
    }
}

#[tokio::test]
async fn nothing_planted_comes_out_of_refused_credentials() {
    for status in [200, 302, 400, 401, 403, 404, 429, 500] {
        let server = Server::start(move |_, _| Act::Answer(json(status, ECHO))).await;
        outcomes(&client(&server)).await.iter().for_each(|shown| expect_clean(shown));
    }
}

#[tokio::test]
async fn nothing_planted_comes_out_of_lost_calls() {
    let answers: [fn() -> Act; 4] = [
        || Act::Close,
        || Act::Reset,
        || Act::Last("HTTP/1.1 planted-status\r\nplanted: 1\r\n\r\nplanted".to_owned()),
        || Act::Stall("HTTP/1.1 200 X\r\ncontent-length: 900\r\n\r\nplanted".to_owned()),
    ];
    for answer in answers {
        for token_too in [false, true] {
            let script = move |_: &scripted_server::Request, _: usize| answer();
            let server = if token_too { Server::start(script).await } else { Server::granting(script).await };
            let settings = ClientSettings { timeout: Duration::from_millis(200), ..settings(&server) };
            expect_clean(&format!("{settings:?}"));
            let client = Client::new(settings).unwrap();
            outcomes(&client).await.iter().for_each(|shown| expect_clean(shown));
        }
    }
}

#[tokio::test]
async fn no_secret_travels_in_a_url() {
    let server = Server::granting(|_, _| Act::Answer(json(200, "{}"))).await;
    outcomes(&client(&server)).await;
    for request in server.requests() {
        for secret in ["planted-password", "planted-login", "planted-t"] {
            assert!(!request.target.contains(secret), "{}", request.target);
        }
    }
    assert!(server.requests().len() >= 5);
}
