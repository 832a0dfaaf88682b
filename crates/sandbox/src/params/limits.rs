//! Rack's limits for the depth and number of a request's parameters.

/// `Rack::Utils.default_query_parser`: 32 levels.
pub(super) const MAX_DEPTH: usize = 32;
/// `RACK_QUERY_PARSER_PARAMS_LIMIT`: 4096 pairs, empty ones included.
pub(super) const MAX_PAIRS: usize = 4_096;
