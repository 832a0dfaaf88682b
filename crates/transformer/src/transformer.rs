//! Turns a request into its reply.

use crate::account::Accounts;
use crate::body::{self, BodyError};
use crate::counters::{Counters, Counts, Surface};
use crate::deliver::Deliverer;
use crate::element::{self, Feature, JobPlace};
use crate::features;
use crate::payload::{BadPayload, DestType, Element, Payload, Stage, id_in};
use crate::proxy::Proxy;
use crate::reply::{self, Reply};
use crate::route::{Route, is_ours};
use crate::settings::{Settings, SettingsError};
use crate::stage::{Answered, Transformation};
use crate::upstream::Upstream;
use axum::body::Body;
use axum::extract::ConnectInfo;
use event::raw;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, Request, StatusCode};
use inmoment::Region;
use port::{Door, Peer, Room, RoomSnapshot};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Answers rudder-server's requests.
pub struct Transformer {
    settings: Settings,
    accounts: Accounts,
    deliverer: Deliverer,
    counters: Counters,
    upstream: Option<Upstream>,
    door: Arc<Door>,
    room: Arc<Room>,
    has_warned: AtomicBool,
}

impl Transformer {
    /// A transformer that has not connected yet.
    ///
    /// # Errors
    /// If an address cannot be used, or HTTPS cannot be set up.
    pub fn new(settings: Settings) -> Result<Arc<Transformer>, SettingsError> {
        let accounts = Accounts::new(&settings)?;
        let addresses = match &settings.base_url {
            Some(base_url) => vec![base_url.trim_end_matches('/').to_owned()],
            None => Region::ALL.map(|region| region.base_url().to_owned()).to_vec(),
        };
        let deliverer = Deliverer::new(addresses, settings.call_timeout).map_err(|_| SettingsError::Tls)?;
        Ok(Arc::new(Transformer {
            accounts,
            deliverer,
            counters: Counters::default(),
            upstream: settings.upstream.as_deref().map(Upstream::new).transpose()?,
            door: Door::new("transformer", settings.limits),
            room: Room::new(settings.limits.max_connections, settings.max_body_memory),
            has_warned: AtomicBool::new(false),
            settings,
        }))
    }

    /// Its counters.
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    /// Its door.
    pub fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// The present state of the memory for bodies.
    pub fn room(&self) -> RoomSnapshot {
        self.room.snapshot()
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Body>) -> Reply {
        match Route::of(request.method(), request.uri().path()) {
            Route::RouterTransform => self.router(request).await,
            Route::Batch => self.batch(request).await,
            Route::Processor(name) if is_ours(&name) => self.processor(&name, request).await,
            Route::Proxy(version, name) if is_ours(&name) => {
                self.counters.request(Surface::Proxy);
                match self.read(request).await {
                    Ok((_, received)) => self.proxy().answer(version, &name, &received.text).await,
                    Err(reply) => reply,
                }
            }
            Route::Processor(name) | Route::Proxy(_, name) => self.elsewhere(request, Some(&name)).await,
            Route::Elsewhere => self.elsewhere(request, None).await,
            Route::Features => self.features().await,
            Route::Health => self.health(),
            Route::Version => self.version(self.settings.versions.version.as_deref()),
            Route::BuildVersion => self.version(self.settings.versions.build.as_deref()),
        }
    }

