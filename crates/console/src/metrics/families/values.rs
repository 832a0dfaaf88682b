//! Helpers that make the labels and numbers of metrics.

use crate::metrics::declare::Labels;
use event::Millis;

/// The label of a source.
pub(super) fn from(source: &str) -> Labels {
    vec![("source", source.to_owned())]
}

/// These labels and one more.
pub(super) fn with(mut labels: Labels, name: &'static str, value: &str) -> Labels {
    labels.push((name, value.to_owned()));
    labels
}

/// A count as a signed number; a larger one is cut.
pub(super) fn signed<N: TryInto<i64>>(count: N) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// An instant in UNIX seconds, rounded down.
pub(super) fn unix(at: Millis) -> i64 {
    at.0.div_euclid(1_000)
}

/// Converts milliseconds to seconds.
#[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
pub(super) fn seconds(millis: i64) -> f64 {
    millis as f64 / 1_000.0
}
