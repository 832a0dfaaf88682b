//! Making and removing API tokens. Administrators only.

use super::{KIND, Token, id, make};
use crate::access::Caller;
use crate::audit::routes::time;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals, code};
use crate::parameters::instant;
use crate::people::{Role, name};
use crate::settings::Shared;
use crate::store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::Millis;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// All API tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenList {
    items: Vec<ApiToken>,
}

/// What a program uses the API with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiToken {
    id: String,
    name: String,
    role: Role,
    created_at: String,
    /// a person, or another token
    created_by: String,
    #[schema(required)]
    last_used_at: Option<String>,
    #[schema(required)]
    expires_at: Option<String>,
}

/// A new one, with the token itself: it is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
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

/// What a new one is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    role: Role,
    /// never, when absent
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// API tokens, in no order that means anything.
#[utoipa::path(get, operation_id = "list_tokens", path = "/tokens", tag = "people",
    responses((status = 200, body = TokenList), Refusals))]
pub(crate) async fn list(State(shared): State<Shared>, caller: Caller) -> Result<Json<TokenList>, ApiError> {
    shared.look(&caller, action::TOKENS_LIST, "tokens").await?;
    let all: Vec<(String, Token)> = shared.all_kept(KIND).await?;
    Ok(Json(TokenList { items: all.into_iter().map(|(key, token)| shown(&key, token)).collect() }))
}

/// Makes an API token. The answer is the only one that shows it.
#[utoipa::path(post, operation_id = "create_token", path = "/tokens", tag = "people", request_body = NewToken,
    responses((status = 200, body = MadeToken), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<Json<MadeToken>, ApiError> {
    let NewToken { name, role, expires_at } = body::read(body)?;
    name::check(&name)?;
    let expires_at = expires_at.map(|text| time("expires_at", &text)).transpose()?;
    let now = shared.now();
    if expires_at.is_some_and(|end| end.0 <= now.0) {
        return Err(ApiError::unfit_field("expires_at", "expires_at has passed already"));
    }
    let (secret, key) = make()?;
    let _turn = shared.safety.changes.lock().await;
    let all: Vec<(String, Token)> = shared.all_kept(KIND).await?;
    if all.iter().any(|(_, known)| name::key(&known.name) == name::key(&name)) {
        return Err(ApiError::conflict("a token has this name already"));
    }
    let expires_at = expires_at.map(|end| end.0);
    let created_by = caller.who();
    let token = Token { name, role, created_at: now.0, created_by, last_used_at: None, expires_at };
    let detail = json!({ "id": id(&key), "role": role, "expires_at": expires_at.map(Millis).map(instant) });
    let entry = audit::entry(&caller, action::TOKEN_CREATE, &token.name, &detail);
    shared.write(vec![store::put(KIND, &key, &token)?, entry]).await?;
    let ApiToken { id, name, role, created_at, created_by, last_used_at, expires_at } = shown(&key, token);
    let token = secret.expose_secret().to_owned();
    Ok(Json(MadeToken { token, id, name, role, created_at, created_by, last_used_at, expires_at }))
}

/// Removes an API token: it opens nothing from then on.
#[utoipa::path(delete, operation_id = "remove_token", path = "/tokens/{id}", tag = "people",
    params(("id" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(shared): State<Shared>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(wanted) = path.map_err(|error| ApiError::invalid(error.body_text()))?;
    let _turn = shared.safety.changes.lock().await;
    let all: Vec<(String, Token)> = shared.all_kept(KIND).await?;
    let Some((key, token)) = all.into_iter().find(|(key, _)| id(key) == wanted) else {
        let message = "no token has this id";
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            code::UNKNOWN_TOKEN,
            message,
            "see the list of tokens",
        ));
    };
    let entry = audit::entry(&caller, action::TOKEN_REMOVE, &token.name, &json!({ "id": wanted }));
    shared.write(vec![store::remove(KIND, &key), entry]).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(key: &str, token: Token) -> ApiToken {
    ApiToken {
        id: id(key).to_owned(),
        name: token.name,
        role: token.role,
        created_at: instant(Millis(token.created_at)),
        created_by: token.created_by,
        last_used_at: token.last_used_at.map(|at| instant(Millis(at))),
        expires_at: token.expires_at.map(|at| instant(Millis(at))),
    }
}
