//! The first start.

use crate::access::Address;
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals};
use crate::me::Me;
use crate::observations::Observations;
use crate::sessions::welcome;
use crate::settings::{Reach, Settings};
use crate::state::Identity;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use identity::{Person, Record};
use journal::JournalError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The state that a browser needs before it can sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setup)]
pub(crate) struct SetupView {
    /// whether the first administrator has to be made
    needs_administrator: bool,
    version: &'static str,
    /// whether this browser has a session
    signed_in: bool,
}

/// The first administrator's name and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstAdministrator {
    /// the token of the link that the server printed when it started
    #[schema(value_type = String)]
    token: Secret,
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    password: Secret,
}

/// Says whether the first administrator has to be made, and whether this browser has a session.
#[utoipa::path(get, operation_id = "setup", path = "/setup", tag = "people",
    responses((status = 200, body = SetupView), Refusals))]
pub(crate) async fn show(
    State(identity): State<Identity>,
    State(observations): State<Arc<Observations>>,
    address: Address,
    parts: Parts,
) -> Result<Json<SetupView>, ApiError> {
    let signed_in = identity.identify(&parts.method, &parts.headers, address.0).await.is_ok();
    Ok(Json(SetupView {
        needs_administrator: identity.needs_administrator().await?,
        version: observations.version,
        signed_in,
    }))
}

/// Makes the first administrator and signs them in.
#[utoipa::path(post, operation_id = "create_first_administrator", path = "/setup", tag = "people",
    request_body = FirstAdministrator, responses((status = 200, body = Me), Refusals))]
pub(crate) async fn create(
    State(reach): State<Reach>,
    State(identity): State<Identity>,
    address: Address,
    body: Body,
) -> Result<(HeaderMap, Json<Me>), ApiError> {
    let FirstAdministrator { token: Secret(token), name, password: Secret(password) } = body::read(body)?;
    let identity = &identity;
    let signed_in = identity.create_first_administrator(&token, &name, password, address.0).await?;
    Ok(welcome(&signed_in, identity.session_limits(), reach.is_secure()))
}

/// The link to be opened at the first start; `None` if there is a person already. `url` is the address of the port.
///
/// # Errors
/// When the journal cannot be read.
pub fn setup_link(settings: &Settings, url: &str) -> Result<Option<SecretString>, JournalError> {
    if !settings.archive.documents(Person::KIND)?.is_empty() {
        return Ok(None);
    }
    let link = |token: SecretString| {
        SecretString::from(format!("{}/#/start?token={}", url.trim_end_matches('/'), token.expose_secret()))
    };
    Ok(settings.setup.get().map(link))
}
