use super::*;
use proptest::prelude::*;

/// How long a sender survives that moves `bytes` after each pause of `pause` ms, up to `at_most` times.
fn lasts(bytes: usize, pause: u64, at_most: u64) -> Option<u64> {
    let mut credit = Credit::new(20_000, 500);
    let mut now = 0;
    for _ in 0..at_most {
        let end = credit.wait(now);
        if end < now + pause {
            return Some(end);
        }
        now += pause;
        credit.moved(bytes, now);
    }
    None
}

#[test]
fn who_sends_nothing_lasts_as_long_as_the_credit() {
    assert_eq!(lasts(0, 60_000, 1), Some(20_000));
}

#[test]
fn just_above_the_rate_lasts_for_ever_and_just_below_does_not() {
    assert_eq!(lasts(500, 1_000, 100_000), None);
    assert_eq!(lasts(50, 100, 1_000_000), None);
    // One byte of 500 is missing each second, which costs two milliseconds of credit.
    let ended = lasts(499, 1_000, 100_000).unwrap();
    assert!((9_000_000..=10_001_000).contains(&ended), "{ended}");
    assert!(lasts(250, 1_000, 100_000).unwrap() <= 41_000);
}

#[test]
fn much_at_once_earns_no_more_than_full_credit() {
    let mut credit = Credit::new(20_000, 500);
    credit.wait(0);
    credit.moved(100_000_000, 10);
    assert_eq!(credit.wait(1_000), 21_000);
}

#[test]
fn time_in_which_nobody_waits_costs_nothing() {
    let mut credit = Credit::new(20_000, 500);
    credit.wait(0);
    credit.moved(0, 5_000);
    assert!(!credit.is_waiting());
    assert_eq!(credit.wait(1_000_000), 1_015_000);
    assert_eq!(credit.wait(1_005_000), 1_015_000, "asking again begins no new wait");
}

proptest! {
    #[test]
    fn whoever_sends_at_the_rate_in_any_pieces_keeps_all_but_one_pause(pauses in prop::collection::vec(1_u64..20_000, 1..200)) {
        let mut credit = Credit::new(20_000, 500);
        let mut now = 0;
        for pause in pauses {
            prop_assert!(credit.wait(now) >= now + pause);
            now += pause;
            credit.moved(usize::try_from(pause.div_ceil(2)).unwrap(), now);
        }
        prop_assert!(credit.wait(now) >= now + 19_999);
    }
}
