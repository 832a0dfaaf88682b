use proptest::prelude::*;

use super::decode;
use crate::{
    Call, CallError, CallOutcome, CallReplyBody, EndUserWrite, Executed, FailureClass, FeedbackWrite,
    HttpReply, Lookup, ResponseWrite,
};

const E1: &str = r#"{"type":"error_list","errors":[{"status":"record_not_found","message":"The record could not be found","field":null}]}"#;
const TAKEN: &str = r#"{"error":"Validation failed: Email has already been taken"}"#;
/// The end user of docs/facts/inmoment-api.md#card-objects.
const EU: &str = r#"{"id":700100200,"created_at":"2024-05-02 08:15:30 -0700","updated_at":"2024-05-03 09:00:01 -0700",
    "email":"ada@example.com","last_surveyed":"2024-01-10 02:00:00 -0800","external_created_at":1700000000,
    "last_seen_at":null,"properties":{"plan":"Pro","seats_amount":12,"renewal_date":1735689600,"big":1.10},
    "phone_number":"+12025550100","external_id":"cust-42",
    "last_response":{"id":800200300,"score":9,"text":"Nice","survey":{"channel":"web"}},"settings":{}}"#;
/// A response of docs/facts/inmoment-api.md#card-objects.
const RESP: &str = r#"{"id":800200300,"end_user_id":700100200,"score":9,"text":"Nice","origin_url":"https://shop.example.com",
    "created_at":"2024-05-03 09:00:00 -0700","updated_at":"2024-05-03 09:00:01 -0700"}"#;

fn get() -> Call {
    Call::GetEndUser(Lookup::ExternalId("cust-42".to_owned()))
}

fn create() -> Call {
    Call::CreateEndUser(EndUserWrite { email: Some("ada@example.com".to_owned()), ..EndUserWrite::default() })
}

fn update() -> Call {
    Call::UpdateEndUser { end_user_id: "700100200".to_owned(), write: EndUserWrite::default() }
}

fn respond() -> Call {
    let write =
        ResponseWrite { score: "9".to_owned(), text: Some("planted words".to_owned()), ..Default::default() };
    Call::CreateResponse { end_user_id: "700100200".to_owned(), write }
}

fn decline() -> Call {
    Call::CreateDecline { end_user_id: "700100200".to_owned(), write: FeedbackWrite::default() }
}

fn list() -> Call {
    Call::ListResponses { end_user_id: "700100200".to_owned(), page: 1 }
}

