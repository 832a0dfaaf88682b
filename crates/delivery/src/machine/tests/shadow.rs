use super::harness::*;
use crate::engine::DestinationState;
use crate::machine::{Input, PlannedPage};
use crate::{DestinationSettings, Mode};
use event::Millis;
use journal::{
    Change, Fate, InFlightRecord, LaneRecord, MessageKey, Position, RestoredDelivery, Seen, SkipCode,
    SourceId, StandingRecord,
};
use mapping::{DeadReason, PlanOutcome, SkipReason};
use serde_json::json;

const HEAD: Position = Position { request: 1, index: 0 };

fn shadow(settings: &mut DestinationSettings) {
    settings.mode = Mode::Shadow;
}

fn from(restored: RestoredDelivery) -> Rig {
    Rig::restored(shadow, RestoredDelivery { cursor: 1, end: 1, ..restored })
}

fn state(rig: &Rig) -> DestinationState {
    rig.machine.glance(rig.now()).state
}

fn remembered(rig: &Rig) -> Vec<u128> {
    let seen = |change: &Change| match change {
        Change::Seen(MessageKey { source: SourceId(1), id, .. }, _) => Some(*id),
        _ => None,
    };
    rig.changes.iter().filter_map(seen).collect()
}

#[test]
fn what_would_be_delivered_is_shadowed_and_nothing_is_called() {
    let mut rig = Rig::with(shadow);
    rig.take(vec![
        identify("u1", &[("a", "1")]).message(1),
        answer("u1").message(2).known(known("7", "u1", json!({}), START)),
        answer("x").message(3).only_to("8"),
    ]);
    assert!(rig.fates().values().all(|fate| *fate == Fate::Skipped(SkipCode::Shadowed)));
    assert_eq!((rig.fates().len(), rig.quiet(), state(&rig)), (3, true, DestinationState::Shadow));
    assert!(rig.changes.contains(&Change::Cursor(4)), "they are done with");
    assert_eq!(remembered(&rig), [], "nobody has them");
    rig.sleep(86_400_000);
    assert!(rig.calls.is_empty(), "not even later");
}

#[test]
fn what_would_not_be_delivered_meets_the_fate_it_would_have_met() {
    let mut rig = Rig::with(shadow);
    let mut skipped = answer("u1").message(1);
    skipped.outcome = PlanOutcome::Skip(SkipReason::ConsentDenied);
    let mut dead = answer("u1").message(2);
    dead.outcome = PlanOutcome::Dead(DeadReason { code: "score_missing", reason: "no score".into() });
    let again = dead.clone();
    let mut seen = answer("u1").message(3);
    seen.seen = Seen::Same;
    rig.take(vec![skipped, dead, again, seen]);
    let fates: Vec<Fate> = rig.fates().into_values().collect();
    let duplicate = Fate::Skipped(SkipCode::Duplicate);
    assert_eq!(fates, [Fate::Skipped(SkipCode::ConsentDenied), Fate::Dead, duplicate, duplicate]);
    assert_eq!((rig.dead(), remembered(&rig)), (vec!["score_missing"], vec![2]));
}

#[test]
fn the_same_event_again_is_shadowed_again() {
    let mut rig = Rig::with(shadow);
    rig.take(vec![answer("u1").message(1), answer("u1").message(1)]);
    rig.take(vec![answer("u1").message(1)]);
    assert_eq!((rig.fates().len(), rig.duplicates()), (3, 0));
}

#[test]
fn a_requeued_dead_letter_is_shadowed() {
    let mut rig = Rig::with(shadow);
    let mut again = answer("u1").message(1);
    again.requeued = true;
    again.seen = Seen::Same;
    let first = rig.take(vec![again]);
    assert_eq!(rig.fates()[&first], Fate::Skipped(SkipCode::Shadowed));
    assert!(rig.quiet());
}

#[test]
fn what_was_under_way_when_the_destination_was_live_is_shadowed_and_will_not_be_sent_twice() {
    let flight = InFlightRecord {
        lane: "x:u1 1.0".into(),
        head: HEAD,
        call: "create_response".into(),
        started_at: Millis(START - 500),
    };
    let trouble = LaneRecord {
        head: HEAD,
        attempts: 6,
        failing_ms: 0,
        retry_at: Millis(START + 20_000),
        wait_until: None,
        denied: 0,
    };
    let lanes = [("x:u1".to_owned(), trouble)].into();
    let mut rig = from(RestoredDelivery { in_flight: vec![flight], lanes, ..RestoredDelivery::default() });
    rig.take(vec![
        answer("u1").message(1).known(known("7", "u1", json!({}), START)),
        answer("u1").message(2),
    ]);
    assert_eq!(rig.fates()[&HEAD], Fate::Skipped(SkipCode::Shadowed));
    // Nothing of it is left behind for the day the destination is live again.
    assert!(rig.changes.contains(&Change::Landed("x:u1 1.0".into())));
    assert!(rig.changes.contains(&Change::LaneClear("x:u1".into())));
    assert_eq!(remembered(&rig), [1], "InMoment may have the first one");
    rig.sleep(86_400_000);
    assert!(rig.calls.is_empty(), "it is not looked for either");
}

#[test]
fn credentials_refused_when_it_was_live_are_not_tried() {
    let destination = StandingRecord { halted: Some("wrong password".into()), ..StandingRecord::default() };
    let mut rig = from(RestoredDelivery { destination, ..RestoredDelivery::default() });
    rig.step(Input::Resume(by()));
    rig.sleep(3_600_000);
    assert!(rig.calls.is_empty());
    assert_eq!(rig.machine.glance(rig.now()).trouble, None);
    assert!(!rig.changes.contains(&Change::Halted(None)), "a live destination finds them refused as before");
}

#[test]
fn a_pause_holds_events_back_from_being_shadowed() {
    let mut rig = Rig::with(shadow);
    // A read is under way when the pause comes, and sees what was accepted after it.
    rig.step(Input::Appended(2));
    rig.step(Input::Pause(by()));
    assert_eq!(state(&rig), DestinationState::Paused);
    rig.take(vec![answer("u1")]);
    assert!(rig.fates().is_empty() && !rig.changes.iter().any(|change| matches!(change, Change::Cursor(_))));

    rig.reads.clear();
    rig.step(Input::Appended(3));
    assert!(rig.reads.is_empty());
    rig.step(Input::Resume(by()));
    assert_eq!(rig.reads, [1], "nothing is passed over");
    assert_eq!(state(&rig), DestinationState::Shadow);
    rig.step(Input::Read(PlannedPage { requests: Vec::new(), next: 3, end: 3 }));
    assert!(rig.changes.contains(&Change::Cursor(3)));
}

#[test]
fn a_shadow_destination_that_was_paused_stays_paused() {
    let destination = StandingRecord { paused: Some(Millis(5)), ..StandingRecord::default() };
    let mut rig = from(RestoredDelivery { destination, ..RestoredDelivery::default() });
    rig.take(vec![answer("u1")]);
    assert_eq!((rig.fates().len(), state(&rig)), (0, DestinationState::Paused));
}
