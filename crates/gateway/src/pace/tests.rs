use super::*;
use futures_util::FutureExt;

const LIMITS: Limits =
    Limits { idle: Duration::from_secs(720), head: Duration::from_secs(10), body: Duration::from_secs(120) };

/// After how many seconds the watch over this pace gives up.
async fn lasted(pace: &Pace) -> u64 {
    let start = Instant::now();
    pace.expired(LIMITS).await;
    start.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn each_phase_has_its_own_limit() {
    for (phase, seconds) in [(Phase::Idle, 720), (Phase::Head, 10), (Phase::Body, 120)] {
        let pace = Pace::new();
        pace.enter(phase);
        assert_eq!(lasted(&pace).await, seconds, "{phase:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn storing_may_take_as_long_as_it_takes() {
    let pace = Pace::new();
    pace.enter(Phase::Answer);
    let mut watch = Box::pin(pace.expired(LIMITS));
    tokio::time::advance(Duration::from_secs(100_000)).await;
    assert!(watch.as_mut().now_or_never().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_shorter_phase_that_begins_during_a_longer_one_is_noticed_soon() {
    let pace = Pace::new();
    let start = Instant::now();
    let turn = async {
        tokio::time::sleep(Duration::from_secs(301)).await;
        pace.enter(Phase::Head);
    };
    tokio::join!(turn, pace.expired(LIMITS));
    let seconds = start.elapsed().as_secs();
    assert!((311..=321).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn moving_on_begins_anew() {
    let pace = Pace::new();
    let start = Instant::now();
    let moving = async {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_secs(9)).await;
            pace.enter(Phase::Head);
        }
    };
    tokio::join!(moving, pace.expired(LIMITS));
    assert_eq!(start.elapsed().as_secs(), 910);
}
