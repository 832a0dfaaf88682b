//! Reads dates as senders write them, and writes them as RudderStack does.
//!
//! [`Moment::parse`] reads the forms that the data plane reads (docs/facts/gateway.md#times): ISO 8601 and RFC 3339,
//! with a zone or without (then UTC), with up to nine digits of a second, or the date alone; and UNIX time in seconds,
//! or in milliseconds when it has thirteen digits. [`Moment::from_value`] reads the forms that senders really use
//! (docs/facts/mapping.md#time-forms): these and, besides, UNIX time whose unit follows from its size, compact dates,
//! and the formats of programs and mail.

mod epoch;
mod moment;
mod wrapped;
mod written;
mod zones;

pub use moment::Moment;

use crate::number::decimal;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::Offset;
use serde_json::Value;

static PARSER: DateTimeParser = DateTimeParser::new();

/// Longer texts are not dates, and are not examined. JavaScript writes a zone's name behind a date.
const MAX_LENGTH: usize = 128;

impl Moment {
    /// Reads a date in text form.
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_LENGTH {
            return None;
        }
        if text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.'))
            && let Some(moment) = Moment::unix(text)
        {
            return Some(moment);
        }
        Moment::iso(text)
    }

    /// Reads a date from an event, in any form: a text, or a number of UNIX time.
    pub fn from_value(value: &Value) -> Option<Moment> {
        match value {
            Value::String(text) => Moment::written(text),
            Value::Number(number) => epoch::read(&decimal(number)),
            _ => None,
        }
    }

    /// Reads a date in any unambiguous form (docs/facts/mapping.md#time-forms).
    pub fn written(text: &str) -> Option<Moment> {
        let text = crate::identity::tidy(text);
        let text: &str = &wrapped::unwrapped(&text);
        if text.is_empty() || text.len() > MAX_LENGTH {
            return None;
        }
        let text = without_zone_name(text);
        epoch::read(text).or_else(|| Moment::iso(text)).or_else(|| written::read(text))
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
}

/// `2022-01-20T13:39:21+01:00[Europe/Berlin]` as Java writes it: with an offset, the name adds nothing. A name alone,
/// except UTC's, needs tables that differ from machine to machine.
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
