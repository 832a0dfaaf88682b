use super::harness::*;
use crate::engine::DestinationState;
use crate::machine::Input;
use event::Millis;
use inmoment::{Call, CallReplyBody, Executed, FailureClass};
use journal::{
    BudgetRecord, Change, InFlightRecord, LaneRecord, Position, RestoredDelivery, SavedCalls, StandingRecord,
};
use mapping::{DeadReason, PlanOutcome, SkipReason};
use serde_json::json;

const HEAD: Position = Position { request: 1, index: 0 };
/// The journal's key of that event's call.
const FLIGHT: &str = "x:u1 1.0";

fn restored() -> RestoredDelivery {
    RestoredDelivery { cursor: 1, end: 1, ..RestoredDelivery::default() }
}

fn in_flight(call: &str) -> RestoredDelivery {
    let flight = InFlightRecord {
        lane: FLIGHT.into(),
        head: HEAD,
        call: call.into(),
        started_at: Millis(START - 500),
    };
    RestoredDelivery { in_flight: vec![flight], ..restored() }
}

/// A journal that is a copy: the original may have sent any of its pending events, not only the first of a lane.
#[test]
fn every_answer_of_a_copy_is_looked_for_before_it_is_sent_and_later_ones_are_not() {
    let copy = || RestoredDelivery {
        in_flight: vec![InFlightRecord::restored(3, Millis(START - 500))],
        ..restored()
    };
    let person = || answer("u1").known(known("7", "u1", json!({}), START));
    for (listed, calls) in [(vec![there(9, START / 1_000 - 1)], 0), (vec![], 2)] {
        let mut rig = Rig::restored(|_| {}, copy());
        rig.take(vec![person()]);
        rig.take(vec![person()]);
        rig.take(vec![person()]);
        for nth in 1..=2 {
            rig.serve("list_responses", CallReplyBody::Feedback(listed.clone()));
            if calls > 0 {
                rig.serve("create_response", CallReplyBody::Done);
            }
            assert_eq!(rig.delivered(), nth);
        }
        // The third came after the copy was taken.
        rig.serve("create_response", CallReplyBody::Done);
        assert_eq!((rig.delivered(), rig.quiet()), (3, true));
        let landed = Change::Landed(InFlightRecord::RESTORED.to_owned());
        assert_eq!(rig.changes.iter().filter(|change| **change == landed).count(), 1);
    }
}

/// An identify that waits in front does not end the doubt about the answer behind it, nor does a call that failed.
#[test]
fn an_answer_of_a_copy_behind_an_identify_is_looked_for_too() {
    let copy =
        RestoredDelivery { in_flight: vec![InFlightRecord::restored(9, Millis(START - 500))], ..restored() };
    let mut rig = Rig::restored(|_| {}, copy);
    rig.take(vec![identify("u1", &[("a", "1")]), answer("u1")]);
    rig.serve("get_end_user", found(stored("7", "u1", json!({ "a": "1" }))));
    rig.fail("list_responses", unreachable());
    rig.sleep(2_000);
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000 - 1)]));
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn a_response_that_was_in_flight_is_looked_for_before_it_is_sent() {
    for (listed, calls_after) in [(vec![there(9, START / 1_000 - 1)], 0), (vec![], 1)] {
        let mut rig = Rig::restored(|_| {}, in_flight("create_response"));
        rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
        rig.serve("list_responses", CallReplyBody::Feedback(listed));
        assert_eq!(rig.calls.len(), calls_after);
        // Sent again, it is in flight again.
        let landed = rig.changes.contains(&Change::Landed(FLIGHT.into()));
        let again = rig.changes.iter().any(|change| matches!(change, Change::InFlight(_)));
        assert_eq!((landed, again), (calls_after == 0, calls_after == 1));
    }
}

