//! Faults that the simulation found: doubts that did not survive a crash, two names of one person, reads that a write
//! had overtaken.

use super::harness::*;
use crate::machine::Input;
use inmoment::{Call, CallReply, CallReplyBody, EndUser, Lookup, RateHeaders};
use journal::{Change, InFlightRecord, Position, RestoredDelivery};
use serde_json::json;

fn ok(body: CallReplyBody) -> inmoment::CallOutcome {
    Ok(CallReply { body, rate: RateHeaders::default() })
}

#[test]
fn an_answer_in_doubt_stays_in_flight_until_it_has_been_looked_for() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.fail("create_response", lost());
    let landed = |rig: &Rig| rig.changes.iter().any(|change| matches!(change, Change::Landed(_)));
    assert!(!landed(&rig));
    rig.sleep(2_000);
    rig.fail("list_responses", unreachable());
    rig.sleep(5_000);
    assert!(!landed(&rig));
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
    assert!(landed(&rig) && rig.quiet());
}

#[test]
fn a_dead_name_does_not_end_the_doubt_about_an_answer() {
    let flight = InFlightRecord {
        lane: "x:u1 1.0".into(),
        head: Position { request: 1, index: 0 },
        call: "create_response".into(),
        started_at: event::Millis(START - 500),
    };
    let restored =
        RestoredDelivery { cursor: 1, end: 1, in_flight: vec![flight], ..RestoredDelivery::default() };
    let mut rig = Rig::restored(|_| {}, restored);
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START)).to("dead")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_read_that_a_write_has_overtaken_is_not_believed() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![identify("u1", &[("a", "1")]).only_to("7"), identify("u1", &[("b", "2")])]);
    let (by_id, call) = rig.call("get_end_user");
    assert!(matches!(call, Call::GetEndUser(Lookup::Id(_))));
    rig.serve("get_end_user", found(user("7", "u1")));
    rig.mono += 1;
    let written = rig.serve("update_end_user", found(stored("7", "u1", json!({"b": "2"}))));
    assert_eq!(sent(&written), [("b".to_owned(), "2".to_owned())]);
    // As it was before that write.
    rig.mono += 1;
    rig.step(Input::Replied(by_id, ok(found(user("7", "u1")))));
    rig.sleep(2_000);
    // The data of the write's reply are still known.
    let call = rig.call("update_end_user").1;
    assert!(sent(&call).contains(&("b".to_owned(), "\"2\"".to_owned())), "{:?}", sent(&call));
}

#[test]
fn events_by_the_end_user_id_keep_their_order_once_its_external_id_is_known() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer("").only_to("7")]);
    rig.fail("get_end_user", unreachable());
    let mut second = answer("").only_to("7");
    second.user = Some(known("7", "u1", json!({}), START));
    rig.take(vec![second]);
    assert!(rig.calls.is_empty(), "the second waits behind the first");
    rig.sleep(2_000);
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn a_nameless_end_user_is_adopted_once() {
    let nameless = || EndUser { external_id: None, ..user("7", "u1") };
    let mut rig = Rig::new();
    rig.warm_up();
    let shared = |fields: &mut mapping::EndUserFields| fields.email = Some(json!("u1@example.com"));
    rig.take(vec![identify("u1", &[]).upsert(shared), identify("u2", &[]).upsert(shared)]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.fail("create_end_user", rejected("email_taken"));
    rig.fail("create_end_user", rejected("email_taken"));
    rig.serve("get_end_user", found(nameless()));
    let (theirs, _) = rig.call("get_end_user");
    rig.step(Input::Replied(theirs, ok(found(nameless()))));
    rig.serve("update_end_user", found(user("7", "u1")));
    rig.sleep(2_000);
    if !rig.calls.is_empty() {
        rig.serve("get_end_user", found(user("7", "u1")));
    }
    assert_eq!((rig.delivered(), rig.dead()), (1, vec!["email_belongs_to_another_user"]));
}

#[test]
fn a_read_is_used_however_short_end_users_are_believed() {
    let mut rig = Rig::with(|settings| settings.known_user_max_age = std::time::Duration::from_secs(1));
    rig.warm_up();
    rig.take(vec![identify("u1", &[("a", "1")])]);
    let (read, _) = rig.call("get_end_user");
    let used_up = RateHeaders { limit: Some(5), remaining: Some(0), resets_in_secs: Some(50) };
    rig.step(Input::Replied(read, Ok(CallReply { body: found(user("7", "u1")), rate: used_up })));
    rig.sleep(60_000);
    rig.call("update_end_user");
}

/// The age of an end user's data is the time that passed, even if the wall clock was set meanwhile.
#[test]
fn what_is_known_is_no_younger_for_a_clock_that_was_set_back() {
    for (minutes, set_back, fresh) in
        [(30, 0, true), (30, 600, true), (90, 90, false), (90, 0, false), (90, 600, false)]
    {
        let mut rig = Rig::new();
        rig.take(vec![answer("u1").properties(&[("a", "1")]).known(known("7", "u1", json!({}), START))]);
        let (id, _) = rig.call("create_response");
        rig.mono += minutes * 60_000;
        rig.skew = -set_back * 60_000;
        rig.step(Input::Replied(id, Err(unreachable())));
        rig.sleep(10_000);
        rig.call(if fresh { "create_response" } else { "get_end_user" });
    }
}
