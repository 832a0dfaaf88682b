use super::*;

const PACE: Pace = Pace { pending: 500, calls_lately: 300, delivered_lately: 200, limit: 100, running: true };

#[test]
fn a_backlog_takes_the_calls_its_events_have_taken_lately() {
    for (pace, seconds) in [
        (PACE, Some(450)),
        (Pace { delivered_lately: 0, ..PACE }, Some(300)),
        (Pace { calls_lately: 0, delivered_lately: 0, ..PACE }, Some(300)),
        (Pace { calls_lately: 100, ..PACE }, Some(150)),
        (Pace { limit: 50, ..PACE }, Some(900)),
        (Pace { limit: 0, ..PACE }, None),
        (Pace { pending: 0, ..PACE }, None),
        (Pace { running: false, ..PACE }, None),
    ] {
        let wanted = seconds.map(|seconds: i64| Millis(1_000 + seconds * 1_000));
        assert_eq!(clear_at(Millis(1_000), pace), wanted, "{pace:?}");
    }
}

#[test]
fn extremes_are_no_trouble() {
    let most =
        Pace { pending: u64::MAX, calls_lately: u64::MAX, delivered_lately: 1, limit: 1, running: true };
    assert_eq!(clear_at(Millis(i64::MAX), most), Some(Millis(i64::MAX)));
    assert_eq!(clear_at(Millis(0), Pace { calls_lately: 0, ..PACE }), Some(Millis(0)));
}
