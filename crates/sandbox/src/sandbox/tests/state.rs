use proptest::prelude::*;

use super::*;
use crate::SnapshotError;

/// A small history that touches every kind of record.
fn lived_in() -> World {
    let mut world = World::new();
    let id = world.user("email=a@x&external_id=x&properties[n_amount]=5");
    world.response(id, "score=9");
    world.call("POST", &format!("/v1/end_users/{id}/declines"), "");
    let doomed = world.user("email=doomed@x&external_id=doomed");
    world.call("DELETE", &format!("/v1/end_users/{doomed}"), "");
    world
}

#[test]
fn a_snapshot_goes_on_where_it_was_taken() {
    let mut before = lived_in();
    let text = before.sandbox.snapshot().expect("a snapshot");
    let restored = Sandbox::restore(Options::default(), &text).expect("readable");
    let mut after = World { sandbox: restored, token: before.token.clone(), now: before.now };
    let requests = [
        ("GET", "/v1/end_users?sort_key=created_at", ""),
        ("GET", "/v1/end_users/x?lookup_by_external_id=true", ""),
        ("GET", "/v1/segments", ""),
        ("GET", "/v1/responses", ""),
        ("POST", "/v1/end_users", "email=A@x"),
        ("POST", "/v1/end_users", "email=new@x"),
        ("POST", "/v1/end_users/700100201/responses", "score=1&ip_address=1&origin_url=x"),
        ("POST", "/oauth/token", "grant_type=password&username=demo@example.com&password=demo-password"),
    ];
    for (method, target, body) in requests {
        let (one, two) = (before.call(method, target, body), after.call(method, target, body));
        assert_eq!((one.status, value(&one)), (two.status, value(&two)), "{method} {target}");
    }
    // The snapshot also has the deletion that was only marked.
    let later = (NOW + 86_400) * 1_000;
    assert_eq!(after.sandbox.state(later, None), before.sandbox.state(later, None));
    assert_eq!(after.sandbox.state(later, None)["end_users"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_snapshot_of_something_else_is_refused() {
    let text = lived_in().sandbox.snapshot().expect("a snapshot");
    let restore = |options, text: &str| Sandbox::restore(options, text).err();
    assert!(matches!(restore(Options::default(), "{"), Some(SnapshotError::Shape(_))));
    assert!(matches!(restore(Options::default(), r#"{"version": 9}"#), Some(SnapshotError::Version(9))));
    let others = Options { accounts: vec![Account::new("a", "b", "NPS-OTHER000")], ..Options::default() };
    assert!(matches!(restore(others, &text), Some(SnapshotError::Accounts)));
}

#[test]
fn a_reset_forgets_everything_but_gives_no_token_twice() {
    let mut world = lived_in();
    let changes = world.sandbox.changes();
    world.sandbox.set_password("demo@example.com", "changed");
    world.sandbox.set_limit(Some(1), LimitScope::Account);
    world.sandbox.reset();
    assert!(world.sandbox.changes() > changes);
    assert_eq!(world.sandbox.state(0, None), json!({"end_users": [], "responses": [], "declines": []}));
    assert_eq!(world.sandbox.requests(&LogFilter::default()).count(), 0);
    assert_eq!(text(&world.get("/v1/segments"), "error"), "The access token is invalid");
    let old = world.token.clone();
    world.token = world.sign_in("demo@example.com", "demo-password", "NPS-DEMO0001");
    assert_ne!(world.token, old);
    assert_eq!(world.user("email=a@x"), 700_100_201);
    assert_eq!(world.get("/v1/segments").header("x-rate-limit-limit"), None);
}

#[test]
fn reading_changes_nothing() {
    let mut world = lived_in();
    let changes = world.sandbox.changes();
    world.get("/v1/end_users");
    world.call("POST", "/v1/end_users", "");
    assert_eq!(world.sandbox.changes(), changes);
    world.user("email=new@x");
    assert_eq!(world.sandbox.changes(), changes + 1);
}

/// One random call with few possible values, so that calls affect each other.
fn any_call() -> impl Strategy<Value = (&'static str, String, String)> {
    let id = 700_100_201i64..700_100_205;
    prop_oneof![
        (0..4u8, 0..4u8).prop_map(|(mail, ext)| (
            "POST",
            "/v1/end_users".to_owned(),
            format!("email={mail}@x&external_id=e{ext}&properties[p{ext}]={mail}")
        )),
        (id.clone(), 0..4u8).prop_map(|(id, mail)| (
            "PUT",
            format!("/v1/end_users/{id}"),
            format!("email={mail}@X")
        )),
        (id.clone(), 0..4u8).prop_map(|(id, ext)| (
            "PUT",
            format!("/v1/end_users/{id}"),
            format!("external_id=e{ext}")
        )),
        (id.clone(), 0..12i64, 0..3i64).prop_map(|(id, score, day)| (
            "POST",
            format!("/v1/end_users/{id}/responses"),
            format!("score={score}&ip_address=1&origin_url=x&created_at={}", NOW + day * 50_000)
        )),
        (id.clone(), 0..3i64).prop_map(|(id, day)| (
            "POST",
            format!("/v1/end_users/{id}/declines"),
            format!("created_at={}", NOW + day * 50_000)
        )),
        (id.clone(), 800_200_301i64..800_200_305).prop_map(|(id, row)| (
            "DELETE",
            format!("/v1/end_users/{id}/responses/{row}"),
            String::new()
        )),
        id.prop_map(|id| ("DELETE", format!("/v1/end_users/{id}"), String::new())),
    ]
}

proptest! {
    /// After every history, unique fields are unique, every look-up finds its row and no other, rows have an owner, and
    /// a snapshot has the same data.
    #[test]
    fn the_indexes_never_disagree_with_the_rows(
        calls in proptest::collection::vec((any_call(), 0..9_000i64), 1..40),
    ) {
        let mut world = World::new();
        for ((method, target, body), later) in calls {
            world.now += later;
            world.token = world.sign_in("demo@example.com", "demo-password", "NPS-DEMO0001");
            prop_assert!(world.call(method, &target, &body).status < 500);
        }
        let state = world.sandbox.state(world.now * 1_000, None);
        let users = state["end_users"].as_array().expect("a list");
        for field in ["email", "external_id"] {
            let mut seen: Vec<String> = users.iter().filter_map(|u| Some(u[field].as_str()?.to_lowercase())).collect();
            seen.sort();
            let all = seen.len();
            seen.dedup();
            prop_assert_eq!(seen.len(), all, "{} is unique", field);
        }
        for mail in 0..4 {
            let reply = world.get(&format!("/v1/end_users/{mail}@x?lookup_by_email=true"));
            let owner = users.iter().find(|u| u["email"].as_str().is_some_and(|e| e.eq_ignore_ascii_case(&format!("{mail}@x"))));
            prop_assert_eq!(reply.status == 200, owner.is_some());
            if let Some(owner) = owner {
                prop_assert_eq!(&value(&reply), owner);
            }
        }
        for row in state["responses"].as_array().expect("a list") {
            let (user, id) = (&row["end_user_id"], &row["id"]);
            prop_assert_eq!(&value(&world.get(&format!("/v1/end_users/{user}/responses/{id}"))), row);
        }
        let text = world.sandbox.snapshot().expect("a snapshot");
        let mut again = Sandbox::restore(Options::default(), &text).expect("readable");
        prop_assert_eq!(again.state(world.now * 1_000, None), state);
    }
}
