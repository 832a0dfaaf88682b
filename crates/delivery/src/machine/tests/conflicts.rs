//! E-mails and phone numbers that somebody else has, against an InMoment that keeps them unique.

use super::harness::*;
use crate::machine::{ConflictOrder, Input};
use crate::settings::Mode;
use inmoment::{Call, CallError, EndUser, EndUserWrite, Lookup, ReplyBody};
use journal::{Change, ConflictRecord, Position, Restored, Settlement, UniqueField};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// InMoment, as far as end users go.
#[derive(Default, Clone)]
struct World {
    users: BTreeMap<u32, EndUser>,
    /// Calls made, by kind, refused ones with their code.
    log: Vec<String>,
    /// External ids are not given to anybody any more.
    adopts_nobody: bool,
    /// This end user cannot have this e-mail, whoever has it.
    refuses: Option<(u32, &'static str)>,
}

impl World {
    /// With these end users: their external ids and e-mails are the same but for the domain.
    fn with(external_ids: &[&str]) -> World {
        let users = (1..).zip(external_ids.iter().map(|id| user("", id)));
        let users = users.map(|(id, one): (u32, _)| (id, EndUser { id: id.to_string(), ..one })).collect();
        World { users, ..World::default() }
    }

    fn find(&self, lookup: &Lookup) -> Option<&EndUser> {
        self.users.values().find(|user| match lookup {
            Lookup::Id(id) => user.id == *id,
            Lookup::ExternalId(id) => user.external_id.as_ref() == Some(id),
            Lookup::Email(email) => user.email.as_ref() == Some(email),
            Lookup::Phone(number) => user.phone_number.as_ref() == Some(number),
        })
    }

    fn write(&mut self, id: u32, write: &EndUserWrite) -> Result<ReplyBody, CallError> {
        let taken = |what: &dyn Fn(&EndUser) -> Option<&String>, wanted: &Option<String>| {
            let wanted = wanted.as_ref().filter(|wanted| !wanted.is_empty());
            self.users.iter().any(|(other, user)| *other != id && wanted.is_some() && what(user) == wanted)
        };
        if taken(&|user| user.email.as_ref(), &write.email) {
            return Err(rejected("email_taken"));
        }
        if self.refuses.is_some_and(|(of, email)| of == id && write.email.as_deref() == Some(email)) {
            return Err(rejected("end_user_email_invalid"));
        }
        if taken(&|user| user.phone_number.as_ref(), &write.phone_number) {
            return Err(rejected("phone_taken"));
        }
        let given = write.external_id.as_ref().is_some_and(|id| !id.is_empty());
        if taken(&|user| user.external_id.as_ref(), &write.external_id)
            || (given && self.adopts_nobody && id == 1)
        {
            return Err(rejected("external_id_taken"));
        }
        let user = self.users.entry(id).or_insert_with(|| EndUser {
            id: id.to_string(),
            external_id: None,
            email: None,
            phone_number: None,
            last_surveyed: None,
            external_created_at: None,
            properties: Map::new(),
        });
        let set = |field: &mut Option<String>, value: &Option<String>| {
            if let Some(value) = value {
                *field = Some(value.clone()).filter(|value| !value.is_empty());
            }
        };
        set(&mut user.email, &write.email);
        set(&mut user.phone_number, &write.phone_number);
        set(&mut user.external_id, &write.external_id);
        Ok(ReplyBody::EndUser(user.clone()))
    }

    fn answer(&mut self, call: &Call) -> Result<ReplyBody, CallError> {
        let reply = match call {
            Call::GetEndUser(lookup) => {
                Ok(self.find(lookup).map_or(ReplyBody::NotFound, |user| found(user.clone())))
            }
            Call::CreateEndUser(write) => {
                let id = self.users.keys().max().map_or(1, |last| last + 1);
                self.write(id, write)
            }
            Call::UpdateEndUser { end_user_id, write } => {
                let id = end_user_id.parse().unwrap();
                if self.users.contains_key(&id) { self.write(id, write) } else { Err(rejected("not_found")) }
            }
            Call::CreateResponse { .. } => Ok(ReplyBody::Done),
            other => panic!("not expected: {other:?}"),
        };
        let code = reply.as_ref().err().map_or(String::new(), |error| format!(" {}", error.code));
        self.log.push(format!("{}{code}", call.kind()));
        reply
    }

