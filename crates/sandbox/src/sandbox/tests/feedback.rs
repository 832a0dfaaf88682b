use super::*;

const DAY: i64 = 86_400;

#[test]
fn a_response_answers_with_the_whole_object_and_touches_its_end_user() {
    let mut world = World::new();
    let id = world.user("email=ada@example.com&properties[old]=1");
    let reply = world.call(
        "POST",
        &format!("/v1/end_users/{id}/responses"),
        "score=9&text=Nice&ip_address=192.0.2.10&origin_url=https%3A%2F%2Fshop.example.com&created_at=1714600000\
         &end_user[properties][seats_amount]=12",
    );
    assert_eq!(reply.status, 201);
    let expected = json!({
        "id": 800_200_301, "end_user_id": id, "survey_id": 900_300_401, "score": 9, "text": "Nice",
        "completed": false, "excluded_from_calculations": false, "ip_address": "192.0.2.10",
        "origin_url": "https://shop.example.com", "created_at": "2024-05-01 14:46:40 -0700",
        "updated_at": "2024-05-02 08:15:30 -0700", "tags": [], "notes": [],
        "end_user": {"email": "ada@example.com", "properties": {"seats_amount": 12}},
    });
    assert_eq!(value(&reply), expected);
    assert_eq!(value(&world.get(&format!("/v1/end_users/{id}/responses/800200301"))), expected);
    let user = value(&world.get(&format!("/v1/end_users/{id}")));
    assert_eq!(
        user["last_response"],
        json!({"id": 800_200_301, "score": 9, "text": "Nice", "survey": {"channel": "web"}})
    );
    assert_eq!(user["last_surveyed"], "2024-05-01 14:46:40 -0700");
    assert_eq!(user["properties"], json!({"seats_amount": 12}), "replaced");
}

#[test]
fn a_decline_answers_with_the_whole_object() {
    let mut world = World::new();
    let id = world.user("email=ada@example.com&properties[plan]=Pro");
    let reply = world.call("POST", &format!("/v1/end_users/{id}/declines"), "created_at=1714600000");
    assert_eq!(reply.status, 201);
    let expected = json!({
        "id": 810_200_301, "end_user_id": id, "survey_id": 900_300_401, "ip_address": null, "origin_url": null,
        "created_at": "2024-05-01 14:46:40 -0700", "updated_at": "2024-05-02 08:15:30 -0700",
        "end_user": {"properties": {"plan": "Pro"}},
    });
    assert_eq!(value(&reply), expected);
    assert_eq!(value(&world.get(&format!("/v1/end_users/{id}/declines/810200301"))), expected);
    let user = value(&world.get(&format!("/v1/end_users/{id}")));
    assert_eq!((&user["last_response"], &user["last_surveyed"]), (&json!(null), &expected["created_at"]));
}

#[test]
fn what_creating_a_response_refuses() {
    let rest = "&ip_address=1&origin_url=x";
    let cases = [
        (format!("text=x{rest}"), vec!["score is missing"]),
        (format!("score={rest}"), vec!["score is missing"]),
        (format!("score=nine{rest}"), vec!["score is invalid"]),
        (format!("score=9.0{rest}"), vec!["score is invalid"]),
        (format!("score=11{rest}"), vec!["score does not have a valid value"]),
        (format!("score=-1{rest}"), vec!["score does not have a valid value"]),
        ("score=9".into(), vec!["ip_address is missing", "origin_url is missing"]),
        (format!("score=9&created_at=1642685961032{rest}"), vec!["created_at is invalid"]),
        (format!("score=9&end_user=x{rest}"), vec!["end_user is invalid"]),
        (format!("score=9&end_user[properties][$a]=x{rest}"), vec!["end_user[properties] is invalid"]),
    ];
    let mut world = World::new();
    let id = world.user("email=a@example.com");
    for (body, expected) in cases {
        let reply = world.call("POST", &format!("/v1/end_users/{id}/responses"), &body);
        assert_eq!(
            (reply.status, messages(&reply)),
            (400, expected.iter().map(|m| (*m).to_owned()).collect()),
            "{body}"
        );
    }
    let nobody = world.call("POST", "/v1/end_users/1/responses", &format!("score=9{rest}"));
    assert_eq!((nobody.status, value(&nobody)), (404, not_found()));
    assert_eq!(world.call("POST", "/v1/end_users/1/declines", "").status, 404);
    assert_eq!(value(&world.get("/v1/responses")), json!([]));
}

#[test]
fn every_score_of_the_scale_is_accepted() {
    for score in 0..=10 {
        let mut world = World::new();
        let id = world.user("email=a@example.com");
        assert_eq!(world.response(id, &format!("score={score}"))["score"], score);
    }
}

/// docs/facts/inmoment-api.md#q19: the window is anchored at the newest one's creation time and reaches both ways.
#[test]
fn a_second_one_within_a_day_updates_the_last() {
    let cases = [(1, true), (DAY - 1, true), (DAY, false), (-(DAY - 1), true), (-DAY, false)];
    for (offset, updates) in cases {
        let mut world = World::new();
        let id = world.user("email=a@example.com&properties[plan]=Pro");
        let first = world.response(id, &format!("score=9&text=Nice&created_at={}", NOW - 10 * DAY));
        world.now += 5;
        let second = world.response(id, &format!("score=3&created_at={}", NOW - 10 * DAY + offset));
        assert_eq!(second["id"] == first["id"], updates, "{offset}");
        assert_eq!(
            world.sandbox.state(0, None)["responses"].as_array().map(Vec::len),
            Some(if updates { 1 } else { 2 })
        );
        assert_eq!(second["score"], 3);
        if updates {
            assert_eq!(second["created_at"], first["created_at"]);
            assert_eq!(second["text"], "Nice", "what is not sent stays");
            assert_eq!(second["updated_at"], "2024-05-02 08:15:35 -0700");
        }
    }
}

