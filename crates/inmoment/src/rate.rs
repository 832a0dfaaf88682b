//! Reading the rate headers of a reply (inmoment-api.md 3, Rate limit).

use crate::http::HttpReply;
use crate::outcome::RateHeaders;

/// The window is a minute; a reset further away than a day is no time of this header and counts as absent.
const MAX_RESET_SECS: i64 = 86_400;

impl RateHeaders {
    /// The rate headers of a reply; `now_unix_secs` is the local clock, for replies without a `Date`.
    pub fn read(reply: &HttpReply, now_unix_secs: i64) -> RateHeaders {
        let number = |name: &str| reply.header(name).and_then(|text| text.parse::<u32>().ok());
        let now = reply.header("date").and_then(http_date).unwrap_or(now_unix_secs);
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

fn window(secs: i64) -> Option<u32> {
    (secs <= MAX_RESET_SECS).then(|| u32::try_from(secs.max(0)).ok()).flatten()
}

fn http_date(text: &str) -> Option<i64> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests;
