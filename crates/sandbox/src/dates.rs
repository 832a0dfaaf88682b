//! Times as InMoment writes them, and the boundaries of its minutes and days. Nothing here reads a clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// InMoment writes times in Pacific time, daylight saving applied (docs/facts/inmoment-api.md#times-in-replies).
static PACIFIC: TimeZone = jiff::tz::get!("America/Los_Angeles");

const DAY: i64 = 86_400;
const PURGE_HOUR: i64 = 7 * 3_600;

/// Whether a time can be written at all; milliseconds in the place of seconds cannot.
pub(crate) fn is_epoch(seconds: i64) -> bool {
    Timestamp::from_second(seconds).is_ok()
}

/// `2022-08-10 11:39:50 -0700`. Callers have times that [`is_epoch`] accepted; others are shown as the epoch.
pub(crate) fn stamp(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(PACIFIC.clone()).strftime("%Y-%m-%d %H:%M:%S %z").to_string()
}

/// The calendar day in Pacific time.
pub(crate) fn day(seconds: i64) -> jiff::civil::Date {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(PACIFIC.clone()).date()
}

/// An HTTP `Date` header.
pub(crate) fn http_date(now_ms: i64) -> String {
    let time = Timestamp::from_second(seconds(now_ms)).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Whole seconds of a time in milliseconds.
pub(crate) fn seconds(now_ms: i64) -> i64 {
    now_ms.div_euclid(1_000)
}

/// The second at which the clock's minute of `now_ms` ends.
pub(crate) fn minute_end(now_ms: i64) -> i64 {
    (now_ms.div_euclid(60_000) + 1) * 60
}

/// When a deletion that is requested now is carried out: at the next 07:00 UTC
/// (docs/facts/inmoment-api.md#delete-end-user, #q10).
pub(crate) fn next_purge(now: i64) -> i64 {
    let today = now.div_euclid(DAY) * DAY + PURGE_HOUR;
    if today > now { today } else { today + DAY }
}

#[cfg(test)]
mod tests;
