//! What comes back from a call: a reply understood, or one error type whose class says who must act.

use crate::http::HttpReply;
use serde_json::{Map, Value};

/// InMoment's rate-limit headers on one reply (docs/facts/inmoment-api.md#rate-limit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateHeaders {
    /// `X-Rate-Limit-Limit`: calls per window
    pub limit: Option<u32>,
    /// `X-Rate-Limit-Remaining`
    pub remaining: Option<u32>,
    /// Seconds from the reply until the window ends: `X-Rate-Limit-Reset` (absolute) less the reply's `Date`, or less
    /// the local clock when there is no `Date`; on a 429 without it, `Retry-After`. Never negative.
    pub resets_in_secs: Option<u32>,
}

/// An end user as InMoment gave it (docs/facts/inmoment-api.md#end-user). `Debug` shows the id only.
#[derive(Clone, PartialEq)]
pub struct EndUser {
    /// InMoment's id, as text
    pub id: String,
    /// `external_id`
    pub external_id: Option<String>,
    /// `email`
    pub email: Option<String>,
    /// `phone_number`
    pub phone_number: Option<String>,
    /// `last_surveyed`, UNIX seconds
    pub last_surveyed: Option<i64>,
    /// `external_created_at`, UNIX seconds
    pub external_created_at: Option<i64>,
    /// `properties`, exactly as given
    pub properties: Map<String, Value>,
}

/// A stored response or decline, as far as a read-back compares it. `Debug` shows the id only.
#[derive(Clone, PartialEq)]
pub struct Feedback {
    /// InMoment's id, as text
    pub id: String,
    /// `score`; `None` for a decline
    pub score: Option<i64>,
    /// `text`
    pub text: Option<String>,
    /// `origin_url`
    pub origin_url: Option<String>,
    /// `created_at`, UNIX seconds
    pub created_at: Option<i64>,
    /// `updated_at`, UNIX seconds
    pub updated_at: Option<i64>,
}

/// The useful content of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum CallReplyBody {
    /// The call was carried out and there is nothing more to know (token granted, response or decline created).
    Done,
    /// An end user: found, created or updated.
    EndUser(EndUser),
    /// A look-up or a list named an end user that InMoment does not know (404).
    NotFound,
    /// Responses or declines, newest first.
    Feedback(Vec<Feedback>),
}

/// A reply that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct CallReply {
    /// What it says.
    pub body: CallReplyBody,
    /// The rate headers it carried.
    pub rate: RateHeaders,
}

/// Who must act on an error, and how. Which status means what: `verdict`, and [`crate::token`] for the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// Nobody: try again after a while (429, 408, 409, 425, 5xx, time-out, DNS, connection, unreadable reply, a reply about
    /// somebody else).
    Wait,
    /// The token was refused even after one refresh (401 on a resource): the credentials may have changed, or this one call
    /// is disliked.
    Refresh,
    /// The call was turned away (403, a redirect, a firewall's page): the account may lack a permission, the address may be
    /// wrong, or this one call is disliked. Only the replies to several end users' calls can tell.
    Deny,
    /// InMoment refuses this event (400, 404, 422, other 4xx with InMoment's own words): the event must change.
    Reject,
    /// The operator: no token can be had, for the credentials or the account token are wrong.
    Halt,
}

/// Whether InMoment may have carried the call out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Executed {
    /// Certainly not.
    No,
    /// Perhaps: it was sent and no reply was understood, or a 5xx came back.
    Maybe,
    /// Certainly: a 2xx status line arrived, only its body could not be used.
    Yes,
}

/// Why a call did not succeed. No field holds a secret, an address or a body beyond InMoment's own error words.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// Who must act.
    pub class: FailureClass,
    /// Whether it may have been carried out all the same.
    pub executed: Executed,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// A stable word for this kind of error (docs/errors.md). Wait: `rate_limited`, `server_error`, `timeout`,
    /// `connection`, `unreadable_reply`, `reply_about_another`, `asked_to_repeat`. Refresh: `token_refused`. Deny:
    /// `permission_denied`, `redirected`, `turned_away`. Reject: `email_taken`, `phone_taken`, `external_id_taken`,
    /// `feature_not_enabled`, `not_found`, `id_unusable`, `rejected`. Halt (of the token only): `credentials_refused`,
    /// `account_token_unknown`, `permission_denied`, `redirected`, `turned_away`.
    pub code: &'static str,
    /// What happened, in a sentence for people.
    pub message: String,
    /// The rate headers, when there was a reply.
    pub rate: RateHeaders,
}

/// Why there is no reply at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LossCause {
    /// the host's name could not be looked up
    NoName,
    /// nobody listens there
    Refused,
    /// the connection broke
    Reset,
    /// it took too long
    TimedOut,
    /// anything else: TLS, a reply that is no HTTP, a request that cannot be written
    Other,
}

/// What came instead of success, as it came.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// InMoment, or something in its place, answered so. A reply that may hold a token has an empty body.
    Reply(HttpReply),
    /// Nobody answered.
    Lost(LossCause),
}

/// Why a call did not succeed, with what was said: for whoever has to pass it on, as the transformer does.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct FailedCall {
    /// What it means.
    pub error: CallError,
    /// What was said.
    pub said: Said,
    /// It was the token that could not be had; the call itself was not sent.
    pub of_token: bool,
}

/// What a call came to.
pub type CallOutcome = Result<CallReply, CallError>;

impl std::fmt::Debug for EndUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndUser").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Feedback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feedback").field("id", &self.id).finish_non_exhaustive()
    }
}
