//! Records for people: delivered answers, and the events that a call is made for.

use super::harness::*;
use crate::engine::CallId;
use crate::machine::PlannedEvent;
use inmoment::{CallReplyBody, Executed, FailureClass};
use journal::{
    AnswerKind, Change, InFlightRecord, KnownUser, NewSurveyAnswer, Position, RestoredDelivery,
    StandingRecord,
};
use mapping::{Action, DeclineFields};
use serde_json::json;

fn kept(rig: &Rig) -> Vec<NewSurveyAnswer> {
    let answers = rig.changes.iter().filter_map(|change| match change {
        Change::Answer(answer) => Some(answer.clone()),
        _ => None,
    });
    answers.collect()
}

/// The answer of the harness's `answer("u1")` as it is kept.
fn expected(rig: &Rig, position: Position) -> NewSurveyAnswer {
    NewSurveyAnswer {
        position,
        kind: AnswerKind::Response,
        score: Some(9),
        text: Some("Great".into()),
        external_id: Some("u1".into()),
        email: Some("u1@example.com".into()),
        end_user_id: "7".into(),
        answered_at: None,
        dated_at: None,
        delivered_at: rig.now().wall,
    }
}

fn scored(score: serde_json::Value, created_at: Option<serde_json::Value>) -> PlannedEvent {
    let mut event = answer("u1").known(known("7", "u1", json!({}), START));
    let Action::CreateResponse(fields) = &mut event.intent().action else { panic!() };
    (fields.score, fields.created_at) = (score, created_at);
    event
}

#[test]
fn a_delivered_answer_is_kept_with_its_fate() {
    let mut rig = Rig::new();
    let position = rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    assert!(kept(&rig).is_empty());
    rig.mono += 250;
    rig.changes.clear();
    rig.serve("create_response", CallReplyBody::Done);
    assert_eq!(kept(&rig), [expected(&rig, position)]);
    assert_eq!(rig.delivered(), 1, "in the same commit");
}

#[test]
fn scores_and_dates_are_read_as_inmoment_reads_them() {
    for (score, wanted) in [
        (json!(0), Some(0)),
        (json!("10"), Some(10)),
        (serde_json::from_str("9.0").unwrap(), Some(9)),
        (json!(9.5), None),
        (json!("many"), None),
        (json!(-1), None),
    ] {
        let mut rig = Rig::new();
        rig.take(vec![scored(score, Some(json!("1699999000")))]);
        rig.serve("create_response", CallReplyBody::Done);
        assert_eq!((kept(&rig)[0].score, kept(&rig)[0].answered_at), (wanted, Some(1_699_999_000)));
    }
}

#[test]
fn an_answer_is_kept_with_the_date_that_was_sent_and_else_with_its_events_time() {
    let of = |created_at: Option<i64>, event_time: Option<i64>, signed_up: Option<i64>| {
        let mut rig = Rig::new();
        let user = known("7", "u1", json!({}), START);
        let mut event = answer("u1").known(KnownUser { external_created_at: signed_up, ..user });
        event.happened_at = Some(1_699_990_000);
        let Action::CreateResponse(fields) = &mut event.intent().action else { panic!() };
        let seconds = |at: Option<i64>| at.map(|at| json!(at.to_string()));
        (fields.created_at, fields.event_time) = (seconds(created_at), seconds(event_time));
        rig.take(vec![event]);
        rig.serve("create_response", CallReplyBody::Done);
        let kept = kept(&rig).remove(0);
        (kept.dated_at, kept.answered_at)
    };
    let (sign_up, event) = (Some(1_600_000_000), Some(1_699_990_000));
    assert_eq!(of(None, None, None), (None, event), "InMoment dates it, people see when it was given");
    assert_eq!(of(Some(1_650_000_000), None, sign_up), (Some(1_650_000_000), Some(1_650_000_000)));
    // The traits' `createdAt` is the sign-up, or is not.
    assert_eq!(of(sign_up, event, sign_up), (event, event));
    assert_eq!(of(sign_up, event, Some(5)), (sign_up, sign_up));
}

