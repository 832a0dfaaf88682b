mod words;

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const START: i64 = 1_700_000_000_000;

fn at(mono: u64) -> Now {
    Now { wall: Millis(START + i64::try_from(mono).unwrap()), mono }
}

fn headers(limit: u32, remaining: u32, resets_in_secs: u32) -> Quota {
    Quota { limit: Some(limit), remaining: Some(remaining), resets_in_secs: Some(resets_in_secs) }
}

/// InMoment's side: fixed windows of a minute, in which calls count when they arrive; the end is given in whole
/// seconds.
struct Server {
    limit: u32,
    /// Where in the minute the test begins.
    phase: u64,
    used: BTreeMap<u64, u32>,
    refusals: u32,
}

impl Server {
    fn arrive(&mut self, mono: u64) -> (Quota, bool) {
        let time = mono + self.phase;
        let window = time / 60_000;
        let used = self.used.entry(window).or_insert(0);
        let refused = *used >= self.limit;
        *used += u32::from(!refused);
        self.refusals += u32::from(refused);
        let seconds = (window + 1) * 60 - time / 1_000;
        (headers(self.limit, self.limit - *used, u32::try_from(seconds).unwrap()), refused)
    }
}

#[test]
fn one_call_at_a_time_until_the_first_reply() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    assert!(!budget.take(at(1)));
    budget.settle(at(2), 0, Quota::default(), false);
    assert!(budget.take(at(3)) && budget.take(at(3)), "a reply without rate headers means: not limited");
}

#[test]
fn a_call_that_was_never_answered_teaches_nothing() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.lost(at(1));
    assert!(budget.take(at(1)));
    assert!(!budget.take(at(1)));
}

#[test]
fn the_end_of_a_backlog_is_told_by_the_windows() {
    let now = Millis(START);
    let allowance = BudgetGlance { limit: 100, left: 40, more_at: Millis(START + 20_000) };
    for (calls, after) in [
        (0, 0),
        (40, 0),
        (41, 20_000),
        (140, 20_000),
        (141, 80_000),
        (240, 80_000),
        (1_041, 20_000 + 10 * 60_000),
    ] {
        assert_eq!(allowance.last_of(now, calls), Millis(START + after), "{calls}");
    }
    // No time lies before now, even with extreme values.
    assert_eq!(allowance.last_of(Millis(START + 30_000), 41), Millis(START + 30_000));
    assert_eq!(BudgetGlance { limit: 0, ..allowance }.last_of(now, u64::MAX), Millis(i64::MAX));
}

#[test]
fn what_a_status_tells_is_what_the_budget_does() {
    let mut budget = Budget::default();
    assert_eq!(budget.allowance(at(0)), None);
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(100, 2, 30), false);
    let told = budget.allowance(at(20)).unwrap();
    assert_eq!((told.limit, told.left), (100, 2));
    assert!(budget.take(at(20)) && budget.take(at(20)) && !budget.take(at(20)));
    let told = budget.allowance(at(20)).unwrap();
    let opens = budget.next_at(at(20)).unwrap();
    assert_eq!((told.left, told.more_at), (0, at(20).wall_at(opens)));
    // No call is sent before that time, and a whole window's calls are sent then.
    assert!(!budget.clone().take(at(opens - 1)));
    assert_eq!(budget.allowance(at(opens)).map(|told| told.left), Some(98));
    assert!(budget.clone().take(at(opens)));
    // A refusal closes it, whatever the window had left.
    budget.settle(at(opens + 10), opens, Quota::default(), true);
    let told = budget.allowance(at(opens + 20)).unwrap();
    assert_eq!((told.left, told.more_at), (0, at(opens + 20).wall_at(opens + 10 + 61_000)));
}

#[test]
fn what_is_left_is_used_and_no_more() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(100, 3, 30), false);
    assert_eq!((0..10).filter(|_| budget.take(at(11))).count(), 3);
    assert_eq!(budget.next_at(at(11)), Some(10 + 31_000));
    assert!(!budget.take(at(31_009)));
}

#[test]
fn a_reply_never_raises_what_is_left_but_may_lower_it() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(100, 5, 30), false);
    assert!(budget.take(at(11)));
    budget.settle(at(12), 11, headers(100, 90, 30), false);
    assert_eq!(budget.record(at(12)).unwrap().remaining, 4);
    assert!(budget.take(at(13)));
    budget.settle(at(14), 13, headers(100, 1, 30), false);
    assert_eq!(budget.record(at(14)).unwrap().remaining, 1, "somebody else uses this account too");
}

