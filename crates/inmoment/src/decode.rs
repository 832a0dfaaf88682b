//! A reply as an outcome (inmoment-api.md 3 to 7; 12). Pure.
//!
//! The class of an error follows from the status alone, with one exception: "has already been taken" is a refusal of the
//! event on whatever error status it comes, since that status is unknown (inmoment-api.md 12, Q14). A 2xx is believed
//! for a new response or decline whatever its body, because that body is undocumented (Q8); everywhere else a body that
//! cannot be used is an error that waits, and says that the call was carried out.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::complaint::Complaints;
use crate::http::HttpReply;
use crate::outcome::{CallError, Class, EndUser, Executed, Feedback, Outcome, RateHeaders, Reply, ReplyBody};
use crate::timestamp::unix_secs;

/// InMoment's ids have nine digits (inmoment-api.md 4.1); much longer ones are not believed.
const MAX_ID_BYTES: usize = 256;

/// What a reply to this call means. `now_unix_secs` is the local clock, for rate headers without a `Date`.
pub fn decode(call: &Call, reply: &HttpReply, now_unix_secs: i64) -> Outcome {
    if matches!(call, Call::Authenticate) {
        let grant = crate::token::grant(reply, now_unix_secs)?;
        return Ok(Reply { body: ReplyBody::Done, rate: grant.rate });
    }
    let rate = RateHeaders::read(reply, now_unix_secs);
    if reply.is_success() {
        return match success(call, &reply.body) {
            Some(body) => Ok(Reply { body, rate }),
            None => Err(unreadable(call, reply.status, rate)),
        };
    }
    if reply.status == 404 && !call.writes() {
        return Ok(Reply { body: ReplyBody::NotFound, rate });
    }
    Err(refusal(call, reply, rate))
}

fn success(call: &Call, body: &[u8]) -> Option<ReplyBody> {
    match call {
        Call::Authenticate | Call::CreateResponse { .. } | Call::CreateDecline { .. } => {
            Some(ReplyBody::Done)
        }
        Call::GetEndUser(_) | Call::CreateEndUser(_) | Call::UpdateEndUser { .. } => {
            end_user(serde_json::from_slice(body).ok()?).map(ReplyBody::EndUser)
        }
        Call::ListResponses { .. } | Call::ListDeclines { .. } => {
            let Value::Array(items) = serde_json::from_slice(body).ok()? else { return None };
            // One unreadable row hides a response that a read-back looks for, so it spoils the list.
            items.iter().map(feedback).collect::<Option<Vec<_>>>().map(ReplyBody::Feedback)
        }
    }
}

fn end_user(value: Value) -> Option<EndUser> {
    let Value::Object(mut members) = value else { return None };
    let properties = match members.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let time = |key: &str| members.get(key).and_then(unix_secs);
    Some(EndUser {
        id: id_text(members.get("id")?)?,
        external_id: members.get("external_id").and_then(text),
        email: members.get("email").and_then(text),
        phone_number: members.get("phone_number").and_then(text),
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

/// An id as text: an integer in every recorded reply, a text is as good.
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

/// A field that is a text; an empty one counts as absent, a number as its digits (inmoment-api.md 12, Q32).
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

fn unreadable(call: &Call, status: u16, rate: RateHeaders) -> CallError {
    CallError {
        class: Class::Wait,
        executed: if call.writes() { Executed::Yes } else { Executed::No },
        status: Some(status),
        code: "unreadable_reply",
        message: format!("InMoment answered HTTP {status}, but with nothing that can be read"),
        rate,
    }
}

fn refusal(call: &Call, reply: &HttpReply, rate: RateHeaders) -> CallError {
    use Class::{Halt, Refresh, Reject, Wait};
    let status = reply.status;
    let complaints = Complaints::read(&reply.body);
    let taken = complaints.taken().filter(|_| call.writes() && (400..600).contains(&status));
    let maybe = if call.writes() { Executed::Maybe } else { Executed::No };
    let (class, executed, code, said) = match status {
        _ if let Some(code) = taken => {
            (Reject, Executed::No, code, "InMoment refused the call: another end user has this value")
        }
        300..=399 => (Halt, Executed::No, "redirected", "InMoment's address answered with a redirect"),
        401 => (Refresh, Executed::No, "token_refused", "InMoment refused the access token"),
        403 => (Halt, Executed::No, "permission_denied", "InMoment denied the account this call"),
        404 => (Reject, Executed::No, "not_found", "InMoment does not know what the call is about"),
        423 => (Reject, Executed::No, "feature_not_enabled", "InMoment has not enabled this for the account"),
        429 => (Wait, Executed::No, "rate_limited", "InMoment's limit of calls is used up"),
        408 | 500..=599 => (Wait, maybe, "server_error", "InMoment failed"),
        400..=499 => (Reject, Executed::No, "rejected", "InMoment refused the call"),
        _ => (Wait, maybe, "unreadable_reply", "InMoment answered with a status that means nothing here"),
    };
    let message = match complaints.quote(&call.personal_values()) {
        Some(words) => format!("{said} (HTTP {status}): {words}"),
        None => format!("{said} (HTTP {status})"),
    };
    CallError { class, executed, status: Some(status), code, message, rate }
}

#[cfg(test)]
mod tests;
