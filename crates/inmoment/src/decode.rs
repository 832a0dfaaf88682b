//! Decodes a reply to an outcome (docs/facts/inmoment-api.md#statuses, #end-user, #settings, #responses, #declines,
//! #open-questions). Pure.
//!
//! `verdict` decides what an error means. After a new response or decline, a 2xx counts as success whatever its body
//! is, because that body is undocumented (docs/facts/inmoment-api.md#q8), unless it is a web page, which only a proxy
//! can have sent. For every other call a body that cannot be used is an error of the class `Wait`, which says that the
//! call was carried out. A reply about another end user than the requested one (`about`) is an error of the class
//! `Wait`, too, and nothing of it is used.

use serde_json::{Map, Value};

use crate::about::{is_asked_for, is_of_end_user};
use crate::call::Call;
use crate::complaint::Complaints;
use crate::http::HttpReply;
use crate::outcome::{
    CallError, CallOutcome, CallReply, CallReplyBody, EndUser, Executed, FailureClass, Feedback, RateHeaders,
};
use crate::timestamp::unix_secs;
use crate::verdict::{StatusMeaning, author, is_foreign, is_page, verdict};

/// InMoment's ids have nine digits (docs/facts/inmoment-api.md#record-id); much longer ones are refused.
const MAX_ID_BYTES: usize = 256;
/// An end user's record, with all its properties, has a few KB; far larger ones are not read.
const MAX_RECORD_BYTES: usize = 1024 * 1024;
/// The limit of each other text that is kept: external id, e-mail, phone number.
const MAX_FIELD_BYTES: usize = 4_096;

/// Why a reply with a successful status is not a success.
enum Unusable {
    /// It has no usable content.
    Unreadable,
    /// It is a web page.
    Page,
    /// It is about another end user.
    AboutAnother,
}

/// The meaning of a reply to this call. `now_unix_secs` is the local clock, for rate headers without a `Date`.
pub fn decode(call: &Call, reply: &HttpReply, now_unix_secs: i64) -> CallOutcome {
    if matches!(call, Call::Authenticate) {
        let grant = crate::token::grant(reply, now_unix_secs)?;
        return Ok(CallReply { body: CallReplyBody::Done, rate: grant.rate });
    }
    let rate = RateHeaders::read(reply, now_unix_secs);
    if reply.is_success() {
        return match success(call, &reply.body) {
            Ok(body) => Ok(CallReply { body, rate }),
            Err(reason) => Err(unusable(call, reply, rate, &reason)),
        };
    }
    let verdict = verdict(reply.status, is_foreign(&reply.body), call.writes());
    if verdict.code == "not_found" && !call.writes() {
        return Ok(CallReply { body: CallReplyBody::NotFound, rate });
    }
    Err(refusal(call, reply, verdict, rate))
}

fn success(call: &Call, body: &[u8]) -> Result<CallReplyBody, Unusable> {
    match call {
        Call::Authenticate => Ok(CallReplyBody::Done),
        Call::CreateResponse { .. } | Call::CreateDecline { .. } if is_page(body) => Err(Unusable::Page),
        Call::CreateResponse { .. } | Call::CreateDecline { .. } => {
            let said = serde_json::from_slice(body).unwrap_or(Value::Null);
            if is_of_end_user(call, &said) { Ok(CallReplyBody::Done) } else { Err(Unusable::AboutAnother) }
        }
        Call::GetEndUser(_) | Call::CreateEndUser(_) | Call::UpdateEndUser { .. } => end_user(call, body),
        Call::ListResponses { .. } | Call::ListDeclines { .. } => {
            let Ok(Value::Array(items)) = serde_json::from_slice(body) else {
                return Err(Unusable::Unreadable);
            };
            if !items.iter().all(|item| is_of_end_user(call, item)) {
                return Err(Unusable::AboutAnother);
            }
            // An unreadable row may be the response that a read-back looks for, so it makes the whole list unusable.
            let rows = items.iter().map(feedback).collect::<Option<Vec<_>>>();
            rows.map(CallReplyBody::Feedback).ok_or(Unusable::Unreadable)
        }
    }
}

