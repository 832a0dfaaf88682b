//! Each window allows a call, whatever the headers or a record say.

use super::*;

/// Whether a call may be sent at the latest one window from now, if none is under way, by following the budget's own
/// times.
fn opens_within_a_window(budget: &Budget, now: u64) -> bool {
    let latest = now + 61_000;
    let mut time = now;
    loop {
        let mut budget = budget.clone();
        if budget.take(at(time)) {
            return true;
        }
        match budget.next_at(at(time)) {
            Some(next) if next > time && next <= latest => time = next,
            _ => return false,
        }
    }
}

#[test]
fn no_single_reply_closes_it_for_longer_than_a_window() {
    let odd = [0, 1, 2, 59, 60, 61, 3_600, 86_400, u32::MAX];
    for limit in odd {
        for remaining in odd {
            for resets in odd {
                for refused in [false, true] {
                    let mut budget = Budget::default();
                    assert!(budget.take(at(1_000)));
                    budget.settle(at(2_000), 1_000, headers(limit, remaining, resets), refused);
                    assert!(opens_within_a_window(&budget, 2_000), "{limit} {remaining} {resets} {refused}");
                    let record = budget.record(at(2_000)).unwrap();
                    assert!((1..=MOST_CALLS).contains(&record.limit) && record.remaining <= record.limit);
                    // A restart with the record does as well.
                    let restored = Budget::restore(Some(record), 0, at(2_000));
                    assert!(opens_within_a_window(&restored, 2_000), "{record:?}");
                }
            }
        }
    }
}

#[test]
fn a_limit_of_nothing_lets_one_call_out_in_each_window_and_heals_with_the_next_reply() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(0, 0, 60), false);
    let mut now = 10;
    for _ in 0..5 {
        assert!(!budget.take(at(now)));
        now = budget.next_at(at(now)).unwrap();
        assert!(budget.take(at(now)));
        assert!(!budget.take(at(now)), "one, and no more");
        budget.settle(at(now + 10), now, headers(0, 0, 60), false);
        now += 10;
    }
    now = budget.next_at(at(now)).unwrap();
    assert!(budget.take(at(now)));
    budget.settle(at(now + 10), now, headers(100, 90, 30), false);
    let turned = budget.next_at(at(now + 10)).map_or(now + 10, |at| at);
    let open = (0..).map(|n| turned + n * 1_000).find(|time| budget.clone().take(at(*time))).unwrap();
    assert!(open <= now + 62_000);
    assert!((0..50).filter(|_| budget.take(at(open))).count() > 40, "the truth is believed again");
}

#[test]
fn a_poisoned_record_heals() {
    let now = at(5_000);
    for limit in [0, 1, u32::MAX] {
        for remaining in [0, 7, u32::MAX] {
            for resets_at in
                [i64::MIN, i64::MIN + 1, -1, 0, START - 1, START, START + 10_000, i64::MAX - 1, i64::MAX]
            {
                let record = BudgetRecord { limit, remaining, resets_at: Millis(resets_at) };
                let mut budget = Budget::restore(Some(record), 0, now);
                assert!(opens_within_a_window(&budget, now.mono), "{record:?}");
                let healed = budget.record(now).unwrap();
                assert!((1..=MOST_CALLS).contains(&healed.limit) && healed.remaining <= healed.limit);
                while !budget.take(at(now.mono)) {
                    budget.roll(at(budget.next_at(now).unwrap()));
                }
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Word {
    Reply { limit: u32, remaining: u32, resets: Option<u32>, refused: bool },
    Bare { refused: bool },
    Lost,
}

fn word() -> impl Strategy<Value = Word> {
    let number = || prop_oneof![Just(0), Just(1), 2..200_u32, Just(u32::MAX), any::<u32>()];
    prop_oneof![
        4 => (number(), number(), prop::option::of(number()), any::<bool>())
            .prop_map(|(limit, remaining, resets, refused)| Word::Reply { limit, remaining, resets, refused }),
        1 => any::<bool>().prop_map(|refused| Word::Bare { refused }),
        1 => Just(Word::Lost),
    ]
}

proptest! {
    /// A call can be sent one window after the last reply, whatever the replies say, in any order and with any delay.
    #[test]
    fn any_words_let_a_call_out_one_window_later(
        words in prop::collection::vec((word(), 0..90_000_u64, 0..30_000_u64, 1..6_usize), 1..60),
    ) {
        let mut budget = Budget::default();
        let mut now = 1_000;
        for (word, pause, took, at_once) in words {
            now += pause;
            let sent = (0..at_once).filter(|_| budget.take(at(now))).count();
            let sent_at = now;
            for _ in 0..sent {
                now += took;
                match word {
                    Word::Reply { limit, remaining, resets, refused } => {
                        let rate = Quota { limit: Some(limit), remaining: Some(remaining), resets_in_secs: resets };
                        budget.settle(at(now), sent_at, rate, refused);
                    }
                    Word::Bare { refused } => budget.settle(at(now), sent_at, Quota::default(), refused),
                    Word::Lost => budget.lost(at(now)),
                }
            }
            prop_assert!(opens_within_a_window(&budget, now), "{word:?} {budget:?}");
        }
    }
}
