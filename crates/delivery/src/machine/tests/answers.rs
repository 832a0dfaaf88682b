use super::harness::*;
use crate::machine::Input;
use inmoment::{Call, CallReplyBody, Lookup};
use journal::{Change, Fate, Seen, SkipCode};
use mapping::{DeadReason, PlanOutcome, SkipReason};
use serde_json::json;

#[test]
fn a_known_user_costs_one_call_per_response() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({"plan": "pro"}), START - 7_200_000);
    rig.take(vec![answer("u1").known(known)]);
    let Call::CreateResponse { end_user_id, write } = rig.serve("create_response", CallReplyBody::Done)
    else {
        panic!()
    };
    assert_eq!((end_user_id.as_str(), write.score.as_str(), write.feedback.properties), ("7", "9", None));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_response_with_traits_carries_the_stored_properties_too() {
    let mut rig = Rig::new();
    let fresh = known("7", "u1", json!({"a": 1}), START);
    rig.take(vec![
        answer("u1").properties(&[("b", "2")]).known(fresh.clone()),
        identify("u1", &[("b", "2")]).known(fresh),
    ]);
    let call = rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(sent(&call), [("a".into(), "1".to_owned()), ("b".into(), "2".to_owned())]);
    // InMoment holds the sent properties now, so the identify needs no look-up and changes nothing.
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn an_answer_waits_for_its_end_user_and_an_identify_goes_first() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    assert!(rig.calls.is_empty());
    rig.mono += 10_000;
    rig.take(vec![identify("u1", &[])]);
    rig.serve("create_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.dead().len(), rig.quiet()), (2, 0, true));
}

#[test]
fn an_identify_already_behind_an_answer_goes_first_too() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1"), identify("u1", &[])]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.serve("create_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn an_end_user_still_unknown_after_the_wait_and_a_last_look_makes_a_dead_letter() {
    for (event, reason) in [
        (answer("u1"), "No user found with userId : u1"),
        (answer("u1").only_to("55"), "No user found with wootric end user Id : 55"),
    ] {
        let mut rig = Rig::new();
        rig.take(vec![event]);
        rig.serve("get_end_user", CallReplyBody::NotFound);
        rig.sleep(299_999);
        assert!(rig.calls.is_empty() && rig.dead().is_empty());
        rig.sleep(1);
        rig.serve("get_end_user", CallReplyBody::NotFound);
        assert_eq!(rig.dead(), ["end_user_unknown"]);
        let said = rig.changes.iter().find_map(|change| match change {
            Change::DeadLetter(letter) => Some(letter.reason.clone()),
            _ => None,
        });
        assert_eq!(said.as_deref(), Some(reason));
        assert!(rig.quiet());
    }
}

#[test]
fn somebody_else_may_make_the_end_user_known_within_the_wait() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.sleep(300_000);
    rig.serve("get_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_waiting_lane_delays_nobody_else() {
    let mut rig = Rig::new();
    rig.take(vec![answer("ghost")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.delivered(), 1);
}

#[test]
fn a_lost_reply_is_read_back_and_not_sent_twice() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.fail("create_response", lost());
    rig.sleep(2_000);
    let now = START / 1_000 + 1;
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(3, now), there(9, now)]));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_lost_request_is_sent_again() {
    let long_ago = START / 1_000 - 86_400;
    let nothing: [Vec<inmoment::Feedback>; 3] =
        [vec![], vec![there(8, START / 1_000)], vec![there(9, long_ago)]];
    for listed in nothing {
        let mut rig = Rig::new();
        rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
        rig.fail("create_response", lost());
        rig.sleep(2_000);
        rig.serve("list_responses", CallReplyBody::Feedback(listed));
        rig.serve("create_response", CallReplyBody::Done);
        assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    }
}

#[test]
fn a_read_back_looks_at_every_page() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.fail("create_response", lost());
    rig.sleep(2_000);
    let full_page = vec![there(3, START / 1_000); 50];
    rig.serve("list_responses", CallReplyBody::Feedback(full_page));
    let call = rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
    assert!(matches!(call, Call::ListResponses { page: 2, .. }));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_2xx_whose_body_is_useless_is_no_loss() {
    let mut rig = Rig::new();
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    let unreadable =
        error(inmoment::FailureClass::Wait, inmoment::Executed::Yes, Some(201), "unreadable_reply");
    rig.fail("create_response", unreadable);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn the_same_message_twice_is_one_delivery() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    rig.take(vec![
        answer("u1").message(1).known(known.clone()),
        answer("u1").message(1).known(known.clone()),
    ]);
    rig.serve("create_response", CallReplyBody::Done);
    let mut again = answer("u1").message(1).known(known);
    again.seen = Seen::Same;
    rig.take(vec![again]);
    assert_eq!((rig.delivered(), rig.duplicates(), rig.quiet()), (1, 2, true));
    let remembered = rig.changes.iter().filter(|change| matches!(change, Change::Seen(..))).count();
    assert_eq!(remembered, 1);
}

