//! Answers requests: the order of the checks (docs/facts/gateway.md#order-of-checks).
//!
//! preflight, path, method, then for events: room, write key, body, JSON, each event, rate limit, the journal. The
//! reply `200 ok` is written when the journal has the request durably, and only then: an SDK deletes the events after
//! this reply.
//!
//! A batch with some bad events is stored whole, with the bad ones marked as rejected; it is refused only if no event
//! is good, with RudderStack's text for the first bad one.

use crate::auth::{self, KeyPlace};
use crate::body;
use crate::cors;
use crate::counters::Counters;
use crate::ready::Unready;
use crate::refusal::RequestRefusal;
use crate::reply::{self, Reply};
use crate::route::{BodyKind, Route};
use crate::settings::{GatewaySettings, SettingsError, SourceSettings, Terms};
use crate::sources::{Common, Live, Source, SourceMatch, Sources};
use crate::{caller, pages, pixel, ready};
use bytes::Bytes;
use event::{Clock, EventKind, Millis, RequestShape, SourceKind};
use http::header::ORIGIN;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use journal::{Intake, JournalError, NewRequest, Rejected};
use port::{Door, Peer, RequestId, Room};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

/// The label of the gateway's port in metrics.
pub const DOOR: &str = "gateway";

/// A failing journal is logged at most once in this many milliseconds, not for each refused request.
const REPORT_EVERY: i64 = 10_000;

/// The gateway, which answers requests.
pub struct Gateway {
    settings: GatewaySettings,
    sources: Live,
    door: Arc<Door>,
    room: Arc<Room>,
    journal: Arc<dyn Intake>,
    clock: Clock,
    counters: Arc<Counters>,
    health: Bytes,
    version: Bytes,
    reported_at: AtomicI64,
    draining: AtomicBool,
}

impl Gateway {
    /// A gateway with these settings that stores into this journal.
    pub fn new(
        mut settings: GatewaySettings,
        journal: Arc<dyn Intake>,
        clock: Clock,
    ) -> Result<Arc<Self>, SettingsError> {
        let now = clock();
        let door = Door::new(DOOR, settings.limits);
        let room = Room::new(settings.max_concurrent_requests, settings.max_body_memory);
        let counters = Arc::new(Counters::new(Arc::clone(&door), Arc::clone(&room)));
        let half = (settings.max_body_memory / 2).max(settings.max_body_bytes);
        let common = Common { terms: settings.terms(), memory: half };
        let sources = {
            let over = |since, until| over(&*journal, &*clock, since, until);
            Live::new(std::mem::take(&mut settings.sources), common, &counters, now, &over)?
        };
        Ok(Arc::new(Gateway {
            door,
            room,
            counters,
            health: pages::health(now),
            version: pages::version(),
            reported_at: AtomicI64::new(i64::MIN),
            draining: AtomicBool::new(false),
            settings,
            sources,
            journal,
            clock,
        }))
    }

    /// Replaces the sources from the next request on: all of them, or on an error none.
    ///
    /// A request under way keeps the settings that it was recognised with. Sources that stay keep their counts and rate
    /// limits.
    pub fn replace_sources(&self, sources: Vec<SourceSettings>) -> Result<(), SettingsError> {
        self.replace(sources, None)
    }

    /// Replaces the sources and, if given, the terms: both, or on an error neither.
    pub fn replace(&self, sources: Vec<SourceSettings>, terms: Option<Terms>) -> Result<(), SettingsError> {
        let over = |since, until| self.over(since, until);
        self.sources.replace(sources, terms, (&self.counters, (self.clock)()), &over)
    }

    fn over(&self, since: Option<Millis>, until: Millis) -> bool {
        over(&*self.journal, &*self.clock, since, until)
    }

