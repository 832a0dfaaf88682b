//! An instant: its parts, and how it is written.

use crate::Millis;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// An instant, and the offset from UTC with which it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub(super) at: Timestamp,
    pub(super) offset: Offset,
}

impl Millis {
    /// RFC 3339 in UTC with exactly three decimals, e.g. `2022-01-20T13:39:21.032Z`. Beyond the year 9999 it is the
    /// number of milliseconds, which is better than nothing.
    pub fn rfc3339(self) -> String {
        Moment::from_millis(self).map_or_else(|| self.0.to_string(), Moment::rfc3339)
    }
}

impl Moment {
    /// An instant in UTC; `None` beyond the year 9999.
    pub fn from_millis(millis: Millis) -> Option<Moment> {
        Timestamp::from_millisecond(millis.0).ok().map(Moment::utc)
    }

    /// The beginning of UNIX time.
    pub(crate) fn epoch() -> Moment {
        Moment::utc(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn utc(at: Timestamp) -> Moment {
        Moment { at, offset: Offset::UTC }
    }

    /// UNIX seconds, rounded down (docs/facts/mapping.md#seconds).
    pub fn unix_seconds(self) -> i64 {
        let seconds = self.at.as_second();
        // Both parts have the sign, so cutting the fraction off would round up before 1970.
        if self.at.subsec_nanosecond() < 0 { seconds - 1 } else { seconds }
    }

    /// UNIX milliseconds, rounded down.
    pub fn unix_millis(self) -> Millis {
        let nanos = self.at.as_nanosecond().div_euclid(1_000_000);
        Millis(i64::try_from(nanos).unwrap_or(i64::MAX))
    }

    /// RFC 3339 with exactly three decimals, in the offset with which it was written, `Z` for UTC
    /// (docs/facts/gateway.md#times).
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

    /// This moment minus the time from `original` to `sent`, in UTC; unchanged if the result is outside the calendar
    /// (docs/facts/gateway.md#times).
    pub fn corrected(self, sent: Moment, original: Moment) -> Moment {
        let skew: SignedDuration = sent.at.duration_since(original.at);
        Moment::utc(self.at.checked_sub(skew).unwrap_or(self.at))
    }
}
