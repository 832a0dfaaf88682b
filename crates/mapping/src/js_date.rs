//! JavaScript's `Date.parse`, as the V8 engine does it, with UTC as the local zone (docs/facts/transformer.md#seconds).
//!
//! First the ISO forms, exactly; then the old reading, which takes nearly anything that has a day in it: words before the
//! first number are ignored (`"abc 5"` is May 1st 2001), punctuation is ignored, days roll over into the next month.
//! Accepts every form that V8 is known to accept; the table in `tests.rs` pins what becomes of each (docs/facts/transformer.md#seconds).

mod iso;
mod legacy;

/// UNIX milliseconds; `None` for an invalid date.
pub(crate) fn parse(text: &str) -> Option<f64> {
    iso::parse(text).or_else(|| legacy::parse(text))
}

/// No date lies beyond; a JavaScript date ends in the year 275760.
const LARGEST_YEAR: i64 = 300_000;

/// A day and a time of day as written, each part within its own range.
#[derive(Debug, Clone, Copy, Default)]
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    /// What the zone is ahead of UTC.
    offset_minutes: i64,
}

impl Fields {
    fn millis(self) -> Option<f64> {
        if self.year.abs() > LARGEST_YEAR {
            return None;
        }
        let time_is_valid =
            (0..24).contains(&self.hour) && (0..60).contains(&self.minute) && (0..60).contains(&self.second)
                || (self.hour, self.minute, self.second, self.millisecond) == (24, 0, 0, 0);
        if !time_is_valid || !(1..=12).contains(&self.month) || !(1..=31).contains(&self.day) {
            return None;
        }
        // The 31st of a shorter month is a day of the next.
        let days = days_from_1970(self.year, self.month) + self.day - 1;
        let minutes = (days * 24 + self.hour) * 60 + self.minute - self.offset_minutes;
        let millis = (minutes * 60 + self.second) * 1000 + self.millisecond;
        // Within the range of a date, a double holds every integer.
        #[expect(clippy::cast_precision_loss, reason = "the bound on years keeps it far below 2^53")]
        Some(millis as f64)
    }
}

/// Days from 1970-01-01 to the first of a month of the Gregorian calendar, carried on into both directions.
fn days_from_1970(year: i64, month: i64) -> i64 {
    // Years counted from March, so that the leap day is a year's last.
    let year = if month <= 2 { year - 1 } else { year };
    let months = (month + 9) % 12;
    let days_before_month = (153 * months + 2) / 5;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + days_before_month
        - 719_468
}

#[cfg(test)]
mod tests;
