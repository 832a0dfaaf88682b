//! The same histories with the durable journal, on a disk that fails.

use simulation::{Failure, Medium, Report, Sabotage, run_on};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SEEDS: u64 = 250;

/// Seeds tried before a breakage counts as not found.
const PATIENCE: u64 = 200;

/// Each breakage with the words of the verdicts that count as having found it.
const EXPECTED: [(Sabotage, &[&str]); 5] = [
    (Sabotage::AnswerBeforeWriting, &["the ledger says", "dead letters kept"]),
    (Sabotage::AnswerBeforeSync, &["the ledger says", "dead letters kept", "no destination has the number"]),
    (Sabotage::OverlookFailedSync, &["the ledger says", "dead letters kept", "is damaged"]),
    (Sabotage::KeepHalfOfFull, &["is damaged", "the ledger says", "dead letters kept"]),
    (Sabotage::ForgetFolder, &["the ledger says", "dead letters kept", "no destination has the number"]),
];

fn run(seed: u64, sabotage: Sabotage) -> Result<Report, Box<Failure>> {
    run_on(Medium::Sqlite, seed, sabotage, false)
}

#[test]
fn the_durable_journal_holds_on_a_disk_that_fails() {
    let next = AtomicU64::new(0);
    let counts = Mutex::new(BTreeMap::<&'static str, u64>::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let seed @ ..SEEDS = next.fetch_add(1, Ordering::Relaxed) {
                    let report = run(seed, Sabotage::None).unwrap_or_else(|failure| panic!("{failure}"));
                    let mut counts = counts.lock().unwrap();
                    for (what, count) in report.counts {
                        *counts.entry(what).or_default() += count;
                    }
                }
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    // What never happened has not been shown to hold.
    for what in [
        "disk: reads failed",
        "disk: writes failed",
        "disk: syncs failed",
        "disk: other operations failed",
        "disk: writes without room",
        "disk: power cuts within an operation",
        "in the middle of a write",
        "after a write, before its answer",
        "in doubt, and done",
        "in doubt, and not done",
        "commit on a full disk",
        "commit on a failing disk",
        "a start failed for the disk",
        "a read failed for the disk",
    ] {
        assert!(counts.get(what).is_some_and(|count| *count >= 5), "{what}: {:?}", counts.get(what));
    }
}

#[test]
fn a_replay_on_a_disk_is_exact() {
    for seed in 0..12 {
        let [first, again] = [run(seed, Sabotage::None).unwrap(), run(seed, Sabotage::None).unwrap()];
        assert_eq!(first, again, "seed {seed}");
    }
}

#[test]
fn every_breakage_on_a_disk_is_found() {
    assert_eq!(EXPECTED.map(|(sabotage, _)| sabotage), Sabotage::ON_DISK);
    for (sabotage, words) in EXPECTED {
        let verdicts: Vec<String> = (0..PATIENCE)
            .filter_map(|seed| run(seed, sabotage).err())
            .map(|failure| failure.broken)
            .take(8)
            .collect();
        let found = verdicts.iter().any(|broken| words.iter().any(|words| broken.contains(words)));
        assert!(found, "{sabotage:?} was not found; verdicts: {verdicts:#?}");
    }
}
