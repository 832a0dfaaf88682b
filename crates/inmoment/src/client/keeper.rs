//! The keeper of a destination's token.
//!
//! The life of a token: it is requested with the password, used until a minute before its end, renewed with its refresh
//! token, and so on. If a renewal is refused, the password is used; if it fails for now (outage, 429), the old token
//! stays in use until its end. If InMoment refuses a call's token, the token is dropped together with its refresh
//! token, because both belong to one authorisation, and the password is used instead.
//!
//! A token that is passed to another program lives as [`TokenLife::HandedOn`] says: it is never renewed with its
//! refresh token, because that may end the old token while the other program still uses it.
//!
//! Single flight: the lock is held while a token is fetched. Calls that waited for the lock take the result of the
//! fetch, a token or an error; after an error, thirty waiting calls must not make thirty requests one after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::settings::TokenLife;
use super::transport::Transport;
use crate::http::HttpRequest;
use crate::mask::Secrets;
use crate::outcome::{CallError, Executed, FailedCall, FailureClass, RateHeaders, Said};
use crate::token::{self, Credentials, Grant};

/// The authorisation that a call sends.
#[derive(Clone)]
pub(super) struct Bearer {
    header: HeaderValue,
    token: SecretString,
    /// The secrets that must never be shown, this token included.
    secrets: Arc<Secrets>,
    /// Distinguishes the tokens of one keeper.
    number: u64,
}

impl Bearer {
    pub(super) fn header(&self) -> &HeaderValue {
        &self.header
    }

    pub(super) fn token(&self) -> &SecretString {
        &self.token
    }

    /// The secrets that must never be shown where this token is used.
    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }
}

struct Held {
    bearer: Bearer,
    refresh_token: Option<SecretString>,
    renew_at: Instant,
    expires_at: Instant,
}

#[derive(Default)]
struct Slot {
    held: Option<Held>,
    /// The error of the last fetch, if it failed.
    failure: Option<Box<FailedCall>>,
}

pub(super) struct Keeper {
    credentials: Credentials,
    secrets: Secrets,
    life: TokenLife,
    slot: Mutex<Slot>,
    /// The number of requests to the token endpoint.
    fetches: AtomicU64,
    /// The number of fetches that have ended, successfully or not.
    rounds: AtomicU64,
}

impl Keeper {
    pub(super) fn new(credentials: Credentials, life: TokenLife) -> Self {
        Keeper {
            secrets: Secrets::new(&lasting(&credentials)),
            credentials,
            life,
            slot: Mutex::default(),
            fetches: AtomicU64::new(0),
            rounds: AtomicU64::new(0),
        }
    }

    pub(super) fn life(&self) -> TokenLife {
        self.life
    }

