//! What a refused call means: who must act, and whether the call may have been carried out. Pure.
//!
//! # Policy
//! InMoment speaks JSON, errors included (docs/facts/inmoment-api.md#json-always). A body that is something else (a web page, a
//! line of text) was written by somebody on the way: a firewall, a proxy, a load balancer. So two things decide, the
//! status and whether the body is a *foreign* one. An empty body counts as InMoment's own.
//!
//! * What passes by itself **waits**: 408, 409, 425, 429, 5xx, and statuses that mean nothing here. 409 and 425 ask to
//!   send the call again. After a 408 or 5xx nobody knows whether a write was carried out.
//! * What InMoment says about this very call **rejects** it: 400, 404, 410, 422, 423 and the other 4xx, with a body of its
//!   own or none. "Has already been taken" is such a word on any error status (`complaint`).
//! * What turns the call away without saying whose fault it is is **denied**: a redirect, 402, 403, 451, 405, 406, 407,
//!   412, 421, 426, 428, and any other 4xx with a foreign body. The account may lack a permission, the address may be
//!   wrong, or a firewall may dislike one end user's words. One reply cannot tell; whoever sees the replies to several end
//!   users can (`delivery`).
//! * A 401 means that the token was refused. The client replaces it once; after that it is like a denial.
//! * Only what the token endpoint refuses **halts** at once ([`crate::token`]): without a token nobody can be served.

use crate::http::HttpReply;
use crate::outcome::{Executed, FailureClass};

/// What a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusMeaning {
    pub(crate) class: FailureClass,
    pub(crate) executed: Executed,
    pub(crate) code: &'static str,
    pub(crate) said: &'static str,
}

/// What a status means that is no success. `foreign`: the body is not InMoment's. `writes`: the call changes something.
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

/// Whether this body was not written by InMoment: it holds something, and that is no JSON.
pub(crate) fn is_foreign(body: &[u8]) -> bool {
    !body.trim_ascii().is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err()
}

/// Whether this body is a web page; a text that is no JSON need not be one.
pub(crate) fn is_page(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    text.starts_with(b"<")
}

/// What stands in a foreign body's place in a message: nothing of the body, which may repeat what was sent.
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
