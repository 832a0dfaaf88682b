//! Finds out who sent a request, and whether they may make it.
//!
//! [`guard`] stands before every route of the port. [`needs`] says what each needs; the guard refuses every request to
//! a route that is not in that table. Who asks is found by the crate `identity`.

pub(crate) mod needs;

use crate::error::{ApiError, code};
use crate::settings::Reach;
use crate::state::Identity;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use identity::{Refusal, address, csrf, host};
use needs::Need;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;

/// Who sent a request, for handlers behind the guard.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) identity::Caller);

impl Deref for Caller {
    type Target = identity::Caller;

    fn deref(&self) -> &identity::Caller {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| Refusal::Unauthorized.into())
    }
}

/// Where a request comes from, if that is known: the guard puts it beside every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Address>().copied().unwrap_or(Address(None)))
    }
}

/// The largest body of a request that needs no role: it holds a name, a token and a password.
const LARGEST_FROM_ANYBODY: usize = 16 * 1024;

/// Lets a request through if its caller may make it, and puts [`Caller`] and [`Address`] beside it.
pub(crate) async fn guard(
    State(reach): State<Reach>,
    State(identity): State<Identity>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (mut parts, mut body) = request.into_parts();
    if reach.only_this_machine() && !host::is_this_machine(&parts) {
        return Err(ApiError::host_refused());
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let address = address::of(&parts.headers, peer, reach.behind_proxy);
    parts.extensions.insert(Address(address));
    match need(&parts) {
        Need::Nothing => {
            if !csrf::is_safe(&parts.method) {
                csrf::check_origin(&parts.headers).map_err(Refusal::ForeignPage)?;
                body = axum::body::to_bytes(body, LARGEST_FROM_ANYBODY)
                    .await
                    .map_err(|_| ApiError::invalid("the body is too large for this, or broke off"))?
                    .into();
            }
        }
        Need::Role(role) => {
            let caller = identity.identify(&parts.method, &parts.headers, address).await?;
            if caller.role < role {
                return Err(ApiError::forbidden(role.word()));
            }
            parts.extensions.insert(Caller(caller));
        }
        Need::OtherMethod => return Err(ApiError::wrong_method()),
        Need::Undeclared => return Err(ApiError::forbidden("nobody's")),
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// What this request needs.
fn need(parts: &Parts) -> Need {
    // A path that matches no route gets a 404, or a file of the web app.
    let Some(path) = parts.extensions.get::<MatchedPath>() else { return Need::Nothing };
    needs::of(&parts.method, path.as_str())
}

impl ApiError {
    fn host_refused() -> Self {
        let message = "this server listens on its own machine only, and was asked under another name";
        ApiError::new(StatusCode::MISDIRECTED_REQUEST, code::HOST_REFUSED, message)
    }

    fn forbidden(role: &str) -> Self {
        let message = format!("this needs the role {role}; nothing was changed");
        ApiError::new(StatusCode::FORBIDDEN, code::FORBIDDEN, message)
    }
}
