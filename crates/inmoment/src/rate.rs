//! Reading the rate headers of a reply (docs/facts/inmoment-api.md#rate-limit).
//!
//! The headers are not trusted: a number below 0 is read as 0, a number that is too large as the largest value, and a
//! time that no window of calls has as absent. The budget clamps them further.

use crate::http::HttpReply;
use crate::outcome::RateHeaders;

/// The window is a minute; a reset that is more than an hour away cannot be right and counts as absent.
const MAX_RESET_SECS: i64 = 3_600;

impl RateHeaders {
    /// The rate headers of a reply; `now_unix_secs` is the local clock, for replies without a `Date`.
    pub fn read(reply: &HttpReply, now_unix_secs: i64) -> RateHeaders {
        let number = |name: &str| reply.header(name).and_then(count);
        let now = date_of(reply).unwrap_or(now_unix_secs);
        let reset = reply.header("x-rate-limit-reset").and_then(|text| text.parse::<i64>().ok());
        let resets_in = reset.and_then(|at| window(at.checked_sub(now)?)).or_else(|| {
            let asked = reply.header("retry-after").filter(|_| reply.status == 429)?;
            window(asked.parse().ok().or_else(|| http_date(asked)?.checked_sub(now))?)
        });
        RateHeaders {
            limit: number("x-rate-limit-limit"),
            remaining: number("x-rate-limit-remaining"),
            resets_in_secs: resets_in,
        }
    }
}

/// The sender's time when the reply was written, UNIX seconds, if the reply has it.
pub(crate) fn date_of(reply: &HttpReply) -> Option<i64> {
    reply.header("date").and_then(http_date)
}

/// Digits, with a sign or without.
fn count(text: &str) -> Option<u32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.starts_with('-') { Some(0) } else { Some(digits.parse().unwrap_or(u32::MAX)) }
}

fn window(secs: i64) -> Option<u32> {
    (secs <= MAX_RESET_SECS).then(|| u32::try_from(secs.max(0)).ok()).flatten()
}

fn http_date(text: &str) -> Option<i64> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests;