    pub(super) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::Relaxed)
    }

    /// The secrets that must never be shown, whatever the token.
    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// A token for a call.
    pub(super) async fn bearer(&self, transport: &Transport) -> Result<Bearer, Box<FailedCall>> {
        let (mut slot, missed) = self.enter().await;
        self.current(&mut slot, transport, missed).await
    }

    /// A token other than the refused one.
    pub(super) async fn replacement(
        &self,
        transport: &Transport,
        refused: &Bearer,
    ) -> Result<Bearer, Box<FailedCall>> {
        let (mut slot, missed) = self.enter().await;
        if slot.held.as_ref().is_some_and(|held| held.bearer.number == refused.number) {
            slot.held = None;
        }
        self.current(&mut slot, transport, missed).await
    }

    /// Requests a token with the password, even if there is one, and keeps it. If the request is refused, the present
    /// token stays in use: InMoment itself decides whether it is still valid.
    pub(super) async fn prove(&self, transport: &Transport) -> Result<RateHeaders, CallError> {
        let mut slot = self.slot.lock().await;
        let outcome = self.by_password(transport).await;
        let rate = outcome.as_ref().map(|grant| grant.rate).map_err(|failed| failed.error.clone());
        self.conclude(&mut slot, outcome).map_err(|failed| failed.error)?;
        rate
    }

    /// Waits for the lock; the second part is the error of a fetch that ended while waiting.
    async fn enter(&self) -> (MutexGuard<'_, Slot>, Option<Box<FailedCall>>) {
        let before = self.rounds.load(Ordering::Acquire);
        let slot = self.slot.lock().await;
        let ended_meanwhile = self.rounds.load(Ordering::Acquire) != before;
        let missed = slot.failure.clone().filter(|_| ended_meanwhile);
        (slot, missed)
    }

    async fn current(
        &self,
        slot: &mut Slot,
        transport: &Transport,
        missed: Option<Box<FailedCall>>,
    ) -> Result<Bearer, Box<FailedCall>> {
        if let Some(held) = slot.held.as_ref().filter(|held| Instant::now() < held.renew_at) {
            return Ok(held.bearer.clone());
        }
        if let Some(error) = missed {
            return Err(error);
        }
        let Some(held) = &mut slot.held else {
            let outcome = self.by_password(transport).await;
            return self.conclude(slot, outcome);
        };
        let outcome = match &held.refresh_token {
            Some(refresh_token) => self.by_refresh(transport, refresh_token).await,
            None => self.by_password(transport).await,
        };
        match outcome {
            Err(_) if Instant::now() < held.expires_at => {
                held.renew_at = held.expires_at;
                Ok(held.bearer.clone())
            }
            outcome => self.conclude(slot, outcome),
        }
    }

    /// Ends a fetch: keeps the token, or the error for the waiting calls.
    fn conclude(
        &self,
        slot: &mut Slot,
        outcome: Result<Grant, Box<FailedCall>>,
    ) -> Result<Bearer, Box<FailedCall>> {
        let round = self.rounds.fetch_add(1, Ordering::AcqRel) + 1;
        let outcome = outcome.and_then(|grant| Ok((bearer(&self.credentials, &grant, round)?, grant)));
        match outcome {
            Ok((bearer, grant)) => {
                let now = Instant::now();
                slot.failure = None;
                slot.held = Some(Held {
                    bearer: bearer.clone(),
                    renew_at: now + grant.renew_after(self.life.renew_before()),
                    expires_at: now + grant.lifetime,
                    refresh_token: grant.refresh_token.filter(|_| self.life == TokenLife::Own),
                });
                Ok(bearer)
            }
            Err(error) => {
                slot.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn by_refresh(
        &self,
        transport: &Transport,
        refresh_token: &SecretString,
    ) -> Result<Grant, Box<FailedCall>> {
        match self.fetch(transport, &token::refresh_request(refresh_token)).await {
            Err(failed) if failed.error.class == FailureClass::Halt => {
                tracing::info!(
                    code = failed.error.code,
                    "InMoment refused to renew the access token; asking by password"
                );
                self.by_password(transport).await
            }
            outcome => outcome,
        }
    }

    async fn by_password(&self, transport: &Transport) -> Result<Grant, Box<FailedCall>> {
        self.fetch(transport, &token::password_request(&self.credentials)).await
    }

    async fn fetch(&self, transport: &Transport, request: &HttpRequest) -> Result<Grant, Box<FailedCall>> {
        self.fetches.fetch_add(1, Ordering::Relaxed);
        let exchange = transport.exchange(request, None).await.map_err(|lost| lost.failed(false, true))?;
        token::grant(&exchange.reply, transport.now()).map_err(|error| {
            let error = exchange.explain(error);
            let mut reply = exchange.reply;
            if reply.is_success() {
                reply.body.clear();
            }
            Box::new(FailedCall { error, said: Said::Reply(reply), of_token: true })
        })
    }
}

/// The secrets that are valid longer than any token.
fn lasting(credentials: &Credentials) -> [&str; 2] {
    [credentials.password.expose_secret(), credentials.account_token.expose_secret().trim()]
}

fn bearer(credentials: &Credentials, grant: &Grant, number: u64) -> Result<Bearer, Box<FailedCall>> {
    let text = SecretString::from(format!("Bearer {}", grant.access_token.expose_secret()));
    let mut header = HeaderValue::from_str(text.expose_secret()).map_err(|_| {
        Box::new(FailedCall {
            error: CallError {
                class: FailureClass::Wait,
                executed: Executed::No,
                status: None,
                code: "unreadable_reply",
                message: "InMoment gave a token that fits no header".to_owned(),
                rate: grant.rate,
            },
            said: Said::Lost(crate::outcome::LossCause::Other),
            of_token: true,
        })
    })?;
    header.set_sensitive(true);
    let [password, account_token] = lasting(credentials);
    let secrets = Secrets::new(&[password, account_token, grant.access_token.expose_secret()]);
    Ok(Bearer { header, token: grant.access_token.clone(), secrets: Arc::new(secrets), number })
}
