//! The first start.

use crate::access::{self, Address};
use crate::audit::{self, action};
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals, code};
use crate::me::Me;
use crate::people::{self, Person, Role, name, password};
use crate::sessions::routes::begin;
use crate::settings::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What a browser must know before it signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Setup {
    /// nobody can sign in yet
    needs_administrator: bool,
    version: &'static str,
    /// this browser has a session
    signed_in: bool,
}

/// Who is to become the first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstAdministrator {
    /// of the link that the server printed when it started
    #[schema(value_type = String)]
    token: Secret,
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    password: Secret,
}

/// Is there anybody who can sign in, and has this browser done so?
#[utoipa::path(get, operation_id = "setup", path = "/setup", tag = "people",
    responses((status = 200, body = Setup), Refusals))]
pub(crate) async fn show(
    State(shared): State<Shared>,
    address: Address,
    parts: Parts,
) -> Result<Json<Setup>, ApiError> {
    let signed_in = access::identify(&shared, &parts, address).await.is_ok();
    Ok(Json(Setup {
        needs_administrator: nobody(&shared).await?,
        version: shared.settings.version,
        signed_in,
    }))
}

/// Makes the first administrator and signs them in.
#[utoipa::path(post, operation_id = "create_first_administrator", path = "/setup", tag = "people",
    request_body = FirstAdministrator, responses((status = 200, body = Me), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    address: Address,
    body: Body,
) -> Result<(HeaderMap, Json<Me>), ApiError> {
    let FirstAdministrator { token: Secret(token), name, password: Secret(password) } = body::read(body)?;
    if !nobody(&shared).await? {
        return Err(already_set_up());
    }
    if !shared.settings.setup.is(&token) {
        let message = "this link is not, or no longer, the one for the first start";
        let advice = "open the link that the server printed when it started last";
        return Err(ApiError::new(StatusCode::FORBIDDEN, code::SETUP_TOKEN_WRONG, message, advice));
    }
    name::check(&name)?;
    password::acceptable(&password).map_err(|why| ApiError::unfit_field("password", why))?;
    let hash = shared.safety.hasher.hash(password).await?;
    let _turn = shared.safety.changes.lock().await;
    if !nobody(&shared).await? {
        return Err(already_set_up());
    }
    let person = Person::new(&name, Role::Administrator, hash, shared.now());
    let entry = audit::entry_of(&name, address, action::SETUP, &name, &json!({}));
    let answer = begin(&shared, person, None, entry).await?;
    shared.settings.setup.spend();
    Ok(answer)
}

async fn nobody(shared: &Shared) -> Result<bool, ApiError> {
    Ok(shared.archive(|archive| archive.documents(people::KIND)).await?.is_empty())
}

fn already_set_up() -> ApiError {
    let message = "there is an administrator already; nothing was changed";
    ApiError::new(StatusCode::CONFLICT, code::ALREADY_SET_UP, message, "sign in")
}
