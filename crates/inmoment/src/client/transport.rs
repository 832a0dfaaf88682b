//! Sends one request and returns its reply, or the reason why there is none and how far the request got.
//!
//! Knowledge of a lost request: without a connection, InMoment cannot have received it; with a connection, it may have,
//! until a status line says more. A reply whose body breaks off counts as a reply with its status and headers and an
//! empty body: the status alone decides what it means, and an incomplete body is never read.

use std::error::Error as _;
use std::sync::Arc;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Response, Url};

use super::settings::{ClientSettings, Resolver, SettingsError};
use crate::http::{HttpReply, HttpRequest};
use crate::outcome::{CallError, Executed, FailedCall, FailureClass, LossCause, RateHeaders, Said};

/// Idle connections are closed before usual load balancers close them (60 s): if a request meets a closing connection,
/// it is not known whether it was carried out.
const POOL_IDLE: std::time::Duration = std::time::Duration::from_secs(50);
/// The cause of a lost request is cut to this length.
const MAX_CAUSE_CHARS: usize = 120;

pub(super) struct Transport {
    http: reqwest::Client,
    /// Without a slash at its end.
    base: String,
    max_reply_bytes: usize,
    wall_clock: fn() -> i64,
}

/// A reply, perhaps without its body.
pub(super) struct Received {
    pub(super) reply: HttpReply,
    /// Why the body is missing.
    cut: Option<&'static str>,
}

/// A request without a reply.
pub(super) struct Lost {
    class: FailureClass,
    code: &'static str,
    /// Whether InMoment may have seen the request.
    sent: bool,
    cause: LossCause,
    message: String,
}

impl Transport {
    pub(super) fn new(settings: &ClientSettings) -> Result<Self, SettingsError> {
        let base = base_url(&settings.base_url)?;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rapport/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .pool_idle_timeout(POOL_IDLE)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout);
        if base.starts_with("http://") {
            // Plain HTTP (the sandbox) must work on machines without certificates.
            builder = builder.tls_certs_only(std::iter::empty());
        } else {
            builder = crate::roots::trusting(builder);
        }
        if let Some(Resolver(resolver)) = &settings.resolver {
            builder = builder.dns_resolver(Arc::clone(resolver));
        }
        let http = builder.build().map_err(|error| SettingsError::Tls(cause(&error)))?;
        Ok(Transport {
            http,
            base,
            max_reply_bytes: settings.max_reply_bytes,
            wall_clock: settings.wall_clock,
        })
    }

    /// UNIX seconds.
    pub(super) fn now(&self) -> i64 {
        self.now_ms().div_euclid(1_000)
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.wall_clock)()
    }

    pub(super) async fn exchange(
        &self,
        request: &HttpRequest,
        authorization: Option<&HeaderValue>,
    ) -> Result<Received, Lost> {
        let request = self.build(request, authorization).ok_or_else(Lost::unsendable)?;
        let response = self.http.execute(request).await.map_err(Lost::from_error)?;
        let status = response.status().as_u16();
        let headers = header_list(response.headers());
        let (body, cut) = match self.body(response).await {
            Ok(body) => (body, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Ok(Received { reply: HttpReply { status, headers, body }, cut })
    }

    fn build(&self, request: &HttpRequest, authorization: Option<&HeaderValue>) -> Option<reqwest::Request> {
        let text = format!("{}{}", self.base, request.path);
        let url = Url::parse(&text).ok()?;
        // If the library rewrote the URL (dot segments) or read another host in it, the request would reach another
        // resource.
        if url.as_str() != text || !request.path.starts_with('/') {
            return None;
        }
        let method = Method::from_bytes(request.method.as_bytes()).ok()?;
        let mut built = reqwest::Request::new(method, url);
        let headers = built.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(form) = &request.form {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            *built.body_mut() = Some(form.clone().into());
        }
        Some(built)
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, &'static str> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() > self.max_reply_bytes => {
                    return Err("it was larger than any reply of this API");
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) if error.is_timeout() => return Err("it did not end in time"),
                Err(_) => return Err("it broke off"),
            }
        }
    }
}

impl Received {
    /// The reply, if its body is complete.
    pub(super) fn whole(self) -> Result<HttpReply, Box<FailedCall>> {
        let Some(reason) = self.cut else { return Ok(self.reply) };
        let error = CallError {
            class: FailureClass::Wait,
            executed: Executed::Maybe,
            status: Some(self.reply.status),
            code: "unreadable_reply",
            message: format!("InMoment's reply has no body: {reason}"),
            rate: RateHeaders::default(),
        };
        Err(Box::new(FailedCall { error, said: Said::Lost(LossCause::Reset), of_token: false }))
    }

