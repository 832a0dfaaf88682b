//! Dead letters: looking at them, trying them again, giving them up.

use crate::error::{ApiError, code};
use crate::settings::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use event::Millis;
use journal::{DeadLetter, DeadLetterFilter};
use serde::{Deserialize, Serialize};

const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    code: Option<String>,
    destination: Option<String>,
    after: Option<u64>,
    limit: Option<usize>,
}

/// A page of them.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    items: Vec<Shown>,
    /// to be given as `after` for the next page; null on the last
    next: Option<u64>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    id: u64,
    code: String,
    reason: String,
    message_id: String,
    #[serde(rename = "type")]
    kind: String,
    user: Option<String>,
    destination: String,
    source: String,
    received_at: String,
    died_at: String,
    /// the event's own text; left out in lists
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

/// Which of them, and what for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Selection {
    ids: Option<Vec<u64>>,
    code: Option<String>,
    destination: Option<String>,
    #[serde(default)]
    all: bool,
}

/// How many were taken.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {
    count: u64,
}

/// `GET dead-letters`
pub(crate) async fn list(
    State(shared): State<Shared>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Page>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::invalid(error.body_text()))?;
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be from 1 to {LARGEST_PAGE}")));
    }
    let filter = filter(&shared, None, query.code, query.destination, query.after).await?;
    let page = shared.read(move |journal| journal.dead_letters(&filter, limit)).await?;
    let next = page.items.last().filter(|_| page.more).map(|letter| letter.id);
    Ok(Json(Page {
        items: page.items.into_iter().map(|letter| Shown { event: None, ..shown(letter) }).collect(),
        next,
    }))
}

/// `GET dead-letters/{id}`
pub(crate) async fn show(
    State(shared): State<Shared>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Json<Shown>, ApiError> {
    let Path(id) = id.map_err(|error| ApiError::invalid(error.body_text()))?;
    let filter = DeadLetterFilter { ids: Some(vec![id]), ..DeadLetterFilter::default() };
    let mut page = shared.read(move |journal| journal.dead_letters(&filter, 1)).await?;
    let letter = page.items.pop().ok_or_else(|| {
        let message = format!("there is no dead letter {id}");
        let advice = "see the list; it may have been requeued or discarded meanwhile";
        ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_DEAD_LETTER, message, advice)
    })?;
    Ok(Json(shown(letter)))
}

/// `POST dead-letters/requeue`
pub(crate) async fn requeue(
    State(shared): State<Shared>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Taken>, ApiError> {
    let filter = selected(&shared, body).await?;
    let taken = shared.settings.journal.requeue(filter).await?;
    Ok(Json(Taken { count: taken.count }))
}

/// `POST dead-letters/discard`
pub(crate) async fn discard(
    State(shared): State<Shared>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Taken>, ApiError> {
    let filter = selected(&shared, body).await?;
    let taken = shared.settings.journal.discard(filter).await?;
    Ok(Json(Taken { count: taken.count }))
}

/// The filter a body asks for. An empty selection is refused: it would mean all of them.
async fn selected(
    shared: &Shared,
    body: Result<Bytes, BytesRejection>,
) -> Result<DeadLetterFilter, ApiError> {
    let body = body.map_err(|error| ApiError::invalid(error.body_text()))?;
    let selection: Selection = serde_json::from_slice(&body)
        .map_err(|error| ApiError::invalid(format!("the body cannot be understood: {error}")))?;
    let Selection { ids, code, destination, all } = selection;
    let ways = [ids.is_some(), code.is_some(), all].into_iter().filter(|given| *given).count();
    if ways > 1 {
        return Err(ApiError::invalid("ids, code and all exclude each other"));
    }
    if ways == 0 && destination.is_none() {
        let advice = "name ids, a code or a destination, or say {\"all\":true}";
        let message = "which dead letters is not said; nothing was changed";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, code::SELECTION_NEEDED, message, advice));
    }
    filter(shared, ids, code, destination, None).await
}

async fn filter(
    shared: &Shared,
    ids: Option<Vec<u64>>,
    code: Option<String>,
    destination: Option<String>,
    after: Option<u64>,
) -> Result<DeadLetterFilter, ApiError> {
    let destination = match destination {
        None => None,
        Some(name) => {
            let id = shared.destination(&name).await?;
            Some(id.ok_or_else(|| ApiError::unknown_destination(&name))?)
        }
    };
    Ok(DeadLetterFilter { destination, code, ids, after, ..DeadLetterFilter::default() })
}

fn shown(letter: DeadLetter) -> Shown {
    Shown {
        id: letter.id,
        code: letter.code,
        reason: letter.reason,
        message_id: letter.message_id,
        kind: letter.kind,
        user: letter.user,
        destination: letter.destination,
        source: letter.source,
        received_at: instant(letter.received_at),
        died_at: instant(letter.died_at),
        event: Some(letter.event),
    }
}

/// An instant as people and machines read it, e.g. `2022-01-20T13:39:21.032Z`.
pub(crate) fn instant(millis: Millis) -> String {
    match jiff::Timestamp::from_millisecond(millis.0) {
        Ok(timestamp) => format!("{timestamp:.3}"),
        // Beyond the year 9999; the number is better than nothing.
        Err(_) => millis.0.to_string(),
    }
}
