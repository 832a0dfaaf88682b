//! Replays a stored event: appends it as a new request for one destination.

use super::EventId;
use super::story::event_id;
use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals};
use crate::operations::Operations;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use journal::JournalError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

/// Where an event is replayed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    destination: String,
}

/// A new event in the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entered {
    /// the id of the new event
    pub(crate) id: String,
}

/// Replays a stored event as a new event for one destination. Deduplication by message id does not apply to it.
#[utoipa::path(post, operation_id = "replay_event", path = "/events/{id}/replay", tag = "events",
    params(("id" = String, Path, pattern = "^(0|[1-9][0-9]{0,17})[.](0|[1-9][0-9]{0,8})$")), request_body = Replay, responses((status = 200, body = Entered), Refusals))]
pub(crate) async fn post(
    State(operations): State<Arc<dyn Operations>>,
    State(store): State<Store>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Entered>, ApiError> {
    let id = event_id(id)?;
    let Replay { destination: name } = body::read(body)?;
    // An event that is routed to a destination that does not run would wait for ever.
    let delivered = operations.handles().iter().any(|handle| handle.name() == name);
    let destination = store.destination(&name).await?.filter(|_| delivered);
    let destination = destination.ok_or_else(|| ApiError::unknown_destination(&name))?;
    let entry = audit::order(&caller, action::EVENT_REPLAY, &id.to_string(), &json!({ "destination": name }));
    match store.journal().replay(id.0, destination, entry).await {
        Ok(position) => Ok(Json(Entered { id: EventId(position).to_string() })),
        Err(JournalError::NotFound(_)) => Err(ApiError::unknown_event(id)),
        Err(error) => Err(error.into()),
    }
}
