//! Times as UNIX seconds, in both profiles (docs/facts/mapping.md#seconds, docs/facts/transformer.md#seconds).

use crate::js::{self, TypeError};
use crate::js_date;
use event::time::Moment;
use serde_json::{Number, Value};
use std::str::FromStr;

/// The largest distance from 1970 of a JavaScript date, in milliseconds.
const LARGEST: f64 = 8.64e15;

/// Seconds as text; `None` if the value is not a time.
pub(crate) fn native(value: &Value) -> Option<String> {
    Moment::from_value(value).map(|moment| moment.unix_seconds().to_string())
}

/// A time as rudder-transformer converts it. Digits are unchanged, also if they are milliseconds; zero is a number,
/// everything else is text.
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

/// An optional sign and digits, within the range of a date.
fn is_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && f64::from_str(text).is_ok_and(|number| number.abs() <= LARGEST)
}

#[cfg(test)]
mod tests;
