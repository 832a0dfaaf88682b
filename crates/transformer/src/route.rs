//! Paths (docs/facts/transformer.md#path-matching, #routes): letter case and one slash at the end do not matter.

use http::Method;
use percent_encoding::percent_decode_str;

/// The purpose of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Health,
    Features,
    Version,
    BuildVersion,
    RouterTransform,
    Batch,
    /// The destination's name is as in the path.
    Processor(String),
    Proxy(ProxyVersion, String),
    /// A path that the transformer does not serve.
    Elsewhere,
}

/// The version of the delivery proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProxyVersion {
    V0,
    V1,
}

impl Route {
    pub(crate) fn of(method: &Method, path: &str) -> Route {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let name = || percent_decode_str(segments[2]).decode_utf8_lossy().into_owned();
        match (method, lower.as_slice()) {
            (&Method::GET, ["health"]) => Route::Health,
            (&Method::GET, ["features"]) => Route::Features,
            (&Method::GET, ["version"]) => Route::Version,
            (&Method::GET, ["buildversion" | "transformerbuildversion"]) => Route::BuildVersion,
            (&Method::POST, ["routertransform"]) => Route::RouterTransform,
            (&Method::POST, ["batch"]) => Route::Batch,
            (&Method::POST, [_, "destinations", _]) => Route::Processor(name()),
            (&Method::POST, ["v0", "destinations", _, "proxy"]) => Route::Proxy(ProxyVersion::V0, name()),
            (&Method::POST, ["v1", "destinations", _, "proxy"]) => Route::Proxy(ProxyVersion::V1, name()),
            _ => Route::Elsewhere,
        }
    }
}

/// Whether a destination's name means InMoment (docs/facts/transformer.md#destination-name).
pub(crate) fn is_ours(destination: &str) -> bool {
    destination.trim().eq_ignore_ascii_case("wootric")
}

#[cfg(test)]
mod tests;