    /// Reports from now on that the gateway is not ready, so that load balancers send no more requests; requests that
    /// still come are served.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// The reasons why events should not be sent here; empty if the gateway is ready.
    pub fn unready(&self) -> Vec<Unready> {
        let is_draining = self.draining.load(Ordering::Relaxed);
        ready::reasons(is_draining, &*self.journal, &self.settings.supervisor)
    }

    /// The door of its port.
    pub fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// Its counters.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Answers one request; `peer` is the address that opened the connection. Every reply has the CORS headers that
    /// browsers need.
    pub async fn answer<B>(&self, request: Request<B>, peer: IpAddr) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let (mut parts, mut body) = request.into_parts();
        if let Some(reply) = cors::preflight(&parts.method, &parts.headers) {
            return reply;
        }
        let reply = self.route(&parts, &mut body, peer).await;
        if !body.is_end_stream() {
            body::discard(&parts.headers, &mut body).await;
        }
        let mut reply = reply.into_response();
        cors::mark(parts.headers.remove(ORIGIN), reply.headers_mut());
        reply
    }

    async fn route<B>(&self, parts: &Parts, body: &mut B, peer: IpAddr) -> Reply
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let Some(route) = Route::of(parts.uri.path()) else { return reply::not_found() };
        if parts.method == Method::OPTIONS {
            return reply::options(route.allow());
        }
        if !route.takes(&parts.method) {
            return reply::method_not_allowed(route.allow());
        }
        match route {
            Route::Events(way) => self.events(way, parts, body, peer).await,
            Route::Pixel(kind) => {
                self.pixel(kind, parts, peer).await;
                reply::gif(pixel::GIF)
            }
            Route::SourceConfig => self.source_config(parts),
            Route::SdkMetrics => reply::ok(),
            Route::Health => match self.journal.healthy() {
                Ok(()) => reply::json(self.health.clone()),
                Err(error) => {
                    self.report(&error, parts.extensions.get());
                    reply::unavailable(pages::UNHEALTHY)
                }
            },
            Route::Live => reply::text(pages::OK_BODY).not_cached(),
            Route::Ready => match &*self.unready() {
                [] => reply::text(pages::OK_BODY).not_cached(),
                reasons => reply::unavailable(pages::unready(reasons)).not_cached(),
            },
            Route::Version => reply::json(self.version.clone()),
            Route::Docs => reply::html(pages::DOCS),
            Route::Robots => reply::text(pages::ROBOTS),
        }
    }

    /// The key from Basic authentication first, then from the query (docs/facts/sdks.md#source-config).
    fn source_config(&self, parts: &Parts) -> Reply {
        let sources = self.sources.now();
        let find = |key: &[u8]| {
            sources.find(key, |since, until| self.over(since, until)).ok_or(RequestRefusal::UnknownKey)
        };
        let found = match (auth::basic(&parts.headers), auth::query(parts.uri.query())) {
            (Some(key), _) => find(key.bytes()),
            (None, Some(key)) => find(key.as_bytes()),
            (None, None) => Err(RequestRefusal::NoKeyInHeader),
        };
        let reply = match found {
            Ok(found) => reply::json(found.config.clone()),
            Err(refusal) => reply::refused(refusal),
        };
        reply.not_cached()
    }

    async fn events<B>(&self, way: BodyKind, parts: &Parts, body: &mut B, peer: IpAddr) -> Reply
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let _under_way = self.counters.request();
        let sources = self.sources.now();
        let mut known = None;
        let outcome = self.take_in(way, parts, body, peer, &sources, &mut known).await;
        let reply = match outcome {
            Err(refusal) => {
                note(parts, known, refusal);
                reply::refused(refusal)
            }
            Ok(()) if auth::place(way, &parts.headers) == KeyPlace::Body => reply::success(),
            Ok(()) => reply::ok(),
        };
        self.counters.answered(known.map(Source::counters), reply.status().as_u16());
        reply
    }

    async fn take_in<'s, B>(
        &self,
        way: BodyKind,
        parts: &Parts,
        body: &mut B,
        peer: IpAddr,
        sources: &'s Sources,
        known: &mut Option<&'s Source>,
    ) -> Result<(), RequestRefusal>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let mut slot = self.room.enter(Some(sender(&sources.terms, &parts.headers, peer)))?;
        let find = |key: &[u8]| sources.find(key, |since, until| self.over(since, until));
        let found = match auth::place(way, &parts.headers) {
            KeyPlace::Query => {
                let key = auth::query(parts.uri.query()).ok_or(RequestRefusal::NoKeyInQuery)?;
                Some(enabled(find(key.as_bytes()), known)?)
            }
            KeyPlace::Header => {
                let key = auth::basic(&parts.headers).ok_or(RequestRefusal::NoKeyInHeader)?;
                Some(enabled(find(key.bytes()), known)?)
            }
            // Until the body is there, its source is not known, so its memory counts for its sender only.
            KeyPlace::Body => None,
        };
        if let Some(source) = found {
            slot.held_by(&source.holder);
        }
        let coding = body::coding(&parts.headers);
        let body = body::read(body, coding, sources.terms.max_body_bytes, &mut slot).await?;
        let (source, body) = match found {
            Some(source) => (source, body),
            None => {
                let (key, body) = auth::take_from_body(body).ok_or(RequestRefusal::NoKeyInHeader)?;
                (enabled(find(key.as_bytes()), known)?, body)
            }
        };
        let shape = match way {
            BodyKind::Single(kind) => RequestShape::Single(kind),
            BodyKind::Batch | BodyKind::Import | BodyKind::Beacon => RequestShape::Batch,
        };
        match self.store(&sources.terms, source, shape, body, parts, peer).await {
            Err(RequestRefusal::EmptyBatch) if way == BodyKind::Import => Ok(()),
            outcome => outcome,
        }
    }

    /// The caller always gets the image, because a page that shows an image cannot read an error.
    async fn pixel(&self, kind: EventKind, parts: &Parts, peer: IpAddr) {
        let _under_way = self.counters.request();
        let sources = self.sources.now();
        let mut known = None;
        let outcome = self.take_in_pixel(kind, parts, peer, &sources, &mut known).await;
        let status = match outcome {
            Ok(()) => 200,
            Err(refusal) => {
                note(parts, known, refusal);
                refusal.status().as_u16()
            }
        };
        self.counters.answered(known.map(Source::counters), status);
    }

    async fn take_in_pixel<'s>(
        &self,
        kind: EventKind,
        parts: &Parts,
        peer: IpAddr,
        sources: &'s Sources,
        known: &mut Option<&'s Source>,
    ) -> Result<(), RequestRefusal> {
        let _slot = self.room.enter(Some(sender(&sources.terms, &parts.headers, peer)))?;
        let query = parts.uri.query().unwrap_or_default();
        let key = auth::query(Some(query)).ok_or(RequestRefusal::NoKeyInQuery)?;
        let source = enabled(sources.find(key.as_bytes(), |since, until| self.over(since, until)), known)?;
        let Some(event) = pixel::event(query, kind, (self.clock)()) else { return Ok(()) };
        let body = Bytes::from(event.to_string());
        self.store(&sources.terms, source, RequestShape::Single(kind), body, parts, peer).await
    }

    /// Checks the events, and stores them.
    async fn store(
        &self,
        terms: &Terms,
        source: &Source,
        shape: RequestShape,
        body: Bytes,
        parts: &Parts,
        peer: IpAddr,
    ) -> Result<(), RequestRefusal> {
        let headers = &parts.headers;
        let counters = source.counters();
        let scan = event::scan(&body, shape)?;
        if scan.events > terms.max_events {
            return Err(RequestRefusal::TooManyInOne);
        }
        let good = u64::from(scan.good());
        let bad = u64::from(scan.events) - good;
        if let Some(first) = scan.rejects.first().filter(|_| good == 0) {
            counters.rejected(bad);
            return Err(RequestRefusal::of_event(first.code));
        }
        if !counters.has_disk(self.journal.stored_bytes(source.settings.id)) {
            return Err(RequestRefusal::SourceDiskFull);
        }
        let now = (self.clock)();
        let is_job_run = source.settings.kind == SourceKind::Server && caller::is_job_run(headers);
        if let Some(bucket) = source.bucket.as_ref().filter(|_| !is_job_run) {
            bucket.take(u64::from(scan.events), now).map_err(RequestRefusal::TooManyEvents)?;
        }
        if let Some(bucket) = &source.bytes {
            let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
            bucket.take(bytes, now).map_err(RequestRefusal::TooManyBytes)?;
        }
        // The id is never one that a caller gave: message ids are made of it, and two requests with one id would be
        // taken for duplicates.
        let mut request_id = [0; 16];
        getrandom::fill(&mut request_id).map_err(|_| RequestRefusal::NotStored)?;
        let rejected = scan.rejects.iter();
        let request = NewRequest {
            source: source.settings.id,
            shape,
            request_id,
            received_at: now,
            request_ip: Some(caller::address(&terms.client_ip, headers, peer).to_string()),
            events: scan.events,
            rejected: rejected
                .map(|reject| Rejected { index: reject.index, code: reject.code.as_str().to_owned() })
                .collect(),
            destinations: Arc::clone(&source.settings.destinations),
            body,
        };
        if let Err(error) = self.journal.append(request).await {
            self.report(&error, parts.extensions.get());
            return Err(RequestRefusal::from(&error));
        }
        counters.stored(good, bad, now);
        Ok(())
    }

    /// Logs an error of the journal. `id` is the id of a request that is refused because of it.
    fn report(&self, error: &JournalError, id: Option<&RequestId>) {
        let now = (self.clock)().0;
        let last = self.reported_at.load(Ordering::Relaxed);
        if now.saturating_sub(last) >= REPORT_EVERY || now < last {
            self.reported_at.store(now, Ordering::Relaxed);
            let request_id = id.map(tracing::field::display);
            tracing::error!(
                %error,
                request_id,
                "events are refused with 503 and will be sent again: the journal cannot take them"
            );
        }
    }
}

