use super::*;
use proptest::prelude::*;

fn rate(limit: u32, remaining: u32, resets_in: u32) -> RateHeaders {
    RateHeaders { limit: Some(limit), remaining: Some(remaining), resets_in_secs: Some(resets_in) }
}

#[test]
fn without_headers_there_is_no_limit() {
    let mut allowance = Allowance::default();
    for now in 0..1_000 {
        assert_eq!(allowance.admit(now, 50), Ok(50));
        allowance.settle(now, Some(RateHeaders::default()), false);
    }
}

#[test]
fn a_job_costs_its_look_up_and_its_delivery() {
    let mut allowance = Allowance::default();
    assert_eq!(allowance.admit(0, 1), Ok(1));
    allowance.settle(0, Some(rate(100, 11, 30)), false);
    // 11 calls are left: the delivery of the first job, a look-up and three deliveries, a look-up and one, a look-up
    // and three.
    assert_eq!(allowance.admit(1, 3), Ok(3));
    assert_eq!(allowance.admit(2, 1), Ok(1));
    assert_eq!(allowance.admit(3, 5), Ok(3));
    assert_eq!(allowance.admit(4, 1), Err(31));
    assert_eq!(allowance.admit(30_999, 1), Err(1));
    // The next window, minus the three look-ups without a reply.
    assert_eq!(allowance.admit(31_000, 200), Ok(96));
    assert_eq!(allowance.admit(31_001, 1), Err(61));
}

#[test]
fn replies_only_lower_what_is_left_of_a_window() {
    let mut allowance = Allowance::default();
    allowance.learn(0, rate(100, 50, 60));
    allowance.learn(10, rate(100, 80, 60));
    assert_eq!(allowance.admit(20, 100), Ok(49));
    let mut allowance = Allowance::default();
    allowance.learn(0, rate(100, 50, 60));
    allowance.learn(10, rate(100, 4, 60));
    assert_eq!(allowance.admit(20, 100), Ok(3));
    // A reply of the next window opens it, whatever the clocks show. One look-up is still under way.
    allowance.learn(59_000, rate(100, 90, 60));
    assert_eq!(allowance.admit(59_001, 100), Ok(88));
}

#[test]
fn a_429_closes_the_account() {
    let mut allowance = Allowance::default();
    assert_eq!(allowance.admit(0, 1), Ok(1));
    allowance.settle(0, Some(RateHeaders::default()), true);
    assert_eq!(allowance.admit(1, 1), Err(61));
    assert_eq!(allowance.admit(61_000, 1), Ok(1));
    let named = RateHeaders { resets_in_secs: Some(5), ..RateHeaders::default() };
    allowance.settle(61_000, Some(named), true);
    assert_eq!(allowance.admit(66_999, 1), Err(1));
    assert_eq!(allowance.admit(67_000, 1), Ok(1));
}

#[test]
fn a_limit_of_one_lets_one_pass() {
    let mut allowance = Allowance::default();
    allowance.learn(0, rate(1, 1, 60));
    assert_eq!(allowance.admit(0, 9), Ok(1));
    assert!(allowance.admit(1, 1).is_err());
}

proptest! {
    /// For every order of jobs, an InMoment that counts correctly never has to refuse a look-up, nor a delivery that
    /// follows at once.
    #[test]
    fn what_is_admitted_fits(limit in 2u32..200, steps in prop::collection::vec((0u64..5_000, 1u32..40), 1..200)) {
        let mut allowance = Allowance::default();
        let (mut now, mut window, mut used) = (0u64, 0u64, 0u32);
        for (wait, jobs) in steps {
            now += wait;
            if now / 60_000 != window {
                window = now / 60_000;
                used = 0;
            }
            let Ok(admitted) = allowance.admit(now, jobs.min(limit - 1)) else { continue };
            used += 1 + admitted;
            prop_assert!(used <= limit, "{used} of {limit}");
            let resets_in = u32::try_from((window + 1) * 60 - now / 1_000).unwrap();
            allowance.settle(now, Some(rate(limit, limit.saturating_sub(used), resets_in)), false);
        }
    }
}
