//! Licence expressions, as far as crates use them: names, `OR`, `AND`, `WITH`, parentheses, and the old `/` for `OR`.

use std::collections::BTreeSet;

/// Whether one may choose within the expression so that only allowed licences remain.
pub(crate) fn allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let verdict = any(&mut rest, allowed);
    verdict && rest.is_empty()
}

fn any(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut verdict = all(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        verdict |= all(words, allowed);
    }
    verdict
}

fn all(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut verdict = one(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        verdict &= one(words, allowed);
    }
    verdict
}

fn one(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let verdict = any(words, allowed);
            if let [")", rest @ ..] = *words {
                *words = rest;
            }
            verdict
        }
        // An exception only ever permits more.
        [name, "WITH", _, rest @ ..] | [name, rest @ ..] => {
            *words = rest;
            allowed.contains(name)
        }
        [] => false,
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    let ok: BTreeSet<&str> = ["MIT", "ISC", "Apache-2.0"].into();
    for (expression, want) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("MIT/Apache-2.0", true),
        ("ISC AND (GPL-3.0 OR MIT)", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", false),
        ("GPL-3.0 OR ISC AND Unicode-3.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("none", false),
        ("", false),
    ] {
        assert_eq!(allowed(expression, &ok), want, "{expression}");
    }
}
