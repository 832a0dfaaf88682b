use super::*;
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../../../../docs/errors.md");

/// The codes of a section's table whose row says so.
fn documented(section: &str, says: fn(&str) -> bool) -> BTreeSet<&'static str> {
    let (_, rest) = DOCUMENT.split_once(&format!("\n## {section}\n")).unwrap();
    let table = rest.split("\n## ").next().unwrap().lines();
    let rows = table.filter(|line| line.starts_with("| `") && says(line));
    rows.filter_map(|line| line.split('`').nth(1)).collect()
}

#[test]
fn every_code_of_the_document_has_its_words_and_no_other() {
    let mut wanted = documented("Dead letters", |_| true);
    let from_inmoment = documented("Replies of InMoment", |row| row.contains("dead letter"));
    assert!((wanted.len(), from_inmoment.len()) > (15, 5), "the document is not read right");
    wanted.extend(from_inmoment);
    let known: BTreeSet<&str> = ALL.iter().map(|(code, ..)| *code).collect();
    assert_eq!(known, wanted);
    assert_eq!(known.len(), ALL.len(), "a code is there twice");
}

#[test]
fn words_are_sentences_and_titles_differ() {
    let titles: BTreeSet<&str> = ALL.iter().map(|(_, title, ..)| *title).collect();
    assert_eq!(titles.len(), ALL.len());
    for (code, title, means, what_to_do) in ALL.iter().chain([&UNKNOWN]) {
        assert!(title.starts_with(char::is_uppercase) && !title.ends_with('.'), "{code}: {title}");
        for text in [means, what_to_do] {
            assert!(text.starts_with(char::is_uppercase) && text.ends_with('.'), "{code}: {text}");
            assert!(!text.contains("  "), "{code}: {text}");
        }
        assert!(!title.contains(code) || code.is_empty());
    }
}

#[test]
fn a_code_of_a_newer_version_has_general_words() {
    assert_eq!(words("from_the_future").title, UNKNOWN.1);
    assert_ne!(words("score_invalid").title, UNKNOWN.1);
}
