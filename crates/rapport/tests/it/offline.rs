//! Commands that need no server.

use crate::harness::{rapport, run, run_with_input};
use std::process::Stdio;

const EVENT: &str =
    r#"{"type":"identify","userId":"u1","messageId":"m1","traits":{"email":"u1@example.com"}}"#;

#[test]
fn explain_reads_standard_input_and_files() {
    let ended = run_with_input(&["explain", "--json"], EVENT);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.json_lines()[0]["intent"], "UpsertEndUser");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, format!("{EVENT}\n{EVENT}\n")).unwrap();
    let ended = run(&["explain", file.to_str().unwrap(), "--json", "--profile", "rudderstack"]);
    let profiles: Vec<_> = ended.json_lines().iter().map(|line| line["profile"].clone()).collect();
    assert_eq!(profiles, ["rudderstack", "rudderstack"]);
    let ended = run_with_input(&["explain", "-"], EVENT);
    assert!(ended.out.starts_with("identify (m1) -> deliver\n"), "{}", ended.out);
}

#[test]
fn explain_says_what_is_wrong_with_its_input() {
    let ended = run_with_input(&["explain"], "{\"type\":\n nope");
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains("[input_not_json]") && ended.err.contains("line 2"), "{}", ended.err);
    let ended = run(&["explain", "/no/such/file"]);
    assert!(ended.code == 1 && ended.err.contains("[input_unreadable]"), "{ended:?}");
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let ended = run(&["completions", shell]);
        assert_eq!(ended.code, 0);
        assert!(ended.out.contains("dead-letters"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = rapport()
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_demo_shows_both_sample_events_arriving() {
    let ended = run(&["demo", "--once"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in
        ["1hKOmRA4GRlm", "alex@example.com", "+12025550146", "New Orleans", "Great Product!", "2 delivered"]
    {
        assert!(ended.out.contains(part), "{part} is not in\n{}", ended.out);
    }
}
