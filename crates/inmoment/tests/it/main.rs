//! The client against a raw server on the loopback interface, whose replies each test scripts.
#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(
    clippy::unwrap_used,
    reason = "a failed assumption in a test is a failed test, with its place named"
)]

mod exchange;
mod refusals;
mod token;
mod transport;

use std::time::Duration;

use inmoment::{
    Call, Client, ClientSettings, Credentials, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite,
};
use scripted_server::Server;
use secrecy::SecretString;

const EU: &str =
    r#"{"id":700100200,"external_id":"planted-id","email":"planted-user@example.com","properties":{}}"#;

fn credentials() -> Credentials {
    Credentials {
        username: "planted-login@example.com".to_owned(),
        password: SecretString::from("planted-password"),
        account_token: SecretString::from("NPS-planted1"),
    }
}

fn settings(server: &Server) -> ClientSettings {
    ClientSettings::new(server.url(), credentials())
}

fn client(server: &Server) -> Client {
    Client::new(settings(server)).unwrap()
}

fn get() -> Call {
    Call::GetEndUser(Lookup::ExternalId("planted-id".to_owned()))
}

fn create() -> Call {
    Call::CreateEndUser(EndUserWrite {
        email: Some("planted-user@example.com".to_owned()),
        ..EndUserWrite::default()
    })
}

fn respond() -> Call {
    let write = ResponseWrite { score: "9".to_owned(), ..ResponseWrite::default() };
    Call::CreateResponse { end_user_id: "7".to_owned(), write }
}

fn decline() -> Call {
    Call::CreateDecline { end_user_id: "7".to_owned(), write: FeedbackWrite::default() }
}

/// Advances tokio's clock; the clock is resumed at once, because a paused clock would run ahead of the real sockets.
async fn later(secs: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(secs)).await;
    tokio::time::resume();
}