    fn transformation(&self) -> Transformation<'_> {
        Transformation { settings: &self.settings, accounts: &self.accounts, counters: &self.counters }
    }

    fn proxy(&self) -> Proxy<'_> {
        Proxy { accounts: &self.accounts, deliverer: &self.deliverer, counters: &self.counters }
    }

    fn health(&self) -> Reply {
        self.counters.request(Surface::Other);
        let mut body = serde_json::json!({ "service": "UP" });
        let versions = &self.settings.versions;
        for (key, value) in [("version", &versions.build), ("gitCommitSha", &versions.commit)] {
            if let Some(value) = value {
                body[key] = Value::from(value.as_str());
            }
        }
        reply::json(StatusCode::OK, body.to_string())
    }

    fn version(&self, version: Option<&str>) -> Reply {
        self.counters.request(Surface::Other);
        reply::text(StatusCode::OK, version.unwrap_or("Version Info not found").to_owned())
    }

    async fn features(&self) -> Reply {
        self.counters.request(Surface::Other);
        match &self.upstream {
            Some(upstream) => upstream.features().await,
            None => reply::text(StatusCode::OK, features::own().to_string()),
        }
    }

    /// Requests for other destinations go to the transformer behind this one, if there is one.
    async fn elsewhere(&self, request: Request<Body>, destination: Option<&str>) -> Reply {
        if let Some(upstream) = &self.upstream {
            self.counters.request(Surface::Upstream);
            return upstream.forward(request).await;
        }
        self.counters.request(Surface::Other);
        match destination {
            Some(name) => self.unknown_destination(name),
            None => reply::not_found(),
        }
    }

    /// rudder-server aborts the jobs after such a reply, so it is logged once for the operator.
    fn unknown_destination(&self, name: &str) -> Reply {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a destination other than InMoment was asked for and answered 404, so rudder-server gives its events up; \
                 name the transformer that knows it as upstream"
            );
        }
        reply::unknown_destination(name)
    }

    async fn read(&self, request: Request<Body>) -> Result<(Parts, body::Received), Reply> {
        let (parts, body) = request.into_parts();
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|caller| Peer::of(caller.ip()));
        let received = match self.room.enter(address) {
            Ok(slot) => body::read(&parts.headers, body, self.settings.max_body_bytes, slot).await,
            Err(full) => Err(full.into()),
        };
        let mut received = received.map_err(unreadable)?;
        // rudder-transformer reads no other body, and goes on with an empty object
        // (docs/facts/transformer.md#json-types).
        if self.upstream.is_none() && !is_json(&parts.headers) {
            received.text = "{}".to_owned();
        }
        Ok((parts, received))
    }

    /// The destination of a request, by its body.
    fn owner(&self, payload: &Result<Payload<'_>, BadPayload>) -> Owner {
        match payload.as_ref().map(|payload| &payload.dest_type) {
            Ok(DestType::Named(name)) if is_ours(name) => Owner::Us,
            Ok(DestType::Named(name)) if self.upstream.is_none() => Owner::Nobody(name.clone()),
            Ok(DestType::Missing) | Err(_) if self.upstream.is_none() => Owner::Us,
            _ => Owner::Upstream,
        }
    }

    /// Answers a request that is not for InMoment.
    async fn not_ours(&self, owner: Owner, parts: Parts, received: body::Received) -> Reply {
        match (owner, &self.upstream) {
            (Owner::Upstream, Some(upstream)) => {
                self.counters.request(Surface::Upstream);
                upstream.forward(Request::from_parts(parts, Body::from(received.into_wire()))).await
            }
            (Owner::Nobody(name), _) => {
                self.counters.request(Surface::Other);
                self.unknown_destination(&name)
            }
            _ => reply::not_found(),
        }
    }

    async fn batch(&self, request: Request<Body>) -> Reply {
        let (parts, received) = match self.read(request).await {
            Ok(read) => read,
            Err(reply) => return reply,
        };
        let plain = OnceCell::new();
        let payload = Payload::of(&received.text, &plain, Stage::Router, false);
        let owner = self.owner(&payload);
        if owner != Owner::Us {
            drop(payload);
            return self.not_ours(owner, parts, received).await;
        }
        self.counters.request(Surface::Router);
        let payload = match payload {
            Ok(payload) => payload,
            Err(bad) => return bad_payload(&bad),
        };
        let (Some(input), DestType::Named(name)) = (&payload.input, &payload.dest_type) else {
            return reply::error(StatusCode::INTERNAL_SERVER_ERROR, "input or destType is missing");
        };
        let elements = input.iter().map(|parts| payload.element(parts, None));
        let metadata: Vec<String> = elements.map(|element| element.metadata().to_owned()).collect();
        let error = element::quoted(&format!("{name} does not implement batch"));
        let body = format!(
            "[{{\"metadata\":[{}],\"batched\":false,\"statusCode\":500,\"error\":{error},\
             \"statTags\":{{\"errorCategory\":\"transformation\"}}}}]",
            metadata.join(",")
        );
        reply::versioned(StatusCode::OK, body)
    }

    async fn router(&self, request: Request<Body>) -> Reply {
        let (parts, received) = match self.read(request).await {
            Ok(read) => read,
            Err(reply) => return reply,
        };
        let plain = OnceCell::new();
        let payload = Payload::of(&received.text, &plain, Stage::Router, is_compacted(&parts.headers));
        let owner = self.owner(&payload);
        if owner != Owner::Us {
            drop(payload);
            return self.not_ours(owner, parts, received).await;
        }
        self.counters.request(Surface::Router);
        let payload = match payload {
            Ok(payload) => payload,
            Err(bad) => return bad_payload(&bad),
        };
        let Some(input) = &payload.input else { return no_input(&payload.dest_type) };
        let DestType::Named(name) = &payload.dest_type else {
            return reply::error(StatusCode::INTERNAL_SERVER_ERROR, "destType is missing");
        };
        let secret = match secret(&parts.headers) {
            Ok(secret) => secret,
            Err(()) => return reply::error(StatusCode::BAD_REQUEST, "the header oauth-secret is not JSON"),
        };
        let elements: Vec<Element<'_>> = input.iter().map(|parts| payload.element(parts, secret)).collect();
        let answered = self.transformation().answer(&elements, Feature::Router).await;
        let mut out = Vec::with_capacity(received.text.len() + elements.len() * 512);
        out.extend_from_slice(b"{\"output\":[");
        for (nth, Answered { element, first, answer, destination }) in answered.iter().enumerate() {
            if nth > 0 {
                out.push(b',');
            }
            // The ids of a group's first element are in the tags of all.
            let place = || place(Feature::Router, name, elements[*first].metadata());
            let destination = destination.as_ref().map(|destination| destination.text.as_ref());
            element::router(&mut out, answer, elements[*element].metadata(), destination, place);
        }
        out.extend_from_slice(b"]}");
        reply::versioned(StatusCode::OK, out)
    }

    async fn processor(&self, name: &str, request: Request<Body>) -> Reply {
        self.counters.request(Surface::Processor);
        let (parts, received) = match self.read(request).await {
            Ok(read) => read,
            Err(reply) => return reply,
        };
        let plain = OnceCell::new();
        let compacted = is_compacted(&parts.headers);
        let payload = match Payload::of(&received.text, &plain, Stage::Processor, compacted) {
            Ok(payload) => payload,
            Err(bad) => return bad_payload(&bad),
        };
        let Some(input) = &payload.input else {
            return reply::error(StatusCode::INTERNAL_SERVER_ERROR, "the body holds no events");
        };
        let elements: Vec<Element<'_>> = input.iter().map(|parts| payload.element(parts, None)).collect();
        let mut answered = self.transformation().answer(&elements, Feature::Processor).await;
        answered.sort_by_key(|answered| answered.element);
        let mut out = Vec::with_capacity(received.text.len() + elements.len() * 512);
        out.push(b'[');
        for (nth, Answered { element, answer, .. }) in answered.iter().enumerate() {
            if nth > 0 {
                out.push(b',');
            }
            let element = &elements[*element];
            let place = || place(Feature::Processor, name, element.metadata());
            element::processor(&mut out, answer, element.metadata.as_deref(), place);
        }
        out.push(b']');
        reply::versioned(StatusCode::OK, out)
    }
}

