//! JavaScript's view of JSON values, as far as rudder-transformer depends on it (docs/facts/transformer.md#helpers, #property-text, #javascript).

use serde_json::{Map, Number, Value};
use std::str::FromStr;

/// JavaScript throws an error: an object with its own `toString` cannot become text
/// (docs/facts/transformer.md#case-88).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeError;

/// The error that it throws.
pub(crate) const NO_PRIMITIVE: &str = "Cannot convert object to primitive value";

/// A number as JavaScript represents it: always a double, and infinite if it is too large.
pub(crate) fn double(number: &Number) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => double(number) != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The values that a list of sources yields and a payload keeps: everything truthy, `false` and `0`.
pub(crate) fn is_usable(value: &Value) -> bool {
    is_truthy(value) || matches!(value, Value::Bool(_) | Value::Number(_))
}

/// Lodash's `isEmpty`: all numbers and booleans count as empty.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A value in a template string.
pub(crate) fn text(value: &Value) -> Result<String, TypeError> {
    Ok(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number_text(double(number)),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Result<Vec<String>, TypeError> = items
                .iter()
                .map(|item| if item.is_null() { Ok(String::new()) } else { text(item) })
                .collect();
            items?.join(",")
        }
        Value::Object(members) if members.contains_key("toString") => return Err(TypeError),
        Value::Object(_) => "[object Object]".to_owned(),
    })
}

/// ECMAScript's `Number::toString`.
pub(crate) fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if !number.is_finite() {
        return if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    // Rust and ECMAScript write the same digits, the fewest that can be read back; they differ in the position of the
    // point.
    let shortest = format!("{:e}", number.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or(0));
    let body = if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = split(point);
        format!("{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = split(1);
        let point_and_rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
        format!("{first}{point_and_rest}e{:+}", point - 1)
    };
    format!("{sign}{body}")
}

/// A value compared with a number.
pub(crate) fn number(value: &Value) -> Result<f64, TypeError> {
    Ok(match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => double(number),
        Value::String(text) => text_number(text),
        Value::Array(_) | Value::Object(_) => text_number(&text(value)?),
    })
}

/// ECMAScript's white space and line ends: Unicode's, with the byte order mark and without the next-line character.
pub(crate) fn is_white_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{85}' || c == '\u{feff}'
}

/// ECMAScript's `StringToNumber`.
fn text_number(text: &str) -> f64 {
    let text = text.trim_matches(is_white_space);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let upper = prefix.to_uppercase();
        if let Some(digits) = text.strip_prefix(prefix).or_else(|| text.strip_prefix(upper.as_str())) {
            return whole_number(digits, radix);
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "Infinity" {
        return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    // Rust also reads `inf` and `nan`, which JavaScript does not; a number starts with a digit or a point.
    let starts_well = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if starts_well { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

fn whole_number(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits
        .chars()
        .map(|digit| digit.to_digit(radix))
        .try_fold(0.0, |sum, digit| Some(sum * f64::from(radix) + f64::from(digit?)))
        .unwrap_or(f64::NAN)
}

/// A value after it passed through JavaScript: numbers lose the digits that do not fit into a double; infinite numbers
/// become null.
pub(crate) fn json(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            Number::from_str(&number_text(double(number))).map_or(Value::Null, Value::Number)
        }
        Value::Array(items) => Value::Array(items.iter().map(json).collect()),
        Value::Object(members) => {
            entries(members).into_iter().map(|(key, value)| (key.to_owned(), json(value))).collect()
        }
        other => other.clone(),
    }
}

/// An object's members in JavaScript's order: array indexes in ascending order, then the other keys as written.
pub(crate) fn entries(members: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<(&str, &Value)> = members.iter().map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_by_key(|(key, _)| order(key));
    entries
}

/// Sorts keys into JavaScript's order, provided the sort is stable.
pub(crate) fn order(key: &str) -> u32 {
    // The largest array index is 2^32 - 2; other keys are sorted behind the indexes.
    match key.parse::<u32>() {
        Ok(index) if index.to_string() == key => index,
        _ => u32::MAX,
    }
}

#[cfg(test)]
mod tests;
