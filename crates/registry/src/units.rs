//! Quantities as people write them: `"5 min"`, `"1 GiB"`, `"1000/min"`.
//!
//! A duration is one or more whole numbers with a unit (`"1 h 30 min"`), a size one number with a unit, a rate a number
//! and the unit of time it is for. Spaces do not matter; a number without its unit is refused, because people cannot
//! see whether milliseconds or minutes are meant.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::time::Duration;

/// A rate: a count for each span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// the count
    pub count: u32,
    /// the span of time
    pub per: Duration,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_millis() {
            1 => "ms",
            1_000 => "s",
            60_000 => "min",
            3_600_000 => "h",
            _ => "day",
        };
        write!(f, "{}/{unit}", self.count)
    }
}

/// The share of a disk that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskShare {
    /// no limit
    Off,
    /// this many bytes
    Bytes(u64),
    /// this percentage of the whole disk, 1 to 100
    Percent(u8),
}

impl DiskShare {
    /// The limit in bytes on a disk of this size; if the size is not known, a percentage sets no limit.
    pub fn of(self, disk: Option<u64>) -> Option<u64> {
        match self {
            DiskShare::Off => None,
            DiskShare::Bytes(bytes) => Some(bytes),
            DiskShare::Percent(percent) => disk.map(|bytes| bytes / 100 * u64::from(percent)),
        }
    }
}

impl fmt::Display for DiskShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DiskShare::Off => f.write_str("off"),
            DiskShare::Bytes(bytes) => f.write_str(&write_size(*bytes)),
            DiskShare::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// Why a quantity was not understood; the text says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitError(String);

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const DURATION_HINT: &str =
    "write a number and a unit, as in \"200 ms\", \"1 s\", \"5 min\", \"24 h\", \"7 days\"";
const SIZE_HINT: &str = "write a number and a unit, as in \"64 KiB\", \"500 MB\", \"1 GiB\"";
const SHARE_HINT: &str = "write a size, as in \"10 GiB\", a share of the disk, as in \"50%\", or \"off\"";
const VOLUME_HINT: &str = "write a size, a slash and a unit of time, as in \"20 GiB/h\"";
const RATE_HINT: &str = "write a number, a slash and a unit of time, as in \"1000/min\"";

fn millis_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    })
}

fn bytes_of(unit: &str) -> Option<u64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        _ => return None,
    })
}

