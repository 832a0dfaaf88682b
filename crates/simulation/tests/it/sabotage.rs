//! Proofs that the oracle can fail: each breakage is found, for the reason it should be found.

use simulation::{Sabotage, run_with};

/// Each breakage with the words of the verdicts that count as having found it.
const EXPECTED: [(Sabotage, &[&str]); 25] = [
    (Sabotage::ForgetInFlight, &["was carried out 2 times"]),
    (Sabotage::KeepDoubted, &["it should be one of"]),
    (Sabotage::ForgetSeen, &["its message id came before", "was carried out 2 times"]),
    (Sabotage::LoseFates, &["nothing is going to happen any more", "is not pending at this destination"]),
    (Sabotage::CallDeadDelivered, &["InMoment never carried it out", "it can never be delivered"]),
    (Sabotage::ReverseEvents, &["was carried out after later events"]),
    (
        Sabotage::OverlookEvents,
        &["nothing is going to happen any more", "is pending, or there is no such request"],
    ),
    (Sabotage::HideRateHeaders, &["more calls than InMoment allows"]),
    (Sabotage::ForgetBudget, &["more calls than InMoment allows"]),
    (Sabotage::ClaimAnswers, &["InMoment never carried it out"]),
    (Sabotage::HideStoredProperties, &["it should be one of"]),
    (Sabotage::CreateNameless, &["created without an external id"]),
    (Sabotage::SkipAhead, &["is pending, or there is no such request"]),
    (Sabotage::ForgetAnswers, &["no answer is kept"]),
    (Sabotage::FalsifyScores, &["it is kept with another score"]),
    (Sabotage::ForgetAttempts, &["no call is kept"]),
    (Sabotage::BelieveZeroLimit, &["and nothing goes", "and none goes out", "names no reason"]),
    (Sabotage::HaltOnOneDenial, &["and nothing goes", "and none goes out", "names no reason"]),
    (Sabotage::BelieveAnother, &["whose it is not", "whom nobody created", "it should be one of"]),
    (
        Sabotage::SweepByWallClock,
        &["its message id came before", "was carried out 2 times", "was carried out after later events"],
    ),
    (
        Sabotage::LosePanickedCall,
        &["nothing is going to happen any more", "and nothing goes", "and none goes out", "names no reason"],
    ),
    (Sabotage::IdentifyByIdAlone, &["it should have been delivered, or kept"]),
    (Sabotage::OverlookReuse, &["message ids are said to be reused"]),
    (Sabotage::SayRunning, &["says that it is running, and nothing goes"]),
    (Sabotage::DivideAnywhere, &["must become dead and a dead letter in one commit", "no answer is kept"]),
];

/// Seeds tried before a breakage counts as not found.
const SEEDS_TRIED: u64 = 600;

#[test]
fn every_breakage_is_found() {
    assert_eq!(EXPECTED.map(|(sabotage, _)| sabotage), Sabotage::ALL);
    for (sabotage, words) in EXPECTED {
        let verdicts = (0..SEEDS_TRIED).filter_map(|seed| run_with(seed, sabotage, false).err());
        let mut others = Vec::new();
        let found = verdicts.map(|failure| failure.broken).find(|broken| {
            let found = words.iter().any(|words| broken.contains(words));
            if !found {
                others.push(broken.clone());
            }
            found
        });
        assert!(found.is_some(), "{sabotage:?} was not found; other verdicts: {:?}", others.first());
    }
}
