//! Calls wait for their commit, and are announced ahead of their places.

use super::harness::{EventEdits, Rig, START, answer, by, error, identify, known, rejected, unreachable};
use crate::machine::Input;
use inmoment::{CallReply, CallReplyBody, RateHeaders};
use journal::Change;
use serde_json::json;

/// A machine without a limit, with this many answers of known end users, none of which is durable yet.
fn rig_with(answers: usize) -> Rig {
    let mut rig = Rig::new();
    rig.warm_up();
    let known = |nth: usize| known(&format!("{nth}"), &format!("u{nth}"), json!({}), START);
    rig.take_only((0..answers).map(|nth| answer(&format!("u{nth}")).known(known(nth))).collect());
    rig
}

fn in_flight(rig: &Rig) -> usize {
    rig.changes.iter().filter(|change| matches!(change, Change::InFlight(_))).count()
}

fn landed(rig: &Rig) -> usize {
    rig.changes.iter().filter(|change| matches!(change, Change::Landed(_))).count()
}

#[test]
fn no_call_and_no_read_goes_out_before_what_was_decided_with_it_is_durable() {
    let mut rig = rig_with(3);
    assert!(rig.calls.is_empty());
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Woke);
    assert!(rig.calls.is_empty(), "being committed is not being durable");
    rig.step_only(Input::Durable(commit - 1));
    assert!(rig.calls.is_empty(), "an earlier commit is not this one");
    rig.step_only(Input::Durable(commit));
    assert_eq!(rig.calls.len(), 3);
    assert!(rig.machine.seal().is_none(), "letting calls out changes nothing");

    // A fate that is not durable yet would be read as pending.
    let mut rig = Rig::with(|settings| settings.mode = crate::Mode::Shadow);
    rig.take_only(vec![answer("u1")]);
    rig.reads.clear();
    rig.step_only(Input::Appended(9));
    assert!(rig.reads.is_empty());
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Durable(commit));
    assert_eq!(rig.reads.len(), 1);
}

#[test]
fn calls_are_announced_ahead_of_their_places_and_go_out_as_these_become_free() {
    let mut rig = rig_with(30);
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Durable(commit));
    assert_eq!(
        (rig.calls.len(), rig.machine.glance(rig.now()).in_flight),
        (8, 8),
        "as many as there are places"
    );
    // The next one goes with the reply, without a commit between.
    let (id, _) = rig.calls.pop_front().unwrap();
    rig.step_only(Input::Replied(id, Err(unreachable())));
    assert_eq!(rig.calls.len(), 8);
    assert_eq!(rig.machine.glance(rig.now()).in_flight, 8);
}

#[test]
fn where_calls_are_limited_none_is_announced_ahead() {
    let mut rig = Rig::new();
    rig.take(vec![answer("first").to("0")]);
    let (id, _) = rig.call("get_end_user");
    let rate = RateHeaders { limit: Some(100), remaining: Some(90), resets_in_secs: Some(60) };
    rig.step(Input::Replied(id, Ok(CallReply { body: CallReplyBody::NotFound, rate })));
    rig.calls.clear();
    rig.changes.clear();
    rig.take((0..30).map(|nth| identify(&format!("u{nth}"), &[])).collect());
    let made = |rig: &Rig| rig.machine.glance(rig.now()).calls;
    let before = made(&rig);
    rig.step(Input::Woke);
    assert_eq!(made(&rig), before, "what has no place is not announced");
    assert!(rig.machine.engine.calling().count() <= 8, "{}", rig.machine.engine.calling().count());
}

#[test]
fn a_pause_takes_back_what_was_announced_and_it_is_announced_again_later() {
    let mut rig = rig_with(3);
    let announced = in_flight(&rig);
    assert!(announced > 0 && rig.calls.is_empty());
    let made = rig.machine.glance(rig.now()).calls;
    rig.step_only(Input::Pause(by()));
    assert_eq!(landed(&rig), announced, "nothing is in flight");
    rig.settle();
    assert!(rig.calls.is_empty() && !rig.machine.awaits_reply());
    rig.step(Input::Resume(by()));
    assert_eq!(rig.calls.len(), 3);
    assert_eq!(rig.machine.glance(rig.now()).calls, made, "each is counted once");
    while let Some((id, call)) = rig.calls.pop_front() {
        assert_eq!(call.kind(), "create_response");
        rig.reply(id, CallReplyBody::Done);
    }
    assert_eq!(rig.delivered(), 3);
}

#[test]
fn refused_credentials_take_back_what_was_announced() {
    let mut rig = rig_with(30);
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Durable(commit));
    for _ in 0..8 {
        let (id, _) = rig.calls.pop_front().unwrap();
        let refused =
            error(inmoment::FailureClass::Halt, inmoment::Executed::No, Some(401), "credentials_refused");
        rig.step_only(Input::Replied(id, Err(refused)));
    }
    let out = rig.machine.glance(rig.now()).in_flight;
    rig.settle();
    assert_eq!(rig.machine.glance(rig.now()).in_flight, out, "no announced call goes out");
    assert_eq!(rig.machine.engine.calling().count(), out, "and none stays announced");
}

#[test]
fn an_outage_takes_back_what_was_announced() {
    let mut rig = rig_with(40);
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Durable(commit));
    for _ in 0..5 {
        let (id, _) = rig.calls.pop_front().unwrap();
        rig.step_only(Input::Replied(id, Err(unreachable())));
    }
    let out = rig.calls.len();
    rig.settle();
    assert_eq!(rig.calls.len(), out, "after five failures one call at a time goes out");
    assert_eq!(rig.machine.engine.calling().count(), out, "and none is announced");
}

#[test]
fn what_is_refused_alone_holds_up_no_announced_call() {
    let mut rig = rig_with(12);
    let commit = rig.machine.seal().unwrap();
    rig.step_only(Input::Durable(commit));
    let (id, _) = rig.calls.pop_front().unwrap();
    rig.step_only(Input::Replied(id, Err(rejected("rejected"))));
    assert_eq!(rig.calls.len(), 8);
}