fn end_user(call: &Call, body: &[u8]) -> Result<CallReplyBody, Unusable> {
    let record = (body.len() <= MAX_RECORD_BYTES).then(|| serde_json::from_slice(body).ok()).flatten();
    let mut record: Map<String, Value> = record.ok_or(Unusable::Unreadable)?;
    let id = record.get("id").and_then(id_text).ok_or(Unusable::Unreadable)?;
    if !is_asked_for(call, &id, &record) {
        return Err(Unusable::AboutAnother);
    }
    read(id, &mut record).map(CallReplyBody::EndUser).ok_or(Unusable::Unreadable)
}

/// `None` if a field that is used has an impossible type: InMoment's value would be taken for empty and overwritten.
fn read(id: String, record: &mut Map<String, Value>) -> Option<EndUser> {
    let properties = match record.remove("properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => Map::new(),
        Some(Value::Array(list)) if list.is_empty() => Map::new(),
        Some(_) => return None,
    };
    let field = |key: &str| match record.get(key) {
        None | Some(Value::Null) => Some(None),
        Some(value @ (Value::String(_) | Value::Number(_))) => {
            let text = text(value);
            text.as_ref().is_none_or(|text| text.len() <= MAX_FIELD_BYTES).then_some(text)
        }
        Some(_) => None,
    };
    let time = |key: &str| record.get(key).and_then(unix_secs);
    Some(EndUser {
        id,
        external_id: field("external_id")?,
        email: field("email")?,
        phone_number: field("phone_number")?,
        last_surveyed: time("last_surveyed"),
        external_created_at: time("external_created_at"),
        properties,
    })
}

fn feedback(value: &Value) -> Option<Feedback> {
    let time = |key: &str| value.get(key).and_then(unix_secs);
    Some(Feedback {
        id: id_text(value.get("id")?)?,
        score: value.get("score").and_then(score),
        text: value.get("text").and_then(text),
        origin_url: value.get("origin_url").and_then(text),
        created_at: time("created_at"),
        updated_at: time("updated_at"),
    })
}

/// An id as text: it is an integer in every recorded reply, and text is accepted, too.
fn id_text(value: &Value) -> Option<String> {
    let id = match value {
        Value::Number(number) => {
            let digits = number.to_string();
            digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)?
        }
        Value::String(id) => id.trim().to_owned(),
        _ => return None,
    };
    (!id.is_empty() && id.len() <= MAX_ID_BYTES).then_some(id)
}

/// A text field; an empty one counts as absent, and a number as its digits (docs/facts/inmoment-api.md#q32).
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn score(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn unusable(call: &Call, reply: &HttpReply, rate: RateHeaders, reason: &Unusable) -> CallError {
    let status = reply.status;
    let (executed, code, message) = match reason {
        Unusable::Unreadable => (
            Executed::Yes,
            "unreadable_reply",
            format!("InMoment answered HTTP {status}, but with nothing that can be read"),
        ),
        Unusable::Page => (
            Executed::Maybe,
            "unreadable_reply",
            format!("something answered HTTP {status} with {}", author(reply)),
        ),
        Unusable::AboutAnother => (
            Executed::Maybe,
            "reply_about_another",
            format!(
                "InMoment answered HTTP {status} about another end user than the call; nothing of it was used"
            ),
        ),
    };
    let executed = if call.writes() { executed } else { Executed::No };
    CallError { class: FailureClass::Wait, executed, status: Some(status), code, message, rate }
}

fn refusal(call: &Call, reply: &HttpReply, verdict: StatusMeaning, rate: RateHeaders) -> CallError {
    let status = reply.status;
    let complaints = Complaints::read(&reply.body);
    let taken = complaints.taken().filter(|_| call.writes() && (400..600).contains(&status));
    let StatusMeaning { class, executed, code, said } = taken.map_or(verdict, |code| StatusMeaning {
        class: FailureClass::Reject,
        executed: Executed::No,
        code,
        said: "InMoment refused the call: another end user has this value",
    });
    let quoted = complaints.quote(&call.personal_values());
    let words = quoted.or_else(|| is_foreign(&reply.body).then(|| author(reply)));
    let message = match words {
        Some(words) => format!("{said} (HTTP {status}): {words}"),
        None => format!("{said} (HTTP {status})"),
    };
    CallError { class, executed, status: Some(status), code, message, rate }
}

#[cfg(test)]
mod tests;