#[test]
fn where_records_of_calls_were_damaged_every_answer_of_then_is_looked_for_and_later_ones_are_not() {
    let lost = || RestoredDelivery {
        end: 3,
        in_flight: vec![InFlightRecord::lost(3, Millis(START - 5_000))],
        ..restored()
    };
    for (listed, calls_after) in [(vec![there(9, START / 1_000 - 1)], 0), (vec![], 1)] {
        let mut rig = Rig::restored(|_| {}, lost());
        rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
        rig.serve("list_responses", CallReplyBody::Feedback(listed));
        assert_eq!(rig.calls.len(), calls_after);
    }
    let over = Change::Landed(String::new());
    let mut rig = Rig::restored(|_| {}, lost());
    for nth in 1..=3 {
        assert_eq!(rig.changes.contains(&over), nth == 3, "{nth}");
        rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
        if nth < 3 {
            rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000 - 1)]));
        } else {
            rig.call("create_response");
        }
    }
    assert!(rig.changes.contains(&over), "the record of it goes when all of them have their fate");
}

/// Another version may have sent an answer by a kind of call that this one does not know.
#[test]
fn an_answer_with_a_record_of_an_unknown_kind_is_looked_for_before_it_is_sent() {
    let mut rig = Rig::restored(|_| {}, in_flight("create_answer_2"));
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000 - 1)]));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    assert!(rig.changes.contains(&Change::Landed(FLIGHT.into())));
}

/// An identify is not looked for; it is decided again, whatever kind of call its record has.
#[test]
fn an_identify_with_a_record_of_an_unknown_kind_is_looked_up() {
    let mut rig = Rig::restored(|_| {}, in_flight("upsert_2"));
    rig.take(vec![identify("u1", &[])]);
    rig.serve("get_end_user", found(user("7", "u1")));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    assert!(rig.changes.contains(&Change::Landed(FLIGHT.into())));
}

#[test]
fn a_create_that_was_in_flight_is_looked_up() {
    let mut rig = Rig::restored(|_| {}, in_flight("create_end_user"));
    rig.take(vec![identify("u1", &[])]);
    rig.serve("get_end_user", found(user("7", "u1")));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    assert!(rig.changes.contains(&Change::Landed(FLIGHT.into())));
}

#[test]
fn another_lanes_flight_is_no_concern() {
    let mut rig = Rig::restored(|_| {}, in_flight("create_response"));
    rig.take(vec![answer("u2").known(known("8", "u2", json!({}), START))]);
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.call("list_responses");
}

#[test]
fn a_failing_lane_takes_up_its_count_and_its_wait() {
    let record = LaneRecord {
        head: HEAD,
        attempts: 6,
        failing_ms: 0,
        retry_at: Millis(START + 20_000),
        wait_until: None,
        denied: 0,
    };
    let lanes = [("x:u1".to_owned(), record)].into();
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { lanes, ..restored() });
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.sleep(19_999);
    assert!(rig.calls.is_empty());
    rig.sleep(1);
    rig.fail("create_response", unreachable());
    let attempts = rig.changes.iter().find_map(|change| match change {
        Change::LaneTrouble(_, record) => Some(record.attempts),
        _ => None,
    });
    assert_eq!(attempts, Some(7));
    rig.sleep(600_000);
    rig.serve("create_response", CallReplyBody::Done);
    assert!(rig.changes.contains(&Change::LaneClear("x:u1".into())));
}

#[test]
fn a_clock_set_back_by_a_day_delays_a_retry_by_no_more_than_the_longest_wait() {
    let far = Millis(START + 86_400_000);
    let record =
        LaneRecord { head: HEAD, attempts: 1, failing_ms: 0, retry_at: far, wait_until: None, denied: 0 };
    let lanes = [("x:u1".to_owned(), record)].into();
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { lanes, ..restored() });
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.sleep(300_000);
    rig.call("create_response");
}

