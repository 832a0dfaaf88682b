//! Calls that are turned away: those of one end user, or of all.

use super::harness::*;
use crate::engine::DestinationState;
use crate::machine::{Input, PlannedEvent};
use inmoment::{Call, CallError, CallReplyBody, Executed, FailureClass, RateHeaders};
use journal::Change;
use serde_json::json;

fn answer_of(n: u64) -> PlannedEvent {
    let (id, external) = (n.to_string(), format!("u{n}"));
    answer(&external).known(known(&id, &external, json!({}), START))
}

fn blocked() -> CallError {
    error(FailureClass::Deny, Executed::No, Some(403), "permission_denied")
}

fn of(call: &Call) -> &str {
    match call {
        Call::CreateResponse { end_user_id, .. } => end_user_id,
        other => panic!("{other:?}"),
    }
}

fn state(rig: &Rig) -> DestinationState {
    rig.machine.glance(rig.now()).state
}

/// Answers every call, those of this end user with an error, until an hour has passed or no event is left. Every ten
/// seconds another end user gives an answer.
fn serve_all_but(rig: &mut Rig, disliked: &str, denial: &CallError) {
    let mut next = 1_000;
    while rig.mono < 3_600_000 && rig.machine.glance(rig.now()).unfinished > 0 {
        while let Some((id, call)) = rig.calls.pop_front() {
            if of(&call) == disliked {
                rig.step(Input::Replied(id, Err(denial.clone())));
            } else {
                rig.reply(id, CallReplyBody::Done);
            }
            assert_ne!(state(rig), DestinationState::Halted);
        }
        if rig.dead().len() < 2 && rig.mono / 10_000 >= next - 1_000 {
            rig.take(vec![answer_of(next)]);
            next += 1;
        } else {
            rig.sleep(1_000);
        }
    }
}

#[test]
fn one_end_users_call_that_is_turned_away_halts_nobody_and_dies_alone() {
    for (class, code) in [
        (FailureClass::Deny, "permission_denied"),
        (FailureClass::Deny, "redirected"),
        (FailureClass::Deny, "turned_away"),
        (FailureClass::Refresh, "token_refused"),
    ] {
        let mut rig = Rig::new();
        rig.warm_up();
        rig.take((1..=200).map(answer_of).collect());
        rig.take(vec![answer_of(7)]);
        let denial = error(class, Executed::No, Some(403), code);
        serve_all_but(&mut rig, "7", &denial);
        // The next event of the same end user is turned away as well, and becomes a dead letter in its turn.
        assert_eq!(rig.dead(), [code, code], "{code}");
        assert!(rig.delivered() >= 199, "{}", rig.delivered());
        assert!(rig.quiet());
        let reasons: Vec<&str> = rig
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::DeadLetter(letter) => Some(letter.reason.as_str()),
                _ => None,
            })
            .collect();
        assert!(
            reasons[0].contains("minutes") && reasons[0].ends_with(&format!("it said {code}")),
            "{reasons:?}"
        );
        assert!(!rig.changes.iter().any(|change| matches!(change, Change::Halted(_))));
    }
}

#[test]
fn an_event_is_not_given_up_at_once_nor_while_nobody_else_succeeds() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    while rig.mono < 86_400_000 {
        rig.fail("create_response", blocked());
        rig.sleep(600_000);
        assert_ne!(state(&rig), DestinationState::Halted, "one end user alone proves nothing of the account");
    }
    assert_eq!(state(&rig), DestinationState::Failing);
    assert!(rig.dead().is_empty());
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn several_end_users_turned_away_halt_and_one_call_at_a_time_tries_whether_it_is_over() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take((1..=20).map(answer_of).collect());
    assert_eq!(rig.calls.len(), 8);
    let mut denied = 0;
    while let Some((id, _)) = rig.calls.pop_front() {
        rig.step(Input::Replied(id, Err(blocked())));
        denied += 1;
        assert_eq!(state(&rig) == DestinationState::Halted, denied >= 3, "{denied}");
    }
    assert!(denied < 20, "the others are not called");
    let trouble = rig.machine.glance(rig.now()).trouble.unwrap();
    assert_eq!((trouble.code, trouble.since.0), ("permission_denied", START));
    assert!(
        trouble.last_words.starts_with("the calls of several end users were turned away"),
        "{}",
        trouble.last_words
    );
    let mut distances = Vec::new();
    let mut before = rig.mono;
    while distances.len() < 9 {
        rig.sleep(600_000);
        assert_eq!(rig.calls.len(), 1, "one at a time");
        distances.push(rig.mono - before);
        before = rig.mono;
        rig.fail("create_response", blocked());
        assert_eq!(state(&rig), DestinationState::Halted);
    }
    assert!(distances.windows(2).all(|pair| pair[0] <= pair[1]), "{distances:?}");
    assert!(distances.iter().all(|distance| *distance <= 300_000), "{distances:?}");
    assert!(rig.dead().is_empty());
    rig.sleep(600_000);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(state(&rig), DestinationState::Running);
    assert_eq!(rig.changes.iter().filter(|change| **change == Change::Halted(None)).count(), 1);
    assert!(rig.calls.len() > 1, "everybody goes on");
}

