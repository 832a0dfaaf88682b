//! The transformer behind this one: it gets all requests that are not for InMoment, unchanged except for hop-by-hop
//! headers (RFC 9110, 7.6.1). Bodies are streamed in both directions.
//!
//! If it cannot be reached, rudder-server is told to repeat the request (docs/facts/transformer.md#should-retry);
//! requests for InMoment are not affected. Its last `/features` are remembered, because rudder-server uses them to
//! decide where other destinations are transformed.

use crate::features;
use crate::reply::{self, Reply};
use crate::settings::SettingsError;
use axum::body::Body;
use bytes::Bytes;
use http::header::{CONNECTION, HOST, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use port::RequestId;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A transformer that takes longer to connect to counts as down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A transformer that is down is logged once in this time.
const REPORT_EVERY: Duration = Duration::from_secs(10);
/// `/features` names a few hundred destinations.
const LARGEST_FEATURES: usize = 4 << 20;

/// The headers that belong to one connection.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authorization"),
];

/// Another transformer.
pub(crate) struct Upstream {
    client: Client<HttpConnector, Body>,
    authority: Authority,
    features: Mutex<Option<String>>,
    reported: Mutex<Option<Instant>>,
}

impl Upstream {
    /// `address` is `http://host:port`.
    pub(crate) fn new(address: &str) -> Result<Upstream, SettingsError> {
        let uri: Uri = address.trim().parse().map_err(|_| SettingsError::Upstream)?;
        let is_bare = matches!(uri.path_and_query().map(PathAndQuery::as_str), None | Some("/"));
        let authority = uri.authority().filter(|_| uri.scheme() == Some(&Scheme::HTTP) && is_bare);
        let authority = authority.filter(|authority| !authority.as_str().contains('@')).cloned();
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        Ok(Upstream {
            client: Client::builder(TokioExecutor::new()).build(connector),
            authority: authority.ok_or(SettingsError::Upstream)?,
            features: Mutex::default(),
            reported: Mutex::default(),
        })
    }

    /// Passes a request on and its reply back.
    pub(crate) async fn forward(&self, mut request: Request<Body>) -> Reply {
        let path = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(self.authority.clone()).path_and_query(path);
        // Each part is valid already.
        let Ok(uri) = uri.build() else { return reply::not_found() };
        *request.uri_mut() = uri;
        request.headers_mut().remove(HOST);
        drop_hop_by_hop(request.headers_mut());
        let id = request.extensions().get::<RequestId>().cloned();
        match self.client.request(request).await {
            Ok(answered) => {
                let mut reply = answered.map(Body::new);
                drop_hop_by_hop(reply.headers_mut());
                reply
            }
            Err(error) => {
                self.report(&error, id.as_ref());
                unavailable()
            }
        }
    }

    /// Logs that it cannot be reached, at intervals instead of for each request.
    fn report(&self, error: &Error, id: Option<&RequestId>) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.is_none_or(|at| at.elapsed() >= REPORT_EVERY) {
            *reported = Some(Instant::now());
            let request_id = id.map(tracing::field::display);
            tracing::warn!(
                %error,
                request_id,
                "the transformer behind this one cannot be reached; its requests will be sent again"
            );
        }
    }

    /// Its features, with those for InMoment added.
    pub(crate) async fn features(&self) -> Reply {
        let fresh = self.ask_features().await;
        let mut known = self.features.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = fresh {
            *known = Some(fresh);
        }
        match &*known {
            Some(features) => reply::text(StatusCode::OK, features.clone()),
            None => unavailable(),
        }
    }

    async fn ask_features(&self) -> Option<String> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query("/features")
            .build()
            .ok()?;
        let answered = match self.client.request(request).await {
            Ok(answered) => answered,
            Err(error) => {
                self.report(&error, None);
                return None;
            }
        };
        match answered.status() {
            StatusCode::OK => {}
            // A transformer that is too old to have `/features`.
            StatusCode::NOT_FOUND => return Some(features::own().to_string()),
            _ => return None,
        }
        let body: Bytes =
            Limited::new(answered.into_body(), LARGEST_FEATURES).collect().await.ok()?.to_bytes();
        Some(features::merged(&String::from_utf8_lossy(&body))?.to_string())
    }
}

fn unavailable() -> Reply {
    reply::come_back(
        "upstream_unavailable",
        "the transformer behind this one cannot be reached; send it again",
    )
}

/// The headers that `Connection` names are removed, too.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}
