//! The types at the edge of the pure part: a request to be sent and a received reply. Both may contain personal data or
//! secrets, so `Debug` shows neither paths nor bodies.

use std::fmt;

use crate::form::Form;

/// A request without host and authorisation, which the sender adds.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST` or `PUT`
    pub method: &'static str,
    /// Path and query, percent-encoded, e.g. `/v1/end_users/cust-42?lookup_by_external_id=true`.
    pub path: String,
    /// The `application/x-www-form-urlencoded` body of a POST or PUT (docs/facts/inmoment-api.md#parameters).
    pub form: Option<String>,
}

/// A complete reply.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The complete body; empty if it could not be read completely, and never a part of it.
    pub body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) fn get(path: String) -> HttpRequest {
        HttpRequest { method: "GET", path, form: None }
    }

    pub(crate) fn post(path: String, form: Form) -> HttpRequest {
        HttpRequest { method: "POST", path, form: Some(form.finish()) }
    }
}

impl HttpReply {
    /// The first header of this (lower-case) name, trimmed.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply").field("status", &self.status).finish_non_exhaustive()
    }
}