#[test]
fn resume_tries_at_once_whether_calls_are_still_turned_away() {
    let mut rig = Rig::with(|settings| settings.concurrency = 3);
    rig.warm_up();
    rig.take((1..=3).map(answer_of).collect());
    for _ in 0..3 {
        rig.fail("create_response", blocked());
    }
    assert!(rig.calls.is_empty());
    rig.step(Input::Resume(by()));
    assert_eq!(rig.calls.len(), 1);
    rig.serve("create_response", CallReplyBody::Done);
    for _ in 0..2 {
        rig.serve("create_response", CallReplyBody::Done);
    }
    assert_eq!((rig.delivered(), rig.quiet()), (3, true));
}

#[test]
fn an_answer_of_inmoments_own_to_anybody_shows_that_the_account_is_not_to_blame() {
    for refusal in [false, true] {
        let mut rig = Rig::with(|settings| settings.concurrency = 1);
        rig.warm_up();
        rig.take((1..=9).map(answer_of).collect());
        for round in 0..3 {
            rig.fail("create_response", blocked());
            rig.fail("create_response", blocked());
            if refusal {
                rig.fail("create_response", rejected("rejected"));
            } else {
                rig.serve("create_response", CallReplyBody::Done);
            }
            assert_ne!(state(&rig), DestinationState::Halted, "{refusal} {round}");
        }
    }
}

#[test]
fn a_call_that_got_through_ends_a_halt_that_was_too_hasty() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take((1..=8).map(answer_of).collect());
    for _ in 0..3 {
        rig.fail("create_response", blocked());
    }
    assert_eq!(state(&rig), DestinationState::Halted);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(state(&rig), DestinationState::Running);
}

#[test]
fn a_try_that_tells_nothing_is_made_again() {
    let mut rig = Rig::with(|settings| settings.concurrency = 3);
    rig.warm_up();
    rig.take((1..=3).map(answer_of).collect());
    for _ in 0..3 {
        rig.fail("create_response", blocked());
    }
    for _ in 0..5 {
        rig.sleep(60_000);
        rig.fail("create_response", unreachable());
        assert_eq!(state(&rig), DestinationState::Halted);
    }
    rig.sleep(60_000);
    rig.serve("create_response", CallReplyBody::Done);
    assert_ne!(state(&rig), DestinationState::Halted);
}

#[test]
fn of_merged_identifies_only_the_one_that_is_disliked_dies() {
    let mut rig = Rig::with(|settings| settings.concurrency = 1);
    rig.warm_up();
    let of_one = |plan: &str| identify("u1", &[(plan, plan)]).known(known("1", "u1", json!({}), START));
    rig.take(vec![of_one("good"), of_one("evil"), of_one("better")]);
    let mut others = 100;
    while rig.mono < 3_600_000 && rig.machine.glance(rig.now()).unfinished > 0 {
        match rig.calls.pop_front() {
            Some((id, call @ Call::UpdateEndUser { .. }))
                if sent(&call).iter().any(|(_, value)| value == "evil") =>
            {
                rig.step(Input::Replied(id, Err(blocked())));
            }
            Some((id, Call::UpdateEndUser { .. } | Call::GetEndUser(_))) => {
                rig.reply(id, found(stored("1", "u1", json!({}))));
            }
            Some((id, _)) => rig.reply(id, CallReplyBody::Done),
            None if rig.dead().is_empty() => {
                others += 1;
                rig.take(vec![answer_of(others)]);
                rig.mono += 1_000;
                rig.step(Input::Woke);
            }
            None => rig.sleep(10_000),
        }
    }
    assert_eq!(rig.dead().len(), 1);
}

#[test]
fn a_call_that_alone_is_refused_for_the_limits_sake_steps_aside_and_is_never_given_up() {
    let mut rig = Rig::with(|settings| settings.concurrency = 2);
    rig.warm_up();
    rig.take((1..=40).map(answer_of).collect());
    let mut storm = error(FailureClass::Wait, Executed::No, Some(429), "rate_limited");
    storm.rate = RateHeaders { limit: Some(100), remaining: Some(90), resets_in_secs: Some(5) };
    while rig.mono < 3_600_000 {
        while let Some((id, call)) = rig.calls.pop_front() {
            if of(&call) == "1" {
                rig.step(Input::Replied(id, Err(storm.clone())));
            } else {
                rig.reply(id, CallReplyBody::Done);
            }
        }
        rig.sleep(10_000);
    }
    assert_eq!((rig.delivered(), rig.dead()), (39, vec![]));
}
