use crate::events::{identify, page, response};
use crate::world::World;
use delivery::OutcomeNotice;
use journal::{Fate, JournalError, Position, SkipCode};
use serde_json::json;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

fn heard(outcomes: &mut Receiver<OutcomeNotice>) -> Vec<OutcomeNotice> {
    std::iter::from_fn(|| outcomes.try_recv().ok()).collect()
}

#[tokio::test(start_paused = true)]
async fn every_fate_is_told_with_its_reason() {
    let mut world = World::new();
    let mut outcomes = world.handle.outcomes();
    let mut bad = response("u1", 9);
    bad["properties"]["feedbackScore"] = json!("many");
    world.send(&[identify("u1", json!({})), page("u1"), bad, response("u1", 9)]).await;
    world.settle().await;
    let heard = heard(&mut outcomes);
    assert_eq!(heard.iter().map(|notice| notice.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(heard.iter().all(|notice| &*notice.destination == "inmoment"));
    let mut told: Vec<_> =
        heard.iter().map(|notice| (notice.position.index, notice.fate, notice.code.as_deref())).collect();
    told.sort_by_key(|(index, ..)| *index);
    assert_eq!(
        told,
        [
            (0, Fate::Delivered, None),
            (1, Fate::Skipped(SkipCode::UnsupportedType), Some("unsupported_type")),
            (2, Fate::Dead, Some("score_invalid")),
            (3, Fate::Delivered, None),
        ]
    );
    assert_eq!(heard[0].position, Position { request: heard[3].position.request, index: 1 });
}

#[tokio::test(start_paused = true)]
async fn nothing_is_told_before_it_is_durable() {
    let mut world = World::new();
    let mut outcomes = world.handle.outcomes();
    world.send(&[page("u1")]).await;
    world.journal.fail_writes(Some(JournalError::Full));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(outcomes.try_recv(), Err(TryRecvError::Empty));
    world.journal.fail_writes(None);
    let notice = outcomes.recv().await.unwrap();
    assert_eq!((notice.sequence, world.ledger().pending), (1, 0));
    assert!(notice.at.0 >= crate::world::START + 60_000);
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_does_not_listen_holds_nothing_up() {
    let mut world = World::new();
    let mut slow = world.handle.outcomes();
    let pages: Vec<_> = (0..1_000).map(|_| page("u1")).collect();
    for _ in 0..5 {
        world.send(&pages).await;
    }
    world.settle().await;
    assert_eq!(slow.recv().await, Err(RecvError::Lagged(5_000 - 4_096)));
    let heard = heard(&mut slow);
    assert_eq!((heard.len(), heard[0].sequence, heard[4_095].sequence), (4_096, 905, 5_000));
    // Missed notices count as well.
    drop(slow);
    world.send(&pages).await;
    world.settle().await;
    let mut late = world.handle.outcomes();
    world.send(&[page("u1")]).await;
    assert_eq!(late.recv().await.unwrap().sequence, 6_001);
}

#[tokio::test(start_paused = true)]
async fn with_the_delivery_its_outcomes_end() {
    let mut world = World::new();
    let mut outcomes = world.handle.outcomes();
    world.send(&[page("u1")]).await;
    world.settle().await;
    world.handle.shutdown().await;
    assert_eq!(outcomes.recv().await.unwrap().sequence, 1);
    assert_eq!(outcomes.recv().await, Err(RecvError::Closed));
    assert_eq!(world.handle.outcomes().recv().await, Err(RecvError::Closed));
}
