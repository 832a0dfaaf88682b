//! `/livez` and `/readyz`: for whoever starts, stops and balances servers. `/health` says the same to people and older checks.

use crate::error::{code, words};
use crate::settings::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

/// What `/readyz` answers: 200 while ready, else 503.
#[derive(Debug, Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    /// why not
    reasons: Vec<Reason>,
}

/// Why a server takes no events in, or would not for long.
#[derive(Debug, Serialize)]
struct Reason {
    /// a stable word (docs/errors.md)
    code: &'static str,
    reason: String,
}

/// The process answers. It says nothing about anything else: whoever restarts it for a full disk would make nothing better.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Shall events be sent here?
pub(crate) async fn ready(State(shared): State<Shared>) -> (StatusCode, Json<Readiness>) {
    let mut reasons = Vec::new();
    if (shared.settings.draining)() || *shared.closing.borrow() {
        reasons.push(Reason { code: code::STOPPING, reason: "the server is stopping".to_owned() });
    }
    if let Err(error) = shared.read(|journal| journal.healthy()).await {
        reasons.push(Reason { code: words(&error).0, reason: error.to_string() });
    }
    let parts = shared.settings.supervisor.snapshot();
    reasons.extend(parts.iter().filter(|part| part.is_trouble()).map(|part| Reason {
        code: code::PART_DOWN,
        reason: format!("the part {:?} of the server is {}", part.name, part.state.word()),
    }));
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: reasons.is_empty(), reasons }))
}
