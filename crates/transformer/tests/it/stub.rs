//! InMoment with the end users of docs/facts/transformer.md#cases.

use scripted_server::{Act, Request, Server, grant, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The query of a look-up by the caller's id.
const BY_EXTERNAL_ID: &str = "?lookup_by_external_id=true";
/// Stored properties of `E`, in their order.
pub(crate) const E_PROPERTIES: &str =
    r#"{"city":"Dhaka","name":"Ada","title":"Dr","gender":"f","company":"Initech"}"#;

/// The caller's id, InMoment's id, and the properties.
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
        InMoment { server: Server::if_asked(usual()).await }
    }

    /// One that no request may reach.
    pub(crate) async fn unasked() -> InMoment {
        InMoment { server: Server::unasked().await }
    }

    /// The script goes first: it gets each request and how many with the same target came before it.
    pub(crate) async fn scripted(
        script: impl Fn(&Request, usize) -> Option<Act> + Send + Sync + 'static,
    ) -> InMoment {
        InMoment { server: Server::over(script, usual()).await }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The number of requested tokens.
    pub(crate) fn tokens(&self) -> usize {
        self.server.requests().iter().filter(|request| request.is_token()).count()
    }

    /// The look-ups made, each without `/v1/end_users/`.
    pub(crate) fn look_ups(&self) -> Vec<String> {
        let requests = self.server.requests().into_iter().filter(|request| request.method == "GET");
        requests.map(|request| request.target.strip_prefix("/v1/end_users/").unwrap().to_owned()).collect()
    }
}

/// Its answers to whatever a test has not scripted.
fn usual() -> impl Fn(&Request, usize) -> Option<Act> + Send + Sync + 'static {
    let tokens = AtomicUsize::new(0);
    move |request, _| {
        if !request.is_token() {
            return Some(Act::Answer(resource(request)));
        }
        let number = tokens.fetch_add(1, Ordering::SeqCst) + 1;
        Some(Act::Answer(token(&format!("planted-{number}"))))
    }
}

/// A grant for two hours.
pub(crate) fn token(access: &str) -> String {
    grant(access, 7_200)
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
