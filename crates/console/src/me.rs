//! What callers may read and change about themselves.

use crate::access::Caller;
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals};
use crate::parameters::instant;
use crate::state::Identity;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use identity::{CallerKind, Person, Role, Session, SessionLimits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    name: String,
    role: Role,
    kind: CallerKind,
    /// the person's session; null for a token
    #[schema(required)]
    session: Option<SessionTimes>,
}

/// How long a session lasts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionTimes {
    /// when the session ends if it is not used
    idle_expires_at: String,
    /// when the session ends in any case
    expires_at: String,
}

impl Me {
    pub(crate) fn of_person(person: &Person, session: &Session, limits: SessionLimits) -> Self {
        let session = Some(SessionTimes::of(session, limits));
        Me { name: person.name.clone(), role: person.role, kind: CallerKind::Person, session }
    }
}

impl SessionTimes {
    fn of(session: &Session, limits: SessionLimits) -> Self {
        SessionTimes {
            idle_expires_at: instant(session.idle_expires_at(limits)),
            expires_at: instant(session.expires_at(limits)),
        }
    }
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(value_type = String, format = Password)]
    current: Secret,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    new: Secret,
}

/// The caller.
#[utoipa::path(get, operation_id = "me", path = "/me", tag = "people",
    responses((status = 200, body = Me), Refusals))]
pub(crate) async fn show(State(identity): State<Identity>, caller: Caller) -> Json<Me> {
    let limits = identity.session_limits();
    let session = caller.session.as_ref().map(|(_, session)| SessionTimes::of(session, limits));
    let Caller(caller) = caller;
    Json(Me { name: caller.name, role: caller.role, kind: caller.kind, session })
}

/// Changes the caller's password. All other sessions of the person end.
#[utoipa::path(put, operation_id = "change_own_password", path = "/me/password", tag = "people",
    request_body = PasswordChange, responses((status = 204), Refusals))]
pub(crate) async fn change_password(
    State(identity): State<Identity>,
    caller: Caller,
    body: Body,
) -> Result<StatusCode, ApiError> {
    // A token is refused before its body is read.
    if caller.session.is_none() {
        return Err(identity::Refusal::NoPassword.into());
    }
    let PasswordChange { current: Secret(current), new: Secret(new) } = body::read(body)?;
    identity.change_own_password(&caller, current, new).await?;
    Ok(StatusCode::NO_CONTENT)
}
