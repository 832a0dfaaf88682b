use super::*;
use proptest::prelude::*;

fn counts(scores: &[(u8, u64)]) -> Counts {
    let mut counts = Counts::default();
    for (score, count) in scores {
        match counts.0.scores.get_mut(usize::from(*score)) {
            Some(place) => *place += count,
            None => counts.0.other_scores += count,
        }
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
        prop_assert_eq!(counts.promoters() + counts.passives() + counts.detractors() + counts.0.other_scores, all);
        prop_assert!(counts.nps().is_none_or(|nps| (-100.0..=100.0).contains(&nps)));
    }
}

#[test]
fn spans_add_up() {
    let (first, second) = (counts(&[(9, 1), (3, 4), (40, 1)]), counts(&[(3, 1), (10, 7)]));
    let spans = [
        AnswerCounts { counted: first.0, sent: second.0 },
        AnswerCounts { counted: AnswerCount { declines: 2, ..second.0 }, sent: first.0 },
    ];
    let all = counts(&[(9, 1), (3, 5), (10, 7), (40, 1)]);
    assert_eq!(together(&spans), (Counts(AnswerCount { declines: 2, ..all.0 }), all));
    assert_eq!(together(&[]), (Counts::default(), Counts::default()));
}
