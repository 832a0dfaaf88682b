//! Why the parameters of a request cannot be decoded.

use super::limits::{MAX_DEPTH, MAX_PAIRS};

/// Why parameters could not be decoded at all, in Rack's, Rails' and Grape's words. A conflict names the parameter,
/// which only its sender sees; it contains no other part of the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// Rack: `QueryLimitError`; the words are Grape's.
    #[error("query params are recursively nested over the specified limit ({})", MAX_DEPTH)]
    TooDeep,
    /// Rack: `QueryLimitError`.
    #[error("total number of query parameters ({0}) exceeds limit ({most})", most = MAX_PAIRS)]
    TooMany(usize),
    /// Rack: `ParameterTypeError`.
    #[error("expected {expected} (got {got}) for param `{param}'")]
    Conflict { expected: &'static str, got: &'static str, param: String },
    /// Rack: `InvalidParameterError`.
    #[error("invalid %-encoding")]
    Percent,
    /// Rails: `ActionDispatch::Request::Utils.check_param_encoding`.
    #[error("Invalid encoding for parameter")]
    Encoding,
    #[error("the body is not a JSON object")]
    Json,
    #[error("the multipart body cannot be read")]
    Multipart,
    /// Grape's middleware; it is the only error with a status other than 400.
    #[error("The provided content-type '{0}' is not supported.")]
    MediaType(String),
}

impl Unreadable {
    /// The HTTP status with which such a request is answered.
    pub(crate) fn status(&self) -> u16 {
        if matches!(self, Unreadable::MediaType(_)) { 415 } else { 400 }
    }
}
