//! A dead letter corrected by a person: its new text enters the log, its old one is kept beside it.

use super::unknown;
use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals};
use crate::events::EventId;
use crate::events::replay::Entered;
use crate::parameters;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use journal::JournalError;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// The corrected event.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// JSON text
    event: String,
}

/// Corrects a dead letter and requeues it: the edited text enters the log as a new event.
#[utoipa::path(post, operation_id = "edit_dead_letter", path = "/dead-letters/{id}/edit", tag = "problems",
    params(("id" = u64, Path)), request_body = Edit, responses((status = 200, body = Entered), Refusals))]
pub(crate) async fn post(
    State(store): State<Store>,
    caller: Caller,
    id: Result<Path<u64>, PathRejection>,
    body: Body,
) -> Result<Json<Entered>, ApiError> {
    let id = parameters::path("id", id)?;
    let Edit { event } = body::read(body)?;
    // The story of the new event finds the person who edited it by this entry.
    let entry = audit::order(&caller, action::DEAD_LETTER_EDIT, &id.to_string(), &json!({}));
    match store.journal().requeue_edited(id, event.into(), entry).await {
        Ok(position) => Ok(Json(Entered { id: EventId(position).to_string() })),
        Err(JournalError::NotFound(_)) => Err(unknown(id)),
        Err(JournalError::Refused(why)) => {
            Err(ApiError::unfit_field("event", format!("{why}; nothing was changed")))
        }
        Err(error) => Err(error.into()),
    }
}
