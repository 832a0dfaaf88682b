//! Asking InMoment what it holds of an end user, now. Costs one call or two, outside of the destination's budget.

use super::subject;
use crate::access::Caller;
use crate::audit::action;
use crate::destinations::advice;
use crate::error::{ApiError, ErrorBody, Refusals};
use crate::operations::Operations;
use crate::parameters;
use crate::state::Identity;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use inmoment::{Call, CallReplyBody, EndUser, Lookup};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// What InMoment says.
#[derive(Serialize, ToSchema)]
pub(crate) struct Asked {
    /// InMoment knows the end user
    found: bool,
    /// as InMoment has it; null when it does not
    end_user: Value,
    /// why it could not be asked
    #[schema(required)]
    problem: Option<ErrorBody>,
    /// calls it took
    calls: u32,
}

/// Asks InMoment what it holds of an end user, by external id, then by its own.
#[utoipa::path(post, operation_id = "ask_for_end_user", path = "/end-users/{destination}/{external_id}/ask",
    tag = "end users", params(("destination" = String, Path), ("external_id" = String, Path)),
    responses((status = 200, body = Asked), Refusals))]
pub(crate) async fn post(
    State(operations): State<Arc<dyn Operations>>,
    State(identity): State<Identity>,
    caller: Caller,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Asked>, ApiError> {
    let (name, user) = parameters::path("external_id", path)?;
    if operations.handles().iter().all(|handle| handle.name() != name) {
        return Err(ApiError::unknown_destination(&name));
    }
    identity.inquire(&caller, action::END_USER_ASK, &subject(&name, &user), &json!({})).await?;
    let mut look_ups = vec![Lookup::ExternalId(user.clone())];
    // InMoment's own ids are numbers.
    if user.bytes().all(|byte| byte.is_ascii_digit()) {
        look_ups.push(Lookup::Id(user));
    }
    let mut asked = Asked { found: false, end_user: Value::Null, problem: None, calls: 0 };
    for look_up in look_ups {
        let outcome = operations.call(&name, &Call::GetEndUser(look_up)).await;
        asked.calls += 1;
        match outcome.ok_or_else(|| ApiError::unknown_destination(&name))? {
            Ok(reply) => {
                if let CallReplyBody::EndUser(end_user) = reply.body {
                    return Ok(Json(Asked { found: true, end_user: to_json(end_user), ..asked }));
                }
            }
            Err(error) => {
                let problem = ErrorBody {
                    code: error.code,
                    message: format!("{}; nothing was changed", error.message),
                    what_to_do: advice(&error).to_owned(),
                    field: None,
                };
                return Ok(Json(Asked { problem: Some(problem), ..asked }));
            }
        }
    }
    Ok(Json(asked))
}

fn to_json(end_user: EndUser) -> Value {
    json!({
        "id": end_user.id,
        "external_id": end_user.external_id,
        "email": end_user.email,
        "phone_number": end_user.phone_number,
        "last_surveyed": end_user.last_surveyed,
        "external_created_at": end_user.external_created_at,
        "properties": end_user.properties,
    })
}
