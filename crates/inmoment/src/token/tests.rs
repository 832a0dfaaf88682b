use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{Credentials, grant, password_request, refresh_request};
use crate::{CallError, Executed, FailureClass, HttpReply};

fn credentials(account_token: &str) -> Credentials {
    Credentials {
        username: "ada+1@example.com".to_owned(),
        password: SecretString::from("p&ss word=%"),
        account_token: SecretString::from(account_token),
    }
}

fn reply(status: u16, body: &str) -> HttpReply {
    HttpReply { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

fn refused(status: u16, body: &str) -> CallError {
    grant(&reply(status, body), 0).unwrap_err()
}

#[test]
fn the_password_travels_in_the_body_and_the_account_in_the_query() {
    let request = password_request(&credentials("NPS-a/b&c"));
    assert_eq!((request.method, request.path.as_str()), ("POST", "/oauth/token?account_token=NPS-a%2Fb%26c"));
    assert_eq!(
        request.form.as_deref(),
        Some("grant_type=password&username=ada%2B1%40example.com&password=p%26ss+word%3D%25")
    );
    assert_eq!(password_request(&credentials(" ")).path, "/oauth/token");
}

#[test]
fn a_renewal_sends_the_refresh_token_only() {
    let request = refresh_request(&SecretString::from("r+1"));
    assert_eq!((request.method, request.path.as_str()), ("POST", "/oauth/token"));
    assert_eq!(request.form.as_deref(), Some("grant_type=refresh_token&refresh_token=r%2B1"));
}

/// The recorded reply and the documented one (docs/facts/inmoment-api.md#token-reply).
#[test]
fn grants_are_read() {
    let recorded = r#"{"access_token":"aa11","token_type":"Bearer","expires_in":7200,"refresh_token":"bb22","scope":"export read","created_at":1714660000}"#;
    let granted = grant(&reply(200, recorded), 0).unwrap();
    assert_eq!(granted.access_token.expose_secret(), "aa11");
    assert_eq!(granted.refresh_token.as_ref().unwrap().expose_secret(), "bb22");
    assert_eq!(granted.lifetime, Duration::from_secs(7_200));
    assert_eq!(granted.renew_after(Duration::from_secs(60)), Duration::from_secs(7_140));

    let rows = [
        (r#"{"access_token":"a","expires_in":100}"#, 100, 80),
        (r#"{"access_token":"a","expires_in":"600"}"#, 600, 540),
        (r#"{"access_token":"a","expires_in":0}"#, 0, 0),
        (r#"{"access_token":"a","expires_in":-5}"#, 7_200, 7_140),
        (r#"{"access_token":"a","expires_in":null,"refresh_token":null}"#, 7_200, 7_140),
        (r#"{"access_token":"a"}"#, 7_200, 7_140),
        (r#"{"access_token":"a","expires_in":99999999999999}"#, 604_800, 604_740),
    ];
    for (body, lifetime, renew_after) in rows {
        let granted = grant(&reply(200, body), 0).unwrap();
        assert_eq!(granted.lifetime.as_secs(), lifetime, "{body}");
        assert_eq!(granted.renew_after(Duration::from_secs(60)).as_secs(), renew_after, "{body}");
        assert!(granted.refresh_token.is_none());
    }
}

#[test]
fn a_success_without_a_usable_token_waits() {
    let long = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(4_097));
    for body in [
        "",
        "<html>",
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":7}"#,
        r#"{"access_token":"a\nb"}"#,
        &long,
    ] {
        let error = refused(200, body);
        assert_eq!(
            (error.class, error.executed, error.code),
            (FailureClass::Wait, Executed::No, "unreadable_reply"),
            "{body}"
        );
    }
}

#[test]
fn every_refusal_has_its_class() {
    let grant = r#"{"error":"invalid_grant","error_description":"planted@example.com is not allowed"}"#;
    let client = r#"{"error":"invalid_client"}"#;
    let rows = [
        (400, grant, FailureClass::Halt, "credentials_refused"),
        (401, grant, FailureClass::Halt, "credentials_refused"),
        (401, client, FailureClass::Halt, "credentials_refused"),
        (401, "", FailureClass::Halt, "credentials_refused"),
        (404, r#"{"error":"Not found","status":404}"#, FailureClass::Halt, "account_token_unknown"),
        (403, "", FailureClass::Halt, "permission_denied"),
        (302, "", FailureClass::Halt, "redirected"),
        (403, "<html>", FailureClass::Halt, "permission_denied"),
        (400, "<html>", FailureClass::Halt, "turned_away"),
        (404, "<html>", FailureClass::Halt, "turned_away"),
        (405, "", FailureClass::Halt, "turned_away"),
        (407, "<html>", FailureClass::Halt, "turned_away"),
        (401, "<html>", FailureClass::Halt, "credentials_refused"),
        (422, "", FailureClass::Halt, "credentials_refused"),
        (409, "", FailureClass::Wait, "asked_to_repeat"),
        (425, "", FailureClass::Wait, "asked_to_repeat"),
        (429, "", FailureClass::Wait, "rate_limited"),
        (408, "", FailureClass::Wait, "server_error"),
        (500, "", FailureClass::Wait, "server_error"),
        (503, "<html>", FailureClass::Wait, "server_error"),
        (799, "", FailureClass::Wait, "unreadable_reply"),
    ];
    for (status, body, class, code) in rows {
        let error = refused(status, body);
        let seen = (error.class, error.executed, error.code, error.status);
        assert_eq!(seen, (class, Executed::No, code, Some(status)), "{status} {body}");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
    assert!(refused(401, grant).message.ends_with("(HTTP 401, invalid_grant)"));
    assert!(refused(400, r#"{"error":"planted word"}"#).message.ends_with("(HTTP 400)"));
}

#[test]
fn debug_shows_no_secret() {
    let body = r#"{"access_token":"planted1","refresh_token":"planted2"}"#;
    let credentials = Credentials {
        username: "planted3".to_owned(),
        password: SecretString::from("planted4"),
        account_token: SecretString::from("planted5"),
    };
    let reply = reply(200, body);
    let shown = format!(
        "{:?} {credentials:?} {:?} {reply:?}",
        grant(&reply, 0).unwrap(),
        password_request(&credentials)
    );
    assert!(!shown.contains("planted"), "{shown}");
}
