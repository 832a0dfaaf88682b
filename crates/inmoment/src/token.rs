//! The token endpoint (docs/facts/inmoment-api.md#token): its two requests and its replies. Pure.
//!
//! Secrets are sent in the form body; only the account token is a query parameter, because InMoment requires that. The
//! free text of a refusal is never repeated, because it might contain the secrets that were sent; only the OAuth error
//! code is.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::form::Form;
use crate::http::{HttpReply, HttpRequest};
use crate::outcome::{CallError, Executed, FailureClass, RateHeaders};
use crate::percent::encoded;
use crate::verdict::{author, is_foreign};

pub(crate) const TOKEN_PATH: &str = "/oauth/token";

/// The documented lifetime, for a grant that names none (docs/facts/inmoment-api.md#token-lifetime).
const DEFAULT_LIFETIME_SECS: u64 = 7_200;
/// A longer lifetime is cut to this: a token that is a week old is renewed in any case.
const MAX_LIFETIME_SECS: u64 = 7 * 86_400;
/// Tokens have 64 characters (docs/facts/inmoment-api.md#token-reply); far longer ones do not fit into a header.
const MAX_TOKEN_BYTES: usize = 4_096;

/// The credentials of Rapport. `Debug` shows none of them.
#[derive(Clone)]
pub struct Credentials {
    /// The login, an e-mail address.
    pub username: String,
    /// Its password.
    pub password: SecretString,
    /// The account to which the token is bound, `NPS-…`.
    pub account_token: SecretString,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A token and what is needed to renew it.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The value for `Authorization: Bearer`; it has only characters that are allowed there.
    pub access_token: SecretString,
    /// For [`refresh_request`].
    pub refresh_token: Option<SecretString>,
    /// From now on.
    pub lifetime: Duration,
    /// The rate headers of the reply.
    pub rate: RateHeaders,
}

impl Grant {
    /// The time until it is renewed: `before` its end, but never earlier than after four fifths of its life.
    pub fn renew_after(&self, before: Duration) -> Duration {
        self.lifetime - before.min(self.lifetime / 5)
    }
}

/// The password grant (docs/facts/inmoment-api.md#card-token-password). An empty account token is left out.
pub fn password_request(credentials: &Credentials) -> HttpRequest {
    let account = credentials.account_token.expose_secret().trim();
    let path = match account {
        "" => TOKEN_PATH.to_owned(),
        account => format!("{TOKEN_PATH}?account_token={}", encoded(account)),
    };
    let form = Form::new()
        .text("grant_type", "password")
        .text("username", &credentials.username)
        .text("password", credentials.password.expose_secret());
    HttpRequest::post(path, form)
}

/// The refresh grant (docs/facts/inmoment-api.md#card-token-refresh); the account token is sent only with the password
/// (docs/facts/inmoment-api.md#q30).
pub fn refresh_request(refresh_token: &SecretString) -> HttpRequest {
    let form =
        Form::new().text("grant_type", "refresh_token").text("refresh_token", refresh_token.expose_secret());
    HttpRequest::post(TOKEN_PATH.to_owned(), form)
}

/// Decodes a reply of the token endpoint. `now_unix_secs` is the local clock, for rate headers without a `Date`.
pub fn grant(reply: &HttpReply, now_unix_secs: i64) -> Result<Grant, CallError> {
    let rate = RateHeaders::read(reply, now_unix_secs);
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    if !reply.is_success() {
        return Err(refusal(reply, &body, rate));
    }
    let token = |key: &str| {
        let token = body.get(key)?.as_str()?;
        let usable =
            (1..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
        usable.then(|| SecretString::from(token))
    };
    let Some(access_token) = token("access_token") else {
        let message =
            format!("InMoment answered HTTP {} to the credentials, but without a token", reply.status);
        return Err(error(FailureClass::Wait, "unreadable_reply", reply.status, message, rate));
    };
    Ok(Grant { access_token, refresh_token: token("refresh_token"), lifetime: lifetime(&body), rate })
}

fn lifetime(body: &Value) -> Duration {
    let secs = match body.get("expires_in") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    Duration::from_secs(secs.unwrap_or(DEFAULT_LIFETIME_SECS).min(MAX_LIFETIME_SECS))
}

fn refusal(reply: &HttpReply, body: &Value, rate: RateHeaders) -> CallError {
    let status = reply.status;
    let foreign = is_foreign(&reply.body);
    let (class, code, said) = match status {
        300..=399 => (FailureClass::Halt, "redirected", "InMoment's token address answered with a redirect"),
        402 | 403 | 451 => (FailureClass::Halt, "permission_denied", "InMoment denied the login this access"),
        408 | 500..=599 => (FailureClass::Wait, "server_error", "InMoment's token endpoint failed"),
        409 | 425 => {
            (FailureClass::Wait, "asked_to_repeat", "InMoment's token endpoint asked to be called again")
        }
        429 => (FailureClass::Wait, "rate_limited", "InMoment's limit of token requests is used up"),
        405..=407 | 412 | 421 | 426 | 428 => {
            (FailureClass::Halt, "turned_away", "the request for a token was turned away")
        }
        400 | 402..=499 if foreign => {
            (FailureClass::Halt, "turned_away", "the request for a token was turned away")
        }
        404 => (FailureClass::Halt, "account_token_unknown", "InMoment does not know the account token"),
        400..=499 => (FailureClass::Halt, "credentials_refused", "InMoment refused the username or password"),
        _ => (
            FailureClass::Wait,
            "unreadable_reply",
            "InMoment's token endpoint gave a status that means nothing here",
        ),
    };
    let message = match oauth_word(body) {
        Some(word) => format!("{said} (HTTP {status}, {word})"),
        None if foreign => format!("{said} (HTTP {status}): {}", author(reply)),
        None => format!("{said} (HTTP {status})"),
    };
    error(class, code, status, message, rate)
}

/// The error codes of OAuth 2 (RFC 6749, 5.2).
fn oauth_word(body: &Value) -> Option<&'static str> {
    const WORDS: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    let said = body.get("error")?.as_str()?;
    WORDS.into_iter().find(|word| *word == said)
}

fn error(
    class: FailureClass,
    code: &'static str,
    status: u16,
    message: String,
    rate: RateHeaders,
) -> CallError {
    CallError { class, executed: Executed::No, status: Some(status), code, message, rate }
}

#[cfg(test)]
mod tests;
