//! The date format of ECMAScript: `YYYY[-MM[-DD]][THH:mm[:ss[.s…]][Z|±HH[:]mm]]`, years also as `±YYYYYY`; V8 takes `t` and `z`, too.

use super::fields::{Fields, millis_of};

pub(super) fn parse(text: &str) -> Option<f64> {
    let mut cursor = Cursor(text);
    let mut fields = Fields { month: 1, day: 1, ..Fields::default() };
    fields.year = cursor.year()?;
    if cursor.take('-') {
        fields.month = cursor.digits(2)?;
        if cursor.take('-') {
            fields.day = cursor.digits(2)?;
        }
    }
    if cursor.take('T') || cursor.take('t') {
        cursor.time(&mut fields)?;
    }
    if cursor.0.is_empty() { fields.millis() } else { None }
}

struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn take(&mut self, wanted: char) -> bool {
        match self.0.strip_prefix(wanted) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits =
            self.0.get(..count).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
        self.0 = &self.0[count..];
        digits.parse().ok()
    }

    fn year(&mut self) -> Option<i64> {
        if self.take('+') {
            return self.digits(6);
        }
        if self.take('-') {
            return self.digits(6).filter(|year| *year != 0).map(|year| -year);
        }
        self.digits(4)
    }

    fn time(&mut self, fields: &mut Fields) -> Option<()> {
        fields.hour = self.digits(2)?;
        if !self.take(':') {
            return None;
        }
        fields.minute = self.digits(2)?;
        if self.take(':') {
            fields.second = self.digits(2)?;
            if self.take('.') {
                fields.millisecond = self.fraction()?;
            }
        }
        if self.take('Z') || self.take('z') {
            return Some(());
        }
        let sign = if self.take('+') {
            1
        } else if self.take('-') {
            -1
        } else {
            return Some(());
        };
        let hours = self.digits(2)?;
        self.take(':');
        let minutes = self.digits(2)?;
        if hours > 23 || minutes > 59 {
            return None;
        }
        fields.offset_minutes = sign * (hours * 60 + minutes);
        Some(())
    }

    /// Any number of digits, of which the first three count.
    fn fraction(&mut self) -> Option<i64> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let millis = millis_of(&self.0[..length])?;
        self.0 = &self.0[length..];
        Some(millis)
    }
}
