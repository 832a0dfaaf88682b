//! What a code means for people: read from docs/errors.md, so that the program and its document cannot contradict each
//! other.

use std::collections::HashMap;
use std::sync::LazyLock;

const DOCUMENT: &str = include_str!("../../../docs/errors.md");

/// A row of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Advice {
    /// what happened
    pub(crate) happened: &'static str,
    /// what it means for the data
    pub(crate) means: &'static str,
    pub(crate) what_to_do: &'static str,
}

static ALL: LazyLock<HashMap<&'static str, Advice>> =
    LazyLock::new(|| DOCUMENT.lines().filter_map(row).collect());

static PLAIN: LazyLock<HashMap<&'static str, (String, String)>> = LazyLock::new(|| {
    let without_marks = |text: &str| text.replace('`', "");
    ALL.iter().map(|(code, row)| (*code, (without_marks(row.means), without_marks(row.what_to_do)))).collect()
});

/// What the document says of a code. It may hold code spans, in backticks.
pub(crate) fn of(code: &str) -> Option<Advice> {
    ALL.get(code).copied()
}

/// What a code means for the data and what to do, without the marks of code spans. A test ensures that the document
/// explains every code.
pub(crate) fn plain(code: &str) -> (&'static str, &'static str) {
    PLAIN.get(code).map_or(("", ""), |(means, what_to_do)| (means, what_to_do))
}

/// A row that begins with one code alone.
fn row(line: &'static str) -> Option<(&'static str, Advice)> {
    let mut cells = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
    let code = cells.next()?.strip_suffix('`')?;
    let (happened, means, what_to_do) = (cells.next()?, cells.next()?, cells.next()?);
    (cells.next().is_none() && !code.contains('`')).then_some((code, Advice { happened, means, what_to_do }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::code;

    #[test]
    fn every_code_of_the_document_is_found() {
        assert!(ALL.len() > 90, "{}", ALL.len());
        let refused = of("credentials_refused").unwrap();
        assert_eq!(refused.happened, "InMoment refused the username or password");
        assert!(refused.what_to_do.starts_with("correct them in the console"));
        assert_eq!(of("from_the_future"), None);
        for code in code::ALL {
            assert!(of(code).is_some(), "{code}");
        }
        assert_eq!(plain(code::UNKNOWN_DESTINATION), ("unchanged", "rapport status shows the names"));
        for (code, Advice { happened, means, what_to_do }) in ALL.iter() {
            for text in [happened, means, what_to_do] {
                assert!(!text.trim().is_empty() && !text.contains('|'), "{code}: {text}");
            }
        }
    }
}
