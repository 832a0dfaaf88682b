//! Who asks, and may they?
//!
//! [`guard`] stands before every route of the port. [`needs`] says what each needs; a route that is not in that table is
//! open to nobody. Who asks is found by an `Authorization` header (the admin token, or an API token) or else by the
//! session's cookie. All secrets are compared in constant time or found by their hash, so that answers tell nothing
//! about them.

pub(crate) mod address;
mod caller;
mod csrf;
mod host;
pub(crate) mod needs;

pub(crate) use address::Address;
pub(crate) use caller::{Caller, Kind, identify};

use crate::error::{ApiError, code};
use crate::settings::Shared;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use needs::Need;

/// The largest body of those who may be anybody: a name, a token and a password.
const LARGEST_FROM_ANYBODY: usize = 16 * 1024;

/// Lets a request through that may go on, with its [`Caller`] and [`Address`].
pub(crate) async fn guard(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (mut parts, mut body) = request.into_parts();
    let reach = shared.settings.reach;
    if reach.only_this_machine() && !host::is_this_machine(&parts) {
        return Err(ApiError::host_refused());
    }
    let address = Address(address::of(&parts, reach.behind_proxy));
    parts.extensions.insert(address);
    match need(&parts) {
        Need::Nothing => {
            if !csrf::is_safe(&parts.method) {
                csrf::check_origin(&parts.headers).map_err(ApiError::csrf)?;
                body = axum::body::to_bytes(body, LARGEST_FROM_ANYBODY)
                    .await
                    .map_err(|_| ApiError::invalid("the body is too large for this, or broke off"))?
                    .into();
            }
        }
        Need::Role(role) => {
            let caller = identify(&shared, &parts, address).await?;
            if caller.role < role {
                return Err(ApiError::forbidden(role.word()));
            }
            parts.extensions.insert(caller);
        }
        Need::OtherMethod => return Err(ApiError::wrong_method()),
        Need::Undeclared => return Err(ApiError::forbidden("nobody's")),
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// What this request needs.
fn need(parts: &Parts) -> Need {
    // What matches no route is answered that there is nothing, or is a file of the web app.
    let Some(path) = parts.extensions.get::<MatchedPath>() else { return Need::Nothing };
    needs::of(&parts.method, path.as_str())
}

impl ApiError {
    fn host_refused() -> Self {
        let message = "this server listens on its own machine only, and was asked under another name";
        let advice = "ask localhost or 127.0.0.1; to reach it from elsewhere, put it behind a proxy and say so in \
                      the configuration";
        ApiError::new(StatusCode::MISDIRECTED_REQUEST, code::HOST_REFUSED, message, advice)
    }

    fn csrf(why: &'static str) -> Self {
        let message = format!("the request was refused, because {why}; nothing was changed");
        let advice = "use the console itself; programs use an API token instead of a session";
        ApiError::new(StatusCode::FORBIDDEN, code::CSRF, message, advice)
    }

    fn forbidden(role: &str) -> Self {
        let message = format!("this needs the role {role}; nothing was changed");
        ApiError::new(StatusCode::FORBIDDEN, code::FORBIDDEN, message, "ask an administrator")
    }

    fn unauthorized() -> Self {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::UNAUTHORIZED,
            "this needs somebody who has signed in, or a token",
            "sign in, or send \"Authorization: Bearer TOKEN\"; the admin token is admin.token of the configuration, \
             or in the file admin-token of the data folder",
        )
    }

    fn session_expired() -> Self {
        let message = "the session is over; nothing was changed";
        ApiError::new(StatusCode::UNAUTHORIZED, code::SESSION_EXPIRED, message, "sign in again")
    }
}
