//! The fields of an identify (docs/facts/transformer.md#case-24..57).

use super::{NO_EMAIL, Row, create, identify, refused, row, update};
use serde_json::{Value, json};

const T: &str = "2022-01-20T13:39:21.032Z";
/// The properties of `E`.
const STORED: &str = r#""properties[city]":"Dhaka","properties[name]":"Ada""#;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = contacts();
    rows.extend(times());
    rows.extend(which_traits());
    rows.extend(trait_texts());
    rows.extend(merged());
    rows
}

/// An identify of a new end user with these traits.
fn new(number: u32, traits: Value, form: &str) -> Row {
    row(number, identify(json!({ "userId": "new", "traits": traits })), "new", create(form))
}

/// An identify of `E`.
fn known(number: u32, rest: Value, form: &str) -> Row {
    let mut message = identify(json!({ "userId": "E" }));
    for (key, value) in rest.as_object().unwrap() {
        message[key] = value.clone();
    }
    row(number, message, "E", update("486438462", form))
}

fn contacts() -> Vec<Row> {
    let no_contact = |number, traits: Value| {
        row(number, identify(json!({ "userId": "new", "traits": traits })), "new", refused(NO_EMAIL))
    };
    let mut rows = vec![
        no_contact(24, json!({ "email": 123 })),
        new(
            25,
            json!({ "email": 123, "phone": "+1" }),
            r#"{"email":123,"phone_number":"+1","external_id":"new"}"#,
        ),
        row(
            27,
            identify(json!({
                "userId": "new", "traits": { "email": "" }, "context": { "traits": { "email": "c@b.c" } },
            })),
            "new",
            create(r#"{"email":"c@b.c","external_id":"new"}"#),
        ),
        new(29, json!({ "email": "   " }), r#"{"email":"   ","external_id":"new"}"#),
        new(30, json!({ "email": ["a"] }), r#"{"email":["a"],"external_id":"new"}"#),
        new(
            31,
            json!({ "phone": 12_025_550_146_u64 }),
            r#"{"phone_number":"12025550146","external_id":"new"}"#,
        ),
        no_contact(33, json!({ "phone": [] })),
    ];
    for email in [json!(123), json!(false), json!({ "a": 1 })] {
        let form = format!(r#"{{"email":{email}}}"#);
        rows.push(known(26, json!({ "traits": { "email": email } }), &form));
    }
    let everywhere = json!({
        "userId": "new",
        "traits": { "email": "1@b.c" },
        "context": { "traits": { "email": "2@b.c" } },
        "properties": { "email": "3@b.c" },
    });
    for (nth, email) in ["1@b.c", "2@b.c", "3@b.c"].iter().enumerate() {
        let mut message = identify(everywhere.clone());
        if nth > 0 {
            message["traits"] = Value::Null;
        }
        if nth > 1 {
            message["context"]["traits"] = Value::Null;
        }
        let form = format!(r#"{{"email":"{email}","external_id":"new"}}"#);
        rows.push(row(28, message, "new", create(&form)));
    }
    for (phone, text) in [
        (json!(0), "0"),
        (json!(false), "false"),
        (json!({ "a": 1 }), "[object Object]"),
        (json!(["+1", "+2"]), "+1,+2"),
    ] {
        let form = format!(r#"{{"phone_number":"{text}","external_id":"new"}}"#);
        rows.push(new(32, json!({ "phone": phone }), &form));
    }
    rows
}

fn times() -> Vec<Row> {
    const IS_T: &str = r#"{"last_surveyed":"1642685961"}"#;
    let other = "2020-01-01T00:00:00Z";
    let mut upper = identify(json!({
        "userId": "E", "channel": "sources", "context": { "timestamp": "2019-01-01" }, "timestamp": T,
    }));
    upper["type"] = json!("Identify");
    vec![
        known(34, json!({ "timestamp": T, "originalTimestamp": other }), IS_T),
        known(35, json!({ "timestamp": "", "originalTimestamp": T }), IS_T),
        known(35, json!({ "timestamp": null, "originalTimestamp": T }), IS_T),
        known(36, json!({ "timestamp": "abc", "originalTimestamp": T }), "{}"),
        known(37, json!({ "sentAt": T }), "{}"),
        known(38, json!({ "timestamp": 1_642_685_961_032_u64 }), r#"{"last_surveyed":"1642685961032"}"#),
        known(39, json!({ "timestamp": 0 }), r#"{"last_surveyed":0}"#),
        known(39, json!({ "timestamp": true }), r#"{"last_surveyed":0}"#),
        known(39, json!({ "timestamp": "1970-01-01T00:00:00Z" }), r#"{"last_surveyed":0}"#),
        known(
            40,
            json!({ "channel": "sources", "context": { "timestamp": "2019-01-01" }, "timestamp": T }),
            r#"{"last_surveyed":"1546300800"}"#,
        ),
        row(41, upper, "E", update("486438462", IS_T)),
        new(
            42,
            json!({ "email": "a@b.c", "timestamp": T }),
            r#"{"email":"a@b.c","external_id":"new","properties[timestamp]":"2022-01-20T13:39:21.032Z"}"#,
        ),
        known(
            43,
            json!({ "traits": { "createdAt": T }, "context": { "traits": { "createdAt": other } } }),
            r#"{"external_created_at":"1642685961"}"#,
        ),
        known(
            43,
            json!({ "traits": { "createdAt": "abc" }, "context": { "traits": { "createdAt": T } } }),
            "{}",
        ),
    ]
}

fn which_traits() -> Vec<Row> {
    let both = |traits: Value| {
        identify(json!({
            "userId": "new", "traits": traits,
            "context": { "traits": { "email": "c@b.c", "city": "C", "z": 1 } },
        }))
    };
    vec![
        row(44, both(json!({})), "new", create(r#"{"email":"c@b.c","external_id":"new"}"#)),
        row(
            45,
            both(json!({ "city": "T" })),
            "new",
            create(r#"{"email":"c@b.c","external_id":"new","properties[city]":"T"}"#),
        ),
        row(
            46,
            both(Value::Null),
            "new",
            create(r#"{"email":"c@b.c","external_id":"new","properties[city]":"C","properties[z]":"1"}"#),
        ),
        new(
            47,
            json!({
                "userId": "x", "anonymousId": "x", "id": "x", "email": "a@b.c", "phone": "+1", "createdAt": T,
                "Email": "b", "createdat": "c",
            }),
            r#"{"email":"a@b.c","phone_number":"+1","external_created_at":"1642685961","external_id":"new","properties[Email]":"b","properties[createdat]":"c"}"#,
        ),
        row(
            51,
            identify(json!({
                "userId": "new", "traits": "abc", "context": { "traits": { "email": "a@b.c" } },
            })),
            "new",
            create(
                r#"{"email":"a@b.c","external_id":"new","properties[0]":"a","properties[1]":"b","properties[2]":"c"}"#,
            ),
        ),
    ]
}

fn trait_texts() -> Vec<Row> {
    let mut rows = vec![new(
        50,
        json!({ "email": "a@b.c", "a.b": 1, "x[y]": 2, "": 3, "2": 4, "1": 5 }),
        r#"{"email":"a@b.c","external_id":"new","properties[1]":"5","properties[2]":"4","properties[a.b]":"1","properties[x[y]]":"2","properties[]":"3"}"#,
    )];
    for (number, value, text) in [
        (48, json!(null), "null"),
        (48, json!(0), "0"),
        (48, json!(false), "false"),
        (48, json!(""), ""),
        (49, json!([1, 2]), "1,2"),
        (49, json!([null, 1, [2, 3]]), ",1,2,3"),
        (49, json!([{}, {}]), "[object Object],[object Object]"),
        (49, json!([]), ""),
        (49, json!({}), "[object Object]"),
    ] {
        let form = format!(r#"{{"email":"a@b.c","external_id":"new","properties[k]":"{text}"}}"#);
        rows.push(new(number, json!({ "email": "a@b.c", "k": value }), &form));
    }
    rows
}

fn merged() -> Vec<Row> {
    let about = |number, id: &'static str, inmoment: &'static str, traits: Value, form: &str| {
        row(number, identify(json!({ "userId": id, "traits": traits })), id, update(inmoment, form))
    };
    vec![
        known(
            52,
            json!({ "traits": { "title": "VP", "newk": 1 } }),
            &format!(
                r#"{{{STORED},"properties[title]":"VP","properties[gender]":"f","properties[company]":"Initech","properties[newk]":"1"}}"#
            ),
        ),
        known(53, json!({ "traits": { "email": "a@b.c" } }), r#"{"email":"a@b.c"}"#),
        known(54, json!({}), "{}"),
        about(55, "N", "77", json!({ "a": 1 }), "{}"),
        about(56, "Z", "78", json!({ "a": 1 }), "{}"),
        about(
            57,
            "W",
            "79",
            json!({ "g": 1 }),
            r#"{"properties[a]":"null","properties[b]":"0","properties[c]":"false","properties[d]":"","properties[e]":"1,2","properties[f]":"[object Object]","properties[g]":"1"}"#,
        ),
    ]
}
