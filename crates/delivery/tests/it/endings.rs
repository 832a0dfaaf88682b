//! How a delivery ends, and the state that the next one finds.

use crate::events::{identify, response};
use crate::faulty::{Fault, Faulty};
use crate::world::{Panics, PausedClock, World, by};
use delivery::{Clock, DestinationState, Now};
use journal::{DeliveryStore, JournalError};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How long a shutdown took, in paused time.
async fn stop(world: &World) -> Duration {
    let begun = Instant::now();
    let stopped = tokio::time::timeout(Duration::from_secs(3_600), world.handle.shutdown());
    stopped.await.expect("it does not end");
    begun.elapsed()
}

fn slow(path: &str, secs: u64) -> String {
    json!({"rules": [{"action": {"latency": {"ms": secs * 1_000}}, "match": {"path_prefix": path}}]})
        .to_string()
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_the_call_under_way_and_starts_no_other() {
    let mut world = World::new();
    world.inmoment.set_faults(&slow("/v1", 2));
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    world.handle.shutdown().await;
    assert_eq!(world.inmoment.writes().len(), 1, "the create was under way");
    assert_eq!(world.ledger().delivered, 1, "and its reply was recorded");
    assert!(world.handle.resume(by()).await.is_err());
    world.restart().await;
    world.settle().await;
    assert_eq!(world.inmoment.writes().len(), 2);
}

/// After a task panics, no event waits for ever, and nothing is done twice.
#[tokio::test(start_paused = true)]
async fn a_call_whose_task_panics_is_made_again_and_an_answer_is_looked_for_first() {
    use Panics::{After, Before, Never};
    for script in [
        &[Before][..],
        &[After],
        &[Never, Before],
        &[Never, After],
        &[Never, Never, Before],
        &[Never, Never, After],
    ] {
        let mut world = World::new();
        world.inmoment.panic_next(script);
        world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
        world.settle().await;
        assert_eq!(world.ledger().delivered, 2, "{script:?}");
        assert_eq!(world.inmoment.writes().len(), 2, "{script:?}: {:?}", world.inmoment.writes());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_waited_for_when_nothing_is_under_way() {
    let mut world = World::new();
    world.send(&[identify("u1", json!({}))]).await;
    world.settle().await;
    assert_eq!(stop(&world).await, Duration::ZERO);
    assert_eq!(stop(&world).await, Duration::ZERO, "and a second time there is nobody");
}

#[tokio::test(start_paused = true)]
async fn a_halted_destination_ends_at_once_though_its_credentials_are_being_tried() {
    let mut world = World::new();
    world.handle.shutdown().await;
    let halted = vec![journal::Change::Halted(Some("InMoment refused the password".to_owned()))];
    world.journal.commit(world.settings.id, halted).await.unwrap();
    world.restart().await;
    world.send(&[identify("u1", json!({}))]).await;
    let mut glances = world.handle.watch();
    glances.wait_for(|glance| glance.state == DestinationState::Halted).await.unwrap();
    glances.wait_for(|glance| glance.in_flight == 1).await.unwrap();
    assert_eq!(stop(&world).await, Duration::ZERO);
    world.restart().await;
    world.settle().await;
    assert_eq!(world.ledger().delivered, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_answered_in_time_is_abandoned_and_looked_for_after_the_next_start() {
    for (limit, waited) in [(None, 10), (Some(3), 3), (Some(0), 0)] {
        let mut world = World::new();
        world.send(&[identify("u1", json!({}))]).await;
        world.settle().await;
        world.inmoment.set_faults(&slow("/v1", 600));
        world.send(&[response("u1", 9)]).await;
        world.handle.watch().wait_for(|glance| glance.in_flight == 1).await.unwrap();
        let begun = Instant::now();
        match limit {
            None => world.handle.shutdown().await,
            Some(secs) => world.handle.shutdown_within(Duration::from_secs(secs)).await,
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(waited));
        assert_eq!((world.inmoment.under_way(), world.ledger().pending), (0, 1));
        world.inmoment.set_faults(r#"{"rules": []}"#);
        world.restart().await;
        world.settle().await;
        assert_eq!(world.inmoment.writes().len(), 2, "the answer was there: {:?}", world.inmoment.writes());
        assert_eq!(world.ledger().delivered, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_orders_to_stop_the_shorter_one_holds() {
    let mut world = World::new();
    world.inmoment.set_faults(&slow("/v1", 600));
    world.send(&[response("u1", 9)]).await;
    world.handle.watch().wait_for(|glance| glance.in_flight == 1).await.unwrap();
    let begun = Instant::now();
    tokio::join!(world.handle.shutdown(), world.handle.shutdown_within(Duration::from_secs(2)));
    assert_eq!(begun.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_does_not_keep_a_delivery_from_ending_and_nothing_is_lost() {
    let mut world = World::new();
    world.send(&[identify("u1", json!({}))]).await;
    world.settle().await;
    world.inmoment.set_faults(&slow("/v1", 2));
    world.send(&[response("u1", 9)]).await;
    world.handle.watch().wait_for(|glance| glance.in_flight == 1).await.unwrap();
    world.journal.fail_writes(Some(JournalError::Full));
    // Its reply comes, and cannot be recorded.
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(stop(&world).await, Duration::from_secs(10));
    world.journal.fail_writes(None);
    world.restart().await;
    world.settle().await;
    assert_eq!((world.inmoment.writes().len(), world.ledger().delivered), (2, 2));

    // When there is room again in time, the reply is recorded after all.
    world.send(&[response("u1", 3)]).await;
    world.handle.watch().wait_for(|glance| glance.in_flight == 1).await.unwrap();
    world.journal.fail_writes(Some(JournalError::Full));
    tokio::time::sleep(Duration::from_secs(30)).await;
    let free = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        world.journal.fail_writes(None);
    };
    let (waited, ()) = tokio::join!(stop(&world), free);
    assert!(waited < Duration::from_secs(7), "{waited:?}");
    assert_eq!((world.ledger().delivered, world.ledger().pending), (3, 0));
}

/// A clock that panics if it is asked again and again for an immediate wake-up.
struct NoSpinning {
    clock: Arc<PausedClock>,
    at_once: AtomicU32,
}

impl Clock for NoSpinning {
    fn now(&self) -> Now {
        self.clock.now()
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if mono <= self.now().mono {
            assert!(self.at_once.fetch_add(1, Ordering::Relaxed) < 100, "it spins");
        }
        self.clock.sleep_until(mono)
    }
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_outlasts_the_time_to_stop_is_waited_for_and_nothing_spins() {
    let mut world = World::new();
    world.handle.shutdown().await;
    let wait = Duration::from_secs(40);
    let journal = Arc::new(Faulty::new(world.journal.clone(), Fault::Waits(wait), 1).only_commits());
    let clock = Arc::new(NoSpinning { clock: world.clock.clone(), at_once: AtomicU32::new(0) });
    let handle =
        delivery::start(world.settings.clone(), journal.clone(), world.inmoment.clone(), clock.clone())
            .unwrap();
    world.inmoment.set_faults(&slow("/v1", 1));
    let begun = Instant::now();
    world.send(&[identify("u1", json!({}))]).await;
    while !journal.happened() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    handle.shutdown_within(Duration::from_secs(2)).await;
    assert!(begun.elapsed() >= wait, "the commit was waited for: {:?}", begun.elapsed());
    assert!(clock.at_once.load(Ordering::Relaxed) < 100, "it span");
}
