//! Somebody who asks the console: a browser with its cookie, or a program with its token.

use crate::harness::Harness;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use journal::{Archive, AuditFilter};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "planted correct horse";

/// One that keeps the session's cookie, as a browser does, and sends what the console's own pages send.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) peer: SocketAddr,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    pub(crate) fn set_cookie(&self) -> Option<&str> {
        self.headers.get("set-cookie").map(|value| value.to_str().unwrap())
    }
}

impl Client {
    pub(crate) fn browser(harness: &Harness) -> Client {
        let headers = [
            ("host", "localhost:8081"),
            ("x-rapport-csrf", "1"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:8081"),
        ];
        let headers = headers.map(|(name, value)| (name, value.to_owned())).to_vec();
        let peer = SocketAddr::from(([192, 0, 2, 1], 40_000));
        Client { router: harness.router.clone(), cookie: None, bearer: None, headers, peer }
    }

    pub(crate) fn program(harness: &Harness, token: &str) -> Client {
        let browser = Client::browser(harness);
        Client { bearer: Some(token.to_owned()), headers: Vec::new(), ..browser }
    }

    /// The same without these headers, and with others in their place.
    pub(crate) fn with(&self, headers: &[(&'static str, &str)]) -> Client {
        let mut client = self.clone();
        client.headers.retain(|(known, _)| headers.iter().all(|(name, _)| name != known));
        let given = headers.iter().filter(|(_, value)| !value.is_empty());
        client.headers.extend(given.map(|(name, value)| (*name, (*value).to_owned())));
        client
    }

    /// The status and headers alone: the body may never end.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> axum::response::Response {
        let mut request = Request::builder().method(Method::try_from(method).unwrap()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("theme=dark; {cookie}"));
        }
        if let Some(bearer) = &self.bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        let request = request.extension(ConnectInfo(self.peer));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn raw(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let reply = self.ask(method, path, body).await;
        let (parts, body) = reply.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let reply = Reply { status: parts.status.as_u16(), headers: parts.headers, body };
        if let Some(cookie) = reply.set_cookie() {
            let given = cookie.split(';').next().unwrap().to_owned();
            self.cookie = Some(given).filter(|given| !given.ends_with('='));
        }
        reply
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.raw("GET", path, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.raw("POST", path, &body.to_string()).await
    }

    pub(crate) async fn put(&mut self, path: &str, body: Value) -> Reply {
        self.raw("PUT", path, &body.to_string()).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Reply {
        self.raw("DELETE", path, "").await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        self.post("/api/v1/session", json!({ "name": name, "password": password })).await
    }
}

impl Harness {
    /// Somebody who is signed in.
    pub(crate) async fn person(&self, name: &str, role: &str) -> Client {
        let mut admin = Client::program(self, crate::harness::TOKEN);
        let person = json!({ "name": name, "role": role, "password": PASSWORD });
        let reply = admin.post("/api/v1/people", person).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut client = Client::browser(self);
        let reply = client.sign_in(name, PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        client
    }

    /// All of the audit, oldest first, as `who action subject`.
    pub(crate) async fn audited(&self) -> Vec<String> {
        self.written().await;
        let page = self.archive.audit(&AuditFilter::default(), 1_000).unwrap();
        let told =
            page.items.into_iter().rev().map(|entry| [entry.who, entry.action, entry.subject].join(" "));
        told.collect()
    }
}
