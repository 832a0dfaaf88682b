//! The parts of a date, and the instant that they stand for.

/// No date is later than this; JavaScript's dates end in the year 275760.
const LARGEST_YEAR: i64 = 300_000;

/// A day and a time of day as they were written, each part within its own range.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fields {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) millisecond: i64,
    /// The offset of the zone ahead of UTC.
    pub(super) offset_minutes: i64,
}

impl Fields {
    /// UNIX milliseconds; `None` for an invalid date.
    pub(super) fn millis(self) -> Option<f64> {
        if self.year.abs() > LARGEST_YEAR {
            return None;
        }
        let time_is_valid =
            (0..24).contains(&self.hour) && (0..60).contains(&self.minute) && (0..60).contains(&self.second)
                || (self.hour, self.minute, self.second, self.millisecond) == (24, 0, 0, 0);
        if !time_is_valid || !(1..=12).contains(&self.month) || !(1..=31).contains(&self.day) {
            return None;
        }
        // The 31st day of a shorter month is a day of the next month.
        let days = days_from_1970(self.year, self.month) + self.day - 1;
        let minutes = (days * 24 + self.hour) * 60 + self.minute - self.offset_minutes;
        let millis = (minutes * 60 + self.second) * 1000 + self.millisecond;
        // Within the range of a date, a double can represent every integer.
        #[expect(clippy::cast_precision_loss, reason = "the bound on years keeps it far below 2^53")]
        Some(millis as f64)
    }
}

/// The days from 1970-01-01 to the first day of a month of the Gregorian calendar, which is extended in both
/// directions.
fn days_from_1970(year: i64, month: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last day of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let months = (month + 9) % 12;
    let days_before_month = (153 * months + 2) / 5;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + days_before_month
        - 719_468
}

/// The first three digits after a decimal point.
pub(super) fn millis_of(digits: &str) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().chain("00".chars()).take(3).collect::<String>().parse().ok()
}
