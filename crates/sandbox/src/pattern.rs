//! Patterns for paths, in fault rules and log filters: `*` stands for any characters within one segment, `**` for any
//! characters at all, everything else for itself.

use serde::{Deserialize, Serialize};

/// The largest length; every path of the API with wildcards is shorter.
const MAX_LENGTH: usize = 500;

/// A checked pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

/// A pattern that cannot match any path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a path pattern starts with / or * and has at most {MAX_LENGTH} characters")]
pub struct BadPattern;

impl TryFrom<String> for Pattern {
    type Error = BadPattern;

    fn try_from(text: String) -> Result<Pattern, BadPattern> {
        let fits = (text.starts_with('/') || text.starts_with('*')) && text.len() <= MAX_LENGTH;
        if fits { Ok(Pattern(text)) } else { Err(BadPattern) }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.0
    }
}

impl Pattern {
    /// Whether the whole path fits; time is bounded by the product of both lengths.
    pub fn matches(&self, path: &str) -> bool {
        let path = path.as_bytes();
        // reach[i]: the part of the pattern that was read can match the first i bytes of the path.
        let mut reach = vec![false; path.len() + 1];
        reach[0] = true;
        let mut pattern = self.0.as_bytes();
        while let Some((&byte, rest)) = pattern.split_first() {
            if byte != b'*' {
                step(&mut reach, path, byte);
                pattern = rest;
                continue;
            }
            let across = rest.first() == Some(&b'*');
            for at in 0..path.len() {
                reach[at + 1] |= reach[at] && (across || path[at] != b'/');
            }
            pattern = if across { &rest[1..] } else { rest };
        }
        reach[path.len()]
    }
}

fn step(reach: &mut [bool], path: &[u8], byte: u8) {
    for at in (0..path.len()).rev() {
        reach[at + 1] = reach[at] && path[at] == byte;
    }
    reach[0] = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_in_their_segment() {
        let cases = [
            ("/v1/end_users", "/v1/end_users", true),
            ("/v1/end_users", "/v1/end_users/1", false),
            ("/v1/end_users*", "/v1/end_users", true),
            ("/v1/end_users/*", "/v1/end_users/1", true),
            ("/v1/end_users/*", "/v1/end_users/1/responses", false),
            ("/v1/end_users/*/responses", "/v1/end_users/700100201/responses", true),
            ("/v1/**", "/v1/end_users/1/responses", true),
            ("/v1/**/responses", "/v1/end_users/1/responses", true),
            ("**", "/oauth/token", true),
            ("*/token", "/oauth/token", false),
            ("/*/token", "/oauth/token", true),
            ("/a*b*c", "/axxbyyc", true),
            ("/a*b*c", "/axxbyy", false),
        ];
        for (pattern, path, expected) in cases {
            let pattern = Pattern::try_from(pattern.to_owned()).expect("a pattern");
            assert_eq!(pattern.matches(path), expected, "{pattern:?} {path}");
        }
    }

    #[test]
    fn many_stars_do_not_take_long() {
        let pattern = Pattern::try_from(format!("/{}b", "*a".repeat(200))).expect("a pattern");
        assert!(!pattern.matches(&format!("/{}", "a".repeat(4_000))));
    }

    #[test]
    fn patterns_that_match_nothing_are_refused() {
        assert_eq!(Pattern::try_from("v1/end_users".to_owned()), Err(BadPattern));
        assert_eq!(Pattern::try_from(format!("/{}", "a".repeat(MAX_LENGTH))), Err(BadPattern));
    }
}
