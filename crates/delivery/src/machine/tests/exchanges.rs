//! End users who exchange their e-mails or phone numbers: the holder of a wanted value gives it up first.

use super::harness::*;
use super::unique::{World, kept, with_email};
use crate::machine::Input;
use crate::protocol::ConflictOrder;
use inmoment::EndUser;
use journal::{ConflictRecord, RestoredDelivery, Settlement};
use serde_json::json;

/// Each end user takes over the e-mail of the next, with restarts at every point.
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
            RestoredDelivery { cursor: 1, end: 1, conflicts: kept(&all), ..RestoredDelivery::default() },
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

/// Ada and bob exchange their e-mails, and InMoment refuses bob's to ada. The process ends after this many calls.
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
    let mut rig = Rig::restored(
        |_| {},
        RestoredDelivery { cursor: 1, end: 1, conflicts: kept(&all), ..RestoredDelivery::default() },
    );
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
    // With later restarts ada gives hers up first; then bob has her value before hers is refused, and it cannot be
    // given back.
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
        // The same e-mails come again, and no end user gives a value up.
        world.calls();
        rig.take(vec![with_email("bob", "ada@example.com").properties(&[("plan", "pro")])]);
        rig.take(vec![with_email("ada", "bob@example.com").properties(&[("plan", "pro")])]);
        world.serve(&mut rig);
        assert!(own(&world) == as_before && rig.quiet());
        // The cause is mended, and an operator orders another try.
        world.refuses = None;
        rig.step(Input::Settle(Box::new(conflicts[0].clone()), ConflictOrder::TryAgain, by()));
        world.serve(&mut rig);
        let exchanged = ["bob@example.com", "ada@example.com"].map(|email| Some(email.to_owned()));
        assert_eq!((own(&world), kept(&rig.changes).len()), (exchanged, 0), "after {restart_after}");
    }
}

/// In the middle of an exchange: bob has given his e-mail up, and ada does not have it yet.
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
    // They wait for the present holders.
    let holders = kept(&rig.changes).into_iter().filter_map(|one| one.holder.external_id);
    assert_eq!(holders.collect::<Vec<_>>(), ["ada", "bob"]);
    for (person, waits, wanted) in [("bob", "eve", "ada@example.com"), ("ada", "dan", "bob@example.com")] {
        rig.take(vec![with_email(person, &format!("{person}@elsewhere.example.com"))]);
        world.serve(&mut rig);
        assert_eq!(world.email(waits), Some(wanted));
    }
    assert!(kept(&rig.changes).is_empty() && rig.quiet());
}

/// Bob is about to give his e-mail up, or just does, when ada changes hers by herself: he has hers, and nothing is
/// given back.
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

/// Another end user takes the e-mail for which bob gave up his own, which no one waits for any more: he gets his own
/// back.
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

/// The same value is wanted twice before the exchange begins, and in two fields: a settlement that was due twice does
/// not undo it.
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

/// Bob's old e-mail is ada's, and hers is not his yet, when he wants his own again, or a third one: he gets the one for
/// which he gave his up.
#[test]
fn who_let_go_and_wants_something_else_has_what_it_was_for() {
    for wants in ["bob@example.com", "eve@example.com"] {
        let (mut world, mut rig) = amid_an_exchange();
        let eve = EndUser { id: "3".into(), external_id: Some("eve".into()), ..user("3", "eve") };
        world.users.insert(3, EndUser { email: Some("eve@example.com".into()), ..eve });
        let adas = rig.calls.len();
        rig.take(vec![answer("bob"), with_email("bob", wants)]);
        let bobs: Vec<_> = rig.calls.drain(adas..).collect();
        while world.email("ada") != Some("bob@example.com") {
            assert!(world.serve_one(&mut rig), "{wants}");
        }
        rig.calls.extend(bobs);
        world.serve(&mut rig);
        assert_eq!((world.email("bob"), rig.quiet()), (Some("ada@example.com"), true), "{wants}");
        let [conflict] = kept(&rig.changes).try_into().unwrap();
        assert_eq!((conflict.value.as_str(), conflict.settlement, conflict.let_go), (wants, None, None));
    }
}

/// Ada can get the value that bob had and is only busy when bob wants hers: no one has to give a value up for that.
#[test]
fn what_is_free_already_is_not_exchanged() {
    let (mut world, mut rig) = (World::with(&["ada", "bob"]), Rig::new());
    rig.take(vec![with_email("ada", "bob@example.com")]);
    world.serve(&mut rig);
    rig.take(vec![answer("ada"), with_email("ada", "ada@example.com")]);
    let adas: Vec<_> = rig.calls.drain(..).collect();
    rig.take(vec![with_email("bob", "new@example.com"), with_email("bob", "ada@example.com")]);
    while world.serve_one(&mut rig) {}
    let lets_go = |one: &ConflictRecord| one.let_go.is_some();
    assert!(!kept(&rig.changes).iter().any(lets_go), "{:?}", kept(&rig.changes));
    rig.calls.extend(adas);
    world.serve(&mut rig);
    let own = ["ada", "bob"].map(|person| world.email(person).unwrap().to_owned());
    assert_eq!((own, rig.quiet()), (["ada@example.com", "new@example.com"].map(str::to_owned), true));
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
