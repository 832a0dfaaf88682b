//! What Prometheus is told. Every metric is explained in docs/metrics.md; a test holds that page and a scrape together.
//!
//! A scrape reads the ledger once, the oldest pending event of each destination that has one, and the dead letters'
//! groups if there are dead letters; all else is in memory or a few small rows.

mod declare;
mod families;
mod reading;

use crate::error::ApiError;
use crate::settings::Shared;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use event::Millis;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics` of a server that was started at that time.
pub(crate) fn route(started: Millis) -> MethodRouter<Shared> {
    get(move |State(shared): State<Shared>| async move { answer(&shared, started).await })
}

async fn answer(shared: &Shared, started: Millis) -> Result<Response, ApiError> {
    let text = families::text(&reading::read(shared, started).await?);
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}
