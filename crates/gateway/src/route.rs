//! The paths and their methods (docs/facts/gateway.md#routes; docs/facts/sdks.md#rule-routes, #rule-no-451,
//! #rule-slashes).
//!
//! Extra slashes at the beginning or end are ignored and never redirected: Go and Rust send `//v1/batch` when the
//! configured address ends in a slash, and a redirected POST arrives as a GET.

use event::EventKind;
use http::Method;

/// The route of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// events, in one of their forms
    Events(BodyKind),
    /// the query has the write key and the event
    Pixel(EventKind),
    SourceConfig,
    /// Reports of SDKs about themselves: RudderStack's web SDK sends its errors (docs/facts/sdks.md#rsa-metrics),
    /// Segment's its counts. They are accepted and ignored.
    SdkMetrics,
    Health,
    /// whether the process is alive
    Live,
    /// whether events can be accepted
    Ready,
    Version,
    Docs,
    Robots,
}

/// The form of events in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// one event; the route decides its type
    Single(EventKind),
    /// a batch
    Batch,
    /// a batch, which may be empty (docs/facts/gateway.md#pixel)
    Import,
    /// a batch with its write key in the query
    Beacon,
}

impl Route {
    /// The route of a path, if it is one.
    pub(crate) fn of(path: &str) -> Option<Route> {
        let path = path.trim_matches('/');
        let route = match path {
            "v1/batch" | "v1/b" => Route::Events(BodyKind::Batch),
            "v1/import" => Route::Events(BodyKind::Import),
            "beacon/v1/batch" => Route::Events(BodyKind::Beacon),
            "pixel/v1/track" => Route::Pixel(EventKind::Track),
            "pixel/v1/page" => Route::Pixel(EventKind::Page),
            "sourceConfig" => Route::SourceConfig,
            "rsaMetrics" | "v1/m" => Route::SdkMetrics,
            "" | "health" => Route::Health,
            "livez" => Route::Live,
            "readyz" => Route::Ready,
            "version" => Route::Version,
            "docs" => Route::Docs,
            "robots.txt" => Route::Robots,
            _ => Route::Events(BodyKind::Single(kind(path.strip_prefix("v1/")?)?)),
        };
        Some(route)
    }

    /// The methods of the route, as in the `Allow` header of a 405. Pages allow `HEAD` as well as `GET`: health checks
    /// of proxies send it, and some SDKs do (docs/facts/sdks.md#web-other-requests).
    pub(crate) fn allow(self) -> &'static str {
        match self {
            Route::Events(_) | Route::SdkMetrics => "POST",
            Route::Pixel(_) => "GET",
            Route::SourceConfig
            | Route::Health
            | Route::Live
            | Route::Ready
            | Route::Version
            | Route::Docs
            | Route::Robots => "GET, HEAD",
        }
    }

    /// Does the route have this method?
    pub(crate) fn takes(self, method: &Method) -> bool {
        self.allow().split(", ").any(|allowed| allowed == method.as_str())
    }
}

/// The type of event that a path names, in full or with the one letter of Segment's web SDK.
fn kind(word: &str) -> Option<EventKind> {
    match word {
        "identify" | "i" => Some(EventKind::Identify),
        "track" | "t" => Some(EventKind::Track),
        "page" | "p" => Some(EventKind::Page),
        "screen" | "s" => Some(EventKind::Screen),
        "group" | "g" => Some(EventKind::Group),
        "alias" | "a" => Some(EventKind::Alias),
        "merge" => Some(EventKind::Merge),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
