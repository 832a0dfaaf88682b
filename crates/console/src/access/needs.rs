//! What each route needs: the one place that says so. A route that is not here is open to nobody, and a test fails.

use crate::people::Role;
use axum::http::Method;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// nothing: anybody may ask
    Nothing,
    /// this role, or one above it
    Role(Role),
    /// the route has no such method
    OtherMethod,
    /// nobody has said
    Undeclared,
}

impl Need {
    /// As the description of the API has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Need::Nothing => "none",
            Need::Role(role) => role.word(),
            Need::OtherMethod | Need::Undeclared => "undeclared",
        }
    }
}

const ANYBODY: Need = Need::Nothing;
const VIEWER: Need = Need::Role(Role::Viewer);
const OPERATOR: Need = Need::Role(Role::Operator);
const ADMINISTRATOR: Need = Need::Role(Role::Administrator);

/// By method and path. `HEAD` needs what `GET` needs.
pub(crate) const NEEDS: &[(&str, &str, Need)] = &[
    ("GET", "/health", ANYBODY),
    ("GET", "/metrics", ANYBODY),
    ("GET", "/", ANYBODY),
    ("GET", "/icon.svg", ANYBODY),
    ("GET", "/assets/{name}", ANYBODY),
    ("GET", "/api/v1/openapi.json", ANYBODY),
    ("GET", "/api/v1/setup", ANYBODY),
    ("POST", "/api/v1/setup", ANYBODY),
    ("POST", "/api/v1/session", ANYBODY),
    ("DELETE", "/api/v1/session", VIEWER),
    ("GET", "/api/v1/me", VIEWER),
    ("PUT", "/api/v1/me/password", VIEWER),
    ("GET", "/api/v1/people", ADMINISTRATOR),
    ("POST", "/api/v1/people", ADMINISTRATOR),
    ("PUT", "/api/v1/people/{name}", ADMINISTRATOR),
    ("DELETE", "/api/v1/people/{name}", ADMINISTRATOR),
    ("GET", "/api/v1/tokens", ADMINISTRATOR),
    ("POST", "/api/v1/tokens", ADMINISTRATOR),
    ("DELETE", "/api/v1/tokens/{id}", ADMINISTRATOR),
    ("GET", "/api/v1/audit", ADMINISTRATOR),
    ("GET", "/api/v1/status", VIEWER),
    ("GET", "/api/v1/series", VIEWER),
    ("GET", "/api/v1/dead-letters", VIEWER),
    ("GET", "/api/v1/dead-letters/{id}", VIEWER),
    ("GET", "/api/v1/dead-letters/groups", VIEWER),
    ("POST", "/api/v1/dead-letters/count", VIEWER),
    ("POST", "/api/v1/dead-letters/{id}/edit", OPERATOR),
    ("POST", "/api/v1/dead-letters/requeue", OPERATOR),
    ("POST", "/api/v1/dead-letters/discard", OPERATOR),
    ("GET", "/api/v1/events", VIEWER),
    ("GET", "/api/v1/events/{id}", VIEWER),
    ("POST", "/api/v1/events/{id}/replay", OPERATOR),
    ("GET", "/api/v1/end-users", VIEWER),
    ("GET", "/api/v1/end-users/{destination}/{external_id}", VIEWER),
    ("POST", "/api/v1/end-users/{destination}/{external_id}/ask", OPERATOR),
    ("GET", "/api/v1/feedback", VIEWER),
    ("GET", "/api/v1/feedback/answers", VIEWER),
    ("GET", "/api/v1/live", VIEWER),
    ("POST", "/api/v1/explain", VIEWER),
    ("GET", "/api/v1/sources", VIEWER),
    ("POST", "/api/v1/sources", ADMINISTRATOR),
    ("GET", "/api/v1/sources/{name}", VIEWER),
    ("PUT", "/api/v1/sources/{name}", ADMINISTRATOR),
    ("DELETE", "/api/v1/sources/{name}", ADMINISTRATOR),
    ("POST", "/api/v1/sources/{name}/rotate", ADMINISTRATOR),
    ("GET", "/api/v1/destinations", VIEWER),
    ("POST", "/api/v1/destinations", ADMINISTRATOR),
    ("GET", "/api/v1/destinations/{name}", VIEWER),
    ("PUT", "/api/v1/destinations/{name}", ADMINISTRATOR),
    ("DELETE", "/api/v1/destinations/{name}", ADMINISTRATOR),
    ("POST", "/api/v1/connection-test", ADMINISTRATOR),
    ("GET", "/api/v1/alerts", VIEWER),
    ("POST", "/api/v1/alerts", ADMINISTRATOR),
    ("PUT", "/api/v1/alerts/{name}", ADMINISTRATOR),
    ("DELETE", "/api/v1/alerts/{name}", ADMINISTRATOR),
    ("POST", "/api/v1/alerts/{name}/test", ADMINISTRATOR),
    ("POST", "/api/v1/destinations/{name}/pause", OPERATOR),
    ("POST", "/api/v1/destinations/{name}/resume", OPERATOR),
];

/// What a request of this method to this route needs.
pub(crate) fn of(method: &Method, path: &str) -> Need {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut of_path = NEEDS.iter().filter(|(_, known, _)| *known == path).peekable();
    if of_path.peek().is_none() {
        return Need::Undeclared;
    }
    of_path.find(|(known, ..)| *known == method).map_or(Need::OtherMethod, |(.., need)| *need)
}

#[cfg(test)]
mod tests;
