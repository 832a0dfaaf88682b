//! A reader's resume point: the id of the message that it read last.

use std::fmt;

/// `BOOT-REQUEST-OUTCOME`: all events up to this request and all outcomes up to this number were shown. Outcomes are
/// numbered from the start of the process that `BOOT` identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResumePoint {
    pub(super) boot: String,
    pub(super) request: u64,
    pub(super) outcome: u64,
}

impl fmt::Display for ResumePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.boot, self.request, self.outcome)
    }
}

impl ResumePoint {
    /// Accepts only the form that `Display` writes.
    pub(super) fn parse(text: &str) -> Option<ResumePoint> {
        let mut parts = text.splitn(3, '-');
        let (boot, request, outcome) = (parts.next()?, parts.next()?, parts.next()?);
        let point = ResumePoint {
            boot: boot.to_owned(),
            request: request.parse().ok()?,
            outcome: outcome.parse().ok()?,
        };
        let sound = (1..=32).contains(&boot.len()) && boot.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(point).filter(|point| sound && point.to_string() == text)
    }
}

#[cfg(test)]
mod tests;
