//! `POST /oauth/token` (docs/facts/inmoment-api.md#token).

use serde_json::json;

use crate::exchange::{Reply, internal_error};
use crate::options::{Account, Switches};
use crate::params::{Params, is_unstorable};
use crate::tokens::{LIFETIME, Pair, Tokens};

const SCOPE: &str = "delete_account admin respond export read survey invalidate_response";

/// Doorkeeper's refusals with their stock texts.
const INVALID_GRANT: (&str, &str) = (
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in \
     the authorization request, or was issued to another client.",
);
const INVALID_CLIENT: (&str, &str) = (
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or unsupported \
     authentication method.",
);
const INVALID_REQUEST: (&str, &str) = (
    "invalid_request",
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise \
     malformed.",
);
const UNSUPPORTED: (&str, &str) =
    ("unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");

/// One token request.
pub(crate) struct Ask<'a> {
    pub(crate) params: &'a Params,
    /// Id and secret of `Authorization: Basic` (RFC 6749 2.3.1), which Doorkeeper prefers to those of the form.
    pub(crate) basic: Option<(String, String)>,
    pub(crate) switches: &'a Switches,
    pub(crate) now_ms: i64,
}

/// Answers a token request.
pub(crate) fn answer<'a>(
    tokens: &mut Tokens,
    accounts: impl Iterator<Item = &'a Account> + Clone,
    ask: &Ask<'_>,
) -> Reply {
    let (params, now_ms) = (ask.params, ask.now_ms);
    let asked_for = ["username", "client_id", "refresh_token", "account_token"];
    if asked_for.iter().any(|name| params.get(name).is_some_and(is_unstorable)) {
        return internal_error();
    }
    let status = ask.switches.token_error_status;
    match params.text("grant_type").as_deref() {
        Some("password") => match login(accounts, params) {
            Login::Opens(account) => granted(&tokens.issue(account, true, now_ms)),
            Login::Wrong => refusal(INVALID_GRANT, status),
            // The shape is uncertain (docs/facts/inmoment-api.md#token-wrong-account).
            Login::NoSuchAccount => Reply::json(404, &json!({"error": "Not found", "status": 404})),
        },
        Some("client_credentials") => match client(accounts, ask) {
            Some(account) => granted(&tokens.issue(account, false, now_ms)),
            None => refusal(INVALID_CLIENT, 401),
        },
        Some("refresh_token") => match params.text("refresh_token") {
            None => refusal(INVALID_REQUEST, status),
            Some(token) => match tokens.refresh(&token, now_ms) {
                Some(pair) => granted(&pair),
                None => refusal(INVALID_GRANT, status),
            },
        },
        Some(_) => refusal(UNSUPPORTED, status),
        None => refusal(INVALID_REQUEST, status),
    }
}

enum Login {
    Opens(usize),
    Wrong,
    NoSuchAccount,
}

/// The account of a login: the one that `account_token` names, which is read only from the query, else the login's
/// first account.
fn login<'a>(accounts: impl Iterator<Item = &'a Account>, params: &Params) -> Login {
    let (Some(username), Some(password)) = (params.text("username"), params.text("password")) else {
        return Login::Wrong;
    };
    let mut owned = accounts
        .enumerate()
        .filter(|(_, account)| {
            account.username.eq_ignore_ascii_case(&username) && account.password == password
        })
        .peekable();
    if owned.peek().is_none() {
        return Login::Wrong;
    }
    let wanted = params.query.get("account_token").and_then(|value| value.as_str());
    let found = owned.find(|(_, account)| wanted.is_none_or(|token| account.account_token == token));
    found.map_or(Login::NoSuchAccount, |(position, _)| Login::Opens(position))
}

/// The account of an OAuth client; a missing secret is accepted, and a wrong one is not
/// (docs/facts/inmoment-api.md#secretless).
fn client<'a>(mut accounts: impl Iterator<Item = &'a Account>, ask: &Ask<'_>) -> Option<usize> {
    let (id, secret) = match &ask.basic {
        Some((id, secret)) => (id.clone(), Some(secret.clone())),
        None => (ask.params.text("client_id")?, ask.params.text("client_secret")),
    };
    accounts.position(|account| {
        account.client.as_ref().is_some_and(|client| {
            client.id == id && secret.as_ref().is_none_or(|secret| client.secret == *secret)
        })
    })
}

fn granted(pair: &Pair) -> Reply {
    let mut body = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "refresh_token": pair.refresh,
        "scope": SCOPE,
        "created_at": pair.created_ms.div_euclid(1_000),
    });
    if let (None, Some(map)) = (&pair.refresh, body.as_object_mut()) {
        map.shift_remove("refresh_token");
    }
    uncached(Reply::json(200, &body))
}

fn refusal((error, text): (&str, &str), status: u16) -> Reply {
    let challenge = format!("Bearer realm=\"Doorkeeper\", error=\"{error}\", error_description=\"{text}\"");
    uncached(Reply::json(status, &json!({"error": error, "error_description": text})))
        .with("WWW-Authenticate", challenge)
}

fn uncached(reply: Reply) -> Reply {
    reply.with("Cache-Control", "no-store").with("Pragma", "no-cache")
}
