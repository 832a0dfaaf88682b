use super::harness::*;
use crate::protocol;
use inmoment::{Call, CallReplyBody, EndUserWrite, Lookup};
use journal::{Change, Fate};
use serde_json::{Map, Value, json};

#[test]
fn a_new_user_is_looked_up_once_created_and_then_known() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("plan", "pro")]), answer("u1")]);
    let call = rig.serve("get_end_user", CallReplyBody::NotFound);
    assert_eq!(looked_up(&call), &Lookup::ExternalId("u1".into()));
    let Call::CreateEndUser(write) = rig.serve("create_end_user", found(user("7", "u1"))) else { panic!() };
    assert_eq!(write.external_id.as_deref(), Some("u1"));
    assert_eq!(write.email.as_deref(), Some("u1@example.com"));
    let call = rig.serve("create_response", CallReplyBody::Done);
    assert!(matches!(call, Call::CreateResponse { end_user_id, .. } if end_user_id == "7"));
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn identifies_that_wait_together_become_one_call() {
    let mut rig = Rig::new();
    rig.take(vec![
        identify("u1", &[("plan", "free"), ("city", "Oslo")]),
        identify("u1", &[("plan", "pro")]),
        identify("u1", &[("seats", "3")]).upsert(|fields| fields.email = None),
    ]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    let call = rig.serve("create_end_user", found(user("7", "u1")));
    let pairs =
        [("plan", "pro"), ("city", "Oslo"), ("seats", "3")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(sent(&call), pairs);
    let Call::CreateEndUser(write) = call else { panic!() };
    assert_eq!(write.email.as_deref(), Some("u1@example.com"), "a field the later one lacks stays");
    assert_eq!((rig.delivered(), rig.quiet()), (3, true));
    assert_eq!(rig.saved(), [0, 2, 0]);
}

#[test]
fn an_identify_that_comes_while_the_create_is_under_way_becomes_an_update() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("a", "1")])]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    let (create, _) = rig.call("create_end_user");
    rig.take(vec![identify("u1", &[("b", "2")])]);
    assert!(rig.calls.is_empty(), "one call at a time for one end user");
    rig.reply(create, found(stored("7", "u1", json!({"a": "1"}))));
    let call = rig.serve("update_end_user", found(stored("7", "u1", json!({"a": "1", "b": "2"}))));
    assert_eq!(sent(&call), [("a".into(), "\"1\"".to_owned()), ("b".into(), "2".into())]);
    assert_eq!((rig.delivered(), rig.quiet()), (2, true));
}

#[test]
fn an_identify_that_changes_nothing_costs_nothing() {
    let mut rig = Rig::new();
    let what =
        known("7", "u1", json!({"plan": "pro", "seats_amount": 12, "since_date": 1_735_689_600}), START);
    let event =
        identify("u1", &[("plan", "pro"), ("seats_amount", "12"), ("since_date", "1735689600")]).known(what);
    rig.take(vec![event]);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    assert_eq!(rig.saved(), [0, 0, 1]);
}

#[test]
fn any_difference_costs_one_call() {
    let differ: [fn(&mut mapping::EndUserFields); 5] = [
        |fields| fields.email = Some(json!("other@example.com")),
        |fields| fields.phone_number = Some(json!("+12025550100")),
        |fields| fields.last_surveyed = Some(json!("1700000000")),
        |fields| fields.external_created_at = Some(json!("1600000000")),
        |fields| fields.properties = vec![("plan".into(), json!("free"))],
    ];
    for change in differ {
        let mut rig = Rig::new();
        let event = identify("u1", &[]).known(known("7", "u1", json!({"plan": "pro"}), START)).upsert(change);
        rig.take(vec![event]);
        rig.serve("update_end_user", found(user("7", "u1")));
        assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    }
}

