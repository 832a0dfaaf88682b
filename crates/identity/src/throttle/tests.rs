use super::*;
use std::net::Ipv4Addr;

fn wait(throttle: &Throttle, now: i64, account: &str, address: Option<IpAddr>) -> u64 {
    match throttle.begin(Millis(now), account, address) {
        Ok(()) => 0,
        Err(wait) => u64::try_from(wait.as_millis()).unwrap(),
    }
}

#[test]
fn five_are_free_then_the_wait_doubles_to_a_quarter_of_an_hour() {
    let throttle = Throttle::default();
    let mut now = 0;
    for _ in 0..5 {
        assert_eq!(wait(&throttle, now, "ann", None), 0);
    }
    let mut waits = Vec::new();
    for _ in 0..12 {
        let found = wait(&throttle, now, "Ann", None);
        waits.push(found / 1_000);
        // Trying too early changes nothing.
        assert_eq!(wait(&throttle, now + 1, "ann", None), found - 1);
        now += i64::try_from(found).unwrap();
        assert_eq!(wait(&throttle, now, "ann", None), 0, "after the wait one may try");
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    assert_eq!(wait(&throttle, now, "bob", None), 0, "others are not concerned");
    assert_eq!(wait(&throttle, now + FORGOTTEN_AFTER, "ann", None), 0);
    assert_eq!(wait(&throttle, now + FORGOTTEN_AFTER, "ann", None), 0, "all is forgotten");
}

#[test]
fn a_success_clears_the_account_and_is_no_failure_of_the_address() {
    let throttle = Throttle::default();
    let address = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    for _ in 0..100 {
        assert_eq!(wait(&throttle, 0, "ann", address), 0);
        throttle.succeeded("ann", address);
    }
    for _ in 0..5 {
        assert_eq!(wait(&throttle, 0, "ann", address), 0);
    }
    assert!(wait(&throttle, 0, "ann", address) > 0);
}

#[test]
fn an_address_that_tries_many_names_waits_also_with_a_new_name() {
    let throttle = Throttle::default();
    let of = |text: &str| Some(text.parse::<IpAddr>().unwrap());
    for n in 0..20 {
        assert_eq!(wait(&throttle, 0, &format!("name-{n}"), of(&format!("2001:db8::{n}"))), 0);
    }
    assert!(wait(&throttle, 0, "fresh", of("2001:db8::ffff")) > 0, "the whole /64");
    assert_eq!(wait(&throttle, 0, "fresh", of("2001:db8:0:1::1")), 0);
    for n in 0..20 {
        assert_eq!(wait(&throttle, 0, &format!("v4-{n}"), of("::ffff:192.0.2.1")), 0);
    }
    assert!(wait(&throttle, 0, "other", of("192.0.2.1")) > 0, "written otherwise, the same address");
}

#[test]
fn many_at_once_gain_nothing() {
    let throttle = Throttle::default();
    let let_through = (0..100).filter(|_| throttle.begin(Millis(0), "ann", None).is_ok()).count();
    assert_eq!(let_through, 5);
    throttle.not_tried("ann", None);
    assert_eq!(wait(&throttle, 0, "ann", None), 0);
}

#[test]
fn a_clock_set_back_locks_nobody_out() {
    let throttle = Throttle::default();
    for _ in 0..5 {
        assert_eq!(wait(&throttle, 1_000_000_000, "ann", None), 0);
    }
    assert_eq!(wait(&throttle, 0, "ann", None), 1_000);
}

#[test]
fn memory_is_bounded_and_the_latest_are_remembered() {
    let throttle = Throttle::default();
    for _ in 0..5 {
        assert_eq!(wait(&throttle, 1, "ann", None), 0);
    }
    for n in 0..2 * REMEMBERED {
        assert_eq!(wait(&throttle, 0, &format!("name-{n}"), None), 0);
    }
    assert!(throttle.failures().accounts.0.len() <= REMEMBERED);
    assert!(wait(&throttle, 1, "ann", None) > 0, "who failed last is remembered");
}

#[test]
fn a_clock_that_is_set_back_by_years_locks_nobody_out() {
    let throttle = Throttle::default();
    let years = 1_000 * FORGOTTEN_AFTER;
    for _ in 0..6 {
        let _ = throttle.begin(Millis(years), "ann", None);
    }
    let found = wait(&throttle, 0, "ann", None);
    assert!((1..=LONGEST_WAIT.unsigned_abs()).contains(&found));
    assert_eq!(wait(&throttle, i64::try_from(found).unwrap(), "ann", None), 0, "after the wait one may try");
}