fn reply(status: u16, body: &str) -> HttpReply {
    HttpReply { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

fn answer(call: &Call, status: u16, body: &str) -> CallOutcome {
    decode(call, &reply(status, body), 1_700_000_000)
}

fn error(call: &Call, status: u16, body: &str) -> CallError {
    answer(call, status, body).unwrap_err()
}

#[test]
fn an_end_user_is_read_whole() {
    for (call, status) in [(get(), 200), (create(), 201), (create(), 200), (update(), 200)] {
        let CallReplyBody::EndUser(end_user) = answer(&call, status, EU).unwrap().body else {
            panic!("{call:?}")
        };
        assert_eq!(end_user.id, "700100200");
        assert_eq!(end_user.external_id.as_deref(), Some("cust-42"));
        assert_eq!(end_user.email.as_deref(), Some("ada@example.com"));
        assert_eq!(end_user.phone_number.as_deref(), Some("+12025550100"));
        assert_eq!(end_user.last_surveyed, Some(1_704_880_800));
        assert_eq!(end_user.external_created_at, Some(1_700_000_000));
        let properties = serde_json::to_string(&end_user.properties).unwrap();
        assert_eq!(properties, r#"{"plan":"Pro","seats_amount":12,"renewal_date":1735689600,"big":1.10}"#);
    }
}

#[test]
fn a_sparse_end_user_is_enough() {
    let CallReplyBody::EndUser(end_user) = answer(
        &create(),
        200,
        r#"{"id":"7","external_id":"","email":null,"properties":[],"last_surveyed":"odd"}"#,
    )
    .unwrap()
    .body
    else {
        panic!("no end user")
    };
    assert_eq!(end_user.id, "7");
    assert_eq!((end_user.external_id, end_user.email, end_user.last_surveyed), (None, None, None));
    assert!(end_user.properties.is_empty());
}

#[test]
fn lists_are_read_or_refused_whole() {
    let decline_row = r#"{"id":810200300,"origin_url":null,"created_at":"2024-05-04 10:00:00 -0700"}"#;
    let body = format!("[{RESP},{decline_row}]");
    let CallReplyBody::Feedback(rows) = answer(&list(), 200, &body).unwrap().body else { panic!("no list") };
    assert_eq!(
        (rows[0].id.as_str(), rows[0].score, rows[0].text.as_deref()),
        ("800200300", Some(9), Some("Nice"))
    );
    assert_eq!((rows[0].created_at, rows[0].updated_at), (Some(1_714_752_000), Some(1_714_752_001)));
    assert_eq!(rows[0].origin_url.as_deref(), Some("https://shop.example.com"));
    assert_eq!((rows[1].score, rows[1].updated_at, rows[1].origin_url.clone()), (None, None, None));
    assert_eq!(answer(&list(), 200, "[]").unwrap().body, CallReplyBody::Feedback(Vec::new()));
    for body in
        [format!("[{RESP},{{}}]"), RESP.to_owned(), "[null]".to_owned(), "[".to_owned(), String::new()]
    {
        assert_eq!(error(&list(), 200, &body).code, "unreadable_reply", "{body}");
    }
}

#[test]
fn a_new_response_or_decline_is_done_whatever_inmoments_body_says() {
    for call in [respond(), decline()] {
        for body in ["", RESP, "Response added to queue", "{\"error\":\"queued\"}"] {
            assert_eq!(answer(&call, 201, body).unwrap().body, CallReplyBody::Done, "{body}");
        }
        assert_eq!(answer(&call, 204, "").unwrap().body, CallReplyBody::Done);
    }
}

#[test]
fn a_page_in_the_place_of_a_new_response_leaves_it_in_doubt() {
    for call in [respond(), decline()] {
        for body in ["<html>", " \n<!DOCTYPE html><p>Sign in to the network</p>"] {
            let error = error(&call, 200, body);
            assert_eq!(
                (error.class, error.executed, error.code),
                (FailureClass::Wait, Executed::Maybe, "unreadable_reply")
            );
            assert!(error.message.ends_with("a web page, and no reply of InMoment's"), "{error}");
        }
    }
}

#[test]
fn a_reply_about_somebody_else_is_used_for_nothing() {
    let other = EU.replace("700100200", "700100201");
    let stranger = EU.replace("cust-42", "cust-43");
    let of_other = RESP.replace("700100200", "700100201");
    let by_id = Call::GetEndUser(Lookup::Id("700100200".to_owned()));
    let by_email = Call::GetEndUser(Lookup::Email("Ada@example.com".to_owned()));
    assert!(answer(&by_id, 200, EU).is_ok());
    assert!(answer(&by_email, 200, EU).is_ok());
    let rows = [
        (get(), 200, stranger.clone(), Executed::No),
        (by_id, 200, other.clone(), Executed::No),
        (by_email, 200, EU.replace("ada@", "eve@"), Executed::No),
        (create(), 201, EU.replace("ada@", "eve@"), Executed::Maybe),
        (update(), 200, other, Executed::Maybe),
        (respond(), 201, of_other.clone(), Executed::Maybe),
        (list(), 200, format!("[{RESP},{of_other}]"), Executed::No),
    ];
    for (call, status, body, executed) in rows {
        let error = error(&call, status, &body);
        let seen = (error.class, error.executed, error.code, error.status);
        assert_eq!(seen, (FailureClass::Wait, executed, "reply_about_another", Some(status)), "{call:?}");
    }
}

#[test]
fn fields_of_types_and_sizes_that_they_cannot_have_are_not_read_as_empty() {
    let long = format!("\"{}\"", "a".repeat(4_097));
    for (field, values) in [
        ("properties", vec!["\"plan: Pro\"", "7", "[{\"plan\":\"Pro\"}]", "true"]),
        ("email", vec!["{}", "[\"ada@example.com\"]", "true", &long]),
        ("phone_number", vec!["{}", "false", &long]),
        ("external_id", vec!["{}", "[]", "true", &long]),
    ] {
        for value in values {
            let body = format!(r#"{{"id":700100200,"{field}":{value}}}"#);
            assert_eq!(error(&update(), 200, &body).code, "unreadable_reply", "{field} {value:.20}");
        }
        assert!(answer(&update(), 200, &format!(r#"{{"id":700100200,"{field}":null}}"#)).is_ok());
    }
    let huge = format!(r#"{{"id":700100200,"properties":{{"a":"{}"}}}}"#, "a".repeat(1024 * 1024));
    assert_eq!(error(&update(), 200, &huge).code, "unreadable_reply");
}

#[test]
fn a_success_without_a_usable_id_waits() {
    for body in
        ["", "<html>", "[]", "null", "{}", r#"{"id":null}"#, r#"{"id":" "}"#, r#"{"id":-1}"#, r#"{"id":1.5}"#]
    {
        for (call, executed) in [(get(), Executed::No), (create(), Executed::Yes), (update(), Executed::Yes)]
        {
            let error = error(&call, 200, body);
            let seen = (error.class, error.executed, error.code, error.status);
            assert_eq!(
                seen,
                (FailureClass::Wait, executed, "unreadable_reply", Some(200)),
                "{call:?} {body}"
            );
        }
    }
}

#[test]
fn unknown_to_a_read_is_an_answer_and_to_a_write_a_refusal() {
    for (status, body) in [(404, E1), (404, ""), (410, "")] {
        for call in [get(), list()] {
            assert_eq!(answer(&call, status, body).unwrap().body, CallReplyBody::NotFound);
        }
        for call in [create(), update(), respond(), decline()] {
            let error = error(&call, status, body);
            assert_eq!(
                (error.class, error.executed, error.code),
                (FailureClass::Reject, Executed::No, "not_found")
            );
        }
    }
}

#[test]
fn what_a_proxy_does_not_find_is_not_unknown_to_inmoment() {
    for body in ["<html>404</html>", "404 page not found"] {
        for call in [get(), list(), create(), respond()] {
            let error = error(&call, 404, body);
            assert_eq!(
                (error.class, error.executed, error.code),
                (FailureClass::Deny, Executed::No, "turned_away")
            );
            assert!(error.message.contains("no reply of InMoment's"), "{error}");
        }
    }
}

#[test]
fn a_refusal_says_what_answered() {
    let headers = vec![("server".to_owned(), "cloudflare".to_owned())];
    let page = b"<html>Sorry, ada@example.com, you have been blocked</html>".to_vec();
    let reply = HttpReply { status: 403, headers, body: page };
    let error = decode(&respond(), &reply, 0).unwrap_err();
    let expected = "the call was denied (HTTP 403): a web page of a server that calls itself cloudflare, and no reply of InMoment's";
    assert_eq!(
        (error.class, error.code, error.message.as_str()),
        (FailureClass::Deny, "permission_denied", expected)
    );
}

#[test]
fn taken_is_a_refusal_on_any_error_status() {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for call in [create(), update()] {
            let error = error(&call, status, TAKEN);
            let seen = (error.class, error.executed, error.code, error.status);
            assert_eq!(seen, (FailureClass::Reject, Executed::No, "email_taken", Some(status)));
        }
        assert_ne!(answer(&get(), status, TAKEN).err().map(|error| error.code), Some("email_taken"));
    }
    assert_eq!(error(&create(), 302, TAKEN).code, "redirected");
}

#[test]
fn messages_hold_inmoments_words_but_nobodys_data() {
    let said = error(
        &respond(),
        400,
        r#"{"errors":[{"message":"score does not have a valid value","field":"score"}]}"#,
    );
    assert!(said.to_string().ends_with("(HTTP 400): score does not have a valid value"), "{said}");
    let echoed = r#"{"error":"ada@example.com or planted words by cust-42, +1 202 555 0100, 0123456789abcdef0123456789"}"#;
    for (call, gone) in [
        (create(), vec!["ada@", "example.com", "202", "0123"]),
        (respond(), vec!["planted", "example.com"]),
        (get(), vec!["cust-42", "555"]),
    ] {
        let error = error(&call, 422, echoed);
        let shown = format!("{error} {error:?}");
        for word in gone {
            assert!(!shown.contains(word), "{shown}");
        }
    }
    let long = error(&create(), 400, &format!(r#"{{"error":"{}"}}"#, "very ".repeat(9_000)));
    assert!(long.message.chars().count() < 400);
}

#[test]
fn rate_headers_come_with_answers_and_errors() {
    let headers = || {
        vec![
            ("x-rate-limit-limit".to_owned(), "100".to_owned()),
            ("x-rate-limit-remaining".to_owned(), "0".to_owned()),
            ("x-rate-limit-reset".to_owned(), "1700000042".to_owned()),
        ]
    };
    for (status, body) in [(200, EU), (429, ""), (404, E1), (200, "broken")] {
        let reply = HttpReply { status, headers: headers(), body: body.as_bytes().to_vec() };
        let rate = match decode(&get(), &reply, 1_700_000_000) {
            Ok(reply) => reply.rate,
            Err(error) => error.rate,
        };
        assert_eq!((rate.limit, rate.remaining, rate.resets_in_secs), (Some(100), Some(0), Some(42)));
    }
}

#[test]
fn authenticate_is_answered_by_the_token_endpoint() {
    let granted = answer(&Call::Authenticate, 200, r#"{"access_token":"abc","expires_in":7200}"#);
    assert_eq!(granted.unwrap().body, CallReplyBody::Done);
    assert_eq!(error(&Call::Authenticate, 404, "").code, "account_token_unknown");
}

proptest! {
    /// No reply causes a panic, and a refused read is never "perhaps executed".
    #[test]
    fn any_reply_is_understood_somehow(status in 0_u16..1000, body in prop::collection::vec(any::<u8>(), 0..200)) {
        for call in [get(), create(), update(), respond(), decline(), list(), Call::Authenticate] {
            let reply = HttpReply { status, headers: Vec::new(), body: body.clone() };
            if let Err(error) = decode(&call, &reply, 0) {
                prop_assert!(call.writes() || error.executed == Executed::No);
                prop_assert!(error.executed != Executed::Yes || (200..300).contains(&status));
            }
        }
    }
}
