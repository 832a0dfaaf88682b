//! Holders of wanted values: holders that cannot be looked up, holders that several lanes want to take over, and values
//! that follow each other.

use super::harness::*;
use super::unique::{World, kept, with_email};
use crate::machine::PlannedEvent;
use crate::protocol::Conflicts;
use inmoment::{Call, EndUser, Executed, FailureClass, Lookup};
use journal::{
    Change, ConflictRecord, InFlightRecord, Party, Position, RestoredDelivery, Settlement, UniqueField,
};
use serde_json::json;
use std::time::Duration;

/// If the holder cannot be looked up for any reason, the event goes on without the field, and so do the answers behind
/// it.
#[test]
fn an_event_is_not_lost_because_its_fields_holder_cannot_be_looked_up() {
    let errors = [
        rejected("invalid_request"),
        error(FailureClass::Deny, Executed::No, Some(403), "permission_denied"),
        error(FailureClass::Wait, Executed::No, Some(500), "server_error"),
    ];
    for (failing, held) in errors.into_iter().flat_map(|error| [(error.clone(), true), (error, false)]) {
        let mut world = if held { World::with(&["bob", "ada"]) } else { World::with(&["bob"]) };
        world.hides_holders = Some(failing.clone());
        let mut rig = Rig::with(|settings| settings.retry.give_up_lane_after = Duration::from_secs(1_200));
        let both =
            with_email("ada", "bob@example.com").upsert(|fields| fields.phone_number = Some(json!("+1555")));
        rig.take(vec![both, answer("ada")]);
        // Meanwhile another end user's event is delivered.
        for _ in 0..200 {
            rig.take(vec![answer("bob")]);
            while world.serve_one(&mut rig) {}
            rig.sleep(30_000);
        }
        while world.serve_one(&mut rig) {}
        assert_eq!(rig.dead(), [""; 0], "{failing:?}");
        assert_eq!((rig.delivered(), rig.quiet()), (202, true), "{failing:?}");
        let ada = world.find(&Lookup::ExternalId("ada".into())).unwrap();
        assert_eq!(ada.phone_number.as_deref(), Some("+1555"));
        let kept = kept(&rig.changes);
        let [conflict] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((conflict.value.as_str(), conflict.times), ("bob@example.com", 1));
        assert_eq!(conflict.holder, Party::default());
        let waits = |change: &Change| matches!(change, Change::LaneTrouble(lane, _) if lane == "x:ada");
        let goes_on = |change: &Change| matches!(change, Change::LaneClear(lane) if lane == "x:ada");
        let last = rig.changes.iter().rposition(waits);
        assert!(last <= rig.changes.iter().rposition(goes_on), "{failing:?}: no trouble is left behind");
    }
}

/// An end user with an e-mail and without an external id, and others who come to want that e-mail.
fn nameless() -> World {
    let mut world = World::with(&["bob"]);
    let nobody = EndUser { id: "7".into(), external_id: None, ..user("7", "shared") };
    world.users.insert(7, nobody);
    world
}

fn wants_shared(person: &str) -> PlannedEvent {
    with_email(person, "shared@example.com").upsert(|fields| fields.phone_number = Some(json!("+1555")))
}

/// The end user who is about to become ada stays ada's, even if another lane asks for it meanwhile and is removed.
#[test]
fn an_end_user_without_an_external_id_is_given_to_one_person() {
    let (mut world, mut rig) = (nameless(), Rig::new());
    rig.warm_up();
    rig.take(vec![wants_shared("ada")]);
    world.serve_one(&mut rig);
    world.serve_one(&mut rig);
    world.serve_one(&mut rig);
    rig.fail("update_end_user", unreachable());
    for person in ["eve", "dan"] {
        let other = wants_shared(person).upsert(|fields| fields.phone_number = Some(json!(person)));
        rig.take(vec![other]);
        while rig.calls.front().is_some_and(|(_, call)| !is_about(call, "7")) {
            world.serve_one(&mut rig);
        }
    }
    world.serve(&mut rig);
    assert_eq!((rig.dead().len(), rig.delivered(), rig.quiet()), (0, 3, true));
    assert_eq!(world.users[&7].external_id.as_deref(), Some("ada"));
    let without: Vec<String> = kept(&rig.changes).into_iter().map(|conflict| conflict.lane).collect();
    assert_eq!(without, ["x:dan", "x:eve"]);
}

