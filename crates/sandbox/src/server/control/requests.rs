//! `GET /requests`: the request log, at once or as soon as it has enough entries.
//!
//! While waiting, only new entries are read, so the cost is proportional to the length of the log.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::given::Query;
use super::problem::problem;
use crate::log::{LogEntry, LogFilter};
use crate::pattern::Pattern;
use crate::server::hosted::Hosted;

const MAX_WAIT_MS: u64 = 300_000;
const DEFAULT_WAIT_MS: u64 = 10_000;
const DEFAULT_LIMIT: usize = 1_000;

/// The requested entries, and the number of entries to wait for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    executed: Option<bool>,
    #[serde(default)]
    after: u64,
    wait_for: Option<u64>,
    timeout_ms: Option<u64>,
    limit: Option<usize>,
}

pub(super) async fn list(State(hosted): State<Arc<Hosted>>, Query(wanted): Query<Wanted>) -> Response {
    let path = match wanted.path.map(Pattern::try_from).transpose() {
        Ok(path) => path,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let filter = LogFilter {
        method: wanted.method,
        path,
        status: wanted.status,
        executed: wanted.executed,
        after: wanted.after,
    };
    let met = match wanted.wait_for {
        None => true,
        Some(count) => {
            let wait = wanted.timeout_ms.unwrap_or(DEFAULT_WAIT_MS).min(MAX_WAIT_MS);
            timeout(Duration::from_millis(wait), reach(&hosted, &filter, count)).await.is_ok()
        }
    };
    let limit = wanted.limit.unwrap_or(DEFAULT_LIMIT);
    Json(show(&hosted, &filter, limit, met)).into_response()
}

fn show(hosted: &Hosted, filter: &LogFilter, limit: usize, met: bool) -> Value {
    let sandbox = hosted.lock();
    let found: Vec<&LogEntry> = sandbox.requests(filter).collect();
    let newest = &found[found.len().saturating_sub(limit)..];
    json!({"met": met, "total": found.len(), "last": sandbox.log().last(), "requests": newest})
}

/// Returns when the log has that many matching requests.
async fn reach(hosted: &Hosted, filter: &LogFilter, count: u64) {
    let mut news = hosted.news.subscribe();
    let (mut generation, mut seen, mut found) = (None, filter.after, 0);
    loop {
        {
            let sandbox = hosted.lock();
            let log = sandbox.log();
            if generation != Some(log.generation()) {
                (generation, seen, found) = (Some(log.generation()), filter.after, 0);
            }
            let new = log.since(seen).filter(|entry| filter.holds(entry)).count();
            found += u64::try_from(new).unwrap_or(u64::MAX);
            seen = seen.max(log.last());
        }
        if found >= count || news.changed().await.is_err() {
            return;
        }
    }
}
