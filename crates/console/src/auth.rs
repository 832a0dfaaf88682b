//! Who may use the console: whoever has the token. Compared in constant time, so that answers tell nothing about it.

use crate::error::{ApiError, code};
use crate::settings::Shared;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

/// Lets a request through that has the token.
pub(crate) async fn guard(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if opens(request.headers(), shared.settings.token.expose_secret()) {
        return Ok(next.run(request).await);
    }
    Err(ApiError::new(
        StatusCode::UNAUTHORIZED,
        code::UNAUTHORIZED,
        "this needs the admin token",
        "send it as \"Authorization: Bearer TOKEN\"; it is admin.token of the configuration, or in the file \
         admin-token of the data folder",
    ))
}

fn opens(headers: &HeaderMap, token: &str) -> bool {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let value = value.as_bytes();
    let Some((scheme, given)) = value.split_at_checked(b"bearer ".len()) else { return false };
    scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty() && bool::from(given.ct_eq(token.as_bytes()))
}
