//! V8's legacy parser, which accepts dates in free form.

use super::fields::{Fields, millis_of};
use crate::js;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Names of zones, with their hours ahead of UTC.
const ZONES: [(&str, i64); 12] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// Larger numbers are not parts of a date.
const LARGEST: i64 = 999_999_999;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Space,
    Symbol(char),
}

fn number_of(digits: &str) -> i64 {
    digits.parse::<i64>().map_or(LARGEST, |number| number.min(LARGEST))
}

pub(super) fn parse(text: &str) -> Option<f64> {
    let tokens = tokens(text);
    let mut reading = Reading { tokens: &tokens, ..Reading::default() };
    while let Some((token, rest)) = reading.tokens.split_first() {
        reading.tokens = rest;
        reading.token(*token)?;
    }
    reading.finish()
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let length = match first {
            '0'..='9' => run(|c| c.is_ascii_digit()),
            c if js::is_white_space(c) => run(js::is_white_space),
            c if belongs_to_words(c) => run(belongs_to_words),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(match first {
            '0'..='9' => Token::Number(token),
            c if js::is_white_space(c) => Token::Space,
            c if belongs_to_words(c) => Token::Word(token),
            c => Token::Symbol(c),
        });
        rest = after;
    }
    tokens
}

/// V8 treats every character from `A` on as a letter, including `[`, `_`, `{` and all characters outside ASCII.
fn belongs_to_words(c: char) -> bool {
    c >= 'A' && !js::is_white_space(c)
}

#[derive(Default)]
struct Reading<'t, 'a> {
    tokens: &'t [Token<'a>],
    day: Vec<i64>,
    month: Option<i64>,
    /// Hour, minute, second, millisecond.
    time: Vec<i64>,
    afternoon: Option<bool>,
    zone: Option<Zone>,
    number_seen: bool,
}

#[derive(Clone, Copy)]
struct Zone {
    sign: i64,
    hours: i64,
    /// The minutes are still missing after `+HH:`.
    minutes: Option<i64>,
}

impl<'t, 'a> Reading<'t, 'a> {
    fn token(&mut self, token: Token<'a>) -> Option<()> {
        match token {
            Token::Number(digits) => {
                self.number_seen = true;
                self.number(digits)
            }
            Token::Word(word) => self.word(word),
            Token::Symbol(sign @ ('+' | '-')) if self.is_utc() || !self.time.is_empty() => self.offset(sign),
            Token::Symbol('+' | '-' | ')') if self.number_seen => None,
            Token::Symbol('(') => {
                self.skip_parentheses();
                Some(())
            }
            Token::Space | Token::Symbol(_) => Some(()),
        }
    }

    fn skip(&mut self, symbol: char) -> bool {
        match self.tokens.split_first() {
            Some((Token::Symbol(next), rest)) if *next == symbol => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn number(&mut self, digits: &str) -> Option<()> {
        let number = number_of(digits);
        if self.skip(':') {
            if self.skip(':') || self.time.len() >= 3 {
                return None;
            }
            self.time.push(number);
            if let Some(Token::Symbol('.')) = self.tokens.first() {
                self.skip('.');
            }
        } else if self.time_expects(number) && self.skip('.') {
            self.time.push(number);
            let Some((Token::Number(fraction), rest)) = self.tokens.split_first() else { return None };
            self.tokens = rest;
            self.time.resize(3, 0);
            self.time.push(millis_of(fraction)?);
        } else if let Some(zone) = &mut self.zone
            && zone.minutes.is_none()
            && (0..60).contains(&number)
        {
            zone.minutes = Some(number);
        } else if self.time_expects(number) {
            self.time.push(number);
            self.time.resize(4, 0);
            return self.time_may_end_here();
        } else {
            if self.day.len() == 3 {
                return None;
            }
            self.day.push(number);
            self.skip('-');
        }
        Some(())
    }

    /// Whether the number can be the next part of a time that an hour and a colon have begun.
    fn time_expects(&self, number: i64) -> bool {
        match self.time.len() {
            1 | 2 => (0..60).contains(&number),
            3 => (0..1000).contains(&number),
            _ => false,
        }
    }

    fn time_may_end_here(&self) -> Option<()> {
        match self.tokens.first() {
            None | Some(Token::Space | Token::Symbol('+' | '-')) => Some(()),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("z") => Some(()),
            Some(_) => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let word = word.to_ascii_lowercase();
        let start = word.get(..3).unwrap_or(&word);
        if (word == "am" || word == "pm") && !self.time.is_empty() {
            self.afternoon = Some(word == "pm");
        } else if let Some(month) = MONTHS.iter().zip(1..).find(|(name, _)| **name == start).map(|(_, n)| n) {
            self.month = Some(month);
            self.skip('-');
        } else if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word && self.number_seen) {
            self.zone = Some(Zone { sign: hours.signum(), hours: hours.abs(), minutes: Some(0) });
        } else {
            let number_follows = matches!(self.tokens.first(), Some(Token::Number(_)));
            if self.number_seen || number_follows {
                return None;
            }
        }
        Some(())
    }

    fn is_utc(&self) -> bool {
        self.zone.is_some_and(|zone| zone.hours == 0 && zone.minutes == Some(0))
    }

    fn offset(&mut self, sign: char) -> Option<()> {
        let sign = if sign == '-' { -1 } else { 1 };
        let mut digits = "";
        if let Some((Token::Number(number), rest)) = self.tokens.split_first() {
            digits = number;
            self.tokens = rest;
        }
        self.number_seen = true;
        let number = if digits.is_empty() { 0 } else { number_of(digits) };
        let (hours, minutes) = if let Some(Token::Symbol(':')) = self.tokens.first() {
            (number, None)
        } else {
            match digits.len() {
                1 | 2 => (number, Some(0)),
                3 | 4 => (number / 100, Some(number % 100)),
                _ => return None,
            }
        };
        self.zone = Some(Zone { sign, hours, minutes });
        Some(())
    }

    fn skip_parentheses(&mut self) {
        let mut open = 1;
        while let Some((token, rest)) = self.tokens.split_first()
            && open > 0
        {
            match token {
                Token::Symbol('(') => open += 1,
                Token::Symbol(')') => open -= 1,
                _ => {}
            }
            self.tokens = rest;
        }
    }

    fn finish(self) -> Option<f64> {
        if self.day.is_empty() {
            return None;
        }
        let part = |parts: &[i64], at: usize, default: i64| parts.get(at).copied().unwrap_or(default);
        let [a, b, c] = [0, 1, 2].map(|at| part(&self.day, at, 1));
        let is_day = |n: i64| (1..=31).contains(&n);
        let (year, month, day) = match self.month {
            None if is_day(a) => (c, a, b),
            None => (a, b, c),
            Some(month) if is_day(a) => (b, month, a),
            Some(month) => (a, month, b),
        };
        let year = match year {
            0..=49 => year + 2000,
            50..=99 => year + 1900,
            year => year,
        };
        let hour = part(&self.time, 0, 0);
        let hour = match self.afternoon {
            None => hour,
            Some(_) if !(0..=12).contains(&hour) => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        };
        let zone = self.zone.unwrap_or(Zone { sign: 1, hours: 0, minutes: None });
        let millis = Fields {
            year,
            month,
            day,
            hour,
            minute: part(&self.time, 1, 0),
            second: part(&self.time, 2, 0),
            millisecond: part(&self.time, 3, 0),
            offset_minutes: zone.sign * (zone.hours * 60 + zone.minutes.unwrap_or(0)),
        };
        millis.millis()
    }
}
