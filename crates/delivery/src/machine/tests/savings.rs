//! Calls that were not made, by reason; and which ones are waited for at the end.

use super::harness::*;
use crate::machine::Input;
use inmoment::{CallReplyBody, Executed, FailureClass};
use serde_json::json;

#[test]
fn a_known_end_user_saves_the_look_up() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START)), answer("u1")]);
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.saved(), [2, 0, 0]);
}

#[test]
fn a_look_up_that_was_made_saves_nothing() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1")]);
    rig.serve("get_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.saved(), [0, 0, 0]);
    // Nor does one that was made only for the stored properties.
    let old = known("8", "u2", json!({}), START - 7_200_000);
    rig.take(vec![identify("u2", &[("a", "1")]).known(old)]);
    rig.serve("get_end_user", found(user("8", "u2")));
    rig.serve("update_end_user", found(stored("8", "u2", json!({"a": "1"}))));
    assert_eq!(rig.saved(), [0, 0, 0]);
}

#[test]
fn of_an_answer_and_the_identify_that_it_lets_go_first_one_look_up_is_saved() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1"), identify("u1", &[])]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.serve("create_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.saved(), [1, 0, 0]);
}

#[test]
fn a_merger_for_a_known_end_user_saves_its_look_up_and_all_calls_but_one() {
    let mut rig = Rig::new();
    let there = known("7", "u1", json!({}), START);
    rig.warm_up();
    let event = |value: &str| identify("u1", &[("a", value)]).known(there.clone());
    rig.take(vec![answer("u1").known(there.clone()), event("1"), event("2"), event("3")]);
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("update_end_user", found(stored("7", "u1", json!({"a": "3"}))));
    assert_eq!(rig.saved(), [2, 2, 0]);
    rig.take(vec![identify("u1", &[("a", "3")]).known(known("7", "u1", json!({"a": "3"}), START))]);
    assert_eq!((rig.saved(), rig.quiet()), ([2, 2, 1], true));
}

#[test]
fn at_the_end_a_running_destination_awaits_every_reply_but_the_credentials() {
    let mut rig = Rig::new();
    assert!(!rig.machine.awaits_reply());
    rig.take(vec![answer("u1")]);
    let (look_up, _) = rig.call("get_end_user");
    rig.step(Input::Drain);
    assert!(rig.machine.awaits_reply());
    rig.reply(look_up, found(user("7", "u1")));
    assert!(!rig.machine.awaits_reply() && rig.calls.is_empty());
}

#[test]
fn at_the_end_a_halted_destination_awaits_what_may_change_something_only() {
    let refused = || error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused");
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer("u1"), answer("u2").known(known("8", "u2", json!({}), START)), answer("u3")]);
    rig.call("get_end_user");
    let (write, _) = rig.call("create_response");
    rig.fail("get_end_user", refused());
    assert!(rig.machine.awaits_reply());
    rig.step(Input::Replied(write, Err(refused())));
    assert!(!rig.machine.awaits_reply(), "the look-up of u1 is under way still");
    assert_eq!(rig.machine.glance(rig.now()).in_flight, 1);
    rig.sleep(30_000);
    rig.call("authenticate");
    assert!(!rig.machine.awaits_reply());
}

/// Properties that InMoment's form has no room for are not sent, however often they come.
#[test]
fn an_identify_of_which_nothing_has_room_makes_no_call() {
    let full: serde_json::Map<_, _> = (0..4_000).map(|nth| (format!("s{nth}"), json!("v"))).collect();
    let mut rig = Rig::new();
    rig.warm_up();
    let there = known("7", "u1", json!(full), START);
    rig.take(vec![identify("u1", &[("new", "1")]).known(there.clone())]);
    assert_eq!((rig.calls.len(), rig.saved()[2]), (0, 1));
    rig.take(vec![identify("u1", &[("new", "1"), ("s5", "2")]).known(there)]);
    rig.serve("update_end_user", found(stored("7", "u1", json!({}))));
}