fn is_about(call: &Call, end_user_id: &str) -> bool {
    matches!(call, Call::UpdateEndUser { end_user_id: id, .. } if id == end_user_id)
}

/// An end user without an external id at the look-up has one when it is read again, so it belongs to another lane now.
#[test]
fn an_end_user_that_somebody_else_has_become_is_not_taken_over() {
    let (mut world, mut rig) = (nameless(), Rig::new());
    rig.warm_up();
    rig.take(vec![wants_shared("ada").properties(&[("plan", "pro")])]);
    world.serve_one(&mut rig);
    world.serve_one(&mut rig);
    world.serve_one(&mut rig);
    rig.fail("update_end_user", lost());
    world.users.get_mut(&7).unwrap().external_id = Some("eve".into());
    rig.sleep(60_000);
    world.serve(&mut rig);
    assert_eq!((rig.dead().len(), rig.delivered(), rig.quiet()), (0, 1, true));
    assert_eq!(world.users[&7].external_id.as_deref(), Some("eve"));
    let [conflict] = kept(&rig.changes).try_into().unwrap();
    assert_eq!(conflict.holder.external_id.as_deref(), Some("eve"));
}

/// Identifies that would become one call, of which the last has a taken value: an earlier one's different value is not
/// lost with it.
#[test]
fn a_value_that_can_be_had_is_not_lost_behind_one_that_cannot() {
    for known_before in [false, true] {
        let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
        if known_before {
            rig.take(vec![with_email("ada", "bob@example.com")]);
            world.serve(&mut rig);
        }
        rig.take(vec![with_email("ada", "new@example.com"), with_email("ada", "bob@example.com")]);
        world.serve(&mut rig);
        assert_eq!(world.email("ada"), Some("new@example.com"), "known before: {known_before}");
        let [conflict] = kept(&rig.changes).try_into().unwrap();
        assert_eq!((conflict.value.as_str(), rig.dead().len()), ("bob@example.com", 0));
        assert!(rig.quiet());
    }
}

fn due(way: Settlement) -> ConflictRecord {
    let party =
        |id: &str, name: &str| Party { end_user_id: Some(id.to_owned()), external_id: Some(name.to_owned()) };
    ConflictRecord {
        lane: "x:ada".into(),
        field: UniqueField::Email,
        value: "bob@example.com".into(),
        person: party("2", "ada"),
        holder: party("1", "bob"),
        position: Position { request: 1, index: 0 },
        since: event::Millis(START),
        last: event::Millis(START),
        times: 1,
        settlement: Some(way),
        failure: None,
        let_go: None,
        first: None,
        dismissed: false,
    }
}

/// An event's value may be there already, because the reply to its write was lost: the conflict of an earlier event
/// ends even so.
#[test]
fn a_value_that_is_found_to_be_there_ends_a_conflict_as_one_that_is_written() {
    let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    world.serve(&mut rig);
    rig.take(vec![with_email("ada", "new@example.com").properties(&[("plan", "pro")])]);
    let before = rig.calls.clone();
    world.serve_one(&mut rig);
    // InMoment has taken the event in, and the reply was lost.
    world.users.get_mut(&2).unwrap().email = Some("new@example.com".into());
    world.users.get_mut(&2).unwrap().properties = map(json!({"plan": "pro"}));
    world.serve(&mut rig);
    assert!(kept(&rig.changes).is_empty(), "{before:?}");
    rig.take(vec![with_email("bob", "elsewhere@example.com")]);
    world.serve(&mut rig);
    assert_eq!((world.email("ada"), rig.quiet()), (Some("new@example.com"), true));
}