#[test]
fn a_refusal_closes_until_the_reset_or_for_a_minute() {
    for (rate, opens) in [(headers(100, 0, 7), 100 + 8_000), (Quota::default(), 100 + 61_000)] {
        let mut budget = Budget::default();
        assert!(budget.take(at(0)));
        budget.settle(at(100), 0, rate, true);
        assert!(!budget.take(at(opens - 1)), "{rate:?}");
        assert!(budget.take(at(opens)), "{rate:?}");
    }
}

#[test]
fn a_late_reply_of_a_window_that_is_over_changes_nothing() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)) && !budget.take(at(0)));
    budget.settle(at(10), 0, headers(10, 9, 20), false);
    let slow = at(19_000);
    assert!(budget.take(slow));
    let after = at(22_000);
    assert!(budget.take(after), "the new window has begun");
    let before = budget.record(after).unwrap().remaining;
    budget.settle(at(25_000), slow.mono, headers(10, 0, 1), false);
    assert_eq!(budget.record(at(25_000)).unwrap().remaining, before);
}

#[test]
fn calls_under_way_at_the_turn_are_charged_to_the_new_window() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(10, 9, 20), false);
    assert_eq!((0..4).filter(|_| budget.take(at(19_900))).count(), 4);
    assert_eq!((0..20).filter(|_| budget.take(at(22_000))).count(), 6);
}

#[test]
fn a_window_whose_calls_were_all_lost_ends_by_itself() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(1, 0, 1), false);
    assert!(budget.take(at(2_010)));
    budget.lost(at(2_011));
    let next = budget.next_at(at(2_011)).unwrap();
    assert!(!budget.take(at(next - 1)));
    assert!(budget.take(at(next)));
}

#[test]
fn windows_that_passed_unused_are_one_new_window() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    assert_eq!((0..20).filter(|_| budget.take(at(200_000))).count(), 5);
    budget.lost(at(200_100));
    assert!(!budget.take(at(200_200)), "the window is the same one");
}

#[test]
fn after_a_restart_the_next_window_begins_with_one_call() {
    let record = BudgetRecord { limit: 5, remaining: 2, resets_at: Millis(START + 10_000) };
    let mut budget = Budget::restore(Some(record), 0, at(0));
    assert_eq!((0..9).filter(|_| budget.take(at(1))).count(), 2, "the window is known");
    budget.lost(at(2));
    budget.lost(at(3));
    assert!(
        budget.take(at(10_001)) && !budget.take(at(10_001)),
        "the former process may have called in this one"
    );
    budget.settle(at(10_100), 10_001, headers(5, 1, 50), false);
    assert_eq!((0..9).filter(|_| budget.take(at(10_200))).count(), 1);
}

/// Several processes die soon after their start, one after another. None of them has had a reply, so none may record
/// that a window's calls are left.
#[test]
fn what_is_not_known_is_not_handed_on() {
    let record = BudgetRecord { limit: 10, remaining: 0, resets_at: Millis(START) };
    let mut kept = Some(record);
    for life in 1..5 {
        let now = at(life * 500);
        let mut budget = Budget::restore(kept, 0, now);
        assert_eq!((0..10).filter(|_| budget.take(now)).count(), 1, "life {life}");
        assert!(budget.record(now).is_some(), "people are shown what there is");
        kept = budget.to_keep(now).or(kept);
    }
    assert_eq!(kept, Some(record));
    // The first reply ends it.
    let mut budget = Budget::restore(kept, 0, at(5_000));
    assert!(budget.take(at(5_000)));
    budget.settle(at(5_100), 5_000, headers(10, 4, 30), false);
    assert_eq!(budget.to_keep(at(5_100)).map(|kept| kept.remaining), Some(4));
}

/// An inherited window that ends before the first reply counts like one that was over from the start.
#[test]
fn an_inherited_window_that_ends_is_not_handed_on() {
    let record = BudgetRecord { limit: 10, remaining: 3, resets_at: Millis(START + 20_000) };
    let mut budget = Budget::restore(Some(record), 0, at(0));
    assert_eq!(budget.to_keep(at(0)), Some(record));
    assert!(budget.take(at(22_000)));
    assert_eq!(budget.to_keep(at(22_000)), None);
}