#[test]
fn a_wait_for_an_unknown_end_user_goes_on_where_it_was() {
    let until = Some(Millis(START + 1_000));
    let record = LaneRecord {
        head: HEAD,
        attempts: 0,
        failing_ms: 0,
        retry_at: Millis(START + 1_000),
        wait_until: until,
        denied: 0,
    };
    let lanes = [("x:u1".to_owned(), record)].into();
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { lanes, ..restored() });
    rig.take(vec![answer("u1")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.sleep(1_000);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    assert_eq!(rig.dead(), ["end_user_unknown"]);
}

#[test]
fn a_halted_destination_tries_its_credentials_at_once() {
    let destination = StandingRecord { halted: Some("wrong password".into()), ..StandingRecord::default() };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    let glance = rig.machine.glance(rig.now());
    assert_eq!(
        (glance.state, glance.trouble.map(|trouble| trouble.last_words)),
        (DestinationState::Halted, Some("wrong password".to_owned()))
    );
    rig.serve("authenticate", CallReplyBody::Done);
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Running);
}

/// The record that a restart finds after this.
fn last_halt(rig: &Rig) -> Option<String> {
    rig.changes.iter().rev().find_map(|change| match change {
        Change::Halted(halted) => Some(halted.clone()),
        _ => None,
    })?
}

#[test]
fn a_restart_shows_a_halt_as_it_was_until_the_first_try_says_otherwise() {
    let mut before = Rig::new();
    before.take(vec![answer("u1")]);
    let refused = || error(FailureClass::Halt, Executed::No, Some(401), "credentials_refused");
    before.fail("get_end_user", refused());
    let since = before.machine.glance(before.now()).trouble.unwrap().since;
    before.sleep(600_000);
    before.fail("authenticate", refused());
    let destination = StandingRecord { halted: last_halt(&before), ..StandingRecord::default() };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    let trouble = rig.machine.glance(rig.now()).trouble.unwrap();
    assert_eq!((trouble.code, trouble.since, trouble.tries), ("credentials_refused", since, 2));
    assert_eq!(trouble.last_words, "it said credentials_refused");
    rig.fail("authenticate", error(FailureClass::Halt, Executed::No, Some(404), "account_token_unknown"));
    let trouble = rig.machine.glance(rig.now()).trouble.unwrap();
    assert_eq!((trouble.code, trouble.since, trouble.tries), ("account_token_unknown", since, 3));
}

/// If end users' calls were turned away, one of their calls finds out whether they still are; the login is not probed.
#[test]
fn a_halt_for_calls_turned_away_is_tried_with_a_call_after_a_restart() {
    let mut before = Rig::new();
    let away = || error(FailureClass::Deny, Executed::No, Some(403), "permission_denied");
    before.warm_up();
    before.take(
        (1..4)
            .map(|n| {
                answer(&format!("u{n}")).known(known(&n.to_string(), &format!("u{n}"), json!({}), START))
            })
            .collect(),
    );
    for _ in 0..3 {
        before.fail("create_response", away());
    }
    let destination = StandingRecord { halted: last_halt(&before), ..StandingRecord::default() };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    rig.take(
        (1..4)
            .map(|n| {
                answer(&format!("u{n}")).known(known(&n.to_string(), &format!("u{n}"), json!({}), START))
            })
            .collect(),
    );
    assert_eq!(rig.machine.glance(rig.now()).trouble.unwrap().code, "permission_denied");
    rig.fail("create_response", away());
    assert!(rig.calls.is_empty(), "one call has said that it is still so");
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Halted);
    rig.sleep(60_000);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(rig.machine.glance(rig.now()).state, DestinationState::Running);
}

