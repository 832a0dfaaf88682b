//! InMoment with the end users of docs/facts/transformer.md#cases.

use crate::server::{Act, Request, Server, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The way of a look-up by the caller's id.
const BY_EXTERNAL_ID: &str = "?lookup_by_external_id=true";
/// Stored properties of `E`, in their order.
pub(crate) const E_PROPERTIES: &str =
    r#"{"city":"Dhaka","name":"Ada","title":"Dr","gender":"f","company":"Initech"}"#;

/// By the caller's id, by InMoment's, and the properties.
const USERS: [(&str, &str, &str); 6] = [
    ("E", "486438462", E_PROPERTIES),
    ("N", "77", "{}"),
    ("Z", "78", "null"),
    ("W", "79", r#"{"a":null,"b":0,"c":false,"d":"","e":[1,2],"f":{"x":1}}"#),
    ("A", "80", "{}"),
    ("known-by-id-only", "490635419", r#"{"city":"Pune","plan name":"gold","n":1}"#),
];

/// The stub. Tokens are `planted-1`, `planted-2`, …
pub(crate) struct InMoment {
    pub(crate) server: Server,
}

impl InMoment {
    pub(crate) async fn start() -> InMoment {
        InMoment::scripted(|_, _| None).await
    }

    /// The script goes first: it gets each request and how many with the same target came before it.
    pub(crate) async fn scripted(
        script: impl Fn(&Request, usize) -> Option<Act> + Send + Sync + 'static,
    ) -> InMoment {
        let tokens = AtomicUsize::new(0);
        let server = Server::start(move |request, before| {
            if let Some(act) = script(request, before) {
                return act;
            }
            if is_token(request) {
                let number = tokens.fetch_add(1, Ordering::SeqCst) + 1;
                return Act::Answer(token(&format!("planted-{number}")));
            }
            Act::Answer(resource(request))
        });
        InMoment { server: server.await }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// How many tokens were asked for.
    pub(crate) fn tokens(&self) -> usize {
        self.server.requests().iter().filter(|request| is_token(request)).count()
    }

    /// The look-ups made, each without `/v1/end_users/`.
    pub(crate) fn look_ups(&self) -> Vec<String> {
        let requests = self.server.requests().into_iter().filter(|request| request.method == "GET");
        requests.map(|request| request.target.strip_prefix("/v1/end_users/").unwrap().to_owned()).collect()
    }
}

pub(crate) fn is_token(request: &Request) -> bool {
    request.target.starts_with("/oauth/token")
}

/// A grant for two hours (docs/facts/inmoment-api.md#token-reply).
pub(crate) fn token(access: &str) -> String {
    json(
        200,
        &format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":7200,"refresh_token":"planted-refresh","scope":"x"}}"#
        ),
    )
}

/// How a look-up by the caller's id ends, `id` being encoded.
pub(crate) fn by_user(id: &str) -> String {
    format!("{id}{BY_EXTERNAL_ID}")
}

pub(crate) fn user(id: &str, properties: &str) -> String {
    json(200, &format!(r#"{{"id":{id},"email":"stored@example.com","properties":{properties}}}"#))
}

fn resource(request: &Request) -> String {
    let path = request.target.strip_prefix("/v1/end_users/").unwrap_or_default();
    if request.method != "GET" {
        return json(200, r#"{"id":1}"#);
    }
    let found = USERS.iter().find(|(external, id, _)| *id == path || by_user(external) == path);
    match found {
        Some((_, id, properties)) => user(id, properties),
        None => json(404, r#"{"type":"error_list","errors":[{"status":"record_not_found"}]}"#),
    }
}