/// The destination of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    Us,
    Upstream,
    /// A destination that the transformer does not know.
    Nobody(String),
}

fn place(feature: Feature, name: &str, metadata: &str) -> JobPlace {
    let id = |key| id_in(metadata, key).map(Cow::into_owned);
    JobPlace {
        feature,
        dest_type: name.to_uppercase(),
        destination_id: id("destinationId"),
        workspace_id: id("workspaceId"),
    }
}

fn is_compacted(headers: &HeaderMap) -> bool {
    headers.get("x-content-format").is_some_and(|value| value == "json+compactedv1")
}

/// The types that rudder-transformer reads as JSON (docs/facts/transformer.md#json-types).
fn is_json(headers: &HeaderMap) -> bool {
    const TYPES: [&str; 5] = [
        "application/json",
        "application/json-patch+json",
        "application/vnd.api+json",
        "application/csp-report",
        "application/scim+json",
    ];
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    TYPES.iter().any(|known| essence.eq_ignore_ascii_case(known))
}

/// The text of the JSON in the header `oauth-secret`.
fn secret(headers: &HeaderMap) -> Result<Option<&str>, ()> {
    let Some(value) = headers.get("oauth-secret") else { return Ok(None) };
    let text = value.to_str().map_err(|_| ())?;
    raw::kind(text).map_err(|_| ())?;
    // It is copied into the reply unchanged.
    if matches!(raw::plain(text), Cow::Owned(_)) {
        return Err(());
    }
    Ok(Some(text.trim()))
}

fn no_input(dest_type: &DestType) -> Reply {
    let metadata = match dest_type {
        DestType::Missing => "{}".to_owned(),
        DestType::Named(name) => format!("{{\"destType\":{}}}", element::quoted(name)),
    };
    let body = format!(
        "{{\"output\":[{{\"metadata\":[{metadata}],\"batched\":false,\"statusCode\":400,\
         \"error\":\"Invalid event array\"}}]}}"
    );
    reply::versioned(StatusCode::OK, body)
}

fn bad_payload(bad: &BadPayload) -> Reply {
    reply::error(
        StatusCode::BAD_REQUEST,
        match bad {
            BadPayload::NotJson | BadPayload::HoldsWords => "the body is not JSON",
            BadPayload::NotAnObjectOrList => "invalid JSON, only supports object and array",
        },
    )
}

fn unreadable(error: BodyError) -> Reply {
    match error {
        BodyError::TooLarge => reply::error(StatusCode::PAYLOAD_TOO_LARGE, "request entity too large"),
        BodyError::UnknownCoding => {
            let message = "the Content-Encoding is none of gzip, deflate and br";
            reply::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        }
        BodyError::Unreadable => reply::error(
            StatusCode::BAD_REQUEST,
            "the body broke off, or is not what its Content-Encoding says",
        ),
        // The reply of rudder-transformer's memory fence (docs/facts/transformer.md#memory-fence).
        BodyError::NoRoom => {
            reply::come_back("memory_fencing", "other requests hold the memory; send it again")
        }
    }
}
