use super::harness::*;
use crate::engine::DestinationState;
use crate::machine::Input;
use inmoment::{CallReply, CallReplyBody, Executed, FailureClass, RateHeaders};
use journal::Change;
use serde_json::json;
use std::time::Duration;

fn answer_of(n: u64) -> crate::machine::PlannedEvent {
    let (id, external) = (n.to_string(), format!("u{n}"));
    answer(&external).known(known(&id, &external, json!({}), START))
}

#[test]
fn back_off_doubles_up_to_its_limit_with_jitter() {
    let mut rig = Rig::new();
    rig.take(vec![answer_of(1)]);
    let mut full = 1_000_u64;
    for _ in 0..12 {
        rig.fail("create_response", unreachable());
        let slept = rig.machine.engine.lanes.next_timer().unwrap() - rig.mono;
        assert!((full * 3 / 4..=full).contains(&slept), "{slept} of {full}");
        full = (full * 2).min(30_000);
        rig.sleep(600_000);
    }
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_lane_that_fails_alone_backs_off_further_than_an_outage() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    let mut full = 1_000_u64;
    for n in 2..14 {
        rig.fail("create_response", unreachable());
        let slept = rig.machine.engine.lanes.next_timer().unwrap() - rig.mono;
        assert!((full * 3 / 4..=full).contains(&slept), "{slept} of {full}");
        full = (full * 2).min(300_000);
        rig.take(vec![answer_of(n)]);
        rig.serve("create_response", CallReplyBody::Done);
        rig.sleep(600_000);
    }
}

#[test]
fn one_users_failures_delay_nobody_else() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1), answer_of(2), answer_of(2)]);
    rig.fail("create_response", unreachable());
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.delivered(), 2);
}

#[test]
fn an_outage_lets_one_call_out_at_a_time_and_its_end_wakes_everybody() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take((1..=8).map(answer_of).collect());
    assert_eq!(rig.calls.len(), 8);
    for _ in 0..8 {
        rig.fail("create_response", unreachable());
    }
    rig.sleep(600_000);
    assert_eq!(rig.calls.len(), 1);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.calls.len(), 7);
    for _ in 0..7 {
        rig.serve("create_response", CallReplyBody::Done);
    }
    assert_eq!((rig.delivered(), rig.quiet()), (8, true));
}

#[test]
fn a_lane_that_fails_while_others_succeed_is_given_up_after_its_limit() {
    let mut rig = Rig::with(|settings| settings.retry.give_up_lane_after = Duration::from_secs(60));
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    while rig.mono < 10_000 {
        rig.fail("create_response", unreachable());
        rig.sleep(600_000);
    }
    let (failing, _) = rig.call("create_response");
    rig.take(vec![answer_of(2)]);
    rig.serve("create_response", CallReplyBody::Done);
    rig.mono += 60_001;
    rig.step(Input::Replied(failing, Err(unreachable())));
    assert_eq!((rig.dead(), rig.quiet()), (vec!["gave_up"], true));
}

#[test]
fn an_outage_does_not_count_once_it_is_over() {
    let mut rig = Rig::with(|settings| settings.retry.give_up_lane_after = Duration::from_secs(600));
    rig.warm_up();
    rig.take(vec![answer_of(1), answer_of(2)]);
    rig.fail("create_response", unreachable());
    rig.fail("create_response", unreachable());
    while rig.mono < 3_600_000 {
        rig.sleep(600_000);
        rig.fail("create_response", unreachable());
    }
    rig.sleep(600_000);
    rig.serve("create_response", CallReplyBody::Done);
    rig.mono += 1;
    rig.fail("create_response", unreachable());
    assert_eq!((rig.delivered(), rig.dead()), (1, vec![]));
}

