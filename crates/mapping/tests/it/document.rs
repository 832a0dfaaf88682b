//! The two sample calls of the destination's public document, as an SDK sends them.

use crate::planned::{Parts, native};
use serde_json::{Value, json};

#[test]
fn the_sample_identify() {
    let plan = native(&json!({
        "type": "identify",
        "userId": "1hKOmRA4GRlm",
        "traits": {
            "email": "alex@example.com",
            "phone": "+12025550146",
            "name": "Alex Keener",
            "city": "New Orleans",
            "gender": "male",
            "createdAt": "2021-01-20T13:39:21.032Z",
            "timestamp": "2021-01-20T13:39:21.032Z"
        },
        "originalTimestamp": "2022-01-20T09:59:00Z",
        "sentAt": "2022-01-20T09:59:05Z"
    }));
    assert_eq!(
        (plan.who().external_id.as_deref(), plan.who().end_user_id.as_deref()),
        (Some("1hKOmRA4GRlm"), None)
    );
    let fields = plan.end_user();
    assert_eq!(fields.email, Some(json!("alex@example.com")));
    assert_eq!(fields.phone_number, Some(json!("+12025550146")));
    assert_eq!(fields.last_surveyed, Some(json!("1642690800")));
    assert_eq!(fields.external_created_at, Some(json!("1611149961")));
    let wanted: Vec<(String, Value)> = [
        ("name", "Alex Keener"),
        ("city", "New Orleans"),
        ("gender", "male"),
        ("timestamp", "2021-01-20T13:39:21.032Z"),
    ]
    .map(|(key, value)| (key.to_owned(), json!(value)))
    .into();
    assert_eq!(fields.properties, wanted);
    let names: Vec<&str> = plan.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(
        names,
        [
            "end_user_id",
            "external_id",
            "email",
            "phone_number",
            "last_surveyed",
            "external_created_at",
            "properties[name]",
            "properties[city]",
            "properties[gender]",
            "properties[timestamp]",
        ]
    );
    assert_eq!(plan.field("email").from.as_deref(), Some("traits.email"));
    assert_eq!(plan.field("last_surveyed").from.as_deref(), Some("originalTimestamp"));
    assert_eq!(plan.field("properties[city]").from.as_deref(), Some("traits.city"));
    assert!(plan.notes.is_empty(), "{:?}", plan.notes);
}

#[test]
fn the_sample_track() {
    let plan = native(&json!({
        "type": "track",
        "event": "Submit",
        "messageId": "m",
        "userId": "1hKOmRA4GRlm",
        "properties": {
            "feedbackScore": 9,
            "feedbackText": "Great Product!",
            "ip": "127.0.0.0",
            "url": "https://www.google.com/",
            "createdAt": "2022-01-20T13:39:21.032Z"
        },
        "integrations": { "Wootric": { "eventType": "create response" } }
    }));
    let fields = plan.response();
    assert_eq!(fields.score, json!("9"));
    assert_eq!(fields.ip_address, json!("127.0.0.0"));
    assert_eq!(fields.origin_url, json!("https://www.google.com/"));
    assert_eq!(fields.text, Some(json!("Great Product!")));
    assert_eq!(fields.created_at, Some(json!("1642685961")));
    assert!(fields.properties.is_empty());
    assert!(plan.notes_say("integrations.Wootric.eventType"));
    assert!(plan.notes_say("24 hours"));
    assert!(plan.notes_say("unknown_user_wait"));
    assert!(!plan.notes_say("no messageId"));
}