/// What the former process had under way may arrive in the first window of the new one.
#[test]
fn calls_of_a_former_process_are_charged_to_the_first_window() {
    let over = BudgetRecord { limit: 10, remaining: 7, resets_at: Millis(START) };
    for (in_flight, left) in [(0, 9), (4, 5), (9, 0), (1_000, 0)] {
        let mut budget = Budget::restore(Some(over), in_flight, at(500));
        assert!(budget.take(at(500)));
        budget.settle(at(600), 500, headers(10, 9, 30), false);
        assert_eq!((0..20).filter(|_| budget.take(at(600))).count(), left, "{in_flight} in flight");
        assert!(budget.take(at(33_000)), "for one window");
    }
    // A record of the running window has already subtracted them.
    let running = BudgetRecord { resets_at: Millis(START + 30_000), ..over };
    let mut budget = Budget::restore(Some(running), 4, at(500));
    assert_eq!((0..20).filter(|_| budget.take(at(500))).count(), 7);
}

#[test]
fn a_call_lost_at_the_turn_is_charged_to_both_windows() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    assert!(budget.take(at(19_900)) && budget.take(at(19_900)));
    budget.lost(at(20_200));
    assert_eq!((0..20).filter(|_| budget.take(at(22_000))).count(), 3, "one lost, one still under way");
}

/// A reply that was under way for long leaves open where its window ends.
#[test]
fn a_call_lost_when_the_window_may_be_over_is_charged_to_both_windows() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(16_000), 0, headers(5, 3, 17), false);
    assert!(budget.take(at(16_500)));
    budget.lost(at(16_520));
    let turn = 16_000 + 17_000 + MARGIN_MS;
    assert_eq!((0..5).filter(|_| budget.take(at(turn))).count(), 4);
}

#[test]
fn a_call_lost_at_the_turn_is_charged_to_a_window_that_a_reply_names_first() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    assert!(budget.take(at(19_500)) && budget.take(at(19_500)));
    budget.lost(at(20_100));
    // The first call of the new window came before the one that was lost.
    budget.settle(at(20_150), 19_990, headers(5, 4, 60), false);
    assert_eq!((0..20).filter(|_| budget.take(at(20_200))).count(), 3);
}

/// A wrong reply gave the end of the windows. The first correct one was sent before calls which were lost and which
/// InMoment counted.
#[test]
fn a_call_lost_beside_the_reply_that_names_another_turn_is_charged() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    // The budget takes this for the middle of a window; InMoment's window begins here.
    assert_eq!((0..5).filter(|_| budget.take(at(65_000))).count(), 5);
    budget.lost(at(65_100));
    budget.lost(at(65_200));
    budget.settle(at(65_300), 65_000, headers(5, 4, 58), false);
    assert_eq!((0..20).filter(|_| budget.take(at(65_400))).count(), 0, "two lost, two still under way");
}

/// A wrong reply gave the end of the windows, and a correct one names an end in the middle of what is taken for a window.
#[test]
fn an_end_where_no_window_ends_replaces_the_end_that_a_wrong_reply_gave() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 60), false);
    assert!(budget.take(at(100)));
    budget.settle(at(200), 100, headers(5, 3, 25), false);
    // InMoment's next window begins at 25 s. No reply comes any more.
    let mut sent = 0;
    for second in 27..85 {
        if budget.take(at(second * 1_000)) {
            budget.lost(at(second * 1_000 + 100));
            sent += 1;
        }
    }
    assert_eq!(sent, 5, "calls in one window of InMoment");
}

#[test]
fn a_restart_goes_on_with_what_was_left() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(100, 3, 30), false);
    assert!(budget.take(at(20)));
    let record = budget.record(at(20));
    let mut again = Budget::restore(record, 0, Now { wall: at(5_000).wall, mono: 0 });
    assert_eq!((0..10).filter(|_| again.take(Now { wall: at(5_001).wall, mono: 1 })).count(), 2);
    let mut later = Budget::restore(record, 0, Now { wall: at(90_000).wall, mono: 0 });
    assert_eq!(
        (0..10).filter(|_| later.take(at(0))).count(),
        1,
        "a record whose window is over says nothing of what is left"
    );
    for call in 0..3 {
        later.settle(at(100 + call), 0, Quota::default(), false);
        assert!(later.take(at(100 + call)));
    }
    assert_eq!((0..500).filter(|_| later.take(at(101))).count(), 500, "the limit has been lifted meanwhile");
}

