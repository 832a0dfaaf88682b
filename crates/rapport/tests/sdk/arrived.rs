//! What must stand in InMoment once the two sample events arrived, whichever SDK sent them.

use crate::visitor::Visitor;
use serde_json::{Value, json};

/// What differs from one way of sending to another.
pub(crate) struct Expected<'a> {
    /// `origin_url`: the page a browser was on, else what the event says (docs/facts/mapping.md#origin-url)
    pub(crate) origin_url: &'a str,
    /// `phone_number`
    pub(crate) phone: Option<&'a str>,
}

impl Default for Expected<'_> {
    fn default() -> Self {
        Expected { origin_url: "https://www.google.com/", phone: None }
    }
}

/// The local InMoment holds this visitor and one response of theirs, and nobody else; docs/facts/mapping.md#identify, #track.
pub(crate) fn assert_arrived(state: &Value, visitor: &Visitor, expected: &Expected<'_>) {
    let end_users = state["end_users"].as_array().expect("a list of end users");
    assert_eq!(end_users.len(), 1, "one end user for one external id: {end_users:#?}");
    let end_user = &end_users[0];
    assert_eq!(end_user["external_id"], *visitor.user_id);
    assert_eq!(end_user["email"], *visitor.email);
    assert_eq!(end_user["phone_number"], json!(expected.phone));
    // Ids, e-mail, phone and createdAt are fields of their own, never properties.
    assert_eq!(end_user["properties"], json!({ "name": "Ada", "plan": "pro" }));
    assert_eq!(end_user["external_created_at"], 1_611_149_961, "2021-01-20T13:39:21.032Z in whole seconds");
    assert!(end_user["last_surveyed"].is_string(), "{end_user:#}");

    let responses = state["responses"].as_array().expect("a list of responses");
    assert_eq!(responses.len(), 1, "one response for one track: {responses:#?}");
    let response = &responses[0];
    assert_eq!(response["end_user_id"], end_user["id"]);
    assert_eq!(response["score"], 9);
    assert_eq!(response["text"], "Great Product!");
    // What the gateway saw goes before the event's own `properties.ip`.
    assert_eq!(response["ip_address"], "127.0.0.1");
    assert_eq!(response["origin_url"], expected.origin_url);
    assert_eq!(
        response["created_at"], "2022-01-20 05:39:21 -0800",
        "2022-01-20T13:39:21.032Z in Pacific time"
    );
    assert_eq!(state["declines"], json!([]));
}
