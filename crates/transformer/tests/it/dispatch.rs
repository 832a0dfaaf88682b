//! The checks that the cases of `rows` leave open of docs/facts/transformer.md#checks: kinds of events (check 23),
//! precedence of ids (28), error texts (35), and fields of identify and track (39, 41, 44, 46, 48, 51, 57).

use crate::served::{Served, statuses};
use crate::stub::{E_PROPERTIES, InMoment, by_user};
use scripted_server::{Act, reply};
use serde_json::{Value, json};

#[tokio::test]
async fn an_event_needs_a_type_that_is_a_text() {
    let inmoment = InMoment::unasked().await;
    let served = Served::before(&inmoment).await;
    let kinds = [json!(null), json!(""), json!(0), json!(false), json!(5), json!(true), json!({}), json!([])];
    let output = served.messages(kinds.map(|kind| json!({ "type": kind, "userId": "E" }))).await;
    for (nth, element) in output.iter().enumerate() {
        let (status, error) = match nth {
            0..4 => (400, "Event type is required"),
            _ => (500, "message.type.toLowerCase is not a function"),
        };
        assert_eq!((&element["statusCode"], &element["error"]), (&json!(status), &json!(error)), "{nth}");
    }
    assert_eq!(output[0]["statTags"]["errorCategory"], "dataValidation");
    assert_eq!(output[4]["statTags"]["errorCategory"], "transformation");
    // A value that is not an object counts as an event without a type.
    let odd = served.messages([json!(null), json!([1]), json!("x"), json!(5), json!({})]).await;
    assert!(odd.iter().all(|element| element["error"] == "Event type is required"), "{odd:?}");
    assert!(inmoment.server.requests().is_empty());
}

#[tokio::test]
async fn the_first_id_there_is_counts() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut message = json!({
        "type": "identify",
        "anonymousId": "anonymous",
        "userId": "1",
        "traits": { "userId": "2", "id": "3", "email": "a@b.c" },
        "context": { "traits": { "userId": "4", "id": "5" } },
    });
    let paths: [&[&str]; 5] = [
        &["userId"],
        &["traits", "userId"],
        &["traits", "id"],
        &["context", "traits", "userId"],
        &["context", "traits", "id"],
    ];
    for (path, id) in paths.iter().zip(1..) {
        let element = served.message(message.clone()).await;
        assert_eq!(element["batchedRequest"]["body"]["FORM"]["external_id"], id.to_string());
        assert_eq!(inmoment.look_ups().last(), Some(&by_user(&id.to_string())));
        let (last, parents) = path.split_last().unwrap();
        parents.iter().fold(&mut message, |at, key| &mut at[*key])[*last] = Value::Null;
    }
    assert_eq!(served.message(message).await["statusCode"], 400);
}

