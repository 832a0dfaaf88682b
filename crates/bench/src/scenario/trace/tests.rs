use super::reference::{Does, USERS};
use super::*;
use std::collections::{BTreeMap, HashMap};

fn count(trace: &Trace, what: Does) -> usize {
    trace.events.iter().filter(|(_, does)| *does == what).count()
}

#[test]
fn the_reference_trace_is_as_it_is_described() {
    let trace = Trace::reference();
    assert_eq!(trace.events.len(), 20_000);
    let counts = [Does::Change, Does::Repeat, Does::Answer].map(|what| count(&trace, what));
    assert_eq!(counts, [1_800, 16_200, 2_000]);
    let mut first: HashMap<usize, Does> = HashMap::new();
    for (user, does) in &trace.events {
        first.entry(*user).or_insert(*does);
    }
    assert_eq!(first.len(), USERS);
    assert!(first.values().all(|does| *does == Does::Change), "a user's first event is an identify");
}

#[test]
fn repeated_identifies_say_the_same_and_changes_say_something_else() {
    let trace = Trace::reference();
    let mut said: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    for ((user, does), message) in trace.events.iter().zip(trace.messages()) {
        assert_eq!(message["userId"], format!("user-{user}"));
        let traits = message["context"]["traits"].clone();
        let before = said.insert(message["userId"].to_string(), traits.clone());
        assert_eq!(before.as_ref() != Some(&traits), *does == Does::Change);
    }
}

#[tokio::test]
async fn a_short_trace_is_delivered_whole_and_counted_exactly() {
    let outcome = tokio::task::spawn_blocking(|| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            use Does::{Answer, Change, Repeat};
            let events = vec![(0, Change), (0, Repeat), (0, Answer), (1, Change), (0, Change)];
            let mut world = World::new(LastSurveyed::Off, None).unwrap();
            world.live_through(&Trace { events }, Duration::from_secs(50)).await.unwrap()
        })
    });
    // Two look-ups, two creates, an answer, a change.
    assert_eq!(outcome.await.unwrap().calls_per_event(), 6.0 / 5.0);
}

#[tokio::test]
async fn a_limit_is_used_up_and_never_exceeded() {
    let outcome = tokio::task::spawn_blocking(|| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let events = (0..100).map(|user| (user, Does::Change)).collect();
            let mut world = World::new(LastSurveyed::EventTime, Some(20)).unwrap();
            world.live_through(&Trace { events }, Duration::from_secs(10)).await.unwrap()
        })
    });
    let outcome = outcome.await.unwrap();
    assert_eq!(outcome.refused, 0);
    assert!((9.0..=10.5).contains(&outcome.minutes()), "{}", outcome.minutes());
    assert!((95.0..=100.0).contains(&outcome.share_used(20)), "{}", outcome.share_used(20));
}