#[test]
fn the_day_counts_per_end_user_and_kind() {
    let mut world = World::new();
    let (one, two) = (world.user("email=1@x"), world.user("email=2@x"));
    let first = world.response(one, "score=9");
    assert_ne!(world.response(two, "score=9")["id"], first["id"]);
    let decline = |world: &mut World| {
        value(&world.call("POST", &format!("/v1/end_users/{one}/declines"), ""))["id"].clone()
    };
    let declined = decline(&mut world);
    assert_eq!(decline(&mut world), declined);
    world.now += DAY;
    world.token = world.sign_in("demo@example.com", "demo-password", "NPS-DEMO0001");
    assert_ne!(decline(&mut world), declined);
    assert_ne!(world.response(one, "score=8")["id"], first["id"]);
}

#[test]
fn switches_change_how_a_create_answers() {
    let mut world = World::switched(Switches {
        lenient: true,
        empty_create_body: true,
        one_a_day: false,
        create_status: 200,
        ..Switches::default()
    });
    let created = world.call("POST", "/v1/end_users", "email=a@x");
    let id = value(&created)["id"].clone();
    for _ in 0..2 {
        let reply = world.call("POST", &format!("/v1/end_users/{id}/responses"), "score=9");
        assert_eq!((created.status, reply.status, reply.body.as_slice()), (200, 200, b"".as_slice()));
    }
    assert_eq!(column(&world.get("/v1/responses"), "id").len(), 2);
}

#[test]
fn a_row_is_reached_through_its_own_end_user_only() {
    for what in ["responses", "declines"] {
        let mut world = World::new();
        let (one, two) = (world.user("email=1@x"), world.user("email=2@x"));
        let reply =
            world.call("POST", &format!("/v1/end_users/{one}/{what}"), "score=9&ip_address=1&origin_url=x");
        let id = value(&reply)["id"].clone();
        for method in ["GET", "DELETE"] {
            for target in [
                format!("/v1/end_users/{two}/{what}/{id}"),
                format!("/v1/end_users/1/{what}/{id}"),
                format!("/v1/end_users/{one}/{what}/1"),
                format!("/v1/end_users/{one}/{what}/x"),
            ] {
                let reply = world.call(method, &target, "");
                assert_eq!((reply.status, value(&reply)), (404, not_found()), "{method} {target}");
            }
        }
        let gone = world.call("DELETE", &format!("/v1/end_users/{one}/{what}/{id}"), "");
        assert_eq!((gone.status, gone.body.as_slice()), (204, b"".as_slice()));
        assert_eq!(world.get(&format!("/v1/end_users/{one}/{what}/{id}")).status, 404);
        assert_eq!(value(&world.get(&format!("/v1/{what}"))), json!([]));
        assert_eq!(value(&world.get(&format!("/v1/end_users/{one}")))["last_response"], json!(null));
    }
}

#[test]
fn an_update_changes_flags_and_is_locked_for_properties() {
    let mut world = World::new();
    let id = world.user("email=a@x");
    let row = world.response(id, "score=9")["id"].clone();
    let target = format!("/v1/responses/{row}");
    let reply = world.call("PUT", &target, "completed=true&excluded_from_calculations=true");
    assert_eq!((reply.status, reply.body.as_slice()), (204, b"".as_slice()));
    let shown = value(&world.get(&format!("/v1/end_users/{id}/responses/{row}")));
    assert_eq!((&shown["completed"], &shown["excluded_from_calculations"]), (&json!(true), &json!(true)));
    let locked = world.call("PUT", &target, "end_user[properties][a]=1");
    assert_eq!((locked.status, &value(&locked)["type"]), (423, &json!("error_list")));
    assert_eq!(world.call("PUT", &target, "completed=perhaps").status, 400);
    assert_eq!(world.call("PUT", "/v1/responses/1", "completed=true").status, 404);
    assert_eq!(world.call("PUT", "/v1/declines/1", "end_user[properties][a]=1").status, 404);

    let mut world = World::switched(Switches { snapshot_updates: true, ..Switches::default() });
    let id = world.user("email=a@x&properties[a]=0");
    world.call("POST", &format!("/v1/end_users/{id}/declines"), "");
    assert_eq!(world.call("PUT", "/v1/declines/810200301", "end_user[properties][a]=1").status, 204);
    let shown = value(&world.get(&format!("/v1/end_users/{id}/declines/810200301")));
    assert_eq!(shown["end_user"], json!({"properties": {"a": "1"}}));
    assert_eq!(
        value(&world.get(&format!("/v1/end_users/{id}")))["properties"],
        json!({"a": "0"}),
        "snapshot only"
    );
}

#[test]
fn a_snapshot_keeps_the_properties_of_its_day() {
    let mut world = World::new();
    let id = world.user("email=a@x&properties[plan]=Free");
    world.response(id, "score=9");
    world.call("PUT", &format!("/v1/end_users/{id}"), "email=b@x&properties[plan]=Pro");
    let shown = &value(&world.get("/v1/responses"))[0]["end_user"];
    assert_eq!(shown, &json!({"email": "b@x", "properties": {"plan": "Free"}}));
}
