//! `/livez` and `/readyz`: for whoever starts, stops and balances servers. `/health` says the same to people and older checks.

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
    /// why not
    reasons: Vec<Unready>,
}

/// The process answers. It says nothing about anything else: whoever restarts it for a full disk would make nothing better.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Shall events be sent to the public port? The same rule as there.
pub(crate) async fn ready(State(observations): State<Arc<Observations>>) -> (StatusCode, Json<Readiness>) {
    let reasons = (observations.unready)();
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: reasons.is_empty(), reasons }))
}
