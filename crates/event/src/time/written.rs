//! Dates as programs and mail print them (docs/facts/mapping.md#time-forms): JavaScript's `toString` and `toUTCString`,
//! RFC 2822, the default formats of Ruby, Go, Java and Python, `YYYY/MM/DD`, and the like.
//!
//! A text is read as a sequence of numbers, words and signs. A year must have four digits or be in a position where
//! only a year can be; day and month are never guessed: `01/02/2022` is not a date, `20/01/2022` is one. A part that is
//! given twice must be the same both times.

use super::moment::Moment;
use super::zones::{self, is_weekday, month_of};
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, ToSpan};

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
    Space,
}

/// A text as far as it has been read.
#[derive(Default)]
struct Reading {
    numbers: Vec<(i64, usize)>,
    month: Option<i64>,
    time: Option<(i64, i64, i64, i64)>,
    afternoon: Option<bool>,
    offset_seconds: Option<i32>,
    /// The offset was written as a number, and no word changes it.
    has_numeric_offset: bool,
    /// An unknown zone name; it is accepted only with a numeric offset.
    has_unknown_zone: bool,
}

/// Reads a date; `None` if the text is not a date, or is ambiguous.
pub(super) fn read(text: &str) -> Option<Moment> {
    let text = simplified(text);
    let tokens = tokens(&text);
    let mut reading = Reading::default();
    let mut at = 0;
    while at < tokens.len() {
        at = reading.step(&tokens, at)?;
    }
    reading.finish()
}

/// The text in lower case and without the parts that do not concern the time: comments in parentheses, Go's monotonic
/// clock, and special spaces.
fn simplified(text: &str) -> String {
    let text = text.split(" m=").next().unwrap_or(text);
    let mut simple = String::with_capacity(text.len());
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c if c.is_whitespace() => simple.push(' '),
            c => simple.push(c.to_ascii_lowercase()),
        }
    }
    simple.replace("a.m.", "am").replace("p.m.", "pm")
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let length = match first {
            '0'..='9' => run(|c| c.is_ascii_digit()),
            ' ' => run(|c| c == ' '),
            c if c.is_alphabetic() => run(char::is_alphabetic),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(match first {
            '0'..='9' => Token::Number(token),
            ' ' => Token::Space,
            c if c.is_alphabetic() => Token::Word(token),
            c => Token::Sign(c),
        });
        rest = after;
    }
    tokens
}

impl Reading {
    /// Reads the piece at `at`; returns the position of the next one.
    fn step(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        let next = |ahead: usize| tokens.get(at + ahead).copied();
        match tokens[at] {
            Token::Number(_) if next(1) == Some(Token::Sign(':')) => self.time(tokens, at),
            Token::Number(digits) => {
                self.numbers.push((digits.parse().ok()?, digits.len()));
                Some(at + 1)
            }
            Token::Word(word) => self.word(word, next(1)).map(|()| at + 1),
            Token::Sign('+' | '-') if self.may_be_offset() && matches!(next(1), Some(Token::Number(_))) => {
                self.offset(tokens, at)
            }
            Token::Sign('-' | '/' | '.' | ',') | Token::Space => Some(at + 1),
            Token::Sign(_) => None,
        }
    }

    fn may_be_offset(&self) -> bool {
        self.time.is_some() || self.offset_seconds.is_some()
    }

    /// `HH:MM[:SS[.fraction]]`.
    fn time(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        if self.time.is_some() {
            return None;
        }
        let number = |at: usize| match tokens.get(at) {
            Some(Token::Number(digits)) if digits.len() <= 2 => digits.parse::<i64>().ok(),
            _ => None,
        };
        let sign =
            |at: usize, wanted: &[char]| matches!(tokens.get(at), Some(Token::Sign(c)) if wanted.contains(c));
        let (hour, minute) = (number(at)?, number(at + 2)?);
        let mut end = at + 3;
        let mut second = 0;
        let mut nanos = 0;
        if sign(end, &[':']) {
            second = number(end + 1)?;
            end += 2;
            if sign(end, &['.', ','])
                && let Some(Token::Number(fraction)) = tokens.get(end + 1)
            {
                let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
                nanos = digits.parse().ok()?;
                end += 2;
            }
        }
        self.time = Some((hour, minute, second, nanos));
        Some(end)
    }