#[test]
fn a_slow_reply_does_not_move_the_turn_of_the_windows() {
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    assert!(budget.take(at(100)));
    // Written at once, and long under way.
    budget.settle(at(15_000), 100, headers(5, 3, 20), false);
    assert_eq!((0..9).filter(|_| budget.take(at(30_200))).count(), 5, "the new window began at 20 s");
    assert_eq!(budget.next_at(at(30_200)), Some(82_010), "and ends a minute after the former one");
}

#[test]
fn calls_held_up_before_they_were_sent_count_where_they_arrive() {
    // InMoment's windows end at 20, 80, 140, 200 s. After refusals whose replies were slow, five calls are taken, and a
    // full disk delays them; InMoment counts four of them in the window up to 200 s, and one is lost.
    let mut budget = Budget::default();
    assert!(budget.take(at(0)));
    budget.settle(at(10), 0, headers(5, 4, 20), false);
    assert!(budget.take(at(100)));
    budget.settle(at(15_000), 100, headers(5, 0, 20), true);
    assert_eq!((0..9).filter(|_| budget.take(at(36_000))).count(), 5);
    budget.lost(at(150_200));
    for remaining in [2, 3, 4, 1] {
        budget.settle(at(150_300), 36_000, headers(5, remaining, 50), false);
    }
    let taken = (151..200).filter(|second| budget.take(at(second * 1_000))).count();
    assert!(taken <= 1, "{taken} more calls, and InMoment allows one");
}

/// Sends calls to the model server as fast as the budget allows, for ten minutes.
fn saturate(limit: u32, phase: u64, latencies: &[u64], concurrency: usize) -> Server {
    let mut server = Server { limit, phase, used: BTreeMap::new(), refusals: 0 };
    let mut budget = Budget::default();
    let mut flying: Vec<(u64, u64, Quota, bool)> = Vec::new();
    let mut sent = 0;
    let mut mono = 0;
    while mono < 600_000 {
        flying.retain(|(back, sent_at, rate, refused)| {
            if *back <= mono {
                budget.settle(at(mono), *sent_at, *rate, *refused);
            }
            *back > mono
        });
        while flying.len() < concurrency && budget.take(at(mono)) {
            let latency = latencies[sent % latencies.len()];
            sent += 1;
            let (rate, refused) = server.arrive(mono + latency / 2);
            flying.push((mono + latency, mono, rate, refused));
        }
        let next_back = flying.iter().map(|(back, ..)| *back).min();
        let next = if flying.len() < concurrency { budget.next_at(at(mono)) } else { None };
        mono = [next_back, next].into_iter().flatten().min().unwrap_or(mono + 1_000).max(mono + 1);
    }
    server
}

proptest! {
    #[test]
    fn never_refused_and_nearly_all_used(
        limit in 1_u32..300,
        phase in 0_u64..60_000,
        latencies in prop::collection::vec(1_u64..900, 1..20),
        concurrency in 1_usize..16,
    ) {
        let server = saturate(limit, phase, &latencies, concurrency);
        prop_assert_eq!(server.refusals, 0);
        // Latency alone may keep a window from being used up; the budget may not.
        let whole_windows = server.used.iter().filter(|(window, _)| **window > 0 && **window < 9);
        let slowest = latencies.iter().max().copied().unwrap_or(1);
        let reachable = (58_000 / slowest) * concurrency as u64;
        for (window, used) in whole_windows {
            let wanted = u64::from(limit).min(reachable) * 95 / 100;
            prop_assert!(u64::from(*used) + concurrency as u64 >= wanted, "window {} used {} of {}", window, used, limit);
        }
    }

    #[test]
    fn never_refused_however_slow_the_replies(
        limit in 1_u32..40,
        phase in 0_u64..60_000,
        latencies in prop::collection::vec(prop_oneof![1_u64..900, 900_u64..30_000], 1..20),
        concurrency in 1_usize..16,
    ) {
        prop_assert_eq!(saturate(limit, phase, &latencies, concurrency).refusals, 0);
    }
}