/// A sender that uses one message id for all of its events loses none of them; they are counted.
#[test]
fn one_message_id_for_several_events_is_counted_and_each_is_delivered() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    let event = |content| answer("u1").message(1).content(content).known(known.clone());
    rig.take(vec![event(1), event(2), event(1), event(2)]);
    rig.serve("create_response", CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.duplicates(), rig.reused()), (2, 2, 1));
    // The journal's knowledge counts as well: the same event is not delivered again, even if others have its id.
    for (seen, content) in [(Seen::Reused, 3), (Seen::Same, 1), (Seen::Same, 4)] {
        let mut later = event(content);
        later.seen = seen;
        rig.take(vec![later]);
    }
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.duplicates(), rig.reused(), rig.quiet()), (3, 4, 2, true));
}

/// An edited event that an operator requeues, or an event that is not for the destination, does not count as a reused
/// message id.
#[test]
fn what_an_operator_sends_again_and_what_is_skipped_is_no_reuse() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    let mut again = answer("u1").message(1).content(2).known(known);
    (again.seen, again.requeued) = (Seen::Reused, true);
    let mut skipped = answer("u1").message(1).content(3);
    (skipped.seen, skipped.outcome) = (Seen::Reused, PlanOutcome::Skip(SkipReason::ConsentDenied));
    rig.take(vec![again, skipped]);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.reused()), (1, 0));
}

#[test]
fn a_message_dealt_with_while_a_read_was_under_way_is_recognised() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    rig.take(vec![answer("u1").message(1).known(known.clone())]);
    let (id, _) = rig.call("create_response");
    // The read begins, the reply arrives, and then comes what the read saw before that.
    rig.step(Input::Appended(9));
    rig.reply(id, CallReplyBody::Done);
    rig.take(vec![answer("u1").message(1).known(known)]);
    assert_eq!((rig.delivered(), rig.duplicates(), rig.quiet()), (1, 1, true));
}

#[test]
fn a_requeued_dead_letter_is_no_duplicate_of_itself() {
    let mut rig = Rig::new();
    let mut again = answer("u1").message(1).known(known("7", "u1", json!({}), START));
    again.seen = Seen::Same;
    again.requeued = true;
    rig.take(vec![again]);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.duplicates()), (1, 0));
}

#[test]
fn what_the_mapping_decides_is_done_at_once() {
    let mut rig = Rig::new();
    let mut skipped = answer("u1").message(1);
    skipped.outcome = PlanOutcome::Skip(SkipReason::ConsentDenied);
    let mut dead = answer("u1").message(2);
    dead.outcome = PlanOutcome::Dead(DeadReason { code: "score_missing", reason: "no score".into() });
    let first = rig.take(vec![skipped, dead]);
    assert_eq!(rig.fates()[&first], Fate::Skipped(SkipCode::ConsentDenied));
    assert_eq!((rig.dead(), rig.quiet()), (vec!["score_missing"], true));
}

#[test]
fn an_end_user_named_by_its_id_alone_shares_the_lane_of_its_external_id() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    rig.take(vec![answer("u1").known(known.clone()), answer("x").only_to("7").known(known)]);
    let (id, _) = rig.call("create_response");
    assert!(rig.calls.is_empty(), "the second one waits for the first");
    rig.reply(id, CallReplyBody::Done);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn lanes_found_to_be_one_end_users_become_one() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer("x").only_to("7"), identify("u1", &[("a", "1")])]);
    let (by_id, call) = rig.call("get_end_user");
    assert_eq!(looked_up(&call), &Lookup::Id("7".into()));
    let (by_external_id, _) = rig.call("get_end_user");
    rig.reply(by_id, found(user("7", "u1")));
    assert!(rig.calls.is_empty(), "it has joined the lane whose head is being looked up");
    rig.reply(by_external_id, found(user("7", "u1")));
    rig.serve("update_end_user", found(user("7", "u1")));
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

/// Our clock is two years ahead, and is corrected while the reply is under way; the answer is found even so.
#[test]
fn an_answer_is_found_by_inmoments_clock_not_by_ours() {
    const YEARS_MS: i64 = 2 * 365 * 86_400_000;
    for (when_sent, when_looked_for) in [(YEARS_MS, 0), (-YEARS_MS, YEARS_MS), (0, -YEARS_MS)] {
        let mut rig = Rig::new();
        rig.warm_up();
        rig.skew = when_sent;
        rig.take(vec![answer("u1").known(known("1", "u1", json!({}), START))]);
        rig.fail("create_response", lost());
        rig.skew = when_looked_for;
        rig.sleep(60_000);
        while let Some((id, call)) = rig.calls.pop_front() {
            let body = match call.kind() {
                "get_end_user" => found(user("1", "u1")),
                "list_responses" => {
                    rig.machine.hear_time(START, rig.now());
                    CallReplyBody::Feedback(vec![there(9, START / 1_000)])
                }
                other => panic!("{other}: it was there already"),
            };
            rig.reply(id, body);
        }
        assert_eq!(rig.delivered(), 1, "{when_sent} {when_looked_for}");
    }
}
