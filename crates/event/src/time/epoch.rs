//! UNIX time, whose unit follows from its size, and dates that are written only as digits
//! (docs/facts/mapping.md#epoch).

use super::moment::Moment;
use crate::number::decimal;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde_json::Number;
use std::str::FromStr;

/// Below the first number the unit is seconds, then milliseconds, then microseconds, and from the last number on
/// nanoseconds: this is right for dates from 1966 to 5138, and no other dates are sent.
const MILLISECONDS_FROM: i128 = 100_000_000_000;
const MICROSECONDS_FROM: i128 = 100_000_000_000_000;
const NANOSECONDS_FROM: i128 = 100_000_000_000_000_000;

/// Years in which eight digits are a date and not a second of the year 1970.
const YEARS: std::ops::Range<i16> = 1900..2100;

/// Reads a number as text, with or without a sign, a fraction or an exponent.
pub(super) fn read(text: &str) -> Option<Moment> {
    if let Some(moment) = digits(text) {
        return Some(moment);
    }
    // Some programs that compute with seconds write 1.642685961e9.
    let is_number = text.contains(['e', 'E']) && text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    digits(&decimal(&Number::from_str(text).ok().filter(|_| is_number)?))
}

/// Reads `[-]digits[.digits]`.
fn digits(text: &str) -> Option<Moment> {
    let written = Written::of(text)?;
    if !written.signed
        && written.fraction.bytes().all(|digit| digit == b'0')
        && let Some(moment) = compact(written.whole)
    {
        return Some(moment);
    }
    written.counting(match written.whole.parse::<i128>().ok()? {
        units if units < MILLISECONDS_FROM => 1_000_000_000,
        units if units < MICROSECONDS_FROM => 1_000_000,
        units if units < NANOSECONDS_FROM => 1_000,
        _ => 1,
    })
}

/// `[-]digits[.digits]`, taken apart.
pub(super) struct Written<'a> {
    negative: bool,
    signed: bool,
    pub(super) whole: &'a str,
    fraction: &'a str,
}

impl<'a> Written<'a> {
    pub(super) fn of(text: &'a str) -> Option<Written<'a>> {
        let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let signed = rest.len() < text.len();
        (all_digits(whole) && all_digits(fraction)).then_some(Written {
            negative: text.starts_with('-'),
            signed,
            whole,
            fraction,
        })
    }

    /// This many units of this many nanoseconds since the beginning of UNIX time.
    pub(super) fn counting(&self, nanos_per_unit: i128) -> Option<Moment> {
        let digits: String = self.fraction.chars().chain("000000000".chars()).take(9).collect();
        let billionths: i128 = digits.parse().ok()?;
        let whole = self.whole.parse::<i128>().ok()?.checked_mul(nanos_per_unit)?;
        let nanos = whole + billionths * nanos_per_unit / 1_000_000_000;
        Timestamp::from_nanosecond(if self.negative { -nanos } else { nanos }).ok().map(Moment::utc)
    }
}

/// `YYYYMMDD` and `YYYYMMDDHHMMSS`; the latter would be milliseconds of a year beyond 2500.
fn compact(digits: &str) -> Option<Moment> {
    let part = |at: usize, length: usize| digits.get(at..at + length)?.parse::<i16>().ok();
    let small = |at: usize| i8::try_from(part(at, 2)?).ok();
    let date = Date::new(part(0, 4).filter(|year| YEARS.contains(year))?, small(4)?, small(6)?).ok()?;
    let time = match digits.len() {
        8 => Time::midnight(),
        14 => Time::new(small(8)?, small(10)?, small(12)?, 0).ok()?,
        _ => return None,
    };
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok().map(Moment::utc)
}
