//! The meaning of a refused call: who must act, and whether the call may have been carried out. Pure.
//!
//! # Policy
//! InMoment speaks JSON, errors included (docs/facts/inmoment-api.md#json-always). Any other body (a web page, a line
//! of text) was written by a server in between: a firewall, a proxy, a load balancer. So the meaning depends on the
//! status and on whether the body is *foreign*. An empty body counts as InMoment's own.
//!
//! * The class `Wait` is for errors that pass by themselves: 408, 409, 425, 429, 5xx, and statuses that have no meaning
//!   here. 409 and 425 ask to send the call again. After a 408 or 5xx it is not known whether a write was carried out.
//! * The class `Reject` is for InMoment's refusal of this call: 400, 404, 410, 422, 423 and the other 4xx, with
//!   InMoment's own body or none. "Has already been taken" is such a refusal with any error status (`complaint`).
//! * The class `Deny` is for calls that are turned away without a clear cause: a redirect, 402, 403, 451, 405, 406,
//!   407, 412, 421, 426, 428, and any other 4xx with a foreign body. The account may lack a permission, the address may
//!   be wrong, or a firewall may reject one end user's text. One reply does not show which it is; the replies to
//!   several end users do (`delivery`).
//! * A 401 means that the token was refused. The client replaces it once; after that the class is `Refresh`, which is
//!   handled like `Deny`.
//! * Only a refusal of the token endpoint has the class `Halt` ([`crate::token`]): without a token no call can be made.

use crate::http::HttpReply;
use crate::outcome::{Executed, FailureClass};

/// The meaning of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusMeaning {
    pub(crate) class: FailureClass,
    pub(crate) executed: Executed,
    pub(crate) code: &'static str,
    pub(crate) said: &'static str,
}

/// The meaning of a status other than success. `foreign`: the body is not InMoment's. `writes`: the call changes data.
pub(crate) fn verdict(status: u16, foreign: bool, writes: bool) -> StatusMeaning {
    use Executed::No;
    use FailureClass::{Deny, Refresh, Reject, Wait};
    let maybe = if writes { Executed::Maybe } else { No };
    let (class, executed, code, said) = match (status, foreign) {
        (300..=399, _) => (Deny, No, "redirected", "InMoment's address answered with a redirect"),
        (401, _) => (Refresh, No, "token_refused", "InMoment refused the access token"),
        (402 | 403 | 451, _) => (Deny, No, "permission_denied", "the call was denied"),
        (408 | 500..=599, _) => (Wait, maybe, "server_error", "InMoment failed"),
        (409 | 425, _) => (Wait, No, "asked_to_repeat", "InMoment asked to send the call again"),
        (429, _) => (Wait, No, "rate_limited", "InMoment's limit of calls is used up"),
        (405..=407 | 412 | 421 | 426 | 428, _) | (400..=499, true) => {
            (Deny, No, "turned_away", "the call was turned away")
        }
        (404 | 410, false) => (Reject, No, "not_found", "InMoment does not know what the call is about"),
        (423, false) => (Reject, No, "feature_not_enabled", "InMoment has not enabled this for the account"),
        (400..=499, false) => (Reject, No, "rejected", "InMoment refused the call"),
        _ => (Wait, maybe, "unreadable_reply", "InMoment answered with a status that means nothing here"),
    };
    StatusMeaning { class, executed, code, said }
}

/// Whether this body was not written by InMoment: it is not empty, and it is not JSON.
pub(crate) fn is_foreign(body: &[u8]) -> bool {
    !body.trim_ascii().is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err()
}

/// Whether this body is a web page; a text that is not JSON need not be one.
pub(crate) fn is_page(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    text.starts_with(b"<")
}

/// The description of a foreign body in a message. It quotes nothing of the body, which may repeat the values that were
/// sent.
pub(crate) fn author(reply: &HttpReply) -> String {
    const MAX_LENGTH: usize = 40;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let what = if is_page(&reply.body) { "a web page" } else { "a text" };
    match reply
        .header("server")
        .filter(|name| (1..=MAX_LENGTH).contains(&name.len()) && name.bytes().all(plain))
    {
        Some(server) => format!("{what} of a server that calls itself {server}, and no reply of InMoment's"),
        None => format!("{what}, and no reply of InMoment's"),
    }
}

#[cfg(test)]
mod tests;
