//! Whom an identify is about, and the possible replies to a look-up (docs/facts/transformer.md#case-1..23,
//! #case-58..60).

use super::{MISSING_IDS, Row, by_id, create, identify, look_up_failed, refused, row, unasked, update};
use serde_json::{Value, json};

fn external(id: Value) -> Value {
    json!({ "externalId": [{ "type": "wootricEndUserId", "id": id }] })
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = end_user_ids();
    rows.extend(external_ids());
    rows.extend(written_into_urls());
    rows.extend(look_ups());
    rows
}

fn end_user_ids() -> Vec<Row> {
    let email = json!({ "email": "a@b.c" });
    let new = || create(r#"{"email":"a@b.c","external_id":"new"}"#);
    let both = |id: Value| identify(json!({ "userId": "E", "context": external(id) }));
    let two =
        json!([{ "type": "wootricEndUserId", "id": "" }, { "type": "wootricEndUserId", "id": "490635419" }]);
    vec![
        row(1, identify(json!({ "userId": "new", "traits": email })), "new", new()),
        by_id(2, both(json!("490635419")), "490635419", update("490635419", "{}")),
        row(3, both(json!(490_635_419)), "E", update("486438462", "{}")),
        unasked(4, identify(json!({ "context": external(json!(490_635_419)) })), refused(MISSING_IDS)),
        by_id(5, both(json!(["490635419"])), "490635419", update("490635419", "{}")),
        // The id is encoded as one segment, including brackets.
        by_id(
            6,
            identify(json!({ "userId": "new", "traits": email, "context": external(json!({ "a": 1 })) })),
            "%5Bobject%20Object%5D",
            new(),
        ),
        row(
            7,
            identify(json!({
                "userId": "E",
                "context": { "externalId": { "type": "wootricEndUserId", "id": "490635419" } },
            })),
            "E",
            update("486438462", "{}"),
        ),
        row(
            8,
            identify(json!({ "userId": "E", "context": { "externalId": two } })),
            "E",
            update("486438462", "{}"),
        ),
        row(
            9,
            identify(json!({
                "userId": "E",
                "context": { "externalId": [{ "type": "WootricEndUserId", "id": "490635419" }] },
            })),
            "E",
            update("486438462", "{}"),
        ),
        by_id(
            10,
            identify(json!({ "userId": "E", "traits": email, "context": external(json!("999")) })),
            "999",
            create(r#"{"email":"a@b.c","external_id":"E"}"#),
        ),
        by_id(
            11,
            identify(json!({ "traits": email, "context": external(json!("999")) })),
            "999",
            refused("userId is missing"),
        ),
        by_id(
            12,
            identify(json!({ "traits": email, "context": external(json!("490635419")) })),
            "490635419",
            update("490635419", r#"{"email":"a@b.c"}"#),
        ),
    ]
}

fn external_ids() -> Vec<Row> {
    let hit = || update("486438462", "{}");
    vec![
        unasked(13, identify(json!({ "userId": 123 })), refused(MISSING_IDS)),
        unasked(14, identify(json!({ "userId": 0, "traits": { "userId": "E" } })), refused(MISSING_IDS)),
        unasked(14, identify(json!({ "userId": false, "traits": { "userId": "E" } })), refused(MISSING_IDS)),
        row(15, identify(json!({ "userId": "", "traits": { "userId": "E" } })), "E", hit()),
        row(16, identify(json!({ "userId": null, "traits": { "id": "E" } })), "E", hit()),
        row(
            17,
            identify(json!({ "traits": { "id": "A" }, "context": { "traits": { "userId": "E" } } })),
            "A",
            update("80", "{}"),
        ),
        unasked(18, identify(json!({ "anonymousId": "E" })), refused(MISSING_IDS)),
        // The id keeps its type in the form.
        row(
            23,
            identify(json!({ "userId": { "a": 1 }, "traits": { "email": "a@b.c" } })),
            "%5Bobject%20Object%5D",
            create(r#"{"email":"a@b.c","external_id":{"a":1}}"#),
        ),
    ]
}

/// This differs from rudder-transformer on purpose (docs/facts/mapping.md#profiles): an id is one percent-encoded path
/// segment, so that no id can name another resource or change the kind of look-up; an id that no URL can contain is
/// refused.
fn written_into_urls() -> Vec<Row> {
    let new = |id: &str| identify(json!({ "userId": id, "traits": { "email": "a@b.c" } }));
    let made = |id: &str| create(&format!(r#"{{"email":"a@b.c","external_id":"{id}"}}"#));
    vec![
        row(19, new("  "), "%20%20", made("  ")),
        row(20, new("a b/c?d=1#e"), "a%20b%2Fc%3Fd%3D1%23e", made("a b/c?d=1#e")),
        unasked(
            21,
            new(".."),
            refused(
                "InMoment cannot be asked about an end user with this id: dots alone cannot be named in a URL",
            ),
        ),
        unasked(
            21,
            new("."),
            refused(
                "InMoment cannot be asked about an end user with this id: dots alone cannot be named in a URL",
            ),
        ),
        row(22, new("a/../b"), "a%2F..%2Fb", made("a/../b")),
    ]
}

fn look_ups() -> Vec<Row> {
    let about = |id: &str| identify(json!({ "userId": id, "traits": { "email": "a@b.c" } }));
    let mut rows = Vec::new();
    for id in ["html", "empty", "zero"] {
        let made = create(&format!(r#"{{"email":"a@b.c","external_id":"{id}"}}"#));
        rows.push(row(58, about(id), id, made));
    }
    // This differs from rudder-transformer on purpose: 401 and 403 are the login's fault, not the event's, and 201 and
    // 204 would count as delivered.
    for (number, said, status) in [
        (59, 401, 429),
        (59, 403, 429),
        (59, 429, 429),
        (59, 500, 500),
        (59, 503, 503),
        (60, 201, 500),
        (60, 204, 500),
    ] {
        let id = format!("said-{said}");
        let body = if said == 204 { r#""""# } else { r#"{"id":7,"said":"no"}"# };
        let mut row = row(number, about(&id), &id, look_up_failed(said, body, status));
        if said == 401 {
            // The token may have been revoked, so it is replaced once.
            row.tokens = 2;
            row.look_ups = vec![row.look_ups[0].clone(), row.look_ups[0].clone()];
        }
        rows.push(row);
    }
    for (said, status) in [(422, 422), (400, 400)] {
        let id = format!("said-{said}");
        let mut row = row(59, about(&id), &id, look_up_failed(said, r#"{"id":7,"said":"no"}"#, status));
        if let super::Wanted::Failed(_, _, _, kind) = &mut row.wanted {
            *kind = Some("aborted");
        }
        rows.push(row);
    }
    rows
}
