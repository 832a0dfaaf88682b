use super::{is_asked_for, is_of_end_user};
use crate::call::{Call, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite};
use serde_json::{Value, json};

fn asked_for(call: &Call, record: &Value) -> bool {
    let id = match &record["id"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    is_asked_for(call, &id, record.as_object().unwrap())
}

fn by_id(id: &str) -> Call {
    Call::GetEndUser(Lookup::Id(id.to_owned()))
}

fn by_external_id(id: &str) -> Call {
    Call::GetEndUser(Lookup::ExternalId(id.to_owned()))
}

fn by_email(email: &str) -> Call {
    Call::GetEndUser(Lookup::Email(email.to_owned()))
}

fn by_phone(number: &str) -> Call {
    Call::GetEndUser(Lookup::Phone(number.to_owned()))
}

fn update(id: &str) -> Call {
    Call::UpdateEndUser { end_user_id: id.to_owned(), write: EndUserWrite::default() }
}

fn create(external_id: Option<&str>, email: Option<&str>) -> Call {
    Call::CreateEndUser(EndUserWrite {
        external_id: external_id.map(str::to_owned),
        email: email.map(str::to_owned),
        ..EndUserWrite::default()
    })
}

#[test]
fn honest_replies_pass() {
    let rows = [
        (by_id("700100200"), json!({"id": 700_100_200, "external_id": "other"})),
        (by_id("0700"), json!({"id": 700})),
        (by_id("abc"), json!({"id": "abc"})),
        (update("7"), json!({"id": "7", "external_id": "another", "email": "new@example.com"})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": "cust-42"})),
        (by_external_id("42"), json!({"id": 7, "external_id": 42})),
        (by_external_id("cust-42"), json!({"id": 7})),
        (by_email("Ada@Example.com"), json!({"id": 7, "email": "ada@example.COM "})),
        (by_email("ÄDA@example.com"), json!({"id": 7, "email": "äda@example.com"})),
        (by_email("ada@example.com"), json!({"id": 7})),
        (by_phone("+1555"), json!({"id": 7, "phone_number": "+1555"})),
        (by_phone("+1555"), json!({"id": 7})),
        (create(Some("c"), Some("A@x.org")), json!({"id": 7, "external_id": "c", "email": "a@x.org"})),
        (create(Some("c"), None), json!({"id": 7, "external_id": "c", "email": null})),
        (create(None, Some("a@x.org")), json!({"id": 7, "external_id": null, "email": "a@x.org"})),
        (create(Some("c"), Some("a@x.org")), json!({"id": 7})),
        (create(Some("c"), Some("a@x.org")), json!({"id": 7, "external_id": null, "email": ""})),
    ];
    for (call, record) in rows {
        assert!(asked_for(&call, &record), "{} {record}", call.kind());
    }
}

#[test]
fn somebody_elses_record_does_not_pass() {
    let rows = [
        (by_id("7"), json!({"id": 8})),
        (by_id("7abc"), json!({"id": 7})),
        (by_id("7"), json!({"id": "7abc"})),
        (by_id("70"), json!({"id": 7})),
        (update("7"), json!({"id": 8})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": "cust-43"})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": "CUST-42"})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": "cust-42 "})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": null})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": ""})),
        (by_external_id("cust-42"), json!({"id": 7, "external_id": ["cust-42"]})),
        (by_external_id("42"), json!({"id": 7, "external_id": 43})),
        (by_email("ada@example.com"), json!({"id": 7, "email": "eve@example.com"})),
        (by_email("ada@example.com"), json!({"id": 7, "email": null})),
        (by_phone("+1555"), json!({"id": 7, "phone_number": "+1556"})),
        (by_phone("+1555"), json!({"id": 7, "phone_number": null})),
        (create(Some("c"), Some("a@x.org")), json!({"id": 7, "external_id": "d", "email": "a@x.org"})),
        (create(Some("c"), Some("a@x.org")), json!({"id": 7, "external_id": "c", "email": "b@x.org"})),
        (create(Some("c"), None), json!({"id": 7, "external_id": true})),
    ];
    for (call, record) in rows {
        assert!(!asked_for(&call, &record), "{} {record}", call.kind());
    }
}

#[test]
fn feedback_is_of_the_end_user_that_was_named() {
    let id = || "7".to_owned();
    let calls = [
        Call::CreateResponse { end_user_id: id(), write: ResponseWrite::default() },
        Call::CreateDecline { end_user_id: id(), write: FeedbackWrite::default() },
        Call::ListResponses { end_user_id: id(), page: 1 },
        Call::ListDeclines { end_user_id: id(), page: 1 },
    ];
    for call in calls {
        for own in [
            json!({"end_user_id": 7}),
            json!({"end_user_id": "7"}),
            json!({"end_user_id": null}),
            json!({}),
            json!([]),
        ] {
            assert!(is_of_end_user(&call, &own), "{} {own}", call.kind());
        }
        for other in [json!({"end_user_id": 8}), json!({"end_user_id": "seven"}), json!({"end_user_id": {}})]
        {
            assert!(!is_of_end_user(&call, &other), "{} {other}", call.kind());
        }
    }
}
