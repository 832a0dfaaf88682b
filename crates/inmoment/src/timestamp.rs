//! Reads the date-times of InMoment's replies, as UNIX seconds (docs/facts/inmoment-api.md#times-in-replies, #q6).

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde_json::Value;

/// Longer texts are not dates.
const MAX_TEXT_BYTES: usize = 64;

/// UNIX seconds, rounded down; `None` for null and for every value that is not a date.
pub(crate) fn unix_secs(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => epoch(&number.to_string()),
        Value::String(text) if text.len() <= MAX_TEXT_BYTES => text_to_secs(text.trim()),
        _ => None,
    }
}

fn text_to_secs(text: &str) -> Option<i64> {
    epoch(text).or_else(|| {
        // The recorded form; the space before its offset is not ISO 8601, so it needs its own pattern.
        let recorded = Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text);
        let timestamp = recorded.or_else(|_| text.parse::<Timestamp>()).or_else(|_| {
            let local: DateTime = text.parse()?;
            Offset::UTC.to_timestamp(local)
        });
        i64::try_from(timestamp.ok()?.as_nanosecond().div_euclid(1_000_000_000)).ok()
    })
}

/// Times from this value on are milliseconds, which some clients write (docs/facts/inmoment-api.md#milliseconds). As
/// seconds, it would be in the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// Epoch seconds or milliseconds in digits; a fraction is dropped, and exponents are not read, because InMoment does
/// not write them.
fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(digits) || !numeric(fraction) {
        return None;
    }
    let units: i64 = whole.parse().ok()?;
    let below = whole.starts_with('-') && fraction.bytes().any(|byte| byte != b'0');
    let units = units.checked_sub(i64::from(below))?;
    Some(if units.unsigned_abs() < MILLISECONDS_FROM { units } else { units.div_euclid(1_000) })
}

#[cfg(test)]
mod tests;
