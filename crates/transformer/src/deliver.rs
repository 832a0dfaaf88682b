//! Sends a request that rudder-server passes (docs/facts/transformer.md#delivery-proxy): to InMoment and to no other
//! server.

use crate::form;
use inmoment::{HttpReply, LossCause};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::time::Duration;

/// Larger replies are cut off; the reply to a write has a few hundred bytes.
const LARGEST_REPLY: usize = 4 << 20;

/// A request as rudder-server passes it.
#[derive(Clone, Default)]
pub(crate) struct ProxyRequest {
    pub(crate) method: String,
    pub(crate) endpoint: String,
    pub(crate) headers: Map<String, Value>,
    pub(crate) params: Map<String, Value>,
    pub(crate) body: Payload,
}

impl ProxyRequest {
    /// The same request with another token.
    pub(crate) fn with_token(&self, token: &SecretString) -> ProxyRequest {
        let mut delivery = self.clone();
        delivery.headers.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
        let bearer = format!("Bearer {}", token.expose_secret());
        delivery.headers.insert("Authorization".to_owned(), Value::from(bearer));
        delivery
    }
}

/// The body that is to be sent.
#[derive(Clone, Default, PartialEq)]
pub(crate) enum Payload {
    #[default]
    Nothing,
    Form(Map<String, Value>),
    Json(Map<String, Value>),
}

/// Why a delivery got no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The request was not sent, for the reason in the text.
    Refused(&'static str),
    Lost(LossCause),
}

/// Sends deliveries.
pub(crate) struct Deliverer {
    http: reqwest::Client,
    /// The addresses of InMoment, each without a slash at its end.
    addresses: Vec<String>,
}

impl Deliverer {
    pub(crate) fn new(addresses: Vec<String>, timeout: Duration) -> Result<Deliverer, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .pool_idle_timeout(Duration::from_secs(50))
            .connect_timeout(Duration::from_secs(10))
            .timeout(timeout);
        if addresses.iter().all(|address| address.starts_with("http://")) {
            // Plain HTTP (the sandbox) must work on machines without certificates.
            builder = builder.tls_certs_only(std::iter::empty());
        } else {
            builder = inmoment::roots::trusting(builder);
        }
        Ok(Deliverer { http: builder.build()?, addresses })
    }

    /// Sends one delivery.
    pub(crate) async fn send(&self, delivery: &ProxyRequest) -> Result<HttpReply, Undelivered> {
        let request = self.request(delivery)?;
        let answered =
            self.http.execute(request).await.map_err(|error| Undelivered::Lost(LossCause::of(&error)))?;
        let status = answered.status().as_u16();
        let headers = answered
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut body = Vec::new();
        let mut answered = answered;
        // The status has arrived and says whether the call was carried out, even if the body is incomplete.
        while let Ok(Some(piece)) = answered.chunk().await {
            if body.len() + piece.len() > LARGEST_REPLY {
                break;
            }
            body.extend_from_slice(&piece);
        }
        Ok(HttpReply { status, headers, body })
    }

    fn request(&self, delivery: &ProxyRequest) -> Result<reqwest::Request, Undelivered> {
        let mut url = Url::parse(&delivery.endpoint).map_err(|_| Undelivered::Refused(NOT_A_URL))?;
        let is_inmoment = self.addresses.iter().any(|address| {
            url.as_str().strip_prefix(address.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        if !is_inmoment {
            return Err(Undelivered::Refused(ELSEWHERE));
        }
        for (key, value) in &delivery.params {
            url.query_pairs_mut().append_pair(key, &form::text(value));
        }
        let method = Method::from_bytes(delivery.method.to_ascii_uppercase().as_bytes());
        let mut request = reqwest::Request::new(method.map_err(|_| Undelivered::Refused(NO_METHOD))?, url);
        *request.headers_mut() = headers(&delivery.headers);
        let (text, content_type) = match &delivery.body {
            Payload::Nothing => (String::new(), None),
            Payload::Form(form) => (form::encode(form), Some("application/x-www-form-urlencoded")),
            Payload::Json(members) => (Value::Object(members.clone()).to_string(), Some("application/json")),
        };
        if let Some(content_type) = content_type {
            request.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        }
        if text.is_empty() {
            // The library would leave the header out otherwise, and some servers then refuse the request.
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *request.body_mut() = Some(text.into());
        Ok(request)
    }
}

const NOT_A_URL: &str = "the endpoint is no URL; nothing was sent";
const ELSEWHERE: &str = "the endpoint is not InMoment's address; nothing was sent";
const NO_METHOD: &str = "the method is none; nothing was sent";

/// The given headers that are valid, and the User-Agent that rudder-server has.
fn headers(given: &Map<String, Value>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let (Ok(name), Ok(mut value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&form::text(value)))
        else {
            continue;
        };
        if name != HOST && name != CONTENT_LENGTH {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    headers.insert(USER_AGENT, HeaderValue::from_static("RudderLabs"));
    headers
}
