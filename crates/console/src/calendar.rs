//! A span of time cut as a calendar of a time zone cuts it: hours, days, weeks, months. A day has 23 or 25 hours when
//! the clocks are changed.

use event::Millis;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The length of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// this many minutes, counted from the beginning of the day; 60 at most
    Minutes(i64),
    /// this many hours of the clock; a divisor of 24
    Hours(i8),
    Day,
    /// a week, which begins on Monday
    Week,
    /// this many months of a year; a divisor of 12
    Months(i8),
    /// this many years, beginning at a multiple of the number
    Years(i16),
    /// the whole span as one part
    Whole,
}

const STEPS: [Step; 15] = [
    Step::Minutes(1),
    Step::Minutes(5),
    Step::Minutes(15),
    Step::Minutes(30),
    Step::Minutes(60),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Day,
    Step::Week,
    Step::Months(1),
    Step::Months(3),
    Step::Years(1),
    Step::Years(10),
    Step::Years(100),
];

/// Parts of a span of time, side by side: the first begins where the span does, and the last ends where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) step: Step,
    /// the beginning of each part, and the end of the last one: one more than there are parts
    pub(crate) edges: Vec<Millis>,
}

impl Parts {
    /// Cuts the span into the shortest steps of which there are at most `most`. `to` must not be before `from`.
    pub(crate) fn new(from: Millis, to: Millis, most: u32, zone: &TimeZone) -> Parts {
        let most = usize::try_from(most.max(1)).unwrap_or(usize::MAX);
        let found = STEPS.into_iter().find_map(|step| {
            let edges = edges(from, to, step, most, zone)?;
            Some(Parts { step, edges })
        });
        // No step fits: the span has thousands of years and few parts, or one part for a span that crosses an edge.
        found.unwrap_or(Parts { step: Step::Whole, edges: vec![from, to] })
    }

    pub(crate) fn count(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }
}

impl Step {
    /// "minute", "3 hours": what stands after "per".
    pub(crate) fn words(self) -> String {
        let (many, unit) = match self {
            Step::Minutes(60) => (1, "hour"),
            Step::Minutes(many) => (many, "minute"),
            Step::Hours(many) => (i64::from(many), "hour"),
            Step::Day => (1, "day"),
            Step::Week => (1, "week"),
            Step::Months(3) => (1, "quarter"),
            Step::Months(many) => (i64::from(many), "month"),
            Step::Years(many) => (i64::from(many), "year"),
            Step::Whole => return "the whole time".to_owned(),
        };
        if many == 1 { unit.to_owned() } else { format!("{many} {unit}s") }
    }

    /// The longest that a part can be, in ms. Where clocks are set back by a whole day, the day counts as two.
    fn longest_ms(self) -> i64 {
        const DAY_MS: i64 = 24 * HOUR_MS;
        match self {
            Step::Minutes(many) => many * MINUTE_MS,
            Step::Hours(many) => i64::from(many) * HOUR_MS + DAY_MS,
            Step::Day => 2 * DAY_MS,
            Step::Week => 8 * DAY_MS,
            Step::Months(many) => (31 * i64::from(many) + 1) * DAY_MS,
            Step::Years(many) => (366 * i64::from(many) + 1) * DAY_MS,
            Step::Whole => i64::MAX,
        }
    }
}

/// The edges of the parts; `None` when there would be more than `most` parts.
fn edges(from: Millis, to: Millis, step: Step, most: usize, zone: &TimeZone) -> Option<Vec<Millis>> {
    let least = to.0.saturating_sub(from.0) / step.longest_ms();
    if usize::try_from(least).ok()? > most {
        return None;
    }
    let mut edges = vec![from];
    let mut at = from;
    while let Some(next) = next(at, step, zone).filter(|next| *next < to) {
        edges.push(next);
        at = next;
        if edges.len() > most {
            return None;
        }
    }
    edges.push(to);
    Some(edges)
}

/// Where the next part begins; `None` at the end of the range of time stamps.
fn next(at: Millis, step: Step, zone: &TimeZone) -> Option<Millis> {
    let now = Timestamp::from_millisecond(at.0).ok()?.to_zoned_datetime(zone.clone());
    let today = now.date();
    if let Step::Minutes(minutes) = step {
        let (begin, end) = (begin_of(today, 0, zone)?, begin_of(today.tomorrow().ok()?, 0, zone)?);
        let length = minutes * MINUTE_MS;
        let next = at.0 - (at.0 - begin.0).rem_euclid(length) + length;
        // When a clock change makes a day shorter or longer by a fraction of a step, its last part is shorter.
        return Some(Millis(if at < end { next.min(end.0) } else { next }));
    }
    // Around a clock change a part may end before it begins; it is skipped, and the part after it is next.
    let (mut date, mut hour) = (today, now.hour());
    for _ in 0..16 {
        (date, hour) = after(date, hour, step)?;
        let begin = begin_of(date, hour, zone)?;
        if begin > at {
            return Some(begin);
        }
    }
    None
}

/// The date and hour at which the part after the one with this date and hour begins.
fn after(date: Date, hour: i8, step: Step) -> Option<(Date, i8)> {
    let begin = match step {
        Step::Minutes(_) | Step::Whole => return None,
        Step::Hours(many) => {
            let hour = hour - hour % many + many;
            return if hour < 24 { Some((date, hour)) } else { Some((date.tomorrow().ok()?, 0)) };
        }
        Step::Day => date.tomorrow().ok()?,
        Step::Week => date.nth_weekday(1, Weekday::Monday).ok()?,
        Step::Months(many) => {
            let first = date.first_of_month();
            let into = (date.month() - 1) % many;
            first.checked_add((many - into).months()).ok()?
        }
        Step::Years(many) => {
            let year = date.year().checked_sub(date.year().rem_euclid(many))?.checked_add(many)?;
            Date::new(year, 1, 1).ok()?
        }
    };
    Some((begin, 0))
}

/// The first moment at which clocks show this hour of this date, or a later one.
fn begin_of(date: Date, hour: i8, zone: &TimeZone) -> Option<Millis> {
    let begin = date.at(hour, 0, 0, 0).to_zoned_datetime(zone.clone()).ok()?;
    Some(Millis(begin.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
