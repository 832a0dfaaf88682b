use super::*;
use futures_util::FutureExt;

fn limits() -> Limits {
    Limits { body: Some(Duration::from_secs(120)), ..Limits::new(1) }
}

/// The number of seconds after which the supervision of this pace ends the connection, and the reason.
async fn lasted(pace: &Pace) -> (u64, Late) {
    let start = Instant::now();
    let late = pace.expired(&limits()).await;
    (start.elapsed().as_secs(), late)
}

#[tokio::test(start_paused = true)]
async fn each_phase_has_its_own_limit() {
    for (phase, seconds, late) in
        [(Phase::Idle, 720, Late::Idle), (Phase::Head, 10, Late::Head), (Phase::Body, 120, Late::Body)]
    {
        let pace = Pace::new(Phase::Idle);
        pace.enter(phase);
        assert_eq!(lasted(&pace).await, (seconds, late), "{phase:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn answering_may_take_as_long_as_it_takes() {
    let pace = Pace::new(Phase::Answer);
    let limits = limits();
    let mut watch = Box::pin(pace.expired(&limits));
    tokio::time::advance(Duration::from_secs(100_000)).await;
    assert!(watch.as_mut().now_or_never().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_credit_that_is_used_up_ends_any_phase() {
    for (way, late) in [(Direction::Body, Late::BodyRate), (Direction::Reply, Late::ReplyRate)] {
        let pace = Pace::new(Phase::Answer);
        pace.wait(way, 20_000);
        assert_eq!(lasted(&pace).await, (20, late));
    }
}

#[tokio::test(start_paused = true)]
async fn a_shorter_phase_that_begins_during_a_longer_one_is_noticed_soon() {
    let pace = Pace::new(Phase::Idle);
    let limits = limits();
    let start = Instant::now();
    let turn = async {
        tokio::time::sleep(Duration::from_secs(301)).await;
        pace.enter(Phase::Head);
    };
    tokio::join!(turn, pace.expired(&limits));
    let seconds = start.elapsed().as_secs();
    assert!((311..=321).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn moving_on_begins_anew() {
    let pace = Pace::new(Phase::Idle);
    let limits = limits();
    let start = Instant::now();
    let moving = async {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_secs(9)).await;
            pace.enter(Phase::Head);
        }
    };
    tokio::join!(moving, pace.expired(&limits));
    assert_eq!(start.elapsed().as_secs(), 910);
}

#[tokio::test(start_paused = true)]
async fn who_has_moved_on_is_not_ended_and_who_was_ended_does_not_move_on() {
    let pace = Pace::new(Phase::Idle);
    let (_, _, stamp) = pace.look();
    tokio::time::advance(Duration::from_millis(1)).await;
    pace.enter(Phase::Head);
    assert!(!pace.end(stamp));
    assert!(pace.told_to_end().now_or_never().is_none());
    let (_, _, stamp) = pace.look();
    assert!(pace.end(stamp) && !pace.end(stamp));
    pace.enter(Phase::Body);
    assert_eq!(pace.phase(), Phase::Over);
    pace.told_to_end().await;
}
