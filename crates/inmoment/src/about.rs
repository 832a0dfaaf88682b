//! Checks that a reply is about the end user whom the call was about. Pure.
//!
//! # Policy
//! A cache, a proxy or a fault at InMoment may return another end user's record. The data of a reply (an id to write
//! to, a link, stored fields) are used only if the record is the requested one:
//!
//! | Call | must be the same | compared |
//! |---|---|---|
//! | look-up by id; update | `id` | as a number where both are digits, else as text |
//! | look-up by external id | `external_id` | as text; InMoment keeps it as it was sent |
//! | look-up by e-mail | `email` | without regard to case and outer white space (docs/facts/inmoment-api.md#q16) |
//! | look-up by phone number | `phone_number` | as text |
//! | create | `external_id` and `email`, each if it was sent and is there | as above |
//! | responses and declines of an end user | `end_user_id` of each, if it is there | as an id |
//! | new response or decline | `end_user_id`, if the body has one | as an id |
//!
//! A field that is missing in the record is no contradiction, because not every reply is documented. A field that is
//! present and empty, or of another type, is one: an end user without an external id cannot be found by an external id.

use crate::call::{Call, Lookup};
use serde_json::{Map, Value};

/// Whether this end user's record answers this call.
pub(crate) fn is_asked_for(call: &Call, id: &str, record: &Map<String, Value>) -> bool {
    match call {
        Call::GetEndUser(Lookup::Id(asked)) => same_id(asked, id),
        Call::UpdateEndUser { end_user_id, .. } => same_id(end_user_id, id),
        Call::GetEndUser(Lookup::ExternalId(asked)) => {
            record.get("external_id").is_none_or(|given| same_text(asked, given))
        }
        Call::GetEndUser(Lookup::Email(asked)) => {
            record.get("email").is_none_or(|given| same_email(asked, given))
        }
        Call::GetEndUser(Lookup::Phone(asked)) => {
            record.get("phone_number").is_none_or(|given| same_text(asked, given))
        }
        Call::CreateEndUser(write) => {
            let given = |key: &str| record.get(key).filter(|value| !is_empty(value));
            let external_id = write.external_id.as_ref().zip(given("external_id"));
            let email = write.email.as_ref().zip(given("email"));
            external_id.is_none_or(|(asked, given)| same_text(asked, given))
                && email.is_none_or(|(asked, given)| same_email(asked, given))
        }
        _ => true,
    }
}

/// Whether this response or decline, or the reply to a new one, belongs to the end user that the call names.
pub(crate) fn is_of_end_user(call: &Call, feedback: &Value) -> bool {
    let (Call::CreateResponse { end_user_id, .. }
    | Call::CreateDecline { end_user_id, .. }
    | Call::ListResponses { end_user_id, .. }
    | Call::ListDeclines { end_user_id, .. }) = call
    else {
        return true;
    };
    match feedback.get("end_user_id") {
        None | Some(Value::Null) => true,
        Some(Value::Number(number)) => same_id(end_user_id, &number.to_string()),
        Some(Value::String(text)) => same_id(end_user_id, text),
        Some(_) => false,
    }
}

fn same_id(asked: &str, given: &str) -> bool {
    let (asked, given) = (asked.trim(), given.trim());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(asked) && digits(given) {
        return asked.trim_start_matches('0') == given.trim_start_matches('0');
    }
    asked == given
}

fn same_text(asked: &str, given: &Value) -> bool {
    match given {
        Value::String(given) => given == asked,
        Value::Number(number) => number.to_string() == asked,
        _ => false,
    }
}

fn same_email(asked: &str, given: &Value) -> bool {
    let folded = |email: &str| email.trim().to_lowercase();
    match given {
        Value::String(given) => folded(given) == folded(asked),
        Value::Number(number) => number.to_string() == asked.trim(),
        _ => false,
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

#[cfg(test)]
mod tests;
