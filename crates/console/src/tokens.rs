//! Making and removing API tokens. Only administrators may do this.

use crate::access::Caller;
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals};
use crate::parameters::{instant, time};
use crate::state::Identity;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::Millis;
use identity::{Role, Token, name, token_id};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All API tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenList {
    items: Vec<ApiToken>,
}

/// An API token, with which a program uses the API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiToken {
    id: String,
    name: String,
    role: Role,
    created_at: String,
    /// the person or token that made it
    created_by: String,
    #[schema(required)]
    last_used_at: Option<String>,
    #[schema(required)]
    expires_at: Option<String>,
}

/// A new API token with its secret text, which only this answer shows.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeToken)]
pub(crate) struct MadeTokenView {
    token: String,
    id: String,
    name: String,
    role: Role,
    created_at: String,
    created_by: String,
    #[schema(required)]
    last_used_at: Option<String>,
    #[schema(required)]
    expires_at: Option<String>,
}

/// The properties of a new API token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    role: Role,
    /// when the token expires; never when absent
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Lists API tokens, in no particular order.
#[utoipa::path(get, operation_id = "list_tokens", path = "/tokens", tag = "people",
    responses((status = 200, body = TokenList), Refusals))]
pub(crate) async fn list(
    State(identity): State<Identity>,
    caller: Caller,
) -> Result<Json<TokenList>, ApiError> {
    let all = identity.tokens(&caller).await?;
    Ok(Json(TokenList { items: all.into_iter().map(|(key, token)| to_view(&key, token)).collect() }))
}

/// Makes an API token. Only this answer shows its secret text.
#[utoipa::path(post, operation_id = "create_token", path = "/tokens", tag = "people", request_body = NewToken,
    responses((status = 200, body = MadeTokenView), Refusals))]
pub(crate) async fn create(
    State(identity): State<Identity>,
    caller: Caller,
    body: Body,
) -> Result<Json<MadeTokenView>, ApiError> {
    let NewToken { name, role, expires_at } = body::read(body)?;
    name::check(&name)?;
    let expires_at = expires_at.map(|text| time("expires_at", &text)).transpose()?;
    let made = identity.create_token(&caller, name, role, expires_at).await?;
    let ApiToken { id, name, role, created_at, created_by, last_used_at, expires_at } =
        to_view(&made.key, made.token);
    let token = made.secret.expose_secret().to_owned();
    Ok(Json(MadeTokenView { token, id, name, role, created_at, created_by, last_used_at, expires_at }))
}

/// Removes an API token: it is not accepted from then on.
#[utoipa::path(delete, operation_id = "remove_token", path = "/tokens/{id}", tag = "people",
    params(("id" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(identity): State<Identity>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(wanted) = path.map_err(|error| ApiError::invalid(error.body_text()))?;
    identity.remove_token(&caller, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn to_view(key: &str, token: Token) -> ApiToken {
    ApiToken {
        id: token_id(key).to_owned(),
        name: token.name,
        role: token.role,
        created_at: instant(Millis(token.created_at)),
        created_by: token.created_by,
        last_used_at: token.last_used_at.map(|at| instant(Millis(at))),
        expires_at: token.expires_at.map(|at| instant(Millis(at))),
    }
}