    fn word(&mut self, word: &str, next: Option<Token<'_>>) -> Option<()> {
        let begun = !self.numbers.is_empty() || self.time.is_some();
        if is_weekday(word) {
            return Some(());
        }
        if self.time.is_some() && self.afternoon.is_none() && matches!(word, "am" | "pm") {
            self.afternoon = Some(word == "pm");
        } else if let Some(month) = month_of(word) {
            // A part that is given twice with different values is unknown.
            if self.month.replace(month).is_some() {
                return None;
            }
        } else if begun && let Some(seconds) = zones::offset_of(word) {
            if !self.has_numeric_offset {
                self.offset_seconds = Some(seconds);
            }
        } else if begun {
            let is_ordinal = matches!(word, "st" | "nd" | "rd" | "th");
            let is_between = matches!(word, "t" | "at" | "of");
            if !is_ordinal && !is_between {
                self.has_unknown_zone = true;
            }
        } else if matches!(next, Some(Token::Number(_))) {
            return None;
        }
        Some(())
    }

    /// `±HH`, `±HHMM`, `±HH:MM`. A second offset is the zone's name, which Go writes so if a zone has no name.
    fn offset(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        let Token::Number(digits) = tokens[at + 1] else { return None };
        let number: i32 = digits.parse().ok()?;
        let (hours, minutes, end) = match (digits.len(), tokens.get(at + 2), tokens.get(at + 3)) {
            (1 | 2, Some(Token::Sign(':')), Some(Token::Number(minutes))) if minutes.len() == 2 => {
                (number, minutes.parse().ok()?, at + 4)
            }
            (1 | 2, ..) => (number, 0, at + 2),
            (3 | 4, ..) => (number / 100, number % 100, at + 2),
            _ => return None,
        };
        if hours > 18 || minutes > 59 {
            return None;
        }
        if !self.has_numeric_offset {
            let seconds = (hours * 60 + minutes) * 60;
            self.offset_seconds = Some(if tokens[at] == Token::Sign('-') { -seconds } else { seconds });
            self.has_numeric_offset = true;
        }
        Some(end)
    }

    fn finish(self) -> Option<Moment> {
        if self.has_unknown_zone && !self.has_numeric_offset {
            return None;
        }
        let (year, month, day) = self.date()?;
        let (hour, minute, second, nanos) = self.time.unwrap_or_default();
        let hour = match self.afternoon {
            None => hour,
            Some(_) if hour > 12 => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        };
        // A day may end at 24:00, and a minute may have a leap second.
        let is_end = (hour, minute, second, nanos) == (24, 0, 0, 0);
        if !(hour < 24 || is_end) || minute > 59 || second > 60 || !(1..=31).contains(&day) {
            return None;
        }
        let small = |n: i64| i8::try_from(n).ok();
        let first = Date::new(i16::try_from(year).ok()?, small(month)?, 1).ok()?;
        let date = first.checked_add((day - 1).days()).ok()?;
        let since_midnight = SignedDuration::from_secs((hour * 60 + minute) * 60 + second.min(59))
            + SignedDuration::from_nanos(nanos);
        let local = date.to_datetime(Time::midnight()).checked_add(since_midnight).ok()?;
        let offset = Offset::from_seconds(self.offset_seconds.unwrap_or(0)).ok()?;
        Some(Moment { at: offset.to_timestamp(local).ok()?, offset })
    }

    /// Year, month and day, where only one reading of the numbers is possible.
    fn date(&self) -> Option<(i64, i64, i64)> {
        let is_month = |n: i64| (1..=12).contains(&n);
        let is_year = |(_, digits): (i64, usize)| digits == 4;
        match (self.month, self.numbers.as_slice()) {
            // `Jan 2022`
            (Some(month), [year]) if is_year(*year) => Some((year.0, month, 1)),
            (Some(month), [year, day]) if is_year(*year) && !is_year(*day) => Some((year.0, month, day.0)),
            (Some(month), [day, year]) if !is_year(*day) => Some((full(*year)?, month, day.0)),
            // `2022-01`
            (None, [year, month]) if is_year(*year) && is_month(month.0) => Some((year.0, month.0, 1)),
            (None, [year, month, day]) if is_year(*year) && is_month(month.0) => {
                Some((year.0, month.0, day.0))
            }
            (None, [a, b, year]) if !is_year(*a) && is_year(*year) => match (is_month(a.0), is_month(b.0)) {
                (true, false) => Some((year.0, a.0, b.0)),
                (false, true) => Some((year.0, b.0, a.0)),
                (true, true) if a.0 == b.0 => Some((year.0, a.0, a.0)),
                _ => None,
            },
            // Two digits for the year: only where month, day and year can have no other order.
            (None, [month, day, year]) if is_month(month.0) && !is_month(day.0) && day.0 <= 31 => {
                Some((full(*year)?, month.0, day.0))
            }
            _ => None,
        }
    }
}

/// A year of four digits, or of two from 1950 to 2049, as JavaScript and RFC 2822 read them.
fn full((year, digits): (i64, usize)) -> Option<i64> {
    match (digits, year) {
        (4, year) => Some(year),
        (2, 0..=49) => Some(year + 2000),
        (2, _) => Some(year + 1900),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
