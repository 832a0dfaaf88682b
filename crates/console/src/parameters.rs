//! Parameters in the query and path of requests; an error names the parameter that is wrong.

use crate::error::ApiError;
use crate::frame::Frame;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use event::Millis;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The default number of items on a page.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1_000;
/// The text that axum puts before the name of the wrong parameter.
const BEFORE_NAME: &str = "Failed to deserialize query string: ";

/// The parameters of a query.
pub(crate) fn query<T>(given: Result<Query<T>, QueryRejection>) -> Result<T, ApiError> {
    let rejection = match given {
        Ok(Query(parameters)) => return Ok(parameters),
        Err(rejection) => rejection.body_text(),
    };
    let why = rejection.strip_prefix(BEFORE_NAME).unwrap_or(&rejection);
    let (path, why) = why.split_once(": ").filter(|(path, _)| is_name(path)).unwrap_or(("", why));
    Err(misunderstood("the query", path, why))
}

/// Reads the parameter `field` of a path.
pub(crate) fn path<T>(field: &str, given: Result<Path<T>, PathRejection>) -> Result<T, ApiError> {
    given.map(|Path(part)| part).map_err(|rejection| ApiError::invalid_field(field, rejection.body_text()))
}

/// An error that names the wrong part, if serde's path or message tells it.
pub(crate) fn misunderstood(what: &str, path: &str, why: &str) -> ApiError {
    let quoted = ["missing field `", "duplicate field `"].iter().find_map(|before| why.strip_prefix(before));
    let quoted = quoted.and_then(|rest| rest.split_once('`')).map(|(name, _)| name);
    match [Some(path), quoted].into_iter().flatten().find(|name| is_name(name)) {
        Some(name) => ApiError::invalid_field(name, format!("{name} cannot be understood: {why}")),
        None => ApiError::invalid(format!("{what} cannot be understood: {why}")),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 40 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'))
}

/// The number of items on a page, checked.
pub(crate) fn limit(given: Option<usize>) -> Result<usize, ApiError> {
    match given.unwrap_or(PAGE) {
        limit @ 1..=LARGEST_PAGE => Ok(limit),
        _ => Err(ApiError::invalid_field("limit", format!("limit must be from 1 to {LARGEST_PAGE}"))),
    }
}

/// Refuses a span of time that ends before it begins.
pub(crate) fn span(
    from: Option<Time>,
    to: Option<Time>,
) -> Result<(Option<Millis>, Option<Millis>), ApiError> {
    let (from, to) = (from.map(|time| time.0), to.map(|time| time.0));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(ApiError::unfit_field("to", "to is before from"));
    }
    Ok((from, to))
}

/// The defaults of a chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameDefaults {
    pub(crate) now: Millis,
    /// the length of the span that ends now, in ms
    pub(crate) span_ms: i64,
    /// the default and the largest number of buckets
    pub(crate) points: u32,
    pub(crate) most: u32,
}

/// The buckets of a chart.
pub(crate) fn frame(
    (from, to): (Option<Time>, Option<Time>),
    points: Option<u32>,
    defaults: FrameDefaults,
) -> Result<Frame, ApiError> {
    let (from, to, points) = stretch((from, to), points, defaults)?;
    Ok(Frame::new(from, to, points))
}

/// The span of a chart, and the largest number of its parts.
pub(crate) fn stretch(
    (from, to): (Option<Time>, Option<Time>),
    points: Option<u32>,
    defaults: FrameDefaults,
) -> Result<(Millis, Millis, u32), ApiError> {
    let FrameDefaults { now, span_ms, points: usual, most } = defaults;
    let points = points.unwrap_or(usual);
    if !(1..=most).contains(&points) {
        return Err(ApiError::invalid_field("points", format!("points must be from 1 to {most}")));
    }
    let (from, to) = span(from, to)?;
    let to = to.unwrap_or(now);
    let from = from.unwrap_or(Millis(to.0.saturating_sub(span_ms)));
    if from > to {
        return Err(ApiError::unfit_field("from", "from is in the future"));
    }
    Ok((from, to, points))
}

/// A time zone by its IANA name; UTC if there is none. It is looked up in the machine's data, then in the program's
/// own, because a browser may use a name that the machine's data no longer has.
pub(crate) fn zone(name: Option<&str>) -> Result<TimeZone, ApiError> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    let bundled = jiff::tz::TimeZoneDatabase::bundled;
    let found = jiff::tz::db().get(name).or_else(|_| bundled().get(name));
    found.ok().filter(|zone| zone.iana_name().is_some()).ok_or_else(ApiError::unknown_time_zone)
}

/// A number or count: from 0 to the largest that the journal can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        registry::units::whole(deserializer, i64::MAX.unsigned_abs()).map(Number)
    }
}

/// An instant in a request: RFC 3339 with a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Millis);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A plus sign that is not escaped is decoded from a query as a space: `12:00:00 05:45`.
        let text = match text.rfind(' ') {
            Some(at) if at > "2026-11-26".len() => [&text[..at], &text[at + 1..]].join("+"),
            _ => text,
        };
        let time = text.parse::<Timestamp>().ok().or_else(|| end_of_time(&text));
        let time =
            time.ok_or_else(|| D::Error::custom("it is not a time such as 2026-11-26T01:20:00.000Z"))?;
        Ok(Time(Millis(time.as_millisecond())))
    }
}

/// Reads an RFC 3339 time.
pub(crate) fn time(field: &'static str, text: &str) -> Result<Millis, ApiError> {
    let read = text.parse::<Timestamp>();
    let message = format!("{field} is not a time such as 2026-11-26T01:20:00Z");
    read.map(|time| Millis(time.as_millisecond())).map_err(|_| ApiError::invalid_field(field, message))
}

/// The smallest or the largest time stamp, for a time beyond it: the calendar has hours that a time stamp cannot
/// represent.
fn end_of_time(text: &str) -> Option<Timestamp> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let is_instant = pieces.time().is_some() && pieces.offset().is_some();
    match pieces.date().year() {
        9999 if is_instant => Some(Timestamp::MAX),
        -9999 if is_instant => Some(Timestamp::MIN),
        _ => None,
    }
}

/// Formats an instant as RFC 3339, e.g. `2022-01-20T13:39:21.032Z`.
pub(crate) fn instant(millis: Millis) -> String {
    millis.rfc3339()
}

#[cfg(test)]
mod tests;
