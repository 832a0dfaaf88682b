//! Everything holds in every history, and the histories are worth it.

use simulation::{Failure, REGRESSIONS, Report, Sabotage, run, run_with};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SEEDS: u64 = 1_000;

/// Plays seeds from 0 up on two threads.
fn play(seeds: u64) -> Vec<Result<Report, Box<Failure>>> {
    let next = AtomicU64::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    let result = run(seed);
                    results.lock().unwrap().push(result);
                }
            });
        }
    });
    results.into_inner().unwrap()
}

#[test]
fn a_thousand_histories_hold() {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for result in play(SEEDS) {
        let report = result.unwrap_or_else(|failure| panic!("{failure}"));
        for (what, count) in report.counts {
            *counts.entry(what).or_default() += count;
        }
    }
    // What never happened has not been shown to hold.
    for what in [
        "answered",
        "request lost",
        "reply lost",
        "reply cut off",
        "answered with garbage",
        "failed before execution",
        "failed after execution",
        "timed out",
        "no connection",
        "no token for now",
        "refused in a storm",
        "before a commit",
        "after a commit, before its calls",
        "with calls in flight",
        "during a read",
        "by kill -9",
        "in good order",
        "call outlives its process",
        "clock set",
        "outage",
        "disk full",
        "commit on a full disk",
        "batch sent to a full disk",
        "batch sent again",
        "batch refused",
        "tokens revoked",
        "password changed",
        "paused",
        "dead letters requeued",
        "dead letters discarded",
        "clock set while the process was down",
        "answered with a limit of zero",
        "answered with an absurd limit",
        "answered with another's record",
        "answered with nothing",
        "answered with another type",
        "redirected",
        "turned away",
        "asked to come again",
        "a call's task died",
        "a reading died",
        "a driver died",
    ] {
        assert!(counts.get(what).is_some_and(|count| *count >= 10), "{what}: {:?}", counts.get(what));
    }
}

/// What has found a fault once is played again.
#[test]
fn what_has_failed_once_holds() {
    for seed in REGRESSIONS {
        if let Err(failure) = run(seed) {
            panic!("{failure}");
        }
    }
}

#[test]
fn a_replay_is_exact() {
    for seed in 0..40 {
        let [first, again] = [run(seed).unwrap(), run(seed).unwrap()];
        assert_eq!(first, again, "seed {seed}");
        let whole = run_with(seed, Sabotage::None, true).unwrap();
        assert_eq!((whole.hash, whole.steps), (first.hash, first.steps), "seed {seed}");
        assert_eq!(whole.history.len() as u64, whole.steps);
    }
    assert_ne!(run(1).unwrap().hash, run(2).unwrap().hash);
}
