//! The state that is shown while no call is sent, and the rule that nothing rests without a reason.

use super::harness::*;
use crate::engine::{DestinationState, STUCK_AFTER_MS, Trouble};
use crate::machine::{Input, PlannedEvent};
use crate::{Mode, code};
use inmoment::{CallReply, CallReplyBody, Executed, FailureClass, RateHeaders};
use journal::Position;
use serde_json::json;

fn answer_of(n: u64) -> PlannedEvent {
    let (id, external) = (n.to_string(), format!("u{n}"));
    answer(&external).known(known(&id, &external, json!({}), START))
}

fn shown(rig: &Rig) -> (DestinationState, Option<Trouble>) {
    let glance = rig.machine.glance(rig.now());
    (glance.state, glance.trouble)
}

#[test]
fn every_kind_of_outage_is_failing_with_its_code_and_probed_every_half_minute() {
    for (status, code) in [
        (None, "connection"),
        (None, "timeout"),
        (Some(503), "server_error"),
        (Some(200), "unreadable_reply"),
    ] {
        for events in [1, 3, 100] {
            let mut rig = Rig::new();
            rig.warm_up();
            rig.take((1..=events).map(answer_of).collect());
            let mut last = rig.mono;
            let mut tries = 0;
            while rig.mono < 3_600_000 {
                while let Some((id, _)) = rig.calls.pop_front() {
                    rig.step(Input::Replied(id, Err(error(FailureClass::Wait, Executed::No, status, code))));
                    tries += 1;
                }
                let (state, trouble) = shown(&rig);
                if tries >= 3 {
                    let trouble = trouble.unwrap();
                    assert_eq!(
                        (state, trouble.code, trouble.tries),
                        (DestinationState::Failing, code, tries)
                    );
                    assert_eq!(
                        (trouble.since.0, trouble.last_words.as_str()),
                        (START, format!("it said {code}").as_str())
                    );
                    let next = trouble.next_try.unwrap().0 - rig.now().wall.0;
                    assert!((0..=30_000).contains(&next), "{next}");
                } else {
                    assert_eq!(state, DestinationState::Running);
                }
                rig.sleep(600_000);
                assert!(rig.mono - last <= 30_000, "{code} {events}: no probe for {} ms", rig.mono - last);
                last = rig.mono;
            }
            while rig.machine.glance(rig.now()).unfinished > 0 {
                rig.serve("create_response", CallReplyBody::Done);
                assert_eq!(shown(&rig), (DestinationState::Running, None), "one answer ends it");
            }
        }
    }
}

#[test]
fn resume_probes_at_once_while_failing() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take((1..=8).map(answer_of).collect());
    for _ in 0..8 {
        rig.fail("create_response", unreachable());
    }
    assert!(rig.calls.is_empty());
    rig.step(Input::Resume(by()));
    assert_eq!(rig.calls.len(), 1, "one, for InMoment may still be down");
    rig.fail("create_response", unreachable());
    rig.step(Input::Resume(by()));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.calls.len(), 7);
}

#[test]
fn a_spent_limit_with_events_waiting_is_a_state_until_none_waits() {
    let mut rig = Rig::new();
    rig.take((1..=10).map(answer_of).collect());
    let (id, _) = rig.call("create_response");
    let rate =
        |remaining| RateHeaders { limit: Some(4), remaining: Some(remaining), resets_in_secs: Some(30) };
    rig.step(Input::Replied(id, Ok(CallReply { body: CallReplyBody::Done, rate: rate(1) })));
    let (state, trouble) = shown(&rig);
    let trouble = trouble.unwrap();
    assert_eq!((state, trouble.code, trouble.tries), (DestinationState::WaitingForLimit, "rate_limited", 0));
    assert!(trouble.last_words.contains("(4 a minute)"), "{}", trouble.last_words);
    assert_eq!(trouble.next_try.unwrap().0, START + 31_000);
    let mut turns = 0;
    while rig.machine.glance(rig.now()).unfinished > 4 {
        while !rig.calls.is_empty() {
            rig.serve("create_response", CallReplyBody::Done);
        }
        if rig.machine.glance(rig.now()).unfinished > 4 {
            assert_eq!(
                shown(&rig).0,
                DestinationState::WaitingForLimit,
                "also while the next window's calls go out"
            );
        }
        rig.sleep(120_000);
        turns += 1;
        assert!(turns < 20);
    }
    while rig.machine.glance(rig.now()).unfinished > 0 {
        while !rig.calls.is_empty() {
            rig.serve("create_response", CallReplyBody::Done);
        }
        rig.sleep(120_000);
    }
    assert_eq!(shown(&rig), (DestinationState::Running, None));
}

