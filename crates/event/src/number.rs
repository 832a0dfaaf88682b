//! JSON numbers as text. Ids and scores must keep every digit, so nothing here goes through floating point.

use serde_json::Number;

/// Longer than this, a written-out number is no use to anybody; it then stays as it was written.
const MAX_LENGTH: usize = 400;

/// A number in plain decimal: no exponent, no `.0`, all digits kept (docs/facts/mapping.md#property-values). A number whose exponent would need
/// more than 400 digits stays as it was written.
pub fn decimal(number: &Number) -> String {
    let text = number.to_string();
    plain(&text).unwrap_or(text)
}

fn plain(text: &str) -> Option<String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.bytes().all(|digit| digit == b'0') {
        return Some("0".to_owned());
    }
    // Where the point stands among the digits.
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let longest = i64::try_from(MAX_LENGTH.max(digits.len())).ok()?;
    if point > longest || point < -longest {
        return None;
    }
    let (whole, fraction) = place_point(&digits, point)?;
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn place_point(digits: &str, point: i64) -> Option<(String, String)> {
    let Ok(point) = usize::try_from(point) else {
        let zeros = usize::try_from(point.unsigned_abs()).ok()?;
        return Some((String::new(), format!("{}{digits}", "0".repeat(zeros))));
    };
    if point >= digits.len() {
        return Some((format!("{digits}{}", "0".repeat(point - digits.len())), String::new()));
    }
    let (whole, fraction) = digits.split_at(point);
    Some((whole.to_owned(), fraction.to_owned()))
}

#[cfg(test)]
mod tests;