/// Logs a refused request at the level `trace` only, because callers may send any number of them.
fn note(parts: &Parts, known: Option<&Source>, refusal: RequestRefusal) {
    tracing::debug!(
        request_id = parts.extensions.get::<RequestId>().map(tracing::field::display),
        source = known.map(|source| source.settings.name.as_str()),
        status = refusal.status().as_u16(),
        why = refusal.text().trim_end(),
        "an event request is refused"
    );
}

/// The caller to whose share of the memory a request counts; behind a proxy, the one that the proxy names.
fn sender(terms: &Terms, headers: &HeaderMap, peer: IpAddr) -> Peer {
    Peer::of(caller::address(&terms.client_ip, headers, peer))
}

/// The source, if it is known and enabled; sets `known` for the counters.
fn enabled<'s>(
    found: Option<SourceMatch<'s>>,
    known: &mut Option<&'s Source>,
) -> Result<&'s Source, RequestRefusal> {
    let source = found.ok_or(RequestRefusal::UnknownKey)?.source;
    *known = Some(source);
    if source.settings.enabled { Ok(source) } else { Err(RequestRefusal::SourceDisabled) }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Whether the time between two time stamps has passed since the first, measured by the time that truly passed. If that
/// is not known because the machine was restarted, the wall clock decides.
fn over(journal: &dyn Intake, clock: &dyn Fn() -> Millis, since: Option<Millis>, until: Millis) -> bool {
    let passed = since.and_then(|since| Some((journal.age(since)?, until.0.saturating_sub(since.0))));
    match passed {
        Some((age, lasts)) => age >= Duration::from_millis(u64::try_from(lasts).unwrap_or(0)),
        None => until <= clock(),
    }
}
