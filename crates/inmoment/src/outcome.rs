//! The outcome of a call: a reply that was understood, or an error whose class says who must act.

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

/// An end user as InMoment returned it (docs/facts/inmoment-api.md#end-user). `Debug` shows the id only.
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
    /// `properties`, unchanged
    pub properties: Map<String, Value>,
}

/// A stored response or decline, with the fields that a read-back compares. `Debug` shows the id only.
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
    /// The call was carried out and the reply has no further data (token granted, response or decline created).
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
    /// Its content.
    pub body: CallReplyBody,
    /// Its rate headers.
    pub rate: RateHeaders,
}

/// Who must act on an error, and how. `verdict`, and [`crate::token`] for the token endpoint, assign the statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// Nobody has to act: the call is tried again after a while (429, 408, 409, 425, 5xx, time-out, DNS, connection,
    /// unreadable reply, a reply about another end user).
    Wait,
    /// The token was refused even after one refresh (401 on a resource): the credentials may have changed, or something
    /// rejects only this call.
    Refresh,
    /// The call was turned away (403, a redirect, a firewall's page): the account may lack a permission, the address
    /// may be wrong, or something rejects only this call. Only the replies to several end users' calls show which it
    /// is.
    Deny,
    /// InMoment refuses this event (400, 404, 422, other 4xx with InMoment's own words): the event must change.
    Reject,
    /// The operator must act: InMoment issues no token, because the credentials or the account token are wrong, or the
    /// address is.
    Halt,
}

/// Whether InMoment may have carried the call out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Executed {
    /// Certainly not.
    No,
    /// Perhaps: the call was sent, and no reply was understood or the reply was a 5xx.
    Maybe,
    /// Certainly: a 2xx status line arrived, but its body could not be used.
    Yes,
}

/// Why a call did not succeed. No field contains a secret, an address, or a body other than InMoment's own error texts.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// Who must act.
    pub class: FailureClass,
    /// Whether it may have been carried out nevertheless.
    pub executed: Executed,
    /// The HTTP status, if there was one.
    pub status: Option<u16>,
    /// A stable word for this kind of error (docs/errors.md). Wait: `rate_limited`, `server_error`, `timeout`,
    /// `connection`, `unreadable_reply`, `reply_about_another`, `asked_to_repeat`. Refresh: `token_refused`. Deny:
    /// `permission_denied`, `redirected`, `turned_away`. Reject: `email_taken`, `phone_taken`, `external_id_taken`,
    /// `feature_not_enabled`, `not_found`, `id_unusable`, `rejected`. Halt (of the token only): `credentials_refused`,
    /// `account_token_unknown`, `permission_denied`, `redirected`, `turned_away`.
    pub code: &'static str,
    /// What happened, in a sentence for people.
    pub message: String,
    /// The rate headers, if there was a reply.
    pub rate: RateHeaders,
}

/// Why there is no reply at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LossCause {
    /// the host's name could not be looked up
    NoName,
    /// no server listens at the address
    Refused,
    /// the connection broke
    Reset,
    /// the call took too long
    TimedOut,
    /// anything else: TLS, a reply that is not HTTP, a request that cannot be written
    Other,
}

/// The unchanged reply, or its absence, in the place of a success.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// InMoment, or a server in between, sent this reply. A reply that may contain a token has an empty body here.
    Reply(HttpReply),
    /// There was no reply.
    Lost(LossCause),
}

/// Why a call did not succeed, with the reply, for callers that have to pass it on, as the transformer does.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct FailedCall {
    /// What it means.
    pub error: CallError,
    /// The reply.
    pub said: Said,
    /// Whether the token could not be obtained, so that the call itself was not sent.
    pub of_token: bool,
}

/// The outcome of a call.
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