#[test]
fn a_storm_of_refusals_is_waiting_for_the_limit_and_counts_them() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take((1..=3).map(answer_of).collect());
    for round in 0..20 {
        while let Some((id, _)) = rig.calls.pop_front() {
            let storm = error(FailureClass::Wait, Executed::No, Some(429), "rate_limited");
            rig.step(Input::Replied(id, Err(storm)));
        }
        let (state, trouble) = shown(&rig);
        assert_eq!(state, DestinationState::WaitingForLimit, "{round}");
        assert!(trouble.unwrap().tries >= round, "{round}");
        rig.sleep(120_000);
        assert!(!rig.calls.is_empty(), "{round}");
    }
}

#[test]
fn a_pause_and_a_halt_say_since_when_and_shadow_says_nothing_is_wrong() {
    let mut rig = Rig::new();
    rig.mono = 7_000;
    rig.step(Input::Pause(by()));
    let (state, trouble) = shown(&rig);
    let trouble = trouble.unwrap();
    assert_eq!(
        (state, trouble.code, trouble.since.0, trouble.next_try),
        (DestinationState::Paused, code::PAUSED, START + 7_000, None)
    );
    rig.mono = 9_000;
    rig.step(Input::Pause(by()));
    assert_eq!(
        shown(&rig).1.unwrap().since.0,
        START + 7_000,
        "paused twice, it is paused since the first time"
    );
    let shadow = Rig::with(|settings| settings.mode = Mode::Shadow);
    assert_eq!(shown(&shadow), (DestinationState::Shadow, None));
    let mut halted = Rig::new();
    halted.take(vec![answer_of(1)]);
    halted.fail("create_response", error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused"));
    let trouble = shown(&halted).1.unwrap();
    assert_eq!((trouble.code, trouble.tries, trouble.since.0), ("credentials_refused", 1, START));
    assert_eq!(trouble.next_try.unwrap().0, START + 30_000);
    halted.sleep(60_000);
    halted.fail("authenticate", error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused"));
    let trouble = shown(&halted).1.unwrap();
    assert_eq!((trouble.tries, trouble.since.0), (2, START));
}

#[test]
fn a_read_that_never_comes_and_a_call_that_is_never_answered_are_stuck_after_a_while() {
    let mut rig = Rig::new();
    rig.mono = 3_600_000;
    rig.step(Input::Appended(5));
    let asked = rig.mono;
    rig.mono += STUCK_AFTER_MS - 1;
    rig.step(Input::Woke);
    rig.step(Input::Appended(6));
    assert_eq!(shown(&rig).0, DestinationState::Running);
    rig.mono += 1;
    let (state, trouble) = shown(&rig);
    let trouble = trouble.unwrap();
    assert_eq!((state, trouble.code), (DestinationState::Stuck, code::STUCK));
    assert_eq!(trouble.since.0, START + i64::try_from(asked).unwrap());

    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    let (id, _) = rig.call("create_response");
    rig.mono += STUCK_AFTER_MS;
    assert_eq!(shown(&rig).0, DestinationState::Stuck);
    rig.reply(id, CallReplyBody::Done);
    assert_eq!(shown(&rig), (DestinationState::Running, None));
}

/// The state appears by itself, because the machine asks to be stepped while events wait.
#[test]
fn the_machine_is_stepped_while_it_waits_though_nothing_happens() {
    let mut rig = Rig::new();
    rig.warm_up();
    assert_eq!(rig.machine.wake_at(rig.now()), None, "nothing waits");
    rig.take(vec![answer_of(1)]);
    let (begun, mut states) = (rig.mono, Vec::new());
    // The call is never answered.
    while rig.mono < begun + 6 * 60_000 {
        let at = rig.machine.wake_at(rig.now()).unwrap();
        assert!(at > rig.mono && at <= rig.mono + 30_000, "{at} after {}", rig.mono);
        rig.mono = at;
        rig.step(Input::Woke);
        states.push(rig.machine.glance(rig.now()).state);
    }
    assert_eq!(
        (states.first(), states.last()),
        (Some(&DestinationState::Running), Some(&DestinationState::Stuck))
    );
    rig.step(Input::Pause(by()));
    assert_eq!(rig.machine.wake_at(rig.now()), None, "what may not go is not waited for");
}

#[test]
fn what_waits_for_a_reason_is_not_stuck() {
    // An answer waits for its end user; an idle destination waits for events; a lane sleeps after a failure.
    let mut rig = Rig::new();
    rig.take(vec![answer("nobody")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    for _ in 0..29 {
        rig.mono += 10_000;
        assert_eq!(rig.machine.engine.unexplained_for(rig.now()), None);
    }
    let mut rig = Rig::new();
    rig.mono += 86_400_000;
    assert_eq!(shown(&rig), (DestinationState::Running, None));
    rig.warm_up();
    rig.take(vec![answer_of(1)]);
    while rig.mono < 90_000_000 {
        rig.fail("create_response", unreachable());
        assert_eq!(rig.machine.engine.unexplained_for(rig.now()), None);
        rig.sleep(600_000);
    }
}

#[test]
fn an_events_story_can_say_what_it_waits_for() {
    let mut rig = Rig::new();
    rig.warm_up();
    let first = rig.take(vec![answer_of(1), answer_of(1), answer("nobody")]);
    let at = |n: u64| Position { request: first.request + n, index: 0 };
    let waiting = |rig: &Rig, n: u64| rig.machine.waiting(at(n), rig.now());
    assert_eq!(waiting(&rig, 0).unwrap().code, code::CALLING);
    assert_eq!(waiting(&rig, 1).unwrap().behind, Some(at(0)));
    let (id, _) = rig.call("create_response");
    rig.serve("get_end_user", CallReplyBody::NotFound);
    let awaited = waiting(&rig, 2).unwrap();
    assert_eq!((awaited.code, awaited.behind, awaited.tries), (code::END_USER_AWAITED, None, 0));
    assert_eq!(awaited.next_try.unwrap().0, START + 300_000);
    rig.step(Input::Replied(id, Err(unreachable())));
    for tries in 1..=9 {
        let own = waiting(&rig, 0).unwrap();
        assert_eq!(
            (own.code, own.tries, own.last_words.as_str()),
            ("connection", tries, "it said connection")
        );
        assert!(own.next_try.unwrap() > rig.now().wall);
        assert_eq!(own.behind, None);
        let behind = waiting(&rig, 1).unwrap();
        assert_eq!((behind.behind, behind.tries, behind.next_try), (Some(at(0)), tries, own.next_try));
        rig.sleep(600_000);
        if rig.calls.front().is_some_and(|(_, call)| call.kind() == "get_end_user") {
            rig.serve("get_end_user", CallReplyBody::NotFound);
            rig.sleep(600_000);
        }
        rig.fail("create_response", unreachable());
    }
    rig.step(Input::Pause(by()));
    assert_eq!(waiting(&rig, 0).unwrap().next_try, None, "nothing is tried while it is paused");
    assert_eq!(waiting(&rig, 50), None);
}
