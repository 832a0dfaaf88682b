//! Signing in and out.

use crate::access::{Address, Caller};
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals};
use crate::me::Me;
use crate::settings::Reach;
use crate::state::Identity;
use axum::Json;
use axum::extract::State;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use identity::{SessionLimits, SignedIn, cookie};
use secrecy::ExposeSecret;
use serde::Deserialize;
use utoipa::ToSchema;

/// The name and password of a person who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    name: String,
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// Signs a person in. The answer sets the session's cookie.
#[utoipa::path(post, operation_id = "sign_in", path = "/session", tag = "people", request_body = SignIn,
    responses((status = 200, body = Me), Refusals))]
pub(crate) async fn sign_in(
    State(reach): State<Reach>,
    State(identity): State<Identity>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Result<(HeaderMap, Json<Me>), ApiError> {
    let SignIn { name, password: Secret(password) } = body::read(body)?;
    let former = cookie::read(&headers);
    let signed_in = identity.sign_in(&name, password, address.0, former).await?;
    Ok(welcome(&signed_in, identity.session_limits(), reach.is_secure()))
}

/// Signs the caller out. For a token, which has no session, this does nothing.
#[utoipa::path(delete, operation_id = "sign_out", path = "/session", tag = "people",
    responses((status = 204), Refusals))]
pub(crate) async fn sign_out(
    State(reach): State<Reach>,
    State(identity): State<Identity>,
    caller: Caller,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    let ended = identity.sign_out(&caller).await?;
    let cookie = if ended { cookie::take_back(reach.is_secure()) } else { None };
    Ok((StatusCode::NO_CONTENT, set_cookie(cookie)))
}

/// The answer to a browser whose person has just signed in.
pub(crate) fn welcome(signed_in: &SignedIn, limits: SessionLimits, secure: bool) -> (HeaderMap, Json<Me>) {
    let me = Me::of_person(&signed_in.person, &signed_in.session, limits);
    let cookie = cookie::give(signed_in.token.expose_secret(), limits.absolute, secure);
    (set_cookie(cookie), Json(me))
}

fn set_cookie(cookie: Option<HeaderValue>) -> HeaderMap {
    cookie.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect()
}
