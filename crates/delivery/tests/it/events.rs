//! Events as the SDKs send them.

use serde_json::{Value, json};

pub(crate) fn identify(user: &str, traits: Value) -> Value {
    let mut traits = traits;
    traits["email"] = json!(format!("{user}@example.com"));
    json!({"type": "identify", "userId": user, "traits": traits, "integrations": {"All": true}})
}

pub(crate) fn response(user: &str, score: u8) -> Value {
    json!({
        "type": "track", "userId": user, "event": "Submit",
        "properties": {"feedbackScore": score, "url": "https://shop.example.com/"},
        "integrations": {"Wootric": {"eventType": "create response"}},
    })
}

/// A response with this text.
pub(crate) fn answer(user: &str, text: &str) -> Value {
    let mut response = response(user, 9);
    response["properties"]["feedbackText"] = json!(text);
    response
}

/// An event of an unsupported type.
pub(crate) fn page(user: &str) -> Value {
    json!({"type": "page", "userId": user})
}
