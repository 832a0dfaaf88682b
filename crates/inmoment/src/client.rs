//! The client: carries a [`Call`] out and returns its outcome.
//!
//! The client guarantees:
//! * A destination has one token. If many calls wait for a token, one of them requests it; a refused token is replaced
//!   once, and the call is tried once more with the new token (`keeper`).
//! * A call is one request, except for one repetition after a 401, which InMoment did not carry out. Nothing else is
//!   repeated here: the caller decides from [`CallError::executed`](crate::CallError) whether a call may be repeated.
//! * No redirect is followed, no proxy from the environment is used, the size of a reply is limited, and every call
//!   ends within the time-outs (`transport`).
//! * No error, log line or `Debug` output contains a URL, a body or a secret.

mod keeper;
mod settings;
mod transport;

pub use settings::{ClientSettings, Resolver, SettingsError, TokenLife};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::decode::decode;
use crate::exchange::{Called, Exchange};
use crate::http::{HttpReply, HttpRequest};
use crate::outcome::{CallOutcome, CallReply, CallReplyBody, FailedCall, FailureClass, LossCause, Said};
use crate::token::Credentials;
use keeper::{Bearer, Keeper};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use transport::{Lost, Transport};

/// Carries calls out. Cheap to clone; clones share connections and token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<Transport>,
    keeper: Keeper,
    /// the time-out of a whole call
    call_timeout: Option<Duration>,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(settings: ClientSettings) -> Result<Client, SettingsError> {
        let transport = Arc::new(Transport::new(&settings)?);
        let keeper = Keeper::new(settings.credentials, settings.token_life);
        let call_timeout = settings.call_timeout;
        Ok(Client { inner: Arc::new(Inner { transport, keeper, call_timeout }) })
    }

    /// A client for another login at the same address: it shares the connections, but not the token.
    pub fn with_credentials(&self, credentials: Credentials) -> Client {
        let transport = Arc::clone(&self.inner.transport);
        let keeper = Keeper::new(credentials, self.inner.keeper.life());
        let call_timeout = self.inner.call_timeout;
        Client { inner: Arc::new(Inner { transport, keeper, call_timeout }) }
    }

    /// The present token, or a new one, to be passed to another program.
    pub async fn access_token(&self) -> Result<SecretString, Box<FailedCall>> {
        let Inner { transport, keeper, .. } = &*self.inner;
        Ok(keeper.bearer(transport).await?.token().clone())
    }

    /// Fetches a token to replace one that InMoment refused, unless it was replaced meanwhile.
    pub async fn replaced_token(&self, refused: &SecretString) -> Result<SecretString, Box<FailedCall>> {
        let Inner { transport, keeper, .. } = &*self.inner;
        let bearer = keeper.bearer(transport).await?;
        if bearer.token().expose_secret() != refused.expose_secret() {
            return Ok(bearer.token().clone());
        }
        Ok(keeper.replacement(transport, &bearer).await?.token().clone())
    }

    /// Carries one call out and returns the reply unchanged, whatever its status. As in [`Client::call`] a refused
    /// token is replaced once.
    ///
    /// # Errors
    /// If there is no token or no reply, or the call's id cannot be part of a URL.
    pub async fn ask(&self, call: &Call) -> Result<HttpReply, Box<FailedCall>> {
        let Inner { transport, keeper, .. } = &*self.inner;
        if let Some(error) = call.unaddressable() {
            return Err(Box::new(FailedCall { error, said: Said::Lost(LossCause::Other), of_token: false }));
        }
        let request = call.request();
        let bearer = keeper.bearer(transport).await?;
        let reply = self.exchange(call, &request, &bearer).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        tracing::info!(call = call.kind(), "InMoment refused the access token; asking for a new one");
        let bearer = keeper.replacement(transport, &bearer).await?;
        self.exchange(call, &request, &bearer).await
    }

    async fn exchange(
        &self,
        call: &Call,
        request: &HttpRequest,
        bearer: &Bearer,
    ) -> Result<HttpReply, Box<FailedCall>> {
        let exchanged = self.inner.transport.exchange(request, Some(bearer.header())).await;
        exchanged.map_err(|lost| lost.failed(call.writes(), false))?.whole()
    }

    /// Carries one call out. Dropping the future abandons the call; InMoment may still have carried it out.
    pub async fn call(&self, call: &Call) -> CallOutcome {
        self.call_recorded(call).await.outcome
    }

    /// As [`Client::call`], and also returns the request and the reply.
    pub async fn call_recorded(&self, call: &Call) -> Called {
        let Inner { transport, call_timeout, .. } = &*self.inner;
        let Some(limit) = *call_timeout else { return self.carry_out(call).await };
        let begun = Begun::now(transport);
        tokio::select! {
            // Time first: a process that was stopped for longer must not send the request when it goes on.
            biased;
            () = tokio::time::sleep(limit) => Called {
                outcome: Err(Lost::overdue().error(call.writes())),
                exchange: self.record(&call.request(), None, None, begun),
            },
            called = self.carry_out(call) => called,
        }
    }

    async fn carry_out(&self, call: &Call) -> Called {
        let Inner { transport, keeper, .. } = &*self.inner;
        let request = call.request();
        let begun = Begun::now(transport);
        if let Some(error) = call.unaddressable() {
            return Called { outcome: Err(error), exchange: self.record(&request, None, None, begun) };
        }
        if matches!(call, Call::Authenticate) {
            let outcome = keeper.prove(transport).await;
            let status = outcome.as_ref().map_or_else(|error| error.status, |_| Some(200));
            let exchange = Exchange { status, ..self.record(&request, None, None, begun) };
            return Called {
                outcome: outcome.map(|rate| CallReply { body: CallReplyBody::Done, rate }),
                exchange,
            };
        }
        let bearer = match keeper.bearer(transport).await {
            Ok(bearer) => bearer,
            Err(failed) => {
                let exchange = self.record(&request, None, None, begun);
                return Called { outcome: Err(failed.error), exchange };
            }
        };
        let called = self.attempt(call, &request, &bearer).await;
        if !matches!(&called.outcome, Err(error) if error.class == FailureClass::Refresh) {
            return called;
        }
        tracing::info!(call = call.kind(), "InMoment refused the access token; asking for a new one");
        match keeper.replacement(transport, &bearer).await {
            Ok(bearer) => self.attempt(call, &request, &bearer).await,
            Err(failed) => Called { outcome: Err(failed.error), ..called },
        }
    }

    async fn attempt(&self, call: &Call, request: &HttpRequest, bearer: &Bearer) -> Called {
        let transport = &self.inner.transport;
        let begun = Begun::now(transport);
        match transport.exchange(request, Some(bearer.header())).await {
            Ok(received) => {
                let exchange = self.record(request, Some(&received.reply), Some(bearer), begun);
                let outcome = decode(call, &received.reply, transport.now());
                Called { outcome: outcome.map_err(|error| received.explain(error)), exchange }
            }
            Err(lost) => {
                let exchange = self.record(request, None, Some(bearer), begun);
                Called { outcome: Err(lost.error(call.writes())), exchange }
            }
        }
    }

    fn record(
        &self,
        request: &HttpRequest,
        reply: Option<&HttpReply>,
        bearer: Option<&Bearer>,
        begun: Begun,
    ) -> Exchange {
        let secrets = bearer.map_or_else(|| self.inner.keeper.secrets(), Bearer::secrets);
        Exchange::hiding(request, reply, secrets, begun.at_ms, begun.instant.elapsed())
    }

    /// How many tokens were requested, by password or by refresh token, since this client was made.
    pub fn token_fetches(&self) -> u64 {
        self.inner.keeper.fetches()
    }
}

/// The beginning of a call, by both clocks.
struct Begun {
    at_ms: i64,
    instant: Instant,
}

impl Begun {
    fn now(transport: &Transport) -> Begun {
        Begun { at_ms: transport.now_ms(), instant: Instant::now() }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