/// An end user gives an e-mail up only while another one waits for it.
#[test]
fn nobody_lets_go_of_what_nobody_waits_for_any_more() {
    let mut world = World::with(&["bob", "ada"]);
    let mut rig = Rig::restored(|_| {}, restored(in_flight("update_end_user"), Settlement::LetGo));
    rig.take(vec![identify("ada", &[]).upsert(|fields| fields.email = None)]);
    world.serve(&mut rig);
    assert_eq!((world.email("ada"), rig.quiet()), (Some("ada@example.com"), true));
    assert_eq!(kept(&rig.changes)[0].settlement, None);
}

fn in_flight(call: &str) -> InFlightRecord {
    let head = Position { request: 1, index: 0 };
    InFlightRecord { lane: "x:ada 1.0".into(), head, call: call.into(), started_at: event::Millis(START) }
}

fn restored(flight: InFlightRecord, way: Settlement) -> RestoredDelivery {
    let (in_flight, conflicts) = (vec![flight], vec![due(way)]);
    RestoredDelivery { cursor: 1, end: 2, in_flight, conflicts, ..RestoredDelivery::default() }
}

/// The item of a settlement waits at the end of the lane. An event before it may make it void; then it does nothing.
#[test]
fn what_would_settle_a_conflict_does_nothing_once_the_field_has_been_written() {
    for way in [Settlement::LetGo, Settlement::TryAgain] {
        let mut world = World::with(&["bob", "ada"]);
        world.users.get_mut(&1).unwrap().email = None;
        let mut rig = Rig::restored(|_| {}, restored(in_flight("update_end_user"), way));
        rig.take(vec![with_email("ada", "new@example.com").known(known("2", "ada", json!({}), START))]);
        world.serve(&mut rig);
        assert_eq!((world.email("ada"), rig.quiet()), (Some("new@example.com"), true), "{way:?}");
        assert!(kept(&rig.changes).is_empty());
    }
}

/// An answer may have come to InMoment just before a restart that finds a conflict to be settled: it is looked for all the same.
#[test]
fn what_settles_a_conflict_does_not_get_before_an_answer_that_was_in_flight() {
    let lost = InFlightRecord::lost(2, event::Millis(START));
    for flight in [in_flight("create_response"), lost] {
        let mut rig = Rig::restored(|_| {}, restored(flight, Settlement::TryAgain));
        assert!(rig.calls.is_empty(), "{:?}", rig.calls);
        rig.take(vec![answer("ada").known(known("2", "ada", json!({}), START))]);
        rig.serve("list_responses", inmoment::CallReplyBody::Feedback(vec![there(9, START / 1_000)]));
        assert_eq!(rig.delivered(), 1);
        rig.call("update_end_user");
    }
}

/// A lane looks up the holder of an e-mail and ends, while the holder's own lane has work: that lane keeps its
/// knowledge.
#[test]
fn what_is_known_of_a_holder_stays_while_its_own_lane_is_at_work() {
    let (mut world, mut rig) = (World::with(&[]), Rig::new());
    rig.warm_up();
    rig.take(vec![with_email("bob", "bob@example.com"), answer("bob"), identify("bob", &[("plan", "pro")])]);
    while world.find(&Lookup::ExternalId("bob".into())).is_none() {
        assert!(world.serve_one(&mut rig));
    }
    // Its answer waits for another try, and meanwhile somebody asks who has its e-mail.
    rig.fail("create_response", unreachable());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    while rig.dead().is_empty() {
        assert!(world.serve_one(&mut rig));
    }
    world.calls();
    world.serve(&mut rig);
    assert_eq!(world.calls()[0], "create_response", "it is not looked up again, and nothing goes before it");
    assert_eq!((rig.delivered(), rig.quiet()), (3, true));
}

/// The conflict is kept under the lane of the external id; after a restart the person's events come by the end-user id alone.
#[test]
fn a_conflict_ends_by_whatever_name_the_person_comes() {
    let mut world = World::with(&["bob", "ada"]);
    let mut conflict = due(Settlement::TryAgain);
    conflict.settlement = None;
    let restored =
        RestoredDelivery { cursor: 1, end: 1, conflicts: vec![conflict], ..RestoredDelivery::default() };
    let mut rig = Rig::restored(|_| {}, restored);
    rig.take(vec![with_email("ada", "new@example.com").only_to("2")]);
    world.serve(&mut rig);
    assert_eq!(world.email("ada"), Some("new@example.com"));
    let ends = |change: &Change| matches!(change, Change::ConflictEnds(lane, _) if lane == "x:ada");
    assert!(rig.changes.iter().any(ends));
    rig.take(vec![with_email("bob", "elsewhere@example.com")]);
    world.serve(&mut rig);
    assert_eq!((world.email("ada"), rig.quiet()), (Some("new@example.com"), true));
}

