//! `/livez` and `/readyz`: for service managers and load balancers. `/health` says the same to people and older checks.

use crate::observations::{Observations, Unready};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

/// What `/readyz` answers: 200 while ready, else 503.
#[derive(Debug, Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    /// why the server is not ready
    reasons: Vec<Unready>,
}

/// Answers that the process is alive and nothing else: restarting it because of a full disk, for example, would not
/// help.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Says whether events should be sent to the public port, by the same rule as that port's own `/readyz`.
pub(crate) async fn ready(State(observations): State<Arc<Observations>>) -> (StatusCode, Json<Readiness>) {
    let reasons = (observations.unready)();
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: reasons.is_empty(), reasons }))
}