/// Takes `number unit` off the front; `None` when there is no number or no unit.
fn take(text: &str) -> Option<(u64, &str, &str)> {
    let text = text.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number = text[..digits].parse().ok()?;
    let rest = text[digits..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    (end > 0).then(|| (number, &rest[..end], &rest[end..]))
}

/// Reads a duration.
pub fn duration(text: &str) -> Result<Duration, UnitError> {
    let refuse = || UnitError(format!("{text:?} is not a duration; {DURATION_HINT}"));
    let mut rest = text;
    let mut millis: u64 = 0;
    loop {
        let (number, unit, after) = take(rest).ok_or_else(refuse)?;
        let part = millis_of(unit).and_then(|unit| number.checked_mul(unit)).ok_or_else(refuse)?;
        millis = millis.checked_add(part).ok_or_else(refuse)?;
        rest = after;
        if rest.trim().is_empty() {
            return Ok(Duration::from_millis(millis));
        }
    }
}

/// Reads a size in bytes.
pub fn size(text: &str) -> Result<u64, UnitError> {
    let refuse = || UnitError(format!("{text:?} is not a size; {SIZE_HINT}"));
    let (number, unit, rest) = take(text).ok_or_else(refuse)?;
    if !rest.trim().is_empty() {
        return Err(refuse());
    }
    bytes_of(unit).and_then(|unit| number.checked_mul(unit)).ok_or_else(refuse)
}

/// Reads a share of a disk, as in `"10 GiB"`, `"50%"` or `"off"`; a share of zero is refused, because it would forbid
/// everything.
pub fn disk_share(text: &str) -> Result<DiskShare, UnitError> {
    let refuse = || UnitError(format!("{text:?} is not a share of a disk; {SHARE_HINT}"));
    let trimmed = text.trim();
    if trimmed == "off" {
        return Ok(DiskShare::Off);
    }
    if let Some(percent) = trimmed.strip_suffix('%') {
        let percent: u8 = percent.trim_end().parse().map_err(|_| refuse())?;
        return if (1..=100).contains(&percent) { Ok(DiskShare::Percent(percent)) } else { Err(refuse()) };
    }
    match size(trimmed) {
        Ok(bytes) if bytes > 0 => Ok(DiskShare::Bytes(bytes)),
        _ => Err(refuse()),
    }
}

/// Reads a size for a unit of time, as in `"20 GiB/h"`; zero is refused.
pub fn volume(text: &str) -> Result<(u64, Duration), UnitError> {
    let refuse = || UnitError(format!("{text:?} is not a size for a time; {VOLUME_HINT}"));
    let (bytes, unit) = text.split_once('/').ok_or_else(refuse)?;
    let per = millis_of(unit.trim()).ok_or_else(refuse)?;
    match size(bytes) {
        Ok(bytes) if bytes > 0 => Ok((bytes, Duration::from_millis(per))),
        _ => Err(refuse()),
    }
}

/// Reads a rate; zero is refused, since it would forbid everything.
pub fn rate(text: &str) -> Result<Rate, UnitError> {
    let refuse = || UnitError(format!("{text:?} is not a rate; {RATE_HINT}"));
    let (count, unit) = text.split_once('/').ok_or_else(refuse)?;
    let count: u32 = count.trim().parse().map_err(|_| refuse())?;
    let per = millis_of(unit.trim()).ok_or_else(refuse)?;
    if count == 0 {
        return Err(refuse());
    }
    Ok(Rate { count, per: Duration::from_millis(per) })
}

/// Writes a size the way [`size`] reads it, in its largest whole unit.
pub fn write_size(bytes: u64) -> String {
    for (unit, one) in [("TiB", 1_u64 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
        if bytes > 0 && bytes.is_multiple_of(one) {
            return format!("{} {unit}", bytes / one);
        }
    }
    format!("{bytes} B")
}

/// Writes a duration the way [`duration`] reads it, in its largest whole unit.
pub fn write_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis == 0 {
        return "0 s".to_owned();
    }
    for (unit, size) in [("h", 3_600_000), ("min", 60_000), ("s", 1_000)] {
        if millis.is_multiple_of(size) {
            return format!("{} {unit}", millis / size);
        }
    }
    format!("{millis} ms")
}

/// Reads a whole number up to `largest`. JSON has one type of numbers, so `5.0` is read as 5.
///
/// # Errors
/// It is not a whole number, or too large.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D, largest: u64) -> Result<u64, D::Error> {
    struct Whole(u64);

    impl Visitor<'_> for Whole {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a whole number from 0 to {}", self.0)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
            if number <= self.0 {
                Ok(number)
            } else {
                Err(E::invalid_value(Unexpected::Unsigned(number), &self))
            }
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
            let refused = E::invalid_value(Unexpected::Signed(number), &self);
            u64::try_from(number).map_err(|_| refused).and_then(|number| self.visit_u64(number))
        }

        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is whole and within 2^53"
        )]
        fn visit_f64<E: Error>(self, number: f64) -> Result<u64, E> {
            if number.fract() == 0.0 && (0.0..=LARGEST_EXACT).contains(&number) {
                return self.visit_u64(number as u64);
            }
            Err(E::invalid_type(Unexpected::Float(number), &self))
        }
    }

    deserializer.deserialize_u64(Whole(largest))
}

/// A number of a form that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count(u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The description of the admin API says int32.
        let number = whole(deserializer, i32::MAX.unsigned_abs().into())?;
        u32::try_from(number).map(Count).map_err(D::Error::custom)
    }
}

/// Reads such a number.
///
/// # Errors
/// It is not a whole number, or too large.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Count::deserialize(deserializer).map(|count| count.0)
}

/// Reads such a number, or null.
///
/// # Errors
/// It is not a whole number, or too large.
pub fn count_if_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(Option::<Count>::deserialize(deserializer)?.map(|count| count.0))
}

/// Above this number a float cannot represent every whole number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests;
