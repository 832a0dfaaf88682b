use super::*;
use event::Millis;
use proptest::prelude::*;

fn counts(scores: &[(u8, u64)]) -> Counts {
    let mut counts = Counts::default();
    for (score, count) in scores {
        counts.add(&AnswerCount {
            at: Millis(0),
            kind: AnswerKind::Response,
            score: Some(*score),
            count: *count,
        });
    }
    counts
}

#[test]
fn the_score_is_promoters_less_detractors() {
    for (scores, nps) in [
        (&[][..], None),
        (&[(10, 1)], Some(100.0)),
        (&[(9, 1)], Some(100.0)),
        (&[(8, 3), (7, 2)], Some(0.0)),
        (&[(6, 1)], Some(-100.0)),
        (&[(0, 1), (10, 1)], Some(0.0)),
        (&[(10, 2), (7, 1)], Some(66.7)),
        (&[(10, 50), (8, 30), (3, 20)], Some(30.0)),
        (&[(0, 1), (7, 2)], Some(-33.3)),
        (&[(11, 5)], None),
    ] {
        assert_eq!(counts(scores).nps(), nps, "{scores:?}");
    }
    assert!(counts(&[(8, 1)]).nps().unwrap().is_sign_positive());
}

proptest! {
    #[test]
    fn every_response_is_one_of_the_four(scores in proptest::collection::vec((0u8..=255, 0u64..1_000), 0..40)) {
        let counts = counts(&scores);
        let all: u64 = scores.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(counts.responses(), all);
        prop_assert_eq!(counts.promoters() + counts.passives() + counts.detractors() + counts.other_scores, all);
        prop_assert!(counts.nps().is_none_or(|nps| (-100.0..=100.0).contains(&nps)));
    }
}

#[test]
fn buckets_add_up_and_what_is_outside_is_left_out() {
    let frame = Frame::new(Millis(0), Millis(180_000), 3);
    let count = |at: i64, kind, score, count| AnswerCount { at: Millis(at), kind, score, count };
    let counted = Counted::of(
        &frame,
        &[
            count(-60_000, AnswerKind::Response, Some(1), 100),
            count(0, AnswerKind::Response, Some(10), 2),
            count(0, AnswerKind::Decline, None, 1),
            count(120_000, AnswerKind::Response, None, 4),
            count(120_000, AnswerKind::Decline, Some(3), 5),
            count(180_000, AnswerKind::Response, Some(1), 100),
        ],
    );
    assert_eq!((counted.all.responses(), counted.all.declines), (6, 6));
    let responses: Vec<u64> = counted.buckets.iter().map(Counts::responses).collect();
    assert_eq!(responses, [2, 0, 4]);
    assert_eq!(counted.buckets[2], Counts { other_scores: 4, declines: 5, ..Counts::default() });
}