    /// Answers what is asked until nothing is.
    fn serve(&mut self, rig: &mut Rig) {
        loop {
            while self.serve_one(rig) {}
            // A read that was overtaken by a write is made again after a while.
            rig.sleep(2_000);
            if rig.calls.is_empty() {
                return;
            }
        }
    }

    fn serve_one(&mut self, rig: &mut Rig) -> bool {
        let Some((id, call)) = rig.calls.pop_front() else { return false };
        match self.answer(&call) {
            Ok(body) => rig.reply(id, body),
            Err(error) => rig.step(Input::Replied(id, Err(error))),
        }
        true
    }

    fn email(&self, external_id: &str) -> Option<&str> {
        self.find(&Lookup::ExternalId(external_id.into())).and_then(|user| user.email.as_deref())
    }

    /// Calls since the last time.
    fn calls(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }
}

/// The conflicts that the journal holds after these changes.
fn kept(changes: &[Change]) -> Vec<ConflictRecord> {
    let mut kept = BTreeMap::new();
    for change in changes {
        match change {
            Change::Conflict(record) => {
                kept.insert((record.lane.clone(), record.field), record.clone());
            }
            Change::ConflictEnds(lane, field) => drop(kept.remove(&(lane.clone(), *field))),
            _ => {}
        }
    }
    kept.into_values().collect()
}

/// An identify of this person with this e-mail.
fn with_email(external_id: &str, email: &str) -> crate::machine::PlannedEvent {
    identify(external_id, &[]).upsert(|fields| fields.email = Some(json!(email)))
}

#[test]
fn a_new_end_user_is_made_without_an_email_that_somebody_has_and_its_answers_are_delivered() {
    let (mut world, mut rig) = (World::with(&["bob"]), Rig::new());
    let both =
        with_email("ada", "bob@example.com").upsert(|fields| fields.phone_number = Some(json!("+1555")));
    rig.take(vec![both, answer("ada")]);
    world.serve(&mut rig);
    assert_eq!((rig.delivered(), rig.dead().len(), rig.quiet()), (2, 0, true));
    let made = world.find(&Lookup::ExternalId("ada".into())).unwrap();
    assert_eq!((made.email.as_deref(), made.phone_number.as_deref()), (None, Some("+1555")));
    let kept = kept(&rig.changes);
    let [conflict] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(
        (conflict.field, conflict.value.as_str(), conflict.times),
        (UniqueField::Email, "bob@example.com", 1)
    );
    assert_eq!(conflict.person.external_id.as_deref(), Some("ada"));
    assert_eq!(conflict.person.end_user_id.as_deref(), Some("2"));
    assert_eq!(conflict.holder.external_id.as_deref(), Some("bob"));
    assert_eq!(conflict.holder.end_user_id.as_deref(), Some("1"));
}

#[test]
fn an_end_user_who_could_be_made_with_nothing_else_is_a_dead_letter_and_a_conflict() {
    let (mut world, mut rig) = (World::with(&["bob"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    world.serve(&mut rig);
    assert_eq!(rig.dead(), ["email_belongs_to_another_user"]);
    let [conflict] = kept(&rig.changes).try_into().unwrap();
    assert_eq!((conflict.person.end_user_id, conflict.times), (None, 1));
    // Bob lets go: ada is made, so that the dead letter can be requeued.
    rig.take(vec![with_email("bob", "new@example.com")]);
    world.serve(&mut rig);
    assert_eq!(world.email("ada"), Some("bob@example.com"));
    assert!(kept(&rig.changes).is_empty() && rig.quiet());
}

#[test]
fn an_update_goes_on_without_the_field_and_does_not_try_it_every_time() {
    let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com").properties(&[("plan", "pro")])]);
    world.serve(&mut rig);
    let update =
        ["get_end_user", "update_end_user email_taken", "get_end_user", "get_end_user", "update_end_user"];
    let first = world.calls();
    assert_eq!(
        (first.last(), first.len() <= update.len()),
        (Some(&"update_end_user".to_owned()), true),
        "{first:?}"
    );
    assert_eq!((rig.delivered(), world.email("ada")), (1, Some("ada@example.com")));
    let found_out = kept(&rig.changes)[0].position;
    assert_eq!(kept(&rig.changes)[0].first, Some(found_out));
    for (times, plan) in [(3, "free"), (5, "pro")] {
        // Two that become one call: the second one met it too.
        let another = with_email("ada", "Bob@example.com").properties(&[("plan", plan)]);
        let first =
            rig.take(vec![another, with_email("ada", "bob@example.com").properties(&[("plan", plan)])]);
        world.serve(&mut rig);
        assert!(!world.calls().iter().any(|call| call.contains("taken")), "each try would cost calls");
        let second = Position { request: first.request + 1, index: 0 };
        let record = &kept(&rig.changes)[0];
        assert_eq!(
            (record.times, record.first, Some(record.position)),
            (times, Some(found_out), Some(second))
        );
    }
    rig.take(vec![with_email("ada", "other@example.com")]);
    world.serve(&mut rig);
    assert_eq!((world.email("ada"), kept(&rig.changes).len()), (Some("other@example.com"), 0));
}

#[test]
fn a_phone_number_is_treated_alike_and_looked_for_where_inmoment_can() {
    for (number, holder) in [("+1555", Some("1")), ("1555", None)] {
        let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
        world.users.get_mut(&1).unwrap().phone_number = Some(number.into());
        rig.take(vec![identify("ada", &[]).upsert(|fields| {
            fields.email = Some(json!("new@example.com"));
            fields.phone_number = Some(json!(number));
        })]);
        world.serve(&mut rig);
        assert_eq!((rig.delivered(), world.email("ada")), (1, Some("new@example.com")));
        let [conflict] = kept(&rig.changes).try_into().unwrap();
        assert_eq!(
            (conflict.field, conflict.holder.end_user_id.as_deref()),
            (UniqueField::PhoneNumber, holder)
        );
    }
}

#[test]
fn both_fields_may_be_taken_by_two_people() {
    let (mut world, mut rig) = (World::with(&["bob", "eve", "ada"]), Rig::new());
    world.users.get_mut(&2).unwrap().phone_number = Some("+1555".into());
    rig.take(vec![
        with_email("ada", "bob@example.com").upsert(|fields| fields.phone_number = Some(json!("+1555"))),
    ]);
    world.serve(&mut rig);
    let holders: Vec<_> = kept(&rig.changes).into_iter().map(|one| one.holder.external_id.unwrap()).collect();
    assert_eq!((holders, rig.delivered()), (vec!["bob".to_owned(), "eve".to_owned()], 1));
}

#[test]
fn it_is_tried_again_when_the_holder_is_seen_without_it() {
    let leave: [fn(&mut World, &mut Rig); 3] = [
        |_, rig| {
            rig.take(vec![with_email("bob", "new@example.com")]);
        },
        |world, rig| {
            // Changed by hand at InMoment, and seen by a look-up.
            world.users.get_mut(&1).unwrap().email = None;
            rig.mono += 3_600_000;
            rig.take(vec![answer("bob").properties(&[("a", "1")])]);
        },
        |world, rig| {
            world.users.remove(&1);
            rig.mono += 3_600_001;
            rig.take(vec![answer("bob").properties(&[("a", "1")]).known(known(
                "1",
                "bob",
                json!({}),
                START,
            ))]);
        },
    ];
    for leave in leave {
        let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
        rig.take(vec![with_email("ada", "bob@example.com")]);
        world.serve(&mut rig);
        assert_eq!(kept(&rig.changes).len(), 1);
        leave(&mut world, &mut rig);
        world.serve(&mut rig);
        assert_eq!((world.email("ada"), kept(&rig.changes).len()), (Some("bob@example.com"), 0));
    }
}

/// Everybody takes over the e-mail of the next, whatever is restarted and when.
fn exchange(people: &[&str], restart_after: Option<usize>) {
    let mut world = World::with(people);
    let wanted: Vec<(&str, String)> = (0..people.len())
        .map(|at| (people[at], format!("{}@example.com", people[(at + 1) % people.len()])))
        .collect();
    let mut rig = Rig::new();
    let mut all = Vec::new();
    for (person, email) in &wanted {
        rig.take(vec![with_email(person, email)]);
        world.serve(&mut rig);
        all.append(&mut rig.changes);
        if restart_after.is_some() {
            break;
        }
    }
    if let Some(calls) = restart_after {
        for (person, email) in &wanted[1..] {
            rig.take(vec![with_email(person, email)]);
        }
        for _ in 0..calls {
            world.serve_one(&mut rig);
        }
        all.append(&mut rig.changes);
        rig = Rig::restored(
            |_| {},
            Restored { cursor: 1, end: 1, conflicts: kept(&all), ..Restored::default() },
        );
        // What had no fate yet is read again.
        for (person, email) in &wanted[1..] {
            rig.take(vec![with_email(person, email)]);
        }
        world.serve(&mut rig);
        all.append(&mut rig.changes);
    }
    for (person, email) in &wanted {
        assert_eq!(world.email(person), Some(email.as_str()), "{person} after {restart_after:?}");
    }
    assert!(kept(&all).is_empty() && rig.quiet(), "{:?} after {restart_after:?}", kept(&all));
}

#[test]
fn people_who_exchange_their_emails_end_right() {
    exchange(&["ada", "bob"], None);
    exchange(&["ada", "bob", "eve"], None);
    exchange(&["ada", "bob", "eve", "dan", "fay"], None);
}

#[test]
fn an_exchange_goes_on_after_a_restart_at_any_point() {
    for calls in 0..14 {
        exchange(&["ada", "bob"], Some(calls));
    }
    for calls in 0..24 {
        exchange(&["ada", "bob", "eve"], Some(calls));
    }
}

/// Ada and bob exchange their e-mails, and InMoment refuses bob's to ada. The process ends after so many calls.
fn half_an_exchange(restart_after: usize) -> (World, Rig) {
    let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
    world.refuses = Some((1, "bob@example.com"));
    let wanted = [("ada", "bob@example.com"), ("bob", "ada@example.com")];
    let mut all = Vec::new();
    for (person, email) in wanted {
        rig.take(vec![with_email(person, email)]);
        for _ in 0..restart_after {
            world.serve_one(&mut rig);
        }
    }
    all.append(&mut rig.changes);
    let mut rig =
        Rig::restored(|_| {}, Restored { cursor: 1, end: 1, conflicts: kept(&all), ..Restored::default() });
    for (person, email) in wanted {
        rig.take(vec![with_email(person, email)]);
        world.serve(&mut rig);
    }
    let before = std::mem::take(&mut rig.changes);
    rig.changes = all.into_iter().chain(before).collect();
    (world, rig)
}

#[test]
fn an_exchange_that_cannot_finish_gives_the_old_value_back() {
    // Later restarts have ada let go first: then bob has her value before hers is refused, and it cannot be given back.
    for restart_after in 0..3 {
        let (mut world, mut rig) = half_an_exchange(restart_after);
        let own =
            |world: &World| [world.email("ada").map(str::to_owned), world.email("bob").map(str::to_owned)];
        let as_before = ["ada@example.com", "bob@example.com"].map(|email| Some(email.to_owned()));
        assert_eq!(own(&world), as_before, "after {restart_after}");
        let conflicts = kept(&rig.changes);
        let told: Vec<_> = conflicts
            .iter()
            .map(|one| (one.lane.as_str(), one.failure.as_deref(), one.settlement, one.let_go.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("x:ada", Some("end_user_email_invalid"), None, None),
                ("x:bob", Some("exchange_failed"), None, None)
            ],
            "after {restart_after}"
        );
        // The same e-mails come again: nobody lets go of anything.
        world.calls();
        rig.take(vec![with_email("bob", "ada@example.com").properties(&[("plan", "pro")])]);
        rig.take(vec![with_email("ada", "bob@example.com").properties(&[("plan", "pro")])]);
        world.serve(&mut rig);
        assert!(own(&world) == as_before && rig.quiet());
        // What was in the way is mended, and an operator tries again.
        world.refuses = None;
        rig.step(Input::Settle(Box::new(conflicts[0].clone()), ConflictOrder::TryAgain, by()));
        world.serve(&mut rig);
        let exchanged = ["bob@example.com", "ada@example.com"].map(|email| Some(email.to_owned()));
        assert_eq!((own(&world), kept(&rig.changes).len()), (exchanged, 0), "after {restart_after}");
    }
}

/// In the midst of an exchange: bob has let go, and ada does not have it yet.
fn amid_an_exchange() -> (World, Rig) {
    let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    world.serve(&mut rig);
    rig.take(vec![with_email("bob", "ada@example.com")]);
    while world.email("bob") != Some("2@moving.invalid") {
        assert!(world.serve_one(&mut rig), "bob lets go");
    }
    (world, rig)
}

#[test]
fn nobody_gets_in_between_two_who_exchange() {
    let (mut world, mut rig) = (World::with(&["ada", "bob", "eve", "dan"]), Rig::new());
    // They waited before for what ada and bob have.
    rig.take(vec![with_email("eve", "ada@example.com"), with_email("dan", "bob@example.com")]);
    world.serve(&mut rig);
    rig.take(vec![with_email("ada", "bob@example.com"), with_email("bob", "ada@example.com")]);
    world.serve(&mut rig);
    let own = ["ada", "bob", "eve", "dan"].map(|person| world.email(person).unwrap().to_owned());
    assert_eq!(own, ["bob", "ada", "eve", "dan"].map(|name| format!("{name}@example.com")));
    let left: Vec<_> = kept(&rig.changes).into_iter().map(|one| one.lane).collect();
    assert_eq!((left, rig.quiet()), (vec!["x:dan".to_owned(), "x:eve".to_owned()], true));
    // They wait for whoever has it now.
    let holders = kept(&rig.changes).into_iter().filter_map(|one| one.holder.external_id);
    assert_eq!(holders.collect::<Vec<_>>(), ["ada", "bob"]);
    for (person, waits, wanted) in [("bob", "eve", "ada@example.com"), ("ada", "dan", "bob@example.com")] {
        rig.take(vec![with_email(person, &format!("{person}@elsewhere.example.com"))]);
        world.serve(&mut rig);
        assert_eq!(world.email(waits), Some(wanted));
    }
    assert!(kept(&rig.changes).is_empty() && rig.quiet());
}

/// Bob is about to let go of his e-mail, or just does, when ada moves on by herself: he has hers, and nothing is given back.
#[test]
fn who_is_about_to_let_go_has_what_the_holder_lets_go_of_meanwhile() {
    for waits in [false, true] {
        let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
        rig.take(vec![with_email("ada", "bob@example.com")]);
        world.serve(&mut rig);
        rig.take(vec![with_email("bob", "ada@example.com")]);
        let lets_go = |one: &ConflictRecord| one.settlement == Some(Settlement::LetGo);
        while !kept(&rig.changes).iter().any(lets_go) {
            if waits && rig.calls.len() == 1 {
                rig.take(vec![answer("bob")]);
            }
            assert!(world.serve_one(&mut rig));
        }
        rig.take(vec![with_email("ada", "new@example.com")]);
        // Hers is answered before his.
        let bobs = rig.calls.pop_front().unwrap();
        while world.email("ada") != Some("new@example.com") {
            assert!(world.serve_one(&mut rig), "{bobs:?}");
        }
        rig.calls.push_back(bobs);
        world.serve(&mut rig);
        let own = ["ada", "bob"].map(|person| world.email(person).unwrap().to_owned());
        assert_eq!(own, ["new@example.com", "ada@example.com"], "waits: {waits}");
        assert!(kept(&rig.changes).is_empty() && rig.quiet(), "waits: {waits}");
    }
}

/// Somebody else takes what bob let go of his own e-mail for, and nobody waits for that any more: he has it back.
#[test]
fn what_was_let_go_of_for_nothing_is_given_back() {
    let (mut world, mut rig) = amid_an_exchange();
    world.users.insert(3, EndUser { id: "3".into(), external_id: Some("eve".into()), ..user("3", "eve") });
    rig.take(vec![with_email("ada", "new@example.com")]);
    while world.email("ada") != Some("new@example.com") {
        assert!(world.serve_one(&mut rig));
    }
    world.users.get_mut(&3).unwrap().email = Some("ada@example.com".into());
    world.serve(&mut rig);
    assert_eq!((world.email("bob"), rig.quiet()), (Some("bob@example.com"), true));
    let [conflict] = kept(&rig.changes).try_into().unwrap();
    assert_eq!((conflict.settlement, conflict.let_go), (None, None));
}

/// The same is wanted twice before the exchange begins, and in two fields: what was due twice does not undo it.
#[test]
fn an_exchange_that_was_due_twice_is_brought_to_its_end() {
    let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
    world.users.get_mut(&1).unwrap().phone_number = Some("+1".into());
    world.users.get_mut(&2).unwrap().phone_number = Some("+2".into());
    let both = |person: &str, email: &str, number: &str| {
        with_email(person, email).upsert(|fields| fields.phone_number = Some(json!(number)))
    };
    rig.take(vec![both("ada", "bob@example.com", "+2")]);
    world.serve(&mut rig);
    let bobs = || both("bob", "ada@example.com", "+1");
    rig.take(vec![bobs(), answer("bob"), bobs().properties(&[("plan", "pro")])]);
    world.serve(&mut rig);
    let own = ["ada", "bob"].map(|person| world.email(person).unwrap().to_owned());
    assert_eq!(own, ["bob@example.com", "ada@example.com"]);
    let numbers: Vec<_> = world.users.values().map(|user| user.phone_number.clone().unwrap()).collect();
    assert_eq!((numbers, kept(&rig.changes).len()), (vec!["+2".to_owned(), "+1".to_owned()], 0));
    assert!(rig.quiet());
}

#[test]
fn who_wants_something_else_amid_an_exchange_leaves_nobody_without() {
    let (mut world, mut rig) = amid_an_exchange();
    let let_go = kept(&rig.changes).into_iter().find(|one| one.lane == "x:bob").unwrap().let_go;
    assert_eq!(let_go.as_deref(), Some("bob@example.com"));
    world.refuses = Some((1, "bob@example.com"));
    rig.take(vec![with_email("ada", "new@example.com")]);
    world.serve(&mut rig);
    assert_eq!(world.email("ada"), Some("new@example.com"));
    let bobs = world.email("bob").unwrap().to_owned();
    assert!(["ada@example.com", "bob@example.com"].contains(&bobs.as_str()), "{bobs}");
    assert!(rig.quiet());
}

#[test]
fn an_exchange_is_brought_to_its_end_when_it_is_dismissed() {
    for (dismissed, refused) in [("x:ada", false), ("x:bob", false), ("x:ada", true), ("x:bob", true)] {
        let (mut world, mut rig) = amid_an_exchange();
        world.refuses = refused.then_some((1, "bob@example.com"));
        let record = kept(&rig.changes).into_iter().find(|one| one.lane == dismissed).unwrap();
        rig.step(Input::Settle(Box::new(record), ConflictOrder::Dismiss, by()));
        world.serve(&mut rig);
        let wanted = if refused { ["ada", "bob"] } else { ["bob", "ada"] };
        let wanted = wanted.map(|name| format!("{name}@example.com"));
        let own = ["ada", "bob"].map(|person| world.email(person).unwrap().to_owned());
        assert_eq!(own, wanted, "{dismissed} dismissed, refused: {refused}");
        assert!(rig.quiet());
    }
}

#[test]
fn phone_numbers_are_exchanged_too() {
    let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
    world.users.get_mut(&1).unwrap().phone_number = Some("+1".into());
    world.users.get_mut(&2).unwrap().phone_number = Some("+2".into());
    for (person, number) in [("ada", "+2"), ("bob", "+1")] {
        rig.take(vec![identify(person, &[]).upsert(|fields| fields.phone_number = Some(json!(number)))]);
        world.serve(&mut rig);
    }
    let numbers: Vec<_> = world.users.values().map(|user| user.phone_number.clone().unwrap()).collect();
    assert_eq!((numbers, kept(&rig.changes).len()), (vec!["+2".to_owned(), "+1".to_owned()], 0));
}

fn in_conflict() -> (World, Rig, ConflictRecord) {
    let (mut world, mut rig) = (World::with(&["bob", "ada"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    world.serve(&mut rig);
    world.calls();
    let [conflict] = kept(&rig.changes).try_into().unwrap();
    (world, rig, conflict)
}

#[test]
fn an_operator_has_it_tried_again() {
    let (mut world, mut rig, conflict) = in_conflict();
    rig.step(Input::Settle(Box::new(conflict.clone()), ConflictOrder::TryAgain, by()));
    assert!(rig.changes.iter().any(|change| matches!(change, Change::Audit(..))));
    world.serve(&mut rig);
    let [after] = kept(&rig.changes).try_into().unwrap();
    assert_eq!((after.settlement, after.failure.as_deref(), after.times), (None, Some("still_taken"), 1));
    world.users.get_mut(&1).unwrap().email = Some("elsewhere@example.com".into());
    rig.step(Input::Settle(Box::new(conflict), ConflictOrder::TryAgain, by()));
    world.serve(&mut rig);
    assert_eq!((world.email("ada"), kept(&rig.changes).len()), (Some("bob@example.com"), 0));
    let fates = rig.changes.iter().filter(|change| matches!(change, Change::Fate(..))).count();
    assert_eq!(fates, 1, "no event is behind what settles a conflict");
}

#[test]
fn an_operator_has_the_holders_record_taken_for_this_persons() {
    let (mut world, mut rig, conflict) = in_conflict();
    rig.step(Input::Settle(Box::new(conflict), ConflictOrder::Adopt, by()));
    world.serve(&mut rig);
    assert_eq!(world.find(&Lookup::ExternalId("ada".into())).unwrap().id, "1");
    assert_eq!((world.users[&2].external_id.as_deref(), kept(&rig.changes).len()), (None, 0));
    assert!(
        rig.changes
            .iter()
            .rev()
            .any(|change| matches!(change, Change::KnowUser(user) if user.end_user_id == "1"))
    );
}

#[test]
fn a_person_whose_record_could_not_be_exchanged_gets_the_own_one_back() {
    let (mut world, mut rig, conflict) = in_conflict();
    world.adopts_nobody = true;
    rig.step(Input::Settle(Box::new(conflict), ConflictOrder::Adopt, by()));
    world.serve(&mut rig);
    assert_eq!(world.users[&2].external_id.as_deref(), Some("ada"));
    let [after] = kept(&rig.changes).try_into().unwrap();
    assert_eq!((after.settlement, after.failure.as_deref()), (None, Some("external_id_taken")));
    assert!(rig.quiet());
}

#[test]
fn a_dismissed_conflict_stays_known_and_silent() {
    let (mut world, mut rig, conflict) = in_conflict();
    rig.step(Input::Settle(Box::new(conflict), ConflictOrder::Dismiss, by()));
    rig.take(vec![
        with_email("ada", "bob@example.com").properties(&[("a", "1")]),
        with_email("bob", "b@example.com"),
    ]);
    world.serve(&mut rig);
    assert!(!world.calls().iter().any(|call| call.contains("taken")));
    let [after] = kept(&rig.changes).try_into().unwrap();
    assert!(after.dismissed);
    assert_eq!((world.email("ada"), rig.delivered()), (Some("ada@example.com"), 3));
}

#[test]
fn a_shadow_destination_settles_nothing() {
    let (_, _, conflict) = in_conflict();
    let due = ConflictRecord { settlement: Some(Settlement::TryAgain), ..conflict };
    let restored = Restored { cursor: 1, end: 1, conflicts: vec![due], ..Restored::default() };
    let shadow = Rig::restored(|settings| settings.mode = Mode::Shadow, restored.clone());
    assert!(shadow.calls.is_empty());
    assert_eq!(shadow.machine.glance(shadow.now()).lanes, 0, "nothing waits for a call that is never made");
    let live = Rig::restored(|_| {}, restored);
    assert_eq!(live.calls.len(), 1, "what a restart found undone is done");
}
