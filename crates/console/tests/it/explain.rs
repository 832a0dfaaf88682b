//! What would become of an event, asked of the console.

use crate::harness::Harness;
use serde_json::{Value, json};

async fn ask(harness: &Harness, question: Value) -> (u16, Value) {
    harness.post("/api/v1/explain", &question.to_string()).await
}

#[tokio::test]
async fn an_event_is_explained_in_both_profiles() {
    let harness = Harness::new();
    let event = r#"{"type":"track","userId":7,"event":"x","properties":{"feedbackScore":9,"url":"http://x/"},"integrations":{"Wootric":{"eventType":"create response"}}}"#;
    let (status, told) =
        ask(&harness, json!({ "event": event, "source_kind": "web", "destination": "one" })).await;
    assert_eq!(status, 200, "{told}");
    let profiles: Vec<_> =
        told["items"].as_array().unwrap().iter().map(|item| item["profile"].clone()).collect();
    assert_eq!(profiles, ["native", "rudderstack"]);
    let native = &told["items"][0]["explanation"];
    assert_eq!(
        (native["outcome"].as_str(), native["intent"].as_str()),
        (Some("plan"), Some("CreateResponse"))
    );
    assert!(native["notes"].to_string().contains("stands in for the caller's address"), "{native}");
    assert_eq!(told["items"][1]["explanation"]["code"], "identity_missing");
    let rules: Vec<_> =
        told["differences"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
    assert!(rules.contains(&json!("numeric_ids")), "{rules:?}");
    assert!(told["differences"][0]["text"].as_str().unwrap().contains("rudderstack"));
}

#[tokio::test]
async fn what_is_in_the_event_comes_back_as_data() {
    let harness = Harness::new();
    let hostile = "<script>alert(1)</script>\u{0}\"\r\nx: y/../..";
    let event =
        json!({"type": "identify", "userId": hostile, "traits": {"email": "a@b.c", hostile: hostile}});
    let (status, told) = ask(&harness, json!({ "event": event.to_string() })).await;
    assert_eq!(status, 200);
    let fields = told["items"][0]["explanation"]["fields"].as_array().unwrap();
    assert!(
        fields.iter().any(|field| field["value"].as_str().is_some_and(|value| value.contains("<script>"))),
        "{told}"
    );
    let long = "u".repeat(900_000);
    for (event, outcome, code) in [
        // InMoment cannot be asked about an end user whose id has no room in a URL.
        (
            json!({"type": "identify", "userId": long, "traits": {"email": "a@b.c"}}),
            "refused",
            json!("id_unusable"),
        ),
        (
            json!({"type": "identify", "userId": "u", "traits": {"email": "a@b.c", "city": long}}),
            "plan",
            json!(null),
        ),
    ] {
        let (status, told) = ask(&harness, json!({ "event": event.to_string() })).await;
        let explanation = &told["items"][0]["explanation"];
        assert_eq!((status, explanation["outcome"].as_str()), (200, Some(outcome)));
        assert_eq!(explanation["code"], code);
    }
}

#[tokio::test]
async fn questions_that_are_none_name_what_is_wrong() {
    let harness = Harness::new();
    for (body, status, code, field) in [
        (r#"{"event":"{\"type\":"}"#, 422, "invalid_request", json!("event")),
        (r#"{"event":""}"#, 422, "invalid_request", json!("event")),
        (r#"{"event":{}}"#, 400, "invalid_request", json!("event")),
        (r#"{"event":"{}","source_kind":"fridge"}"#, 400, "invalid_request", json!("source_kind")),
        (r#"{"event":"{}","colour":1}"#, 400, "invalid_request", json!("colour")),
        (r#"{"event":"{}","destination":"none"}"#, 404, "unknown_destination", json!(null)),
        ("{}", 400, "invalid_request", json!("event")),
    ] {
        let (found, told) = harness.post("/api/v1/explain", body).await;
        assert_eq!(
            (found, told["code"].as_str(), &told["field"]),
            (status, Some(code), &field),
            "{body}: {told}"
        );
    }
    let (_, told) = harness.post("/api/v1/explain", r#"{"event":"{\"secret\": planted}"}"#).await;
    assert!(told["message"].as_str().unwrap().contains("line 1 column 12"), "{told}");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let event = format!("{{\"type\":\"identify\",\"userId\":\"u\",\"x\":{deep}}}");
    let (status, told) = ask(&harness, json!({ "event": event })).await;
    assert_eq!((status, told["items"][0]["explanation"]["code"].as_str()), (200, Some("event_too_deep")));
}
