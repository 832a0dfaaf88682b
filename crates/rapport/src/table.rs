//! Tables for people, on a terminal or in a file.

use comfy_table::{ContentArrangement, Table, presets};

/// A table without lines: columns are separated, and a script can still split them.
pub(crate) fn plain(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.to_vec());
    table.add_rows(rows);
    let text = table.to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Text from outside, for a terminal: control characters, which could move the cursor or change colours, are written as
/// escapes.
pub(crate) fn visible(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

/// A number with its noun: `1 event`, `2 events`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[test]
fn one_is_singular() {
    let said = [0, 1, 2].map(|number| counted(number, "event"));
    assert_eq!(said, ["0 events", "1 event", "2 events"]);
}
