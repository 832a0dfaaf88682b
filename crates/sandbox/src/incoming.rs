//! A request as the API and the fault rules see it: the canonical path, its endpoint, and decoded parameters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;

use crate::exchange::Request;
use crate::params::{Params, Unreadable, decode_segment};
use crate::route::{self, Endpoint, NoEndpoint};
use crate::store::{Store, Unique};

/// The largest body; every documented call is smaller.
pub(crate) const MAX_BODY: usize = 1 << 20;
const MAX_TARGET: usize = 16 << 10;

/// A request that was read once.
pub(crate) struct Incoming {
    /// The path in the form `/v1/...`, still percent-encoded.
    pub(crate) path: String,
    segments: Vec<String>,
    pub(crate) endpoint: Result<Endpoint, NoEndpoint>,
    /// The parameters, or the status and text of the reply if they are unreadable.
    pub(crate) params: Result<Params, (u16, String)>,
}

impl Incoming {
    pub(crate) fn read(request: &Request) -> Incoming {
        if request.target.len() > MAX_TARGET {
            return Incoming {
                path: "/".into(),
                segments: Vec::new(),
                endpoint: Err(NoEndpoint::Path),
                params: Ok(Params::default()),
            };
        }
        let path = route::canonical(request.path());
        let segments = route::segments(&path);
        Incoming {
            endpoint: route::find(&request.method, &segments),
            params: params(request),
            path,
            segments,
        }
    }

    /// `Authorization: Bearer`, else `access_token` in the query or the form (docs/facts/inmoment-api.md#token-use).
    pub(crate) fn access_token(&self, request: &Request) -> Option<String> {
        let bearer = request.header("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
        bearer.or_else(|| self.params.as_ref().ok()?.text("access_token"))
    }

    /// The client's id and secret of `Authorization: Basic`, percent-decoded as in RFC 6749 2.3.1.
    pub(crate) fn basic(&self, request: &Request) -> Option<(String, String)> {
        let (scheme, code) = request.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(BASE64.decode(code.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((decode_segment(id), decode_segment(secret)))
    }

    /// Whether the request is about the end user known by this id, external id, e-mail or phone number.
    pub(crate) fn concerns(&self, store: &Store, wanted: &str) -> bool {
        let fields = ["email", "external_id", "phone_number"];
        let written = |name| self.params.as_ref().ok().and_then(|params| params.text(name));
        if fields.iter().any(|name| written(name).as_deref() == Some(wanted)) {
            return true;
        }
        let parts: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        let named = match parts.as_slice() {
            ["v1", "end_users", "phone_number", named] | ["v1", "end_users", named, ..] => *named,
            _ => return false,
        };
        let known = named.parse().ok().and_then(|id| store.user(id));
        let unique = [Unique::ExternalId, Unique::Email, Unique::Phone];
        let known = known.or_else(|| unique.into_iter().find_map(|field| store.user_by(field, named)));
        named == wanted
            || known.is_some_and(|user| {
                let own = [&user.external_id, &user.email, &user.phone_number];
                user.id.to_string() == wanted || own.into_iter().any(|value| value.as_deref() == Some(wanted))
            })
    }
}

fn params(request: &Request) -> Result<Params, (u16, String)> {
    // A body of a GET or DELETE has no meaning (docs/facts/inmoment-api.md#get-with-body).
    let body: &[u8] = if matches!(request.method.as_str(), "POST" | "PUT") { &request.body } else { &[] };
    if body.len() > MAX_BODY {
        return Err((413, "Request Entity Too Large".into()));
    }
    // Rails: `ActionDispatch::Request`, "Invalid path parameters".
    if percent_decode_str(request.path()).decode_utf8().is_err() {
        return Err((400, Unreadable::Encoding.to_string()));
    }
    let read = Params::read(request.query(), request.header("content-type"), body);
    read.map_err(|error| (error.status(), error.to_string()))
}