#[test]
fn how_often_an_events_call_was_turned_away_is_counted_on() {
    let record = LaneRecord {
        head: HEAD,
        attempts: 20,
        failing_ms: 0,
        retry_at: Millis(START),
        wait_until: None,
        denied: 4,
    };
    let lanes = [("x:u1".to_owned(), record)].into();
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { lanes, ..restored() });
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    let mut turned_away = 0;
    while rig.dead().is_empty() && turned_away < 10 {
        match rig.calls.pop_front() {
            Some((id, Call::CreateResponse { end_user_id, .. })) if end_user_id == "8" => {
                rig.reply(id, CallReplyBody::Done);
            }
            Some((id, Call::CreateResponse { .. })) => {
                let away = error(FailureClass::Deny, Executed::No, Some(403), "permission_denied");
                rig.step(Input::Replied(id, Err(away)));
                turned_away += 1;
                // Another end user's call succeeds meanwhile.
                rig.mono += 1;
                rig.take(vec![answer("u2").known(known("8", "u2", json!({}), START))]);
            }
            Some((id, _)) => rig.reply(id, CallReplyBody::Done),
            None => rig.sleep(600_000),
        }
    }
    // The first is the fifth time, but only the second comes after the two minutes, which begin anew.
    assert_eq!(turned_away, 2);
    assert_eq!(rig.dead(), ["permission_denied"], "it was the fifth time");
}

#[test]
fn a_paused_destination_stays_paused() {
    let destination = StandingRecord { paused: Some(Millis(5)), ..StandingRecord::default() };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    rig.take(vec![answer("u1")]);
    assert!(rig.calls.is_empty());
}

#[test]
fn a_pause_is_as_old_after_a_restart_as_it_was_before_where_that_was_recorded() {
    for (recorded, shown) in [(START - 90_000, START - 90_000), (1, START)] {
        let destination = StandingRecord { paused: Some(Millis(recorded)), ..StandingRecord::default() };
        let rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
        let trouble = rig.machine.glance(rig.now()).trouble.unwrap();
        assert_eq!((trouble.code, trouble.since), ("paused", Millis(shown)));
    }
}

#[test]
fn the_budget_left_is_the_budget_left() {
    let budget = Some(BudgetRecord { limit: 100, remaining: 0, resets_at: Millis(START + 15_000) });
    let destination = StandingRecord { budget, ..StandingRecord::default() };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    rig.take(vec![answer("u1")]);
    assert!(rig.calls.is_empty());
    rig.sleep(15_000);
    rig.call("get_end_user");
}

#[test]
fn counts_of_calls_go_on_from_where_they_were() {
    let destination = StandingRecord {
        calls: 10,
        calls_saved: SavedCalls { known: 5, ..SavedCalls::default() },
        ..StandingRecord::default()
    };
    let mut rig = Rig::restored(|_| {}, RestoredDelivery { destination, ..restored() });
    rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!((rig.machine.glance(rig.now()).calls, rig.saved()), (11, [6, 0, 0]));
    let mut counted = (0, SavedCalls::default());
    for change in &rig.changes {
        if let Change::Calls { made, saved } = change {
            counted.0 += made;
            counted.1 += *saved;
        }
    }
    assert_eq!(counted, (1, SavedCalls { known: 1, ..SavedCalls::default() }));
}

#[test]
fn of_an_event_that_is_not_to_be_delivered_any_more_nothing_recorded_stays() {
    let record = LaneRecord {
        head: HEAD,
        attempts: 2,
        failing_ms: 0,
        retry_at: Millis(START + 1_000),
        wait_until: None,
        denied: 0,
    };
    let refusal = DeadReason { code: "score_missing", reason: "no score".into() };
    for outcome in [PlanOutcome::Dead(refusal), PlanOutcome::Skip(SkipReason::ConsentDenied)] {
        let lanes = [("x:u1".to_owned(), record.clone())].into();
        let mut rig = Rig::restored(|_| {}, RestoredDelivery { lanes, ..in_flight("create_response") });
        let mut event = answer("u1");
        event.outcome = outcome;
        rig.take(vec![event]);
        assert_eq!(rig.fates().len(), 1);
        assert!(rig.changes.contains(&Change::Landed(FLIGHT.into())));
        assert!(rig.changes.contains(&Change::LaneClear("x:u1".into())));
    }
}
