//! What callers may know and change about themselves.

use crate::access::{Caller, Kind};
use crate::audit::{self, action};
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals};
use crate::parameters::instant;
use crate::people::{self, Person, Role, name, password};
use crate::sessions::{Session, SessionLimits, routes};
use crate::settings::Shared;
use crate::store;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    name: String,
    role: Role,
    kind: Kind,
    /// of a person
    #[schema(required)]
    session: Option<SessionTimes>,
}

/// How long a session lasts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionTimes {
    /// unless it is used before
    idle_expires_at: String,
    /// whatever happens
    expires_at: String,
}

impl Me {
    pub(crate) fn of_person(person: &Person, session: &Session, limits: SessionLimits) -> Self {
        let session = Some(SessionTimes::of(session, limits));
        Me { name: person.name.clone(), role: person.role, kind: Kind::Person, session }
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

/// Who asks.
#[utoipa::path(get, operation_id = "me", path = "/me", tag = "people",
    responses((status = 200, body = Me), Refusals))]
pub(crate) async fn show(State(shared): State<Shared>, caller: Caller) -> Json<Me> {
    let limits = shared.settings.admission.now().sessions;
    let session = caller.session.as_ref().map(|(_, session)| SessionTimes::of(session, limits));
    Json(Me { name: caller.name, role: caller.role, kind: caller.kind, session })
}

/// Changes the own password. All other sessions of the person end.
#[utoipa::path(put, operation_id = "change_own_password", path = "/me/password", tag = "people",
    request_body = PasswordChange, responses((status = 204), Refusals))]
pub(crate) async fn change_password(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let Some((session, _)) = &caller.session else {
        return Err(ApiError::unfit("a token has no password; nothing was changed"));
    };
    let PasswordChange { current: Secret(current), new: Secret(new) } = body::read(body)?;
    password::acceptable(&new).map_err(|why| ApiError::unfit_field("new", why))?;
    let key = name::key(&caller.name);
    let (throttle, address) = (&shared.safety.throttle, caller.address.0);
    // Whoever finds an open session must not find the password with it.
    let slower =
        |wait| ApiError::throttled("too many wrong passwords for this name or from this address", wait);
    throttle.begin(shared.now(), &key, address).map_err(slower)?;
    let known =
        shared.kept::<Person>(people::KIND, &key).await.inspect_err(|_| throttle.not_tried(&key, address))?;
    let hash = known.map(|person| person.password);
    let right = shared.safety.hasher.verify(current, hash.clone()).await;
    if !right.inspect_err(|_| throttle.not_tried(&key, address))? {
        return Err(ApiError::unfit_field(
            "current",
            "this is not the current password; nothing was changed",
        ));
    }
    throttle.succeeded(&key, address);
    let new = shared.safety.hasher.hash(new).await?;
    let _turn = shared.safety.changes.lock().await;
    let person = shared.kept::<Person>(people::KIND, &key).await?;
    // Another change was quicker: this one was made with a password that is none any more.
    let person = person.filter(|person| Some(&person.password) == hash.as_ref() && !person.disabled);
    let mut person = person.ok_or_else(|| {
        ApiError::unfit_field("current", "the password was changed meanwhile; nothing was changed by this")
    })?;
    person.password = new;
    let mut changes = routes::ending(&shared, &key, Some(session)).await?;
    changes.push(store::put(people::KIND, &key, &person)?);
    changes.push(audit::entry(&caller, action::PASSWORD_CHANGE, &caller.name, &json!({})));
    shared.write(changes).await?;
    Ok(StatusCode::NO_CONTENT)
}