/// The value that was given up has gone to another end user, so InMoment refuses to give it back; that is tried once.
#[test]
fn what_cannot_be_given_back_is_tried_once() {
    let mut world = World::with(&["bob", "ada"]);
    let mut conflict = due(Settlement::GiveBack);
    conflict.let_go = Some(conflict.value.clone());
    let restored =
        RestoredDelivery { cursor: 1, end: 1, conflicts: vec![conflict], ..RestoredDelivery::default() };
    let mut rig = Rig::restored(|_| {}, restored);
    for _ in 0..20 {
        world.serve_one(&mut rig);
        rig.sleep(60_000);
    }
    assert!(rig.quiet() && rig.calls.is_empty(), "{:?}", world.calls());
    let tries = world.calls().iter().filter(|call| call.starts_with("update_end_user")).count();
    assert_eq!(
        (tries, world.email("bob"), world.email("ada")),
        (1, Some("bob@example.com"), Some("ada@example.com"))
    );
    let [conflict] = kept(&rig.changes).try_into().unwrap();
    assert_eq!(
        (conflict.settlement, conflict.failure.as_deref(), conflict.let_go.as_deref()),
        (None, Some("not_given_back"), Some("bob@example.com")),
        "it says so"
    );
}

/// Each wants the value that the other gave up, and others have both by now: neither makes the other try again.
#[test]
fn two_who_cannot_have_their_own_back_do_not_wake_each_other() {
    let mut world = World::with(&["bob", "ada", "eve"]);
    let mut first = due(Settlement::GiveBack);
    first.let_go = Some("eve@example.com".into());
    let mut second = due(Settlement::GiveBack);
    let party = |id: &str, name: &str| Party { end_user_id: Some(id.into()), external_id: Some(name.into()) };
    (second.lane, second.person, second.holder) = ("x:dan".into(), party("4", "dan"), party("3", "eve"));
    (second.value, second.let_go) = ("eve@example.com".into(), Some("bob@example.com".into()));
    world.users.insert(4, EndUser { email: Some("4@moving.invalid".into()), ..user("4", "dan") });
    let conflicts = vec![first, second];
    let mut rig = Rig::restored(
        |_| {},
        RestoredDelivery { cursor: 1, end: 1, conflicts, ..RestoredDelivery::default() },
    );
    for _ in 0..20 {
        world.serve_one(&mut rig);
        rig.sleep(60_000);
    }
    let tries = world.calls().iter().filter(|call| call.starts_with("update_end_user")).count();
    assert_eq!((tries, rig.quiet() && rig.calls.is_empty()), (2, true));
}

/// An event with another fate leaves the conflict as it was, and the settlement stays due.
#[test]
fn an_event_that_meets_another_end_leaves_the_conflict_before_it() {
    let field = UniqueField::Email;
    let mut owed = due(Settlement::GiveBack);
    owed.let_go = Some("ada@example.com".into());
    for ends in [false, true] {
        let (mut conflicts, mut changes) = (Conflicts::default(), Vec::new());
        conflicts.insert(owed.clone());
        let another = ConflictRecord { value: "new@example.com".into(), times: 0, ..owed.clone() };
        conflicts.insert(another);
        if ends {
            conflicts.end("x:ada", field, &mut changes);
            assert_eq!(changes, [Change::ConflictEnds("x:ada".into(), field)], "the journal has one");
            conflicts.forget_uncommitted("x:ada");
            assert!(conflicts.get("x:ada", field).is_none());
        } else {
            conflicts.forget_uncommitted("x:ada");
            assert_eq!(conflicts.get("x:ada", field), Some(&owed));
            assert_eq!(conflicts.take_due(), [owed.clone()]);
        }
    }
}