#[test]
fn an_outage_gives_up_nobody() {
    let mut rig = Rig::with(|settings| settings.retry.give_up_lane_after = Duration::from_secs(60));
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    while rig.mono < 86_400_000 {
        rig.fail("create_response", unreachable());
        rig.sleep(600_000);
    }
    assert!(rig.dead().is_empty());
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_429_costs_no_attempt_and_opens_at_the_reset() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1), answer_of(2)]);
    let mut storm = error(FailureClass::Wait, Executed::No, Some(429), "rate_limited");
    storm.rate = RateHeaders { limit: Some(100), remaining: Some(0), resets_in_secs: Some(20) };
    rig.fail("create_response", storm);
    rig.serve("create_response", CallReplyBody::Done);
    rig.sleep(20_999);
    assert!(rig.calls.is_empty());
    rig.sleep(1);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
    assert!(!rig.changes.iter().any(|change| matches!(change, Change::LaneTrouble(..))));
}

#[test]
fn refused_credentials_halt_the_destination_and_it_goes_on_when_they_are_taken() {
    let mut rig = Rig::new();
    rig.take(vec![answer_of(1)]);
    rig.fail("create_response", error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused"));
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Halted);
    let kept = |change: &Change| matches!(change, Change::Halted(Some(halted)) if halted.contains("it said credentials_refused"));
    assert!(rig.changes.iter().any(kept));
    rig.take(vec![answer_of(2)]);
    rig.sleep(30_000);
    rig.fail("authenticate", error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused"));
    rig.sleep(59_999);
    assert!(rig.calls.is_empty(), "probes come at growing distance");
    rig.sleep(1);
    rig.serve("authenticate", CallReplyBody::Done);
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Running);
    assert!(rig.changes.contains(&Change::Halted(None)));
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn an_operator_who_resumes_a_halted_destination_proves_the_credentials_at_once() {
    let mut rig = Rig::new();
    rig.take(vec![answer_of(1)]);
    rig.fail("create_response", error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused"));
    rig.step(Input::Resume(by()));
    rig.serve("authenticate", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert!(rig.quiet());
}

#[test]
fn a_paused_destination_takes_in_and_calls_nobody() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1), answer_of(1)]);
    rig.step(Input::Pause(by()));
    rig.serve("create_response", CallReplyBody::Done);
    assert!(rig.calls.is_empty(), "the call under way was answered, no other goes out");
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Paused);
    rig.step(Input::Resume(by()));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
    let pauses: Vec<bool> = rig
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Paused(since) => Some(since.is_some()),
            _ => None,
        })
        .collect();
    assert_eq!(pauses, [true, false]);
}

#[test]
fn a_shutdown_lets_no_further_call_out() {
    let mut rig = Rig::new();
    rig.take(vec![answer_of(1), answer_of(1)]);
    rig.step(Input::Drain);
    rig.serve("create_response", CallReplyBody::Done);
    assert!(rig.calls.is_empty());
}

#[test]
fn concurrency_is_kept_and_the_oldest_goes_first() {
    let mut rig = Rig::with(|settings| settings.concurrency = 2);
    rig.warm_up();
    rig.take((1..=5).map(answer_of).collect());
    let targets: Vec<String> = rig
        .calls
        .iter()
        .map(|(_, call)| match call {
            inmoment::Call::CreateResponse { end_user_id, .. } => end_user_id.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(targets, ["1", "2"]);
}

#[test]
fn the_budget_is_kept_and_recorded_with_the_calls_it_lets_out() {
    let mut rig = Rig::new();
    rig.take((1..=6).map(answer_of).collect());
    let (id, _) = rig.call("create_response");
    let rate = RateHeaders { limit: Some(100), remaining: Some(3), resets_in_secs: Some(30) };
    rig.step(Input::Replied(id, Ok(CallReply { body: CallReplyBody::Done, rate })));
    assert_eq!(rig.calls.len(), 3);
    let last = rig.changes.iter().rev().find_map(|change| match change {
        Change::Budget(record) => Some(record.remaining),
        _ => None,
    });
    assert_eq!(last, Some(0));
    rig.sleep(31_000);
    assert_eq!(rig.calls.len(), 5);
}