#[test]
fn last_surveyed_for_creates_only_is_no_difference_and_is_not_sent_in_an_update() {
    let on_create = |fields: &mut mapping::EndUserFields| {
        fields.last_surveyed = Some(json!("1700000000"));
        fields.last_surveyed_on_create_only = true;
    };
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[]).known(known("7", "u1", json!({}), START)).upsert(on_create)]);
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
    rig.take(vec![identify("u1", &[("a", "1")]).known(known("7", "u1", json!({}), START)).upsert(on_create)]);
    let Call::UpdateEndUser { write, .. } = rig.serve("update_end_user", found(user("7", "u1"))) else {
        panic!()
    };
    assert_eq!(write.last_surveyed, None);
    let mut rig = Rig::new();
    rig.take(vec![identify("u2", &[]).upsert(on_create)]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    let Call::CreateEndUser(write) = rig.serve("create_end_user", found(user("8", "u2"))) else { panic!() };
    assert_eq!(write.last_surveyed.as_deref(), Some("1700000000"));
}

#[test]
fn stored_properties_survive() {
    for (held, want) in [
        (json!({"a": 1}), vec![("a", "1"), ("b", "2")]),
        (json!({}), vec![("b", "2")]),
        (json!({"n": null, "b": "0"}), vec![("n", "null"), ("b", "2")]),
    ] {
        let mut rig = Rig::new();
        rig.take(vec![identify("u1", &[("b", "2")]).known(known("7", "u1", held, START))]);
        let call = rig.serve("update_end_user", found(user("7", "u1")));
        let want: Vec<(String, String)> = want.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        assert_eq!(sent(&call), want);
    }
}

#[test]
fn what_was_known_too_long_ago_is_read_again_before_properties_are_laid_over_it() {
    let mut rig = Rig::new();
    let old = known("7", "u1", json!({"a": 1}), START - 3_600_001);
    rig.take(vec![identify("u1", &[("b", "2")]).known(old)]);
    let call = rig.serve("get_end_user", found(stored("7", "u1", json!({"a": 5}))));
    assert_eq!(looked_up(&call), &Lookup::Id("7".into()), "the external id is resolved once and for all");
    let call = rig.serve("update_end_user", found(user("7", "u1")));
    assert_eq!(sent(&call)[0], ("a".into(), "5".into()));
}

#[test]
fn knowledge_from_the_future_is_no_knowledge() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("b", "2")]).known(known("7", "u1", json!({}), START + 1))]);
    rig.call("get_end_user");
}

#[test]
fn a_dead_end_user_id_falls_back_to_the_external_id() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[]).to("404")]);
    assert_eq!(looked_up(&rig.serve("get_end_user", CallReplyBody::NotFound)), &Lookup::Id("404".into()));
    let call = rig.serve("get_end_user", found(user("7", "u1")));
    assert_eq!(looked_up(&call), &Lookup::ExternalId("u1".into()));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true), "the same e-mail is there already");
}

#[test]
fn a_create_needs_an_external_id_and_an_email_or_phone() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[]).only_to("404")]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.take(vec![identify("u2", &[]).upsert(|fields| fields.email = None)]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    assert_eq!(rig.dead(), ["external_id_missing", "email_or_phone_missing"]);
    assert!(rig.quiet());
}

#[test]
fn an_email_without_an_owner_of_its_own_is_adopted() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("b", "2")])]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.fail("create_end_user", rejected("email_taken"));
    let mut owner = stored("9", "", json!({"a": 1}));
    owner.external_id = None;
    let call = rig.serve("get_end_user", found(owner));
    assert_eq!(looked_up(&call), &Lookup::Email("u1@example.com".into()));
    let call = rig.serve("update_end_user", found(user("9", "u1")));
    assert_eq!(sent(&call).len(), 2);
    let Call::UpdateEndUser { end_user_id, write } = call else { panic!() };
    assert_eq!((end_user_id.as_str(), write.external_id.as_deref()), ("9", Some("u1")));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn an_external_id_created_by_somebody_meanwhile_is_looked_up_again() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("a", "1")])]);
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.fail("create_end_user", rejected("external_id_taken"));
    rig.serve("get_end_user", found(user("7", "u1")));
    rig.serve("update_end_user", found(user("7", "u1")));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn contradictions_end_somewhere() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[])]);
    for _ in 0..4 {
        rig.serve("get_end_user", CallReplyBody::NotFound);
        rig.fail("create_end_user", rejected("external_id_taken"));
    }
    assert_eq!(rig.dead(), ["external_id_taken"]);
    assert!(rig.quiet());
}

