//! Replays the corpus on a stable compiler, without a fuzzer: each input whole, cut off, and with changed bytes.

use fuzzing::{TARGETS, run};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// Changed copies of each input.
const CHANGED: usize = 16;

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// The whole input, and copies that are cut off or have a byte of another input.
fn variants(input: &[u8], other: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![input.to_vec()];
    for nth in 1..=CHANGED {
        let at = input.len() * nth / (CHANGED + 1);
        all.push(input[..at].to_vec());
        let mut changed = input.to_vec();
        if let (Some(byte), false) = (changed.get_mut(at), other.is_empty()) {
            *byte = other[at % other.len()];
        }
        all.push(changed);
    }
    all
}

fn replay(target: &str) {
    let files = corpus(target);
    assert!(files.len() >= 5, "the corpus of {target} has {} inputs", files.len());
    let mut other = Vec::new();
    for file in &files {
        let input = std::fs::read(file).expect("an input");
        for variant in variants(&input, &other) {
            let ended = catch_unwind(|| run(target, &variant));
            let shown = String::from_utf8_lossy(&variant).into_owned();
            assert!(ended.is_ok(), "a variant of {}: {shown}", file.display());
        }
        other = input;
    }
}

#[test]
fn configuration() {
    replay("configuration");
}

#[test]
fn events() {
    replay("events");
}

#[test]
fn form() {
    replay("form");
}

#[test]
fn head() {
    replay("head");
}

#[test]
fn plan() {
    replay("plan");
}

#[test]
fn reply() {
    replay("reply");
}

/// Every target has a test, a program of the fuzzer and a corpus.
#[test]
fn every_target_is_here_and_in_the_fuzzers_own_crate() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(own.join("Cargo.toml")).unwrap();
    let here = include_str!("main.rs");
    for (name, _) in TARGETS {
        assert!(here.contains(&format!("replay(\"{name}\")")), "{name} is not replayed");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has no program");
        let program = std::fs::read_to_string(own.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("run(\"{name}\", data)")), "{name}'s program runs something else");
    }
}
