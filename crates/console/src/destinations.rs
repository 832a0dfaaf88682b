//! Pausing and resuming a destination.

use crate::access::Caller;
use crate::audit::action;
use crate::error::{ApiError, Refusals};
use crate::settings::Shared;
use crate::status::state_word;
use axum::Json;
use axum::extract::{Path, State};
use delivery::Handle;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// What became of the destination.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Switched {
    name: String,
    state: &'static str,
    reason: Option<String>,
}

/// Lets no further call out; events are still accepted and wait.
#[utoipa::path(post, operation_id = "pause_destination", path = "/destinations/{name}/pause", tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = Switched), Refusals))]
pub(crate) async fn pause(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Switched>, ApiError> {
    let handle = find(&shared, &name)?;
    shared.record(&caller, action::DESTINATION_PAUSE, &name, &json!({})).await?;
    handle.pause().await.map_err(|_| ApiError::stopping())?;
    Ok(switched(&handle))
}

/// Ends a pause; a halted destination tries its login at once.
#[utoipa::path(post, operation_id = "resume_destination", path = "/destinations/{name}/resume", tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = Switched), Refusals))]
pub(crate) async fn resume(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Switched>, ApiError> {
    let handle = find(&shared, &name)?;
    shared.record(&caller, action::DESTINATION_RESUME, &name, &json!({})).await?;
    handle.resume().await.map_err(|_| ApiError::stopping())?;
    Ok(switched(&handle))
}

fn find(shared: &Shared, name: &str) -> Result<Handle, ApiError> {
    let mut handles = shared.handles().into_iter();
    handles.find(|handle| handle.name() == name).ok_or_else(|| ApiError::unknown_destination(name))
}

fn switched(handle: &Handle) -> Json<Switched> {
    let glance = handle.snapshot();
    Json(Switched { name: handle.name().to_owned(), state: state_word(glance.state), reason: glance.reason })
}
