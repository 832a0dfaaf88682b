use super::*;
use crate::frame::MINUTE_MS;
use event::Millis;
use proptest::prelude::*;

fn sample(minute: i64, total: u64) -> Sample {
    Sample {
        at: Millis(minute * MINUTE_MS),
        destination: DestinationId(1),
        accepted: total,
        delivered: total / 2,
        skipped: total / 3,
        dead: total % 5,
        pending: total % 7,
        calls: total * 2,
        calls_saved: total / 4,
        oldest_pending_ms: total * 1_500,
        limit: 100,
        state: "running".to_owned(),
    }
}

fn frame(from: i64, to: i64, points: u32) -> Frame {
    Frame::new(Millis(from * MINUTE_MS), Millis(to * MINUTE_MS), points)
}

proptest! {
    #[test]
    fn nothing_is_lost_from_the_sum(steps in proptest::collection::vec((1i64..9, 0u64..50), 1..60), points in 1u32..40) {
        let mut samples = vec![sample(0, 10)];
        for (minutes, more) in steps {
            let last = samples.last().unwrap();
            samples.push(sample(last.at.0 / MINUTE_MS + minutes, last.accepted + more));
        }
        let last = samples.last().unwrap();
        let frame = Frame::new(Millis(0), last.at, points);
        let buckets = Buckets::filled(&frame, &samples);
        let sum = |counts: &[Option<u64>]| counts.iter().flatten().sum::<u64>();
        prop_assert_eq!(sum(&buckets.accepted), last.accepted - 10);
        prop_assert_eq!(sum(&buckets.calls), last.calls - 20);
        prop_assert_eq!(buckets.pending.last().unwrap(), &Some(last.pending));
    }
}

#[test]
fn what_happened_belongs_to_the_minute_that_ends_with_the_sample() {
    let samples = [sample(0, 5), sample(1, 9), sample(2, 9), sample(3, 20)];
    let buckets = Buckets::filled(&frame(0, 4, 4), &samples);
    assert_eq!(buckets.accepted, [Some(4), Some(0), Some(11), None]);
    assert_eq!(buckets.pending, [Some(2), Some(2), Some(6), None]);
    assert_eq!(buckets.calls_allowed, [Some(100), Some(100), Some(100), None]);
    assert_eq!(buckets.oldest_pending_s, [Some(13), Some(13), Some(30), None]);
}

#[test]
fn a_gap_is_null_and_what_happened_in_it_is_counted_after_it() {
    let samples = [sample(0, 5), sample(1, 9), sample(6, 30)];
    let buckets = Buckets::filled(&frame(0, 7, 7), &samples);
    assert_eq!(buckets.accepted, [Some(4), None, None, None, None, Some(21), None]);
    assert_eq!(buckets.pending, [Some(2), None, None, None, None, Some(2), None]);
}

#[test]
fn the_first_bucket_counts_from_the_sample_before_it() {
    let samples = [sample(0, 5), sample(10, 9), sample(11, 10)];
    let buckets = Buckets::filled(&frame(10, 11, 1), &samples);
    assert_eq!(buckets.accepted, [Some(1)]);
    let alone = Buckets::filled(&frame(10, 12, 2), &samples[2..]);
    assert_eq!((alone.accepted, alone.pending), (vec![None, None], vec![Some(3), None]));
}

#[test]
fn destinations_are_summed_and_the_oldest_is_the_oldest() {
    let other = |minute, total| Sample { destination: DestinationId(2), ..sample(minute, total) };
    let samples = [sample(0, 5), sample(1, 9), other(0, 50), other(1, 60), other(2, 62)];
    let buckets = Buckets::filled(&frame(0, 2, 2), &samples);
    assert_eq!(buckets.accepted, [Some(14), Some(2)]);
    assert_eq!(buckets.calls_allowed, [Some(200), Some(100)]);
    assert_eq!(buckets.oldest_pending_s, [Some(90), Some(93)]);
    assert_eq!(buckets.pending, [Some(2 + 4), Some(6)]);
}

#[test]
fn totals_that_fall_count_nothing_and_an_unknown_limit_is_none() {
    let mut samples = [sample(0, 4), sample(1, 5)];
    samples[1].limit = 0;
    let buckets = Buckets::filled(&frame(0, 1, 1), &samples);
    assert_eq!((buckets.dead, buckets.calls_allowed), (vec![Some(0)], vec![None]));
}
