//! The metrics for Prometheus. Every metric is explained in docs/metrics.md; a test holds that page and a scrape
//! together.
//!
//! A scrape reads the ledger once, the oldest pending event of each destination that has one, and the dead letters'
//! groups if there are dead letters; everything else is in memory or in a few small rows.

mod declare;
mod families;
mod format;
mod reading;

use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use event::Millis;
use format::Format;
use reading::ScrapeReader;

/// The format of the reply depends on this request header.
const VARY: HeaderValue = HeaderValue::from_static("Accept");

/// `GET /metrics` of a server that was started at that time.
pub(crate) fn route(started: Millis) -> MethodRouter<AppState> {
    get(move |State(reader): State<ScrapeReader>, headers: HeaderMap| async move {
        answer(&reader, started, Format::wanted(&headers)).await
    })
}

async fn answer(reader: &ScrapeReader, started: Millis, format: Format) -> Result<Response, ApiError> {
    let text = format.of(families::text(&reader.read(started).await?));
    let content_type = HeaderValue::from_static(format.content_type());
    Ok(([(header::CONTENT_TYPE, content_type), (header::VARY, VARY)], text).into_response())
}
