//! Survey answers, the types of events, and inputs at which JavaScript throws an error
//! (docs/facts/transformer.md#case-61..88).

use super::{MISSING_IDS, Row, Wanted, by_id, identify, refused, row, thrown, unasked, update, with};
use serde_json::{Value, json};

const T: &str = "2022-01-20T13:39:21.032Z";
const RESPONSES: &str = "486438462/responses";
const DECLINES: &str = "486438462/declines";
const STORED: &str = r#""end_user[properties][name]":"Ada","end_user[properties][title]":"Dr","end_user[properties][gender]":"f","end_user[properties][company]":"Initech""#;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = scores();
    rows.extend(required());
    rows.extend(optional());
    rows.extend(declines());
    rows.extend(event_types());
    rows.extend(kinds());
    rows
}

fn sent(path: &'static str, form: &str) -> Wanted {
    Wanted::Request("POST", path, form.to_owned())
}

/// A complete response of `E`, with some members replaced.
fn response(rest: Value) -> Value {
    let mut message = with(
        "track",
        json!({
            "userId": "E",
            "properties": { "feedbackScore": 9 },
            "context": { "ip": "1.2.3.4", "page": { "url": "https://x.y/z" } },
            "integrations": { "Wootric": { "eventType": "create response" } },
        }),
    );
    for (key, value) in rest.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

fn decline(rest: Value) -> Value {
    let mut message = with(
        "track",
        json!({ "userId": "E", "integrations": { "Wootric": { "eventType": "create decline" } } }),
    );
    for (key, value) in rest.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

fn scores() -> Vec<Row> {
    let scored = |score: &Value| response(json!({ "properties": { "feedbackScore": score } }));
    let form =
        |score: &Value| format!(r#"{{"score":{score},"ip_address":"1.2.3.4","origin_url":"https://x.y/z"}}"#);
    let mut rows = vec![row(61, scored(&json!(9)), "E", sent(RESPONSES, &form(&json!(9))))];
    let good = json!([0, 7.5, 10, "9", " 9 ", "0x5", "1e1", true, false, [5], []]);
    for score in good.as_array().unwrap() {
        rows.push(row(62, scored(score), "E", sent(RESPONSES, &form(score))));
    }
    for score in json!([-1, 11, 10.0001, -0.0001, "abc", {}, [1, 2], "Infinity"]).as_array().unwrap() {
        rows.push(row(63, scored(score), "E", refused("Invalid Score")));
    }
    let missing = || refused(r#"Missing required value from "properties.feedbackScore""#);
    for properties in
        [json!({ "feedbackScore": "" }), json!({ "feedbackScore": null }), json!({}), json!(null)]
    {
        rows.push(row(64, response(json!({ "properties": properties })), "E", missing()));
    }
    let nothing = response(json!({ "properties": {}, "context": {} }));
    rows.push(row(69, nothing, "E", missing()));
    rows
}

fn required() -> Vec<Row> {
    let page = json!({ "url": "https://x.y/z" });
    let no_ip = refused(r#"Missing required value from ["context.ip","request_ip"]"#);
    vec![
        row(
            65,
            response(json!({ "context": { "ip": "", "page": page }, "request_ip": "9.9.9.9" })),
            "E",
            sent(RESPONSES, r#"{"score":9,"ip_address":"9.9.9.9","origin_url":"https://x.y/z"}"#),
        ),
        row(
            66,
            response(
                json!({ "context": { "page": page }, "properties": { "feedbackScore": 9, "ip": "8.8.8.8" } }),
            ),
            "E",
            no_ip,
        ),
        row(
            67,
            response(json!({ "context": { "ip": "1.2.3.4" } })),
            "E",
            refused(r#"Missing required value from "pageUrl""#),
        ),
        row(
            68,
            response(json!({ "properties": { "feedbackScore": 9, "url": "https://other/" } })),
            "E",
            sent(RESPONSES, r#"{"score":9,"ip_address":"1.2.3.4","origin_url":"https://x.y/z"}"#),
        ),
        row(
            68,
            response(json!({
                "context": { "ip": "1.2.3.4" }, "properties": { "feedbackScore": 9, "url": "https://other/" },
            })),
            "E",
            sent(RESPONSES, r#"{"score":9,"ip_address":"1.2.3.4","origin_url":"https://other/"}"#),
        ),
    ]
}

fn optional() -> Vec<Row> {
    let form =
        |rest: &str| format!(r#"{{"score":9,"ip_address":"1.2.3.4","origin_url":"https://x.y/z"{rest}}}"#);
    let text = |text: Value| response(json!({ "properties": { "feedbackScore": 9, "feedbackText": text } }));
    let created = json!({ "feedbackScore": 9, "createdAt": T });
    let about_n = response(json!({ "userId": "N", "traits": { "city": "Z" } }));
    vec![
        row(70, text(json!("")), "E", sent(RESPONSES, &form(""))),
        row(70, text(json!(0)), "E", sent(RESPONSES, &form(r#","text":0"#))),
        row(70, text(json!({ "a": 1 })), "E", sent(RESPONSES, &form(r#","text":{"a":1}"#))),
        row(71, response(json!({ "properties": created, "timestamp": T })), "E", sent(RESPONSES, &form(""))),
        row(
            71,
            response(json!({ "traits": { "createdAt": T } })),
            "E",
            sent(RESPONSES, &form(r#","created_at":"1642685961""#)),
        ),
        row(
            72,
            response(json!({ "traits": { "city": "Z", "q": null } })),
            "E",
            sent(
                RESPONSES,
                &form(&format!(
                    r#","end_user[properties][city]":"Z",{STORED},"end_user[properties][q]":"null""#
                )),
            ),
        ),
        row(73, about_n, "N", sent("77/responses", &form(""))),
    ]
}

fn declines() -> Vec<Row> {
    let answered = json!({ "feedbackScore": 9, "feedbackText": "x", "url": "https://other/" });
    vec![
        row(74, decline(json!({})), "E", sent(DECLINES, "{}")),
        row(
            75,
            decline(json!({ "properties": answered, "context": { "ip": "1.2.3.4" } })),
            "E",
            sent(DECLINES, r#"{"origin_url":"https://other/"}"#),
        ),
        row(
            75,
            decline(json!({ "traits": { "city": "Z" } })),
            "E",
            sent(DECLINES, &format!(r#"{{"end_user[properties][city]":"Z",{STORED}}}"#)),
        ),
    ]
}

fn event_types() -> Vec<Row> {
    let wanting = |integrations: Value| decline(json!({ "integrations": integrations }));
    let typed = |kind: Value| wanting(json!({ "Wootric": { "eventType": kind } }));
    let missing = || refused("Event Type is missing from Integration object");
    let form = r#"{"score":9,"ip_address":"1.2.3.4","origin_url":"https://x.y/z"}"#;
    let loud = json!({ "Wootric": { "eventType": "CREATE RESPONSE" } });
    let mut rows = vec![
        row(76, response(json!({ "integrations": loud })), "E", sent(RESPONSES, form)),
        row(
            79,
            wanting(json!({ "wootric": true, "Wootric": { "eventType": "create decline" } })),
            "E",
            missing(),
        ),
        row(79, typed(json!("")), "E", missing()),
        row(79, wanting(json!({})), "E", missing()),
        row(79, wanting(Value::Null), "E", missing()),
    ];
    for name in ["InMoment", "wOOtric"] {
        rows.push(row(80, wanting(json!({ name: { "eventType": "create decline" } })), "E", missing()));
    }
    for name in ["wootric", "WOOTRIC"] {
        let message = wanting(json!({ name: { "eventType": "create decline" } }));
        rows.push(row(80, message, "E", sent(DECLINES, "{}")));
    }
    // `false` hides nothing.
    let message = wanting(json!({ "wootric": false, "Wootric": { "eventType": "create decline" } }));
    rows.push(row(79, message, "E", sent(DECLINES, "{}")));
    for kind in [" create response", "create_response", "random"] {
        rows.push(row(77, typed(json!(kind)), "E", refused("Event Type not supported")));
    }
    for kind in [json!(5), json!(true), json!({}), json!(["create response"])] {
        let text = "integrationsObj.eventType.toLowerCase is not a function";
        rows.push(row(78, typed(kind), "E", thrown(text)));
    }
    rows
}

fn kinds() -> Vec<Row> {
    let external = json!({ "externalId": [{ "type": "wootricEndUserId", "id": "999" }] });
    let done = json!({ "statusCode": 200, "type": "track", "anything": [1.50, "é"] });
    let unasked_at_all = |number, message, wanted| Row { tokens: 0, ..unasked(number, message, wanted) };
    let mut rows = vec![
        row(
            81,
            decline(json!({ "userId": "new", "integrations": {} })),
            "new",
            refused("No user found with userId : new"),
        ),
        by_id(
            82,
            decline(json!({ "context": external })),
            "999",
            refused("No user found with wootric end user Id : 999"),
        ),
        unasked(83, decline(json!({ "userId": null })), refused(MISSING_IDS)),
        row(84, with("Track", decline(json!({ "type": "Track" }))), "E", sent(DECLINES, "{}")),
        row(84, with("IDENTIFY", json!({ "userId": "E" })), "E", update("486438462", "{}")),
        unasked_at_all(86, done, Wanted::AsItIs),
        row(
            88,
            identify(json!({ "userId": "E", "traits": { "k": { "toString": "x" } } })),
            "E",
            thrown("Cannot convert object to primitive value"),
        ),
    ];
    for kind in ["page", "screen", "group", "alias", "record", " track"] {
        let wanted = refused(&format!("Event type \"{kind}\" is not supported"));
        rows.push(unasked_at_all(85, with(kind, json!({ "userId": "E" })), wanted));
    }
    rows
}
