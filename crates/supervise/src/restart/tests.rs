use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn policy(limit: Option<RestartLimit>) -> Restart {
    Restart { first: SECOND, most: 10 * SECOND, limit }
}

#[test]
fn pauses_double_up_to_the_longest_and_are_spread_over_their_upper_half() {
    let now = Instant::now();
    let pauses = |spread: f64| {
        let mut schedule = Schedule::new(policy(None));
        (0..6).map(|_| schedule.next(now, now, spread).unwrap().as_millis()).collect::<Vec<_>>()
    };
    assert_eq!(pauses(1.0), [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    assert_eq!(pauses(0.0), [500, 1_000, 2_000, 4_000, 5_000, 5_000]);
}

#[test]
fn a_long_run_is_a_success() {
    let mut schedule = Schedule::new(policy(None));
    let now = Instant::now();
    for _ in 0..5 {
        schedule.next(now, now, 1.0);
    }
    assert_eq!(schedule.next(now, now + 9 * SECOND, 1.0), Some(10 * SECOND));
    assert_eq!(schedule.next(now, now + 10 * SECOND, 1.0), Some(SECOND));
    assert_eq!(schedule.next(now, now, 1.0), Some(2 * SECOND));
}

#[test]
fn too_many_restarts_within_the_time_are_the_end() {
    let mut schedule = Schedule::new(policy(Some(RestartLimit { restarts: 3, within: 60 * SECOND })));
    let begin = Instant::now();
    let next = |schedule: &mut Schedule, at: u32| schedule.next(begin, begin + at * SECOND, 1.0).is_some();
    assert!(next(&mut schedule, 0) && next(&mut schedule, 20) && next(&mut schedule, 40));
    assert!(!next(&mut schedule, 60), "a fourth within a minute");
    assert!(next(&mut schedule, 61), "the first is a minute ago");
    assert!(!next(&mut schedule, 62));
}

#[test]
fn without_a_limit_it_never_ends() {
    let mut schedule = Schedule::new(Restart::ALWAYS);
    let now = Instant::now();
    assert!(
        (0..10_000).all(|_| schedule.next(now, now, 1.0).is_some_and(|pause| pause <= Restart::ALWAYS.most))
    );
}