/// A value that many wait for becomes free: one of them gets it; the others make no call for that, and wait for the new
/// holder.
#[test]
fn many_who_wait_for_one_value_are_no_many_calls_when_it_is_free() {
    let people: Vec<String> = (0..40).map(|nth| format!("u{nth}")).collect();
    let mut names: Vec<&str> = people.iter().map(String::as_str).collect();
    names.push("ada");
    let mut world = World::with(&names);
    let mut rig = Rig::with(|settings| settings.concurrency = 2);
    for person in &people {
        rig.take(vec![with_email(person, "ada@example.com")]);
        world.serve(&mut rig);
    }
    let mut holder = "ada".to_owned();
    for waiting in (0..people.len()).rev() {
        world.calls();
        rig.take(vec![with_email(&holder, &format!("{holder}@elsewhere.example.com"))]);
        world.serve(&mut rig);
        let calls = world.calls();
        assert!(calls.len() <= 11, "{waiting} wait on: {calls:?}");
        let has_it =
            world.find(&Lookup::Email("ada@example.com".into())).and_then(|user| user.external_id.clone());
        holder = has_it.expect("somebody has it now");
        let left = kept(&rig.changes);
        assert_eq!((left.len(), rig.quiet()), (waiting, true));
        assert!(left.iter().all(|one| one.holder.external_id.as_ref() == Some(&holder)), "{left:?}");
    }
}

/// The lanes whose turn it was want other values by then, so the next lane gets its turn, although no value is given up
/// again.
#[test]
fn whoever_does_not_use_its_turn_passes_it_on() {
    let people = ["u0", "u1", "u2", "u3", "u4"];
    let mut world = World::with(&["u0", "u1", "u2", "u3", "u4", "ada"]);
    let mut rig = Rig::new();
    for person in people {
        rig.take(vec![with_email(person, "ada@example.com")]);
        world.serve(&mut rig);
    }
    for person in &people[2..] {
        rig.take(vec![answer(person), with_email(person, &format!("{person}@elsewhere.example.com"))]);
    }
    let busy: Vec<_> = rig.calls.drain(..).collect();
    rig.take(vec![with_email("ada", "ada@elsewhere.example.com")]);
    world.serve(&mut rig);
    rig.calls.extend(busy);
    world.serve(&mut rig);
    assert_eq!((world.email("u1"), rig.quiet()), (Some("ada@example.com"), true));
    let [left] = kept(&rig.changes).try_into().unwrap();
    assert_eq!((left.lane.as_str(), left.holder.external_id.as_deref()), ("x:u0", Some("u1")));
}

/// The holder takes back what it let go of before those whose turn it is have tried: nobody else tries after them. When it lets go once
/// more, they try again.
#[test]
fn a_value_that_its_holder_takes_back_is_nobodys_turn() {
    let people = ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7"];
    let mut world = World::with(&["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "ada"]);
    let mut rig = Rig::new();
    for person in people {
        rig.take(vec![with_email(person, "ada@example.com")]);
        world.serve(&mut rig);
    }
    // Those whose turn comes first are busy.
    rig.take(people[5..].iter().map(|person| answer(person)).collect());
    let busy: Vec<_> = rig.calls.drain(..).collect();
    for email in ["new@example.com", "ada@example.com"] {
        rig.take(vec![with_email("ada", email)]);
        world.serve(&mut rig);
    }
    world.calls();
    rig.calls.extend(busy);
    world.serve(&mut rig);
    let refused = |calls: &[String]| calls.iter().filter(|call| call.ends_with("email_taken")).count();
    let calls = world.calls();
    assert!((1..=3).contains(&refused(&calls)), "{calls:?}");
    assert_eq!((kept(&rig.changes).len(), rig.quiet()), (8, true));
    rig.take(vec![with_email("ada", "new@example.com")]);
    world.serve(&mut rig);
    let has_it =
        world.find(&Lookup::Email("ada@example.com".into())).and_then(|user| user.external_id.as_deref());
    assert!(has_it.is_some_and(|has_it| people[5..].contains(&has_it)), "{has_it:?}");
    assert_eq!(kept(&rig.changes).len(), 7);
}