#[test]
fn a_decline_has_no_score_and_no_text() {
    let mut rig = Rig::new();
    let mut event = answer("u1").known(known("7", "u1", json!({}), START));
    event.intent().action = Action::CreateDecline(DeclineFields::default());
    let position = rig.take(vec![event]);
    rig.serve("create_decline", CallReplyBody::Done);
    let decline =
        NewSurveyAnswer { kind: AnswerKind::Decline, score: None, text: None, ..expected(&rig, position) };
    assert_eq!(kept(&rig), [decline]);
}

#[test]
fn an_answer_whose_reply_was_lost_is_kept_once_it_is_found() {
    let mut rig = Rig::new();
    // With properties, so that what is known of the end user is doubted meanwhile.
    let event = answer("u1").properties(&[("plan", "pro")]).known(known("7", "u1", json!({}), START));
    let position = rig.take(vec![event]);
    rig.fail("create_response", lost());
    assert!(kept(&rig).is_empty());
    rig.sleep(2_000);
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
    assert_eq!(kept(&rig), [expected(&rig, position)]);
}

#[test]
fn an_answer_found_after_a_restart_is_kept() {
    let head = Position { request: 1, index: 0 };
    let flight = InFlightRecord {
        lane: "x:u1 1.0".into(),
        head,
        call: "create_response".into(),
        started_at: event::Millis(START - 500),
    };
    let restored =
        RestoredDelivery { cursor: 1, end: 1, in_flight: vec![flight], ..RestoredDelivery::default() };
    let mut rig = Rig::restored(|_| {}, restored);
    let mut event = answer("u1");
    event.link = Some("7".into());
    rig.take(vec![event]);
    rig.serve("list_responses", CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
    // Nobody has said its e-mail since.
    assert_eq!(kept(&rig), [NewSurveyAnswer { email: None, ..expected(&rig, head) }]);
}

#[test]
fn an_answer_that_was_surely_carried_out_is_kept_though_its_reply_cannot_be_read() {
    let mut rig = Rig::new();
    let position = rig.take(vec![answer("u1").known(known("7", "u1", json!({}), START))]);
    rig.fail("create_response", error(FailureClass::Wait, Executed::Yes, Some(201), "unreadable_reply"));
    assert_eq!(kept(&rig), [expected(&rig, position)]);
}

#[test]
fn of_identifies_and_of_what_is_refused_no_answer_is_kept() {
    let mut rig = Rig::new();
    let there = known("7", "u1", json!({}), START);
    rig.take(vec![answer("u1").known(there.clone()), identify("u1", &[("a", "1")]).known(there)]);
    rig.fail("create_response", rejected("rejected"));
    rig.serve("update_end_user", found(stored("7", "u1", json!({"a": "1"}))));
    assert_eq!((rig.dead().len(), rig.delivered(), kept(&rig).len()), (1, 1, 0));
}

#[test]
fn a_call_under_way_is_made_for_its_events() {
    let mut rig = Rig::new();
    let event = |key: &str| identify("u1", &[(key, "1")]);
    let first = rig.take(vec![event("a"), event("b")]);
    let (id, _) = rig.call("get_end_user");
    let nth = |n: u64| Position { request: first.request + n, ..first };
    let at_work = |rig: &Rig, id| {
        let (call, events) = rig.machine.under_way(id)?;
        Some((call.kind(), events))
    };
    assert_eq!(at_work(&rig, id), Some(("get_end_user", vec![nth(0), nth(1)])));
    // An event that is merged while the look-up is under way belongs to the call as well.
    rig.take(vec![event("c")]);
    assert_eq!(at_work(&rig, id), Some(("get_end_user", vec![nth(0), nth(1), nth(2)])));
    rig.reply(id, CallReplyBody::NotFound);
    assert_eq!(at_work(&rig, id), None);
    let (id, _) = rig.call("create_end_user");
    rig.take(vec![event("d")]);
    assert_eq!(at_work(&rig, id), Some(("create_end_user", vec![nth(0), nth(1), nth(2)])));
    assert_eq!(at_work(&rig, CallId(999)), None);
}

#[test]
fn a_call_that_proves_the_credentials_is_made_for_nobody() {
    let destination = StandingRecord { halted: Some("refused".into()), ..StandingRecord::default() };
    let restored = RestoredDelivery { cursor: 1, end: 1, destination, ..RestoredDelivery::default() };
    let mut rig = Rig::restored(|_| {}, restored);
    let (id, _) = rig.call("authenticate");
    assert!(rig.machine.under_way(id).is_none());
}
