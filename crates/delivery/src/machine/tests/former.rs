//! Calls that the process which delivered before may still make.

use super::harness::*;
use inmoment::{Call, CallReplyBody};
use journal::{InFlightRecord, Position, RestoredDelivery};
use serde_json::json;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(35);
const WAIT_MS: u64 = 35_000;

/// A machine that takes over from a process which may still make this call, for the first event of this lane.
fn takes_over(lane: &str, call: &str) -> Rig {
    let flight = InFlightRecord {
        lane: format!("{lane} 1.0"),
        head: Position { request: 1, index: 0 },
        call: call.into(),
        started_at: event::Millis(START - 500),
    };
    let restored =
        RestoredDelivery { cursor: 1, end: 1, in_flight: vec![flight], ..RestoredDelivery::default() };
    Rig::restored(|settings| settings.former_calls_last = WAIT, restored)
}

fn kinds(rig: &Rig) -> Vec<&str> {
    rig.calls.iter().map(|(_, call)| call.kind()).collect()
}

#[test]
fn an_answer_that_may_still_be_sent_is_not_looked_for_before_that_is_over() {
    let mut rig = takes_over("x:u1", "create_response");
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.sleep(WAIT_MS - 1);
    assert_eq!(kinds(&rig), Vec::<&str>::new());
    rig.sleep(1);
    assert_eq!((kinds(&rig), rig.mono), (vec!["list_responses"], WAIT_MS));
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000 - 1)]));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn an_end_user_who_may_still_be_written_is_not_read_before_that_is_over() {
    for call in ["create_end_user", "update_end_user", "of another version"] {
        let mut rig = takes_over("x:u1", call);
        rig.take(vec![identify("u1", &[("a", "1")])]);
        rig.sleep(WAIT_MS - 1);
        assert_eq!(kinds(&rig), Vec::<&str>::new(), "{call}");
        rig.sleep(1);
        assert_eq!(kinds(&rig), ["get_end_user"], "{call}");
    }
}

#[test]
fn other_end_users_wait_for_nothing() {
    let mut rig = takes_over("x:u1", "create_response");
    rig.take(vec![answer("u1").to("7")]);
    rig.take(vec![answer("u2").to("8")]);
    rig.serve("get_end_user", found(user("8", "u2")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.mono, rig.calls.len()), (1, 0, 0));
}

/// The lane of an end-user id becomes that of the external id which belongs to it, but not while a call of it may still be made.
#[test]
fn a_lane_whose_former_call_may_still_be_made_joins_no_other() {
    let mut rig = takes_over("e:7", "update_end_user");
    rig.take(vec![identify("", &[("a", "1")]).only_to("7")]);
    rig.take(vec![identify("u7", &[("b", "1")])]);
    let looked_up = rig.serve("get_end_user", found(user("7", "u7")));
    assert!(matches!(looked_up, Call::GetEndUser(_)));
    while !rig.calls.is_empty() {
        let kind = rig.calls[0].1.kind();
        assert_eq!(rig.mono, 0);
        rig.serve(kind, found(stored("7", "u7", json!({ "b": "1" }))));
    }
    assert_eq!(rig.delivered(), 1, "only what is behind the other lane");
    rig.sleep(WAIT_MS);
    assert_eq!(rig.mono, WAIT_MS);
    assert_eq!(rig.calls.len(), 1);
}
