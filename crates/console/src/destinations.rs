//! Pausing and resuming a destination.

use crate::error::ApiError;
use crate::settings::Shared;
use crate::status::state_word;
use axum::Json;
use axum::extract::{Path, State};
use delivery::Handle;
use serde::Serialize;

/// What became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Switched {
    name: String,
    state: &'static str,
    reason: Option<String>,
}

/// `POST destinations/{name}/pause`
pub(crate) async fn pause(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Switched>, ApiError> {
    let handle = find(&shared, &name)?;
    handle.pause().await.map_err(|_| ApiError::stopping())?;
    Ok(switched(handle))
}

/// `POST destinations/{name}/resume`
pub(crate) async fn resume(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Switched>, ApiError> {
    let handle = find(&shared, &name)?;
    handle.resume().await.map_err(|_| ApiError::stopping())?;
    Ok(switched(handle))
}

fn find<'a>(shared: &'a Shared, name: &str) -> Result<&'a Handle, ApiError> {
    let mut handles = shared.settings.destinations.iter();
    handles.find(|handle| handle.name() == name).ok_or_else(|| ApiError::unknown_destination(name))
}

fn switched(handle: &Handle) -> Json<Switched> {
    let glance = handle.snapshot();
    Json(Switched { name: handle.name().to_owned(), state: state_word(glance.state), reason: glance.reason })
}
