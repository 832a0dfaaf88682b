//! The control port; its routes are documented in the crate's README.
//!
//! There is no authentication, so the port listens on a loopback address, and refuses requests that a web page sends
//! (with an `Origin`, or a `Host` that is not a loopback name).

mod given;
mod problem;
mod requests;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::hosted::Hosted;
use given::{Body, Query};
use problem::problem;

use crate::faults::{self, FaultScript};
use crate::options::{LimitScope, Switches};

type Control = State<Arc<Hosted>>;

/// All routes.
pub(super) fn router(hosted: Arc<Hosted>) -> Router {
    Router::new()
        .route("/requests", get(requests::list).delete(clear_requests))
        .route("/faults", get(get_faults).put(put_faults).delete(delete_faults))
        .route("/revoke-tokens", post(revoke_tokens))
        .route("/state", get(get_state))
        .route("/reset", post(reset))
        .route("/credentials", put(put_credentials))
        .route("/limit", get(get_limit).put(put_limit))
        .route("/switches", get(get_switches).put(put_switches))
        .fallback(|| async {
            problem(
                StatusCode::NOT_FOUND,
                "there is nothing here; the sandbox's README lists the control API's calls",
            )
        })
        .method_not_allowed_fallback(|| async {
            problem(
                StatusCode::METHOD_NOT_ALLOWED,
                "this path does not take that method; the sandbox's README lists the control API's calls",
            )
        })
        .layer(middleware::from_fn(only_from_this_machine))
        .with_state(hosted)
}

async fn only_from_this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if request.headers().contains_key(header::ORIGIN) || !host.is_none_or(is_loopback) {
        return problem(
            StatusCode::FORBIDDEN,
            "the control API answers programs on this machine, not web pages",
        );
    }
    next.run(request).await
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

async fn clear_requests(State(hosted): Control) -> StatusCode {
    hosted.lock().clear_requests();
    hosted.news.send_replace(());
    StatusCode::NO_CONTENT
}

async fn get_faults(State(hosted): Control) -> Json<Value> {
    let sandbox = hosted.lock();
    Json(json!({"script": sandbox.faults(), "progress": sandbox.fault_progress()}))
}

async fn put_faults(State(hosted): Control, body: String) -> Response {
    match faults::parse(&body) {
        Ok(script) => {
            hosted.lock().set_faults(script);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn delete_faults(State(hosted): Control) -> StatusCode {
    hosted.lock().set_faults(FaultScript::default());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    #[serde(default)]
    refresh_too: bool,
}

async fn revoke_tokens(State(hosted): Control, Query(revocation): Query<Revocation>) -> StatusCode {
    hosted.lock().revoke_tokens(revocation.refresh_too);
    hosted.news.send_replace(());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    account: Option<String>,
}

async fn get_state(State(hosted): Control, Query(whose): Query<Whose>) -> Json<Value> {
    let now_ms = hosted.now_ms();
    Json(hosted.lock().state(now_ms, whose.account.as_deref()))
}

async fn reset(State(hosted): Control) -> StatusCode {
    hosted.lock().reset();
    hosted.news.send_replace(());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    #[serde(default)]
    revoke_tokens: bool,
}

async fn put_credentials(State(hosted): Control, Body(wanted): Body<Credentials>) -> Response {
    let mut sandbox = hosted.lock();
    let first = sandbox.accounts.first().map(|(account, _)| account.clone());
    let (login, client) = first.map(|account| (account.username, account.client)).unzip();
    if wanted.password.is_none() && wanted.client_secret.is_none() {
        return problem(StatusCode::BAD_REQUEST, "neither password nor client_secret is given");
    }
    // Every given name must exist, even if only the other one is changed.
    let named = wanted.username.is_some() || wanted.password.is_some();
    let username = wanted.username.or(login).unwrap_or_default();
    if named && !sandbox.knows_login(&username) {
        return problem(StatusCode::NOT_FOUND, "no account has this username");
    }
    let named = wanted.client_id.is_some() || wanted.client_secret.is_some();
    let client_id = wanted.client_id.or(client.flatten().map(|client| client.id)).unwrap_or_default();
    if named && !sandbox.knows_client(&client_id) {
        return problem(StatusCode::NOT_FOUND, "no account has this client_id");
    }
    if let Some(password) = wanted.password {
        sandbox.set_password(&username, &password);
    }
    if let Some(secret) = wanted.client_secret {
        sandbox.set_client_secret(&client_id, &secret);
    }
    if wanted.revoke_tokens {
        sandbox.revoke_tokens(true);
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn get_switches(State(hosted): Control) -> Json<Switches> {
    Json(hosted.lock().switches().clone())
}

async fn put_switches(State(hosted): Control, Body(changes): Body<Value>) -> Response {
    let mut sandbox = hosted.lock();
    match sandbox.switches().with(&changes) {
        Ok(switches) => {
            sandbox.set_switches(switches);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// Calls a minute; null is unlimited.
    limit: Option<u32>,
    scope: Option<LimitScope>,
}

async fn get_limit(State(hosted): Control) -> Json<Value> {
    let (limit, scope) = hosted.lock().limit();
    Json(json!({"limit": limit, "scope": scope}))
}

async fn put_limit(State(hosted): Control, Body(wanted): Body<Limit>) -> StatusCode {
    let mut sandbox = hosted.lock();
    let scope = wanted.scope.unwrap_or(sandbox.limit().1);
    sandbox.set_limit(wanted.limit, scope);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_are_this_machine() {
        for host in ["127.0.0.1:9501", "localhost", "LOCALHOST:1", "[::1]:80", "127.9.9.9"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["evil.example", "evil.example:9501", "10.0.0.1:80", "127.0.0.1.evil.example", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
