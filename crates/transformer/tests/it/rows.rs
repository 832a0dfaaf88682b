//! The 88 cases of docs/facts/transformer.md#cases, executed: message, look-ups, whole element. Each input has its own
//! destination, and so its own token.

mod fields;
mod track;
mod who;

use crate::served::{self, Served};
use crate::stub::InMoment;
use scripted_server::{Act, Request, json, reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const MISSING_IDS: &str = "wootricEndUserId/userId are missing. At least one parameter must be provided";
const NO_EMAIL: &str = "email/phone number are missing. At least one parameter must be provided";

/// One input of a row.
struct Row {
    number: u32,
    message: Value,
    /// The path without `/v1/end_users/`, as in the request line.
    look_ups: Vec<String>,
    /// The number of token requests.
    tokens: usize,
    wanted: Wanted,
}

enum Wanted {
    /// Method, path behind `/v1/end_users`, FORM as text.
    Request(&'static str, &'static str, String),
    /// Status, text, category and type.
    Failed(u16, String, &'static str, Option<&'static str>),
    /// The message itself.
    AsItIs,
}

/// A row whose look-up is by the caller's id, already encoded.
fn row(number: u32, message: Value, user: &str, wanted: Wanted) -> Row {
    by_id(number, message, &crate::stub::by_user(user), wanted)
}

/// A row whose look-up has this target.
fn by_id(number: u32, message: Value, look_up: &str, wanted: Wanted) -> Row {
    Row { number, message, look_ups: vec![look_up.to_owned()], tokens: 1, wanted }
}

/// A row without look-up.
fn unasked(number: u32, message: Value, wanted: Wanted) -> Row {
    Row { number, message, look_ups: Vec::new(), tokens: 1, wanted }
}

fn create(form: &str) -> Wanted {
    Wanted::Request("POST", "", form.to_owned())
}

fn update(id: &'static str, form: &str) -> Wanted {
    Wanted::Request("PUT", id, form.to_owned())
}

fn refused(text: &str) -> Wanted {
    Wanted::Failed(400, text.to_owned(), "dataValidation", Some("instrumentation"))
}

/// An error that JavaScript throws.
fn thrown(text: &str) -> Wanted {
    Wanted::Failed(500, text.to_owned(), "transformation", None)
}

/// A look-up with the status `said` and this JSON, and the answer for rudder-server.
fn look_up_failed(said: u16, body: &str, status: u16) -> Wanted {
    let kind = if status == 429 { "throttled" } else { "retryable" };
    let message = Value::from(format!("Unable to retrieve userId due to {body}"));
    let text =
        format!(r#"{{"message":{message},"destinationResponse":{{"response":{body},"status":{said}}}}}"#);
    Wanted::Failed(status, text, "network", Some(kind))
}

fn with(kind: &str, rest: Value) -> Value {
    let mut message = json!({ "type": kind });
    for (key, value) in rest.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

fn identify(rest: Value) -> Value {
    with("identify", rest)
}

/// End users whose look-up gets a strange reply: `html`, `empty`, and `said-` with a status.
fn odd(request: &Request, _: usize) -> Option<Act> {
    let id = request.target.strip_prefix("/v1/end_users/")?.strip_suffix("?lookup_by_external_id=true")?;
    let answer = match id {
        "html" => reply(200, &[("content-type", "text/html")], "<html>Welcome</html>"),
        "empty" => reply(200, &[], ""),
        "zero" => json(200, r#"{"id":0}"#),
        _ => json(id.strip_prefix("said-")?.parse().unwrap(), r#"{"id":7,"said":"no"}"#),
    };
    Some(Act::Answer(answer))
}

impl Wanted {
    /// The element as text.
    fn element(&self, message: &Value, destination: &str, url: &str, token: usize) -> String {
        let metadata = served::metadata(1, destination);
        let echo = served::destination(destination);
        match self {
            Wanted::Request(method, path, form) => format!(
                r#"{{"batchedRequest":{{"version":"1","type":"REST","method":"{method}","endpoint":"{url}/v1/end_users{}{path}","headers":{{"Content-Type":"application/x-www-form-urlencoded","Authorization":"Bearer planted-{token}"}},"params":{{}},"body":{{"JSON":{{}},"JSON_ARRAY":{{}},"XML":{{}},"FORM":{form}}},"files":{{}}}},"metadata":[{metadata}],"batched":false,"statusCode":200,"destination":{echo}}}"#,
                if path.is_empty() { "" } else { "/" }
            ),
            Wanted::Failed(status, text, category, kind) => {
                let text = Value::from(text.as_str());
                let kind = kind.map_or(String::new(), |kind| format!(r#""errorType":"{kind}","#));
                format!(
                    r#"{{"metadata":[{metadata}],"batched":false,"statusCode":{status},"error":{text},"statTags":{{"errorCategory":"{category}",{kind}"destType":"WOOTRIC","module":"destination","implementation":"native","feature":"router","destinationId":"{destination}","workspaceId":"w"}},"destination":{echo}}}"#
                )
            }
            Wanted::AsItIs => format!(
                r#"{{"batchedRequest":{message},"metadata":[{metadata}],"batched":false,"statusCode":200,"destination":{echo}}}"#
            ),
        }
    }
}

#[tokio::test]
async fn all_rows() {
    let inmoment = InMoment::scripted(odd).await;
    let served = Served::before(&inmoment).await;
    let rows: Vec<Row> = who::rows().into_iter().chain(fields::rows()).chain(track::rows()).collect();
    let numbers: BTreeSet<u32> = rows.iter().map(|row| row.number).chain([BATCH]).collect();
    assert_eq!(numbers, (1..=88).collect(), "each row of the table");
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let (look_ups, tokens) = (inmoment.look_ups().len(), inmoment.tokens());
        let destination = format!("d{at}");
        let text = served.router_text(&[served::job(1, &destination, row.message.clone())]).await;
        let element = row.wanted.element(&row.message, &destination, &inmoment.url(), inmoment.tokens());
        let made = (inmoment.look_ups().split_off(look_ups), inmoment.tokens() - tokens);
        let wanted = format!(r#"{{"output":[{element}]}}"#);
        if text != wanted || made != (row.look_ups.clone(), row.tokens) {
            wrong.push(format!(
                "row {}: {}\n  is     {text} {made:?}\n  wanted {wanted} {:?}",
                row.number,
                row.message,
                (&row.look_ups, row.tokens)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The row with two jobs in one request.
const BATCH: u32 = 87;

#[tokio::test]
async fn row_87_a_track_does_not_wait_for_the_identify_before_it() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let new = json!({ "email": "a@b.c" });
    let output = served
        .messages([
            identify(json!({ "userId": "new", "traits": new })),
            with(
                "track",
                json!({ "userId": "new", "integrations": { "Wootric": { "eventType": "create decline" } } }),
            ),
        ])
        .await;
    assert_eq!(output[0]["batchedRequest"]["method"], "POST");
    assert_eq!(output[1]["statusCode"], 400);
    assert_eq!(output[1]["error"], "No user found with userId : new");
    assert_eq!(served::job_ids(&output), [1, 2]);
}
