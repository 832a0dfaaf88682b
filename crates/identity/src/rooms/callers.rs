//! Who sent a request.

use crate::access::caller::{Caller, CallerKind, bearer};
use crate::access::csrf;
use crate::identity::{Identity, put};
use crate::people::{Person, Role};
use crate::random;
use crate::refusal::{Error, Refusal};
use crate::sessions::Session;
use crate::sessions::cookie::{self, Brought};
use crate::store::Store;
use crate::tokens::{self, Token};
use http::Method;
use http::header::{AUTHORIZATION, HeaderMap};
use secrecy::ExposeSecret;
use std::net::IpAddr;
use subtle::ConstantTimeEq;

impl<S: Store> Identity<S> {
    /// Finds out who sent a request.
    ///
    /// # Errors
    /// The request has no valid credentials ([`Refusal::Unauthorized`]), its session is over, or another site may have
    /// caused it.
    pub async fn identify(
        &self,
        method: &Method,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Caller, Error<S::Error>> {
        if headers.contains_key(AUTHORIZATION) {
            return self.by_token(headers, address).await;
        }
        match cookie::read(headers) {
            Brought::Nothing | Brought::Garbage => Err(Refusal::Unauthorized.into()),
            Brought::Token(token) => {
                let caller = self.by_session(token, address).await?;
                csrf::check(method, headers).map_err(Refusal::ForeignPage)?;
                Ok(caller)
            }
        }
    }

    async fn by_token(
        &self,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Caller, Error<S::Error>> {
        let given = bearer(headers).ok_or(Refusal::Unauthorized)?;
        let kind = CallerKind::Token;
        let admission = self.admission();
        let admin = admission.token.expose_secret();
        if !admin.is_empty() && bool::from(given.as_bytes().ct_eq(admin.as_bytes())) {
            let name = Caller::ADMIN.to_owned();
            return Ok(Caller { name, role: Role::Administrator, kind, address, session: None });
        }
        let key = tokens::key(given).ok_or(Refusal::Unauthorized)?;
        let token: Token = self.load(&key).await?.ok_or(Refusal::Unauthorized)?;
        if token.is_over(&|stamp, after| self.is_over(stamp, after)) {
            return Err(Refusal::Unauthorized.into());
        }
        if token.wants_note(self.now()) {
            self.note_token(&key).await;
        }
        Ok(Caller { name: token.name, role: token.role, kind, address, session: None })
    }

    async fn by_session(&self, token: &str, address: Option<IpAddr>) -> Result<Caller, Error<S::Error>> {
        let key = random::digest(token);
        let session: Session = self.load(&key).await?.ok_or(Refusal::SessionExpired)?;
        if session.is_over(&|stamp, after| self.is_over(stamp, after), self.session_limits()) {
            return Err(Refusal::SessionExpired.into());
        }
        let person: Option<Person> = self.load(&session.person).await?;
        let person = person.filter(|person| !person.disabled).ok_or(Refusal::SessionExpired)?;
        let session =
            if session.wants_note(self.now()) { self.note_session(&key, session).await } else { session };
        let (name, role) = (person.name, person.role);
        Ok(Caller { name, role, kind: CallerKind::Person, address, session: Some((key, session)) })
    }

    /// Records that the session is used. A failure (a full disk) is ignored, so that people can still look; the next request
    /// tries again. It does not wait for a change of people or sessions that is under way, for the same reason.
    async fn note_session(&self, key: &str, session: Session) -> Session {
        let Ok(_turn) = self.changes.try_lock() else { return session };
        // The session may have been ended meanwhile; it must not be stored again.
        let Ok(Some(mut stored)) = self.load::<Session>(key).await else { return session };
        stored.seen_at = self.now().0;
        if let Ok(change) = put::<S, _>(key, &stored) {
            let _ = self.write(vec![change]).await;
        }
        stored
    }

    /// Records that the token is used, under the same conditions as for sessions.
    async fn note_token(&self, key: &str) {
        let Ok(_turn) = self.changes.try_lock() else { return };
        let Ok(Some(mut stored)) = self.load::<Token>(key).await else { return };
        stored.last_used_at = Some(self.now().0);
        if let Ok(change) = put::<S, _>(key, &stored) {
            let _ = self.write(vec![change]).await;
        }
    }
}