#[test]
fn an_end_user_deleted_at_inmoment_is_created_anew() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("a", "1")]).known(known("7", "u1", json!({}), START))]);
    rig.fail("update_end_user", rejected("not_found"));
    assert!(rig.changes.contains(&Change::Unlink("u1".into())));
    rig.serve("get_end_user", CallReplyBody::NotFound);
    rig.serve("create_end_user", found(user("8", "u1")));
    assert_eq!((rig.delivered(), rig.quiet()), (1, true));
}

#[test]
fn a_refused_merger_is_taken_apart_and_only_the_part_to_blame_dies() {
    let mut rig = Rig::new();
    let known = known("7", "u1", json!({}), START);
    let bad = identify("u1", &[]).upsert(|fields| fields.phone_number = Some(json!("nonsense")));
    let first = rig.take(vec![
        identify("u1", &[("a", "1")]).known(known.clone()),
        bad.known(known.clone()),
        identify("u1", &[("b", "2")]).known(known),
    ]);
    // The first read is served one call at a time, so all three wait together.
    rig.fail("update_end_user", rejected("rejected"));
    rig.serve("update_end_user", found(stored("7", "u1", json!({"a": "1"}))));
    rig.fail("update_end_user", rejected("rejected"));
    rig.serve("update_end_user", found(user("7", "u1")));
    assert_eq!((rig.delivered(), rig.dead(), rig.quiet()), (2, vec!["rejected"], true));
    let second = journal::Position { request: first.request + 1, index: 0 };
    assert_eq!(rig.fates()[&second], Fate::Dead);
}

#[test]
fn a_write_is_announced_and_its_end_user_doubted_in_the_commit_before_it() {
    let mut rig = Rig::new();
    rig.take(vec![identify("u1", &[("a", "1")]).known(known("7", "u1", json!({}), START))]);
    assert!(rig.changes.contains(&Change::DoubtUser("7".into())));
    assert!(
        rig.changes
            .iter()
            .any(|change| matches!(change, Change::InFlight(record) if record.lane == "x:u1 1.0"))
    );
    rig.changes.clear();
    rig.serve("update_end_user", found(stored("7", "u1", json!({"a": "1"}))));
    assert!(rig.changes.contains(&Change::Landed("x:u1 1.0".into())));
    assert!(
        rig.changes.iter().any(|change| matches!(change, Change::KnowUser(user) if user.end_user_id == "7"))
    );
    assert!(rig.changes.contains(&Change::Cursor(2)));
}

/// The mapping and InMoment's client both know the limits of a form; a property that fits for one is not left out by
/// the other.
#[test]
fn what_the_mapping_has_room_for_the_form_says() {
    let deep = (0..28).fold(json!("x"), |inner, _| json!({ "d": inner }));
    // The largest number, the largest size and the greatest depth.
    let many: Map<String, Value> = (1..4_000).map(|nth| (format!("s{nth}"), json!("v"))).collect();
    let long: Map<String, Value> =
        (0..7).map(|nth| (format!("s{nth}"), json!("v".repeat(112_000)))).collect();
    for stored in [many, long, map(json!({ "deep": deep }))] {
        let event = vec![("new".to_owned(), json!("e"))];
        let (laid, _) = protocol::lay(mapping::Profile::Native, Some(&stored), &event);
        let write = EndUserWrite { properties: laid, ..EndUserWrite::default() };
        assert_eq!(write.properties.as_ref().map(Vec::len), Some(stored.len() + 1));
        let request = Call::UpdateEndUser { end_user_id: "7".into(), write }.request();
        let form = request.form.unwrap();
        assert!(form.contains("%5Bnew%5D=e"), "{} parameters", stored.len());
    }
}
