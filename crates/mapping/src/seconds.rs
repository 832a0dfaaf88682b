//! Times as UNIX seconds, in both profiles (docs/facts/mapping.md#seconds, docs/facts/transformer.md#seconds).

use crate::js::{self, TypeError};
use crate::js_date;
use event::time::Moment;
use serde_json::{Number, Value};
use std::str::FromStr;

/// The largest distance from 1970 a JavaScript date has, in milliseconds.
const LARGEST: f64 = 8.64e15;

/// Seconds as text; `None` when the value is no time.
pub(crate) fn native(value: &Value) -> Option<String> {
    Moment::from_value(value).map(|moment| moment.unix_seconds().to_string())
}

/// What rudder-transformer makes of a time. Digits stay as they are, milliseconds included; zero is a number, all else text.
pub(crate) fn javascript(value: &Value) -> Result<Option<Value>, TypeError> {
    let text = js::text(value)?;
    if is_digits(&text) {
        return Ok(Some(if js::is_truthy(value) { Value::String(text) } else { zero() }));
    }
    let millis = match value {
        Value::Number(number) => js::double(number).trunc(),
        Value::Bool(value) => f64::from(u8::from(*value)),
        _ => js_date::parse(&text).unwrap_or(f64::NAN),
    };
    if millis.is_nan() || millis.abs() > LARGEST {
        return Ok(None);
    }
    let seconds = (millis / 1000.0).floor();
    Ok(Some(if seconds == 0.0 { zero() } else { Value::String(js::number_text(seconds)) }))
}

fn zero() -> Value {
    Value::Number(Number::from(0))
}

/// An optional sign and digits that are within a date's range.
fn is_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && f64::from_str(text).is_ok_and(|number| number.abs() <= LARGEST)
}

#[cfg(test)]
mod tests;
