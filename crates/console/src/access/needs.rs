//! What each route needs and whether it shows personal data: the one place that says so. The guard refuses a route that
//! is not here, and a test fails for it; a test also fails for a route that shows personal data and leaves no entry in
//! the audit.

use axum::http::Method;
use identity::Role;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// no role: anybody may ask
    Nothing,
    /// this role, or one above it
    Role(Role),
    /// the route has no such method
    OtherMethod,
    /// the table has no line for the route
    Undeclared,
}

impl Need {
    /// The word for it in the description of the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Need::Nothing => "none",
            Need::Role(role) => role.word(),
            Need::OtherMethod | Need::Undeclared => "undeclared",
        }
    }
}

/// Does the answer hold personal data?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// it holds data of end users or of people who use the console; each look at it is in the audit
    PersonalData,
    /// it holds none, or only the caller's own, or it answers a change that is in the audit itself
    NoPersonalData,
}

const PERSONAL: Shows = Shows::PersonalData;
const NOTHING: Shows = Shows::NoPersonalData;

const ANYBODY: Need = Need::Nothing;
const VIEWER: Need = Need::Role(Role::Viewer);
const OPERATOR: Need = Need::Role(Role::Operator);
const ADMINISTRATOR: Need = Need::Role(Role::Administrator);

/// By method and path. `HEAD` needs what `GET` needs.
pub(crate) const NEEDS: &[(&str, &str, Need, Shows)] = &[
    ("GET", "/health", ANYBODY, NOTHING),
    ("GET", "/livez", ANYBODY, NOTHING),
    ("GET", "/readyz", ANYBODY, NOTHING),
    ("GET", "/metrics", ANYBODY, NOTHING),
    ("GET", "/", ANYBODY, NOTHING),
    ("GET", "/icon.svg", ANYBODY, NOTHING),
    ("GET", "/assets/{name}", ANYBODY, NOTHING),
    ("GET", "/api/v1/openapi.json", ANYBODY, NOTHING),
    ("GET", "/api/v1/setup", ANYBODY, NOTHING),
    ("POST", "/api/v1/setup", ANYBODY, NOTHING),
    ("POST", "/api/v1/session", ANYBODY, NOTHING),
    ("DELETE", "/api/v1/session", VIEWER, NOTHING),
    ("GET", "/api/v1/me", VIEWER, NOTHING),
    ("PUT", "/api/v1/me/password", VIEWER, NOTHING),
    ("GET", "/api/v1/people", ADMINISTRATOR, PERSONAL),
    ("POST", "/api/v1/people", ADMINISTRATOR, NOTHING),
    ("PUT", "/api/v1/people/{name}", ADMINISTRATOR, NOTHING),
    ("DELETE", "/api/v1/people/{name}", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/tokens", ADMINISTRATOR, PERSONAL),
    ("POST", "/api/v1/tokens", ADMINISTRATOR, NOTHING),
    ("DELETE", "/api/v1/tokens/{id}", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/audit", ADMINISTRATOR, PERSONAL),
    ("GET", "/api/v1/status", VIEWER, NOTHING),
    ("GET", "/api/v1/series", VIEWER, NOTHING),
    ("GET", "/api/v1/dead-letters", VIEWER, PERSONAL),
    ("GET", "/api/v1/dead-letters/{id}", VIEWER, PERSONAL),
    ("GET", "/api/v1/dead-letters/groups", VIEWER, PERSONAL),
    ("GET", "/api/v1/dead-letters/event-names", VIEWER, NOTHING),
    ("POST", "/api/v1/dead-letters/count", VIEWER, PERSONAL),
    ("POST", "/api/v1/dead-letters/{id}/edit", OPERATOR, NOTHING),
    ("POST", "/api/v1/dead-letters/requeue", OPERATOR, NOTHING),
    ("POST", "/api/v1/dead-letters/discard", OPERATOR, NOTHING),
    ("GET", "/api/v1/conflicts", VIEWER, PERSONAL),
    ("POST", "/api/v1/conflicts/{id}/settle", OPERATOR, NOTHING),
    ("GET", "/api/v1/events", VIEWER, PERSONAL),
    ("GET", "/api/v1/events/{id}", VIEWER, PERSONAL),
    ("POST", "/api/v1/events/{id}/replay", OPERATOR, NOTHING),
    ("GET", "/api/v1/end-users", VIEWER, PERSONAL),
    ("GET", "/api/v1/end-users/{destination}/{external_id}", VIEWER, PERSONAL),
    ("POST", "/api/v1/end-users/{destination}/{external_id}/ask", OPERATOR, PERSONAL),
    ("GET", "/api/v1/feedback", VIEWER, NOTHING),
    ("GET", "/api/v1/feedback/answers", VIEWER, PERSONAL),
    ("GET", "/api/v1/live", VIEWER, PERSONAL),
    ("POST", "/api/v1/explain", VIEWER, NOTHING),
    ("GET", "/api/v1/sources", VIEWER, NOTHING),
    ("POST", "/api/v1/sources", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/sources/{name}", VIEWER, NOTHING),
    ("PUT", "/api/v1/sources/{name}", ADMINISTRATOR, NOTHING),
    ("DELETE", "/api/v1/sources/{name}", ADMINISTRATOR, NOTHING),
    ("POST", "/api/v1/sources/{name}/rotate", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/destinations", VIEWER, NOTHING),
    ("POST", "/api/v1/destinations", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/destinations/{name}", VIEWER, NOTHING),
    ("PUT", "/api/v1/destinations/{name}", ADMINISTRATOR, NOTHING),
    ("DELETE", "/api/v1/destinations/{name}", ADMINISTRATOR, NOTHING),
    ("POST", "/api/v1/destinations/{name}/rules", OPERATOR, NOTHING),
    ("POST", "/api/v1/destinations/{name}/rules/preview", OPERATOR, NOTHING),
    ("DELETE", "/api/v1/destinations/{name}/rules/{rule}", OPERATOR, NOTHING),
    ("POST", "/api/v1/connection-test", ADMINISTRATOR, NOTHING),
    ("GET", "/api/v1/alerts", VIEWER, NOTHING),
    ("POST", "/api/v1/alerts", ADMINISTRATOR, NOTHING),
    ("PUT", "/api/v1/alerts/{name}", ADMINISTRATOR, NOTHING),
    ("DELETE", "/api/v1/alerts/{name}", ADMINISTRATOR, NOTHING),
    ("POST", "/api/v1/alerts/{name}/test", ADMINISTRATOR, NOTHING),
    ("POST", "/api/v1/destinations/{name}/pause", OPERATOR, NOTHING),
    ("POST", "/api/v1/destinations/{name}/resume", OPERATOR, NOTHING),
];

/// What a request of this method to this route needs.
pub(crate) fn of(method: &Method, path: &str) -> Need {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut of_path = NEEDS.iter().filter(|(_, known, ..)| *known == path).peekable();
    if of_path.peek().is_none() {
        return Need::Undeclared;
    }
    of_path.find(|(known, ..)| *known == method).map_or(Need::OtherMethod, |(_, _, need, _)| *need)
}

/// Does this route show personal data?
pub(crate) fn shows(method: &Method, path: &str) -> Shows {
    let known = NEEDS.iter().find(|(of, known, ..)| *of == method.as_str() && *known == path);
    known.map_or(Shows::NoPersonalData, |(.., shows)| *shows)
}

#[cfg(test)]
mod tests;