    /// Adds to an error the reason why the body is missing. A refusal without its text is not final: only the text
    /// distinguishes a taken e-mail, which can be handled, from a bad event. The call was not carried out, so it can be
    /// repeated without harm.
    pub(super) fn explain(&self, mut error: CallError) -> CallError {
        if let Some(reason) = self.cut {
            if error.class == FailureClass::Reject {
                (error.class, error.code) = (FailureClass::Wait, "unreadable_reply");
            }
            error.message = format!("{} (the reply's body is missing: {reason})", error.message);
        }
        error
    }
}

impl Lost {
    fn unsendable() -> Self {
        Lost {
            class: FailureClass::Reject,
            code: "id_unusable",
            sent: false,
            cause: LossCause::Other,
            message: "the call could not be written as a URL, so it was not sent".to_owned(),
        }
    }

    /// A call that was given up as a whole, so that nobody knows how far it came.
    pub(super) fn overdue() -> Self {
        Lost {
            class: FailureClass::Wait,
            code: "timeout",
            sent: true,
            cause: LossCause::TimedOut,
            message: "the call took too long as a whole, so it was given up".to_owned(),
        }
    }

    fn from_error(error: reqwest::Error) -> Self {
        // The URL contains ids and e-mails, so it is removed.
        let error = error.without_url();
        let why = cause(&error);
        if error.is_builder() {
            return Lost::unsendable();
        }
        let (code, sent, said) = if error.is_dns() {
            ("connection", false, "the name of InMoment's host could not be looked up")
        } else if error.is_connect() {
            ("connection", false, "no connection to InMoment")
        } else if error.is_timeout() {
            ("timeout", true, "InMoment did not answer in time")
        } else {
            ("connection", true, "the connection to InMoment broke before it answered")
        };
        let cause = LossCause::of(&error);
        Lost { class: FailureClass::Wait, code, sent, cause, message: format!("{said} ({why})") }
    }

    /// With its cause, for callers that pass the error on.
    pub(super) fn failed(self, writes: bool, of_token: bool) -> Box<FailedCall> {
        let said = Said::Lost(self.cause);
        Box::new(FailedCall { error: self.error(writes), said, of_token })
    }

    /// As the error of a call that changes data (`writes`) or only reads.
    pub(super) fn error(self, writes: bool) -> CallError {
        CallError {
            class: self.class,
            executed: if self.sent && writes { Executed::Maybe } else { Executed::No },
            status: None,
            code: self.code,
            message: self.message,
            rate: RateHeaders::default(),
        }
    }
}

impl LossCause {
    /// How a request ended, determined from the system's innermost error.
    pub fn of(error: &reqwest::Error) -> LossCause {
        if error.is_dns() {
            return LossCause::NoName;
        }
        if error.is_timeout() {
            return LossCause::TimedOut;
        }
        let mut inner = error.source();
        while let Some(cause) = inner {
            if let Some(io) = cause.downcast_ref::<std::io::Error>()
                && let Some(cause) = LossCause::of_kind(io.kind())
            {
                return cause;
            }
            inner = cause.source();
        }
        // If an established connection ends without a reply, hyper reports an incomplete message.
        if error.is_connect() || error.is_builder() { LossCause::Other } else { LossCause::Reset }
    }

    fn of_kind(kind: std::io::ErrorKind) -> Option<LossCause> {
        use std::io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, TimedOut, UnexpectedEof,
        };
        match kind {
            ConnectionRefused => Some(LossCause::Refused),
            ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => Some(LossCause::Reset),
            TimedOut => Some(LossCause::TimedOut),
            _ => None,
        }
    }
}

/// The innermost cause: the error of the system, TLS or the resolver. The outer errors only repeat that a request
/// failed.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost = error.source();
    while let Some(inner) = innermost.and_then(|error| error.source()) {
        innermost = Some(inner);
    }
    let text = innermost.map_or_else(|| error.to_string(), |error| error.to_string());
    text.chars().filter(|c| !c.is_control()).take(MAX_CAUSE_CHARS).collect()
}

fn header_list(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| match value.to_str() {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn base_url(text: &str) -> Result<String, SettingsError> {
    let url = Url::parse(text.trim()).map_err(|_| SettingsError::BaseUrl("is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(SettingsError::BaseUrl("must begin with http:// or https:// and name a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::BaseUrl("must not hold a username or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SettingsError::BaseUrl("must not hold a query or fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
