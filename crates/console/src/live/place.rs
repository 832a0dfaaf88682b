//! Where a reader is: the id of the message it read last.

use std::fmt;

/// `BOOT-REQUEST-OUTCOME`: all events of requests up to that number were shown, and all outcomes up to that number, which
/// counts from the start of the process that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) boot: String,
    pub(super) request: u64,
    pub(super) outcome: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.boot, self.request, self.outcome)
    }
}

impl Place {
    /// Only as it is written.
    pub(super) fn parse(text: &str) -> Option<Place> {
        let mut parts = text.splitn(3, '-');
        let (boot, request, outcome) = (parts.next()?, parts.next()?, parts.next()?);
        let place =
            Place { boot: boot.to_owned(), request: request.parse().ok()?, outcome: outcome.parse().ok()? };
        let sound = (1..=32).contains(&boot.len()) && boot.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(place).filter(|place| sound && place.to_string() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written_and_no_other_way() {
        let place = Place { boot: "00ff".to_owned(), request: u64::MAX, outcome: 0 };
        assert_eq!(Place::parse(&place.to_string()), Some(place));
        for text in [
            "",
            "-",
            "a-1",
            "-1-2",
            "a-01-2",
            "a-1-2-3",
            "a-1-+2",
            "x-1-2",
            "a--1-2",
            "a-1-2\n",
            "a-1-18446744073709551616",
        ] {
            assert_eq!(Place::parse(text), None, "{text:?}");
        }
        assert_eq!(Place::parse(&format!("{}-1-2", "a".repeat(33))), None);
    }
}
