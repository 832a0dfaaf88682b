//! Who asks.

use super::address::Address;
use super::csrf;
use crate::error::ApiError;
use crate::people::{self, Person, Role};
use crate::sessions::cookie::{self, Brought};
use crate::sessions::{self, Session};
use crate::settings::Shared;
use crate::tokens::{self, Token};
use crate::{random, store};
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use secrecy::ExposeSecret;
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// A person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CallerKind)]
pub(crate) enum Kind {
    /// signed in
    Person,
    /// with an API token, or the admin token
    Token,
}

/// Who asks, as the guard found.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// of the person or the token
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) kind: Kind,
    pub(crate) address: Address,
    /// of a person: the session's key, and the session
    pub(crate) session: Option<(String, Session)>,
}

impl Caller {
    /// The admin token's name. No person and no API token has a space in its name.
    const ADMIN: &str = "admin token";

    /// As the audit names it: a token never looks like a person.
    pub(crate) fn who(&self) -> String {
        match self.kind {
            Kind::Token if self.name != Self::ADMIN => format!("token {}", self.name),
            Kind::Token | Kind::Person => self.name.clone(),
        }
    }
}

/// For handlers behind the guard.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(ApiError::unauthorized)
    }
}

/// Finds out.
///
/// # Errors
/// When it is nobody, when the session is over, or when the request may be another site's doing.
pub(crate) async fn identify(shared: &Shared, parts: &Parts, address: Address) -> Result<Caller, ApiError> {
    if parts.headers.contains_key(AUTHORIZATION) {
        return by_token(shared, &parts.headers, address).await;
    }
    match cookie::read(&parts.headers) {
        Brought::Nothing | Brought::Garbage => Err(ApiError::unauthorized()),
        Brought::Token(token) => {
            let caller = by_session(shared, token, address).await?;
            csrf::check(&parts.method, &parts.headers).map_err(ApiError::csrf)?;
            Ok(caller)
        }
    }
}

async fn by_token(shared: &Shared, headers: &HeaderMap, address: Address) -> Result<Caller, ApiError> {
    let given = bearer(headers).ok_or_else(ApiError::unauthorized)?;
    let admission = shared.settings.admission.now();
    let admin = admission.token.expose_secret();
    if !admin.is_empty() && bool::from(given.as_bytes().ct_eq(admin.as_bytes())) {
        let name = Caller::ADMIN.to_owned();
        return Ok(Caller { name, role: Role::Administrator, kind: Kind::Token, address, session: None });
    }
    let key = tokens::key(given).ok_or_else(ApiError::unauthorized)?;
    let token: Token = shared.kept(tokens::KIND, &key).await?.ok_or_else(ApiError::unauthorized)?;
    let now = shared.now();
    if token.is_over(&|stamp, after| shared.is_over(stamp, after)) {
        return Err(ApiError::unauthorized());
    }
    if token.wants_note(now) {
        note_token(shared, &key).await;
    }
    Ok(Caller { name: token.name, role: token.role, kind: Kind::Token, address, session: None })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, given) = value.to_str().ok()?.split_at_checked("bearer ".len())?;
    scheme.eq_ignore_ascii_case("bearer ").then_some(given)
}

async fn by_session(shared: &Shared, token: &str, address: Address) -> Result<Caller, ApiError> {
    let key = random::digest(token);
    let session: Session = shared.kept(sessions::KIND, &key).await?.ok_or_else(ApiError::session_expired)?;
    let now = shared.now();
    if session.is_over(&|stamp, after| shared.is_over(stamp, after), shared.settings.admission.now().sessions)
    {
        return Err(ApiError::session_expired());
    }
    let person: Option<Person> = shared.kept(people::KIND, &session.person).await?;
    let person = person.filter(|person| !person.disabled).ok_or_else(ApiError::session_expired)?;
    let session = if session.wants_note(now) { note_session(shared, &key, session).await } else { session };
    let session = Some((key, session));
    Ok(Caller { name: person.name, role: person.role, kind: Kind::Person, address, session })
}

/// Writes down that the session is used. That this fails (a full disk) must not keep anybody from looking; it is tried
/// again with the next request. Whoever changes people or sessions now is not waited for, for the same reason.
async fn note_session(shared: &Shared, key: &str, session: Session) -> Session {
    let Ok(_turn) = shared.safety.changes.try_lock() else { return session };
    // It may have been ended meanwhile, and must not come back to life.
    let Ok(Some(mut kept)) = shared.kept::<Session>(sessions::KIND, key).await else { return session };
    kept.seen_at = shared.now().0;
    if let Ok(change) = store::put(sessions::KIND, key, &kept) {
        let _ = shared.write(vec![change]).await;
    }
    kept
}

/// As for sessions.
async fn note_token(shared: &Shared, key: &str) {
    let Ok(_turn) = shared.safety.changes.try_lock() else { return };
    let Ok(Some(mut kept)) = shared.kept::<Token>(tokens::KIND, key).await else { return };
    kept.last_used_at = Some(shared.now().0);
    if let Ok(change) = store::put(tokens::KIND, key, &kept) {
        let _ = shared.write(vec![change]).await;
    }
}