/// The text is JSON with the keys in this order, and has no other part of the reply.
#[tokio::test]
async fn a_failed_look_up_says_what_was_said() {
    let inmoment = InMoment::scripted(|request, _| {
        let headers =
            [("set-cookie", "planted-cookie"), ("x-request-id", "planted-id"), ("content-type", "text/html")];
        let body = if request.target.contains("page") { "<p>\"no\"</p>" } else { r#"{"z":1.50,"a":[null]}"# };
        (request.method == "GET").then(|| Act::Answer(reply(422, &headers, body)))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let ids = ["page", "json"];
    let output = served.messages(ids.map(|id| json!({ "type": "identify", "userId": id }))).await;
    let texts: Vec<&str> = output.iter().map(|element| element["error"].as_str().unwrap()).collect();
    assert_eq!(
        texts[0],
        r#"{"message":"Unable to retrieve userId due to \"<p>\\\"no\\\"</p>\"","destinationResponse":{"response":"<p>\"no\"</p>","status":422}}"#
    );
    assert_eq!(
        texts[1],
        r#"{"message":"Unable to retrieve userId due to {\"z\":1.50,\"a\":[null]}","destinationResponse":{"response":{"z":1.50,"a":[null]},"status":422}}"#
    );
    assert!(!serde_json::to_string(&output).unwrap().contains("planted-c"), "a reply's headers");
    assert_eq!(statuses(&output), [422, 422]);
    assert_eq!(output[0]["statTags"]["errorType"], "aborted");
}

async fn form(served: &Served, message: Value) -> String {
    let element = served.message(message).await;
    assert_eq!(element["statusCode"], 200, "{element}");
    element["batchedRequest"]["body"]["FORM"].to_string()
}

#[tokio::test]
async fn the_fields_of_an_end_user_have_their_order() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut message = json!({
        "traits": { "ключ [a.b] \"q\"": "ü", "createdAt": "2020-01-01", "phone": "+1", "email": "a@b.c" },
        "userId": "new",
        "timestamp": "2022-01-20T13:39:21.032Z",
        "originalTimestamp": "2021-01-01T00:00:00Z",
        "type": "identify",
    });
    assert_eq!(
        form(&served, message.clone()).await,
        r#"{"email":"a@b.c","phone_number":"+1","last_surveyed":"1642685961","external_created_at":"1577836800","external_id":"new","properties[ключ [a.b] \"q\"]":"ü"}"#
    );
    message["userId"] = json!("E");
    message["traits"] = json!({ "email": "a@b.c" });
    assert_eq!(form(&served, message.clone()).await, r#"{"email":"a@b.c","last_surveyed":"1642685961"}"#);
    // The next one is read only if the first is empty.
    message["timestamp"] = json!("");
    assert_eq!(form(&served, message.clone()).await, r#"{"email":"a@b.c","last_surveyed":"1609459200"}"#);
    message["traits"] = json!({});
    message["context"] = json!({ "traits": { "city": "C" } });
    message["originalTimestamp"] = json!("nonsense");
    assert_eq!(form(&served, message).await, "{}");
}

#[tokio::test]
async fn events_of_a_warehouse_bring_their_time_elsewhere() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let message = |rest: Value| {
        let mut message = json!({ "type": "identify", "userId": "E", "channel": "sources", "originalTimestamp": "2018-01-01" });
        message.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        message
    };
    for (rest, day) in [
        (
            json!({ "context": { "traits": { "timestamp": "2019-01-02" } }, "traits": { "timestamp": "2019-01-03" } }),
            "1546387200",
        ),
        (json!({ "traits": { "timestamp": "2019-01-03" }, "timestamp": "2019-01-04" }), "1546473600"),
        (json!({ "timestamp": "2019-01-04" }), "1546560000"),
        (json!({}), "1514764800"),
        (
            json!({ "timestamp": "2019-01-04", "context": { "timestamp": "2019-01-01", "mappedToDestination": true } }),
            "1546560000",
        ),
    ] {
        let form = form(&served, message(rest.clone())).await;
        assert!(form.starts_with(&format!(r#"{{"last_surveyed":"{day}""#)), "{rest}: {form}");
    }
}

#[tokio::test]
async fn what_a_response_lacks_is_said_in_order() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let integrations = json!({ "Wootric": { "eventType": "create response" } });
    let mut message =
        json!({ "type": "track", "userId": "E", "integrations": integrations, "properties": {} });
    let texts = [
        r#"Missing required value from "properties.feedbackScore""#,
        r#"Missing required value from ["context.ip","request_ip"]"#,
        r#"Missing required value from "pageUrl""#,
        "Invalid Score",
    ];
    let given = [
        ("properties", json!({ "feedbackScore": 99 })),
        ("request_ip", json!("1.2.3.4")),
        ("context", json!({ "page": { "url": "u" } })),
    ];
    for (text, (key, value)) in texts.iter().zip(given.into_iter().chain([("x", Value::Null)])) {
        assert_eq!(served.message(message.clone()).await["error"], *text);
        message[key] = value;
    }
}

#[tokio::test]
async fn both_answers_carry_the_properties_of_the_end_user() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let stored: Value = serde_json::from_str(E_PROPERTIES).unwrap();
    for kind in ["create response", "create decline"] {
        let message = json!({
            "type": "track", "userId": "E", "integrations": { "Wootric": { "eventType": kind } },
            "properties": { "feedbackScore": 0 }, "request_ip": "1.2.3.4", "context": { "page": { "url": "u" } },
            "traits": { "name": "Grace", "createdAt": "2020-01-01T00:00:00Z" },
        });
        let form: Value = serde_json::from_str(&form(&served, message).await).unwrap();
        for (key, value) in stored.as_object().unwrap() {
            let wanted = if key == "name" { &json!("Grace") } else { value };
            assert_eq!(&form[format!("end_user[properties][{key}]")], wanted, "{kind}");
        }
        assert_eq!(form["created_at"], "1577836800");
    }
}
