use super::*;
use proptest::prelude::*;
use std::num::NonZeroU32;

fn bucket(events: u32, seconds: u64) -> Bucket {
    Bucket::new(RateLimit { events: NonZeroU32::new(events).unwrap(), per: Duration::from_secs(seconds) })
}

fn refused_for(result: Result<(), NonZeroU64>) -> u64 {
    result.unwrap_err().get()
}

#[test]
fn one_more_than_the_limit_fits_in_one_instant() {
    let bucket = bucket(10, 60);
    assert_eq!(bucket.take(11, Millis(1_000)), Ok(()));
    assert_eq!(refused_for(bucket.take(1, Millis(1_000))), 6);
}

#[test]
fn the_bucket_runs_out_at_the_allowed_rate() {
    let bucket = bucket(10, 60);
    bucket.take(11, Millis(0)).unwrap();
    assert_eq!(refused_for(bucket.take(1, Millis(5_999))), 1);
    assert_eq!(bucket.take(1, Millis(6_000)), Ok(()));
    assert_eq!(refused_for(bucket.take(2, Millis(6_000))), 12);
}

#[test]
fn a_batch_larger_than_the_bucket_passes_when_it_is_empty_and_is_paid_for_afterwards() {
    let bucket = bucket(10, 60);
    assert_eq!(bucket.take(30, Millis(0)), Ok(()));
    assert_eq!(refused_for(bucket.take(1, Millis(0))), 120);
    assert_eq!(refused_for(bucket.take(30, Millis(120_000))), 60);
    assert_eq!(bucket.take(30, Millis(180_000)), Ok(()));
}

#[test]
fn a_clock_set_back_does_not_lengthen_the_wait() {
    let bucket = bucket(10, 60);
    bucket.take(11, Millis(1_000_000_000)).unwrap();
    assert_eq!(refused_for(bucket.take(1, Millis(1_000))), 6);
    assert_eq!(bucket.take(1, Millis(7_000)), Ok(()));
}

#[test]
fn another_limit_begins_with_what_was_sent_lately() {
    let limit = |events| RateLimit { events: NonZeroU32::new(events).unwrap(), per: Duration::from_secs(60) };
    let full = bucket(10, 60);
    full.take(11, Millis(0)).unwrap();
    let wider = full.changed(limit(20));
    assert_eq!(wider.take(10, Millis(0)), Ok(()), "eleven of twenty-one are used");
    assert_eq!(refused_for(wider.take(1, Millis(0))), 3);
    let narrower = full.changed(limit(1));
    assert_eq!(refused_for(narrower.take(1, Millis(0))), 60, "not eleven minutes");
    let wide = bucket(10, 60);
    wide.take(1, Millis(0)).unwrap();
    assert_eq!(refused_for(wide.changed(limit(2)).take(3, Millis(0))), 30);
}

proptest! {
    /// In any span, at most the rate's events and one full bucket pass.
    #[test]
    fn never_more_than_the_rate_and_one_bucket(
        limit in 1_u32..50,
        steps in proptest::collection::vec((0_i64..20_000, 1_u32..60), 1..80),
    ) {
        let bucket = bucket(limit, 60);
        let (mut now, mut taken, mut largest) = (0, 0_u64, 0_u64);
        for (wait, events) in steps {
            now += wait;
            if bucket.take(u64::from(events), Millis(now)).is_ok() {
                taken += u64::from(events);
                largest = largest.max(u64::from(events));
            }
        }
        let allowed = u64::try_from(now).unwrap() * u64::from(limit) / 60_000 + u64::from(limit) + 1 + largest;
        prop_assert!(taken <= allowed, "{taken} > {allowed}");
    }

    /// The wait that it returns is long enough.
    #[test]
    fn after_the_wait_it_names_the_events_fit(limit in 1_u32..50, events in 1_u32..100, again in 1_u32..100) {
        let bucket = bucket(limit, 60);
        bucket.take(u64::from(events), Millis(0)).unwrap();
        if let Err(seconds) = bucket.take(u64::from(again), Millis(0)) {
            let then = i64::try_from(seconds.get()).unwrap() * 1000;
            prop_assert_eq!(bucket.take(u64::from(again), Millis(then)), Ok(()));
        }
    }
}
