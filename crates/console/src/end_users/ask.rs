//! Asks InMoment what it holds of an end user now. This takes one call or two, which the destination's budget does not
//! count.

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

/// What InMoment holds of an end user.
#[derive(Serialize, ToSchema)]
pub(crate) struct Asked {
    /// whether InMoment knows the end user
    found: bool,
    /// the end user as InMoment's API returned it; null when InMoment has none
    end_user: Value,
    /// why InMoment could not be asked
    #[schema(required)]
    problem: Option<ErrorBody>,
    /// how many calls were made
    calls: u32,
}

/// Asks InMoment what it holds of an end user, by the external id, then by InMoment's own id.
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
