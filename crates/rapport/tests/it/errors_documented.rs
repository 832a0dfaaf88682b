//! docs/errors.md explains every code there is, and no others.
//!
//! Codes that are exported as lists are taken from there; the others are found in the sources, at the places where a
//! code can stand.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_code(text: &str) -> bool {
    text.len() > 3 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Can a code stand between these two texts of a line?
fn is_place_of_code(file: &Path, before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let name = file.file_name().unwrap().to_str().unwrap();
    let last_part = before.trim_end_matches(',').rsplit([',', '(', ' ']).next().unwrap_or_default();
    let beside_a_class = before.ends_with(',')
        && (last_part.starts_with("FailureClass::")
            || last_part.starts_with("Executed::")
            || last_part == "maybe");
    before.ends_with("code:")
        || beside_a_class
        || (before.ends_with("No,") && name == "verdict.rs")
        || (before.trim().is_empty() && after == "," && name == "decode.rs")
        || (before.ends_with("&str =") && name == "refusal.rs")
        || (before.ends_with("Some(") && name == "complaint.rs")
        || (name == "transport.rs" && (after.starts_with(", true,") || after.starts_with(", false,")))
        || (name == "transport.rs" && before.ends_with("error.code) = (FailureClass::Wait,"))
}

fn codes_in(file: &Path, found: &mut BTreeSet<String>) {
    let text = fs::read_to_string(file).unwrap();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let parts: Vec<&str> = line.split('"').collect();
        for nth in (1..parts.len()).step_by(2) {
            let before = parts[..nth].join("\"");
            let after = parts.get(nth + 1).copied().unwrap_or_default();
            if is_code(parts[nth]) && is_place_of_code(file, &before, after) {
                found.insert(parts[nth].to_owned());
            }
        }
    }
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            walk(&path, found);
        } else if name.ends_with(".rs") && !name.starts_with("tests") {
            codes_in(&path, found);
        }
    }
}

fn all_codes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for room in ["inmoment", "mapping", "delivery"] {
        walk(&root().join("crates").join(room).join("src"), &mut found);
    }
    for known in [
        "rate_limited",
        "timeout",
        "connection",
        "gave_up",
        "email_taken",
        "score_invalid",
        "unreadable_reply",
    ] {
        assert!(
            found.contains(known),
            "{known} is no longer found in the sources; teach this test its new place"
        );
    }
    let lists: [&[&str]; 7] = [
        &rapport::backup::code::ALL,
        &rapport::config::code::ALL,
        &rapport::failure::code::ALL,
        &console::code::ALL,
        &delivery::code::ALL,
        &port::code::ALL,
        &journal::code::ALL,
    ];
    found.extend(lists.into_iter().flatten().map(|code| (*code).to_owned()));
    found.extend(journal::SkipCode::ALL.map(|code| code.word().to_owned()));
    found
        .extend([event::RejectCode::NotAnObject, event::RejectCode::NoIdentity].map(|code| code.to_string()));
    let unreadable = [event::ReadError::NotAnObject, event::ReadError::TooDeep, event::ReadError::Unreadable];
    found.extend(unreadable.map(|error| error.code().to_owned()));
    found
}

#[test]
fn every_code_is_explained_and_nothing_else() {
    let text = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let mut documented = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let code = cells[0].trim_matches(['`', ' ']).to_owned();
        if !is_code(&code) {
            continue;
        }
        assert_eq!(cells.len(), 4, "{line}");
        assert!(cells[1..].iter().all(|cell| cell.len() > 3), "an empty cell: {line}");
        assert!(documented.insert(code), "explained twice: {line}");
    }
    let codes = all_codes();
    let unexplained: Vec<_> = codes.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&codes).collect();
    assert!(unexplained.is_empty(), "docs/errors.md does not explain {unexplained:?}");
    assert!(unknown.is_empty(), "docs/errors.md explains what is not in the sources: {unknown:?}");
}
