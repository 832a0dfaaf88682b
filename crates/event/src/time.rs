//! Reading dates as they come, and writing them as RudderStack does.
//!
//! [`Moment::parse`] reads what the data plane reads (docs/facts/gateway.md#times): ISO 8601 and RFC 3339, with a zone or without (then UTC), with
//! up to nine digits of a second, or the date alone; and UNIX time in seconds, or in milliseconds when it has thirteen digits.
//! [`Moment::from_value`] reads what people really send (docs/facts/mapping.md#time-forms): besides, UNIX time told by its size, compact dates, and
//! what programs and mail print.

mod epoch;
mod wrapped;
mod written;
mod zones;

use crate::Millis;
use crate::number::decimal;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

static PARSER: DateTimeParser = DateTimeParser::new();

/// Longer texts are no date, and need not be looked at. JavaScript writes a zone's name behind.
const LONGEST: usize = 128;

/// An instant, and the offset from UTC it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    at: Timestamp,
    offset: Offset,
}

impl Millis {
    /// RFC 3339 in UTC with exactly three decimals, e.g. `2022-01-20T13:39:21.032Z`. Beyond the year 9999 it is the number itself,
    /// which is better than nothing.
    pub fn rfc3339(self) -> String {
        Moment::from_millis(self).map_or_else(|| self.0.to_string(), Moment::rfc3339)
    }
}

impl Moment {
    /// Reads a date in text form.
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        if text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.'))
            && let Some(moment) = Moment::unix(text)
        {
            return Some(moment);
        }
        Moment::iso(text)
    }

    /// Reads a date from an event, in whatever form it is written: a text, or a number of UNIX time.
    pub fn from_value(value: &Value) -> Option<Moment> {
        match value {
            Value::String(text) => Moment::written(text),
            Value::Number(number) => epoch::read(&decimal(number)),
            _ => None,
        }
    }

    /// Reads a date in any form that says one date only (docs/facts/mapping.md#time-forms).
    pub fn written(text: &str) -> Option<Moment> {
        let text = crate::identity::tidy(text);
        let text: &str = &wrapped::unwrapped(&text);
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let text = without_zone_name(text);
        epoch::read(text).or_else(|| Moment::iso(text)).or_else(|| written::read(text))
    }

    /// An instant in UTC; `None` beyond the year 9999.
    pub fn from_millis(millis: Millis) -> Option<Moment> {
        Timestamp::from_millisecond(millis.0).ok().map(Moment::utc)
    }

    /// The beginning of UNIX time.
    pub(crate) fn epoch() -> Moment {
        Moment::utc(Timestamp::UNIX_EPOCH)
    }

    fn utc(at: Timestamp) -> Moment {
        Moment { at, offset: Offset::UTC }
    }

    fn iso(text: &str) -> Option<Moment> {
        let pieces = PARSER.parse_pieces(text).ok()?;
        // A named zone needs a time zone database, which differs from machine to machine; no SDK sends one.
        if pieces.time_zone_annotation().is_some() {
            return None;
        }
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        let time = pieces.time().unwrap_or_default();
        let at = offset.to_timestamp(pieces.date().to_datetime(time)).ok()?;
        Some(Moment { at, offset })
    }

    /// Reads `[-]digits[.digits]` as UNIX time: seconds, or milliseconds where they are 13 digits.
    fn unix(text: &str) -> Option<Moment> {
        let written = epoch::Written::of(text)?;
        written.counting(if written.whole.len() == 13 { 1_000_000 } else { 1_000_000_000 })
    }

    /// UNIX seconds, rounded down (docs/facts/mapping.md#seconds).
    pub fn unix_seconds(self) -> i64 {
        let seconds = self.at.as_second();
        // Both parts carry the sign, so before 1970 cutting the fraction off would round up.
        if self.at.subsec_nanosecond() < 0 { seconds - 1 } else { seconds }
    }

    /// UNIX milliseconds, rounded down.
    pub fn unix_millis(self) -> Millis {
        let nanos = self.at.as_nanosecond().div_euclid(1_000_000);
        Millis(i64::try_from(nanos).unwrap_or(i64::MAX))
    }

    /// RFC 3339 with exactly three decimals, in the offset it was written with, `Z` for UTC (docs/facts/gateway.md#times).
    pub fn rfc3339(self) -> String {
        let local = self.offset.to_datetime(self.at);
        let mut text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            local.subsec_nanosecond() / 1_000_000
        );
        let minutes = self.offset.seconds() / 60;
        if minutes == 0 {
            text.push('Z');
        } else {
            let sign = if minutes < 0 { '-' } else { '+' };
            text.push_str(&format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60));
        }
        text
    }

    /// This moment less the time that passed from `original` to `sent`, in UTC; as it is when that leaves the calendar
    /// (docs/facts/gateway.md#times).
    pub fn corrected(self, sent: Moment, original: Moment) -> Moment {
        let skew: SignedDuration = sent.at.duration_since(original.at);
        Moment::utc(self.at.checked_sub(skew).unwrap_or(self.at))
    }
}

/// `2022-01-20T13:39:21+01:00[Europe/Berlin]` as Java writes it: where the offset stands the name adds nothing. A name alone needs
/// tables that differ from machine to machine, but for UTC's.
fn without_zone_name(text: &str) -> &str {
    let Some((time, name)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) else {
        return text;
    };
    let zone = time.get(11..).unwrap_or_default();
    let is_told = zone.ends_with(['Z', 'z']) || zone.contains(['+', '-']);
    if is_told || matches!(name, "UTC" | "GMT" | "Z" | "Etc/UTC") { time } else { text }
}

#[cfg(test)]
mod tests;
