use super::*;

/// Three end users, created a minute apart; their e-mails are in another order.
fn three() -> (World, [i64; 3]) {
    let mut world = World::new();
    let ids = ["email=c@x", "email=a@x", "email=b@x"].map(|body| {
        let id = world.user(body);
        world.now += 60;
        id
    });
    (world, ids)
}

#[test]
fn end_users_are_filtered_and_sorted() {
    let (mut world, [c, a, b]) = three();
    let minute = |n: i64| NOW + 60 * n;
    world.call("PUT", &format!("/v1/end_users/{c}"), "external_id=touched");
    world.call("PUT", &format!("/v1/end_users/{a}/settings"), "surveys_disabled_by_end_user=true");
    let cases = [
        (String::new(), vec![a, b, c]),
        ("sort_order=desc".into(), vec![c, b, a]),
        ("sort_key=created_at".into(), vec![c, a, b]),
        ("sort_key=created_at&sort_order=desc".into(), vec![b, a, c]),
        ("sort_key=updated_at".into(), vec![a, b, c]),
        ("email=B%40x".into(), vec![b]),
        ("email=nobody".into(), vec![]),
        (format!("created[gt]={}", minute(0)), vec![a, b]),
        (format!("created[gte]={}&created[lt]={}", minute(0), minute(2)), vec![a, c]),
        (format!("created[lte]={}", minute(1)), vec![a, c]),
        (format!("created[eq]={}", minute(1)), vec![a]),
        (format!("updated[gte]={}", minute(3)), vec![c]),
        (format!("email=b%40x&created[lt]={}", minute(1)), vec![]),
        ("surveys_disabled=true".into(), vec![a]),
        ("surveys_disabled=false".into(), vec![b, c]),
        ("os_name=web&unknown[x]=1".into(), vec![a, b, c]),
    ];
    for (query, expected) in cases {
        let reply = world.get(&format!("/v1/end_users?{query}"));
        assert_eq!(
            (reply.status, column(&reply, "id")),
            (200, expected.iter().map(|id| json!(id)).collect()),
            "{query}"
        );
    }
}

#[test]
fn what_a_list_refuses() {
    let cases = [
        ("page=31", "page does not have a valid value"),
        ("page=0", "page does not have a valid value"),
        ("page=x", "page is invalid"),
        ("per_page=51", "per_page does not have a valid value"),
        ("per_page=0", "per_page does not have a valid value"),
        ("per_page=x", "per_page is invalid"),
        ("sort_order=dsc", "sort_order does not have a valid value"),
        ("sort_key=name", "sort_key does not have a valid value"),
        ("created=1", "created is invalid"),
        ("created[gt]=2024-01-01", "created[gt] is invalid"),
    ];
    let mut world = World::new();
    let id = world.user("email=a@x");
    for list in ["end_users", "responses", "declines", &format!("end_users/{id}/responses")] {
        for (query, message) in cases {
            let reply = world.get(&format!("/v1/{list}?{query}"));
            assert_eq!((reply.status, messages(&reply)), (400, vec![message.to_owned()]), "{list} {query}");
        }
        for query in ["page=30", "per_page=50", "per_page=1"] {
            assert_eq!(world.get(&format!("/v1/{list}?{query}")).status, 200, "{list} {query}");
        }
    }
}

#[test]
fn pages_cut_the_list_without_gap_or_repeat() {
    let mut world = World::new();
    let all: Vec<i64> = (0..60).map(|n| world.user(&format!("email={n:03}@x"))).collect();
    let sizes =
        [("", vec![25, 25, 10, 0]), ("per_page=50&", vec![50, 10, 0, 0]), ("per_page=7&", vec![7, 7, 7, 7])];
    for (query, expected) in sizes {
        let pages: Vec<Vec<Value>> = (1..=4)
            .map(|page| column(&world.get(&format!("/v1/end_users?{query}page={page}")), "id"))
            .collect();
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{query}");
        let shown: Vec<i64> = pages.concat().iter().filter_map(Value::as_i64).collect();
        assert_eq!(shown, all[..shown.len()], "{query}");
    }
    let mut world = World::switched(Switches { max_per_page: 500, ..Switches::default() });
    assert_eq!(world.get("/v1/end_users?per_page=500").status, 200);
    let mut world = World::switched(Switches { max_per_page: u32::MAX, ..Switches::default() });
    world.user("email=a@x");
    for (page, shown) in [(1, 1), (2, 0), (30, 0)] {
        let listed = world.get(&format!("/v1/end_users?per_page={}&page={page}", u32::MAX));
        assert_eq!(column(&listed, "id").len(), shown, "{page}");
    }
}

#[test]
fn responses_and_declines_come_newest_first() {
    for what in ["responses", "declines"] {
        let mut world = World::new();
        let (one, two) = (world.user("email=1@x"), world.user("email=2@x"));
        let day = |n: i64| NOW + n * 86_400;
        let mut add = |user: i64, at: i64| {
            let body = format!("score=9&ip_address=1&origin_url=x&created_at={at}");
            value(&world.call("POST", &format!("/v1/end_users/{user}/{what}"), &body))["id"].clone()
        };
        let (a, b, c) = (add(one, day(-9)), add(two, day(-5)), add(one, day(-7)));
        let cases = [
            (format!("/v1/{what}"), vec![&b, &c, &a]),
            (format!("/v1/{what}?sort_order=asc"), vec![&a, &c, &b]),
            (format!("/v1/{what}?sort_key=created_at&sort_order=desc"), vec![&b, &c, &a]),
            (format!("/v1/{what}?sort_key=updated_at&sort_order=asc"), vec![&a, &b, &c]),
            (format!("/v1/{what}?created[gt]={}", day(-9)), vec![&b, &c]),
            (format!("/v1/{what}?updated[gt]={NOW}"), vec![]),
            (format!("/v1/end_users/{one}/{what}"), vec![&c, &a]),
            (format!("/v1/end_users/{one}/{what}?created[lte]={}", day(-9)), vec![&a]),
            (format!("/v1/end_users/{two}/{what}"), vec![&b]),
        ];
        for (target, expected) in cases {
            let expected: Vec<Value> = expected.into_iter().cloned().collect();
            assert_eq!(column(&world.get(&target), "id"), expected, "{target}");
        }
        let nobody = world.get(&format!("/v1/end_users/1/{what}"));
        assert_eq!((nobody.status, value(&nobody)), (404, not_found()));
    }
}

#[test]
fn classes_split_the_scale() {
    let mut world = World::switched(Switches { one_a_day: false, ..Switches::default() });
    let id = world.user("email=1@x");
    for score in 0..=10 {
        world.response(id, &format!("score={score}"));
    }
    let cases =
        [("promoters", vec![10, 9]), ("passives", vec![8, 7]), ("detractors", vec![6, 5, 4, 3, 2, 1, 0])];
    for (class, expected) in cases {
        let reply = world.get(&format!("/v1/end_users/{id}/responses/{class}"));
        assert_eq!(
            column(&reply, "score"),
            expected.iter().map(|score| json!(score)).collect::<Vec<_>>(),
            "{class}"
        );
        assert_eq!(world.get(&format!("/v1/end_users/1/responses/{class}")).status, 404);
        assert_eq!(world.get(&format!("/v1/responses/{class}")).status, 405, "per end user only");
    }
    world.call("PUT", "/v1/responses/800200301", "excluded_from_calculations=true");
    assert_eq!(column(&world.get("/v1/responses?excluded_from_calculations=true"), "score"), [0]);
    assert_eq!(column(&world.get("/v1/responses?excluded_from_calculations=false"), "score").len(), 10);
}
