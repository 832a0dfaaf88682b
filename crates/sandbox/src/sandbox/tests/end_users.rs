use super::*;

const FULL: &str = "email=Ada%40example.com&phone_number=%2B12025550100&external_id=cust-42&last_surveyed=1642685961\
    &external_created_at=1700000000&properties[plan]=Pro&properties[seats_amount]=12&properties[e][]=a\
    &properties[f][x]=y";

#[test]
fn a_create_answers_with_the_whole_object() {
    let mut world = World::new();
    let reply = world.call("POST", "/v1/end_users", FULL);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("date"), Some("Thu, 02 May 2024 15:15:30 GMT"));
    let expected = json!({
        "id": 700_100_201, "created_at": "2024-05-02 08:15:30 -0700", "updated_at": "2024-05-02 08:15:30 -0700",
        "email": "Ada@example.com", "last_surveyed": "2022-01-20 05:39:21 -0800",
        "external_created_at": 1_700_000_000, "last_seen_at": null,
        "properties": {"plan": "Pro", "seats_amount": 12, "e": ["a"], "f": {"x": "y"}},
        "phone_number": "+12025550100", "external_id": "cust-42", "last_response": null,
        "settings": {"email_nps": true, "mobile_nps": true, "web_nps": true, "force_mobile_survey": null,
            "force_web_survey": null, "surveys_disabled_by_end_user": null},
    });
    assert_eq!(value(&reply), expected);
    assert_eq!(value(&world.get("/v1/end_users/700100201")), expected);
}

#[test]
fn every_lookup_finds_the_same_end_user() {
    let mut world = World::new();
    let id = world.user(FULL);
    world.user("email=other@example.com");
    let cases = [
        (format!("/v1/end_users/{id}"), 200),
        (format!("/api/v1/end_users/{id}"), 200),
        (format!("/v1/end_users/{id}/"), 200),
        (format!("/v1/end_users/{id}.json"), 200),
        (format!("/v1/end_users/phone_number/{id}"), 200),
        ("/v1/end_users/Ada%40example.com?lookup_by_email=true".into(), 200),
        ("/v1/end_users/ada@EXAMPLE.com?lookup_by_email=true".into(), 200),
        ("/v1/end_users/cust-42?lookup_by_external_id=true".into(), 200),
        ("/v1/end_users/cust%2D42?lookup_by_external_id=true".into(), 200),
        ("/v1/end_users/phone_number/+12025550100".into(), 200),
        ("/v1/end_users/phone_number/%2B12025550100".into(), 200),
        // Digits are an id, any other value needs its flag, and flags do not affect other look-ups.
        ("/v1/end_users/phone_number/12025550100".into(), 404),
        ("/v1/end_users/cust-42".into(), 404),
        ("/v1/end_users/cust-42?lookup_by_external_id=false".into(), 404),
        ("/v1/end_users/CUST-42?lookup_by_external_id=true".into(), 404),
        ("/v1/end_users/cust-42?lookup_by_email=true".into(), 404),
        (format!("/v1/end_users/{id}?lookup_by_external_id=true"), 404),
        ("/v1/end_users/+700100201".into(), 404),
        ("/v1/end_users/99999999999999999999".into(), 404),
    ];
    for (target, status) in cases {
        let reply = world.get(&target);
        assert_eq!(reply.status, status, "{target}");
        match status {
            200 => assert_eq!(value(&reply)["id"], id, "{target}"),
            _ => assert_eq!(value(&reply), not_found(), "{target}"),
        }
    }
}

#[test]
fn a_segment_is_decoded_once() {
    let mut world = World::new();
    let id = world.user("email=a@example.com&external_id=a%2Fb%20c%252F");
    let reply = world.get("/v1/end_users/a%2Fb%20c%252F?lookup_by_external_id=true");
    assert_eq!((reply.status, &value(&reply)["id"]), (200, &json!(id)));
}

#[test]
fn what_a_create_refuses() {
    let neither = "email, phone_number are missing, at least one parameter must be provided";
    let cases = [
        ("external_id=x", neither),
        ("email=&phone_number=", neither),
        ("email=a@x&last_surveyed=2024-01-01", "last_surveyed is invalid"),
        ("email=a@x&last_surveyed=1642685961032", "last_surveyed is invalid"),
        ("email=a@x&external_created_at=1.5", "external_created_at is invalid"),
        ("email=a@x&properties=flat", "properties is invalid"),
        ("email=a@x&properties[a.b]=1", "properties is invalid"),
        ("email[]=a@x", "email is invalid"),
    ];
    let mut world = World::new();
    for (body, message) in cases {
        let reply = world.call("POST", "/v1/end_users", body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(messages(&reply).contains(&message.to_owned()), "{body}: {}", value(&reply));
    }
    assert_eq!(world.call("POST", "/v1/end_users", "a=1&a[b]=2").status, 400);
    assert_eq!(world.call("POST", "/v1/end_users", "{not json").status, 400);
    assert_eq!(world.call("POST", "/v1/end_users", &"a".repeat((1 << 20) + 1)).status, 413);
    assert_eq!(value(&world.get("/v1/end_users")), json!([]), "nothing was created");
}

#[test]
fn unique_fields_are_unique_on_create_and_update() {
    let taken = |what: &str| json!({"error": format!("Validation failed: {what} has already been taken")});
    let cases = [
        ("email=ADA@EXAMPLE.COM", Some("Email")),
        ("email=b@x&phone_number=%2B12025550100", Some("Phone number")),
        ("email=b@x&external_id=cust-42", Some("External")),
        ("email=b@x&external_id=CUST-42", None),
        ("email=b@x&external_id=&phone_number=", None),
    ];
    for (body, field) in cases {
        let mut world = World::new();
        world.user(FULL);
        let created = world.call("POST", "/v1/end_users", body);
        assert_eq!(created.status, if field.is_some() { 400 } else { 201 }, "{body}");
        let other = if field.is_some() { world.user("email=c@x") } else { 0 };
        if let Some(field) = field {
            assert_eq!(value(&created), taken(field), "{body}");
            let updated = world.call("PUT", &format!("/v1/end_users/{other}"), body);
            assert_eq!((updated.status, value(&updated)), (400, taken(field)), "{body}");
            assert_eq!(other, 700_100_202, "a refused create takes no id");
        }
    }
    let mut world = World::switched(Switches { duplicate_status: 422, ..Switches::default() });
    world.user(FULL);
    assert_eq!(world.call("POST", "/v1/end_users", FULL).status, 422);
}

#[test]
fn an_update_sets_what_it_names_and_replaces_the_properties() {
    let cases = [
        ("properties[b]=2", json!({"properties": {"b": "2"}})),
        ("properties[]=x", json!(null)),
        ("last_surveyed=1642685961", json!({"last_surveyed": "2022-01-20 05:39:21 -0800"})),
        (
            "email=new@example.com",
            json!({"email": "new@example.com", "properties": {"a": "1"}, "external_id": "x"}),
        ),
        ("external_id=", json!({"external_id": null})),
        ("phone_number=%2B49", json!({"phone_number": "+49", "email": "a@example.com"})),
        // The same values again do not conflict with the record's own.
        ("email=A@example.com&external_id=x", json!({"email": "A@example.com"})),
        (
            r#"{"properties": {"seats_amount": "7", "n": 1.50}}"#,
            json!({"properties": {"seats_amount": 7, "n": 1.5}}),
        ),
    ];
    for (body, expected) in cases {
        let mut world = World::new();
        let id = world.user("email=a@example.com&external_id=x&properties[a]=1");
        world.now += 60;
        let reply = world.call("PUT", &format!("/v1/end_users/{id}"), body);
        let shown = value(&reply);
        let Some(fields) = expected.as_object() else {
            assert_eq!(reply.status, 400, "{body}");
            continue;
        };
        assert_eq!(reply.status, 200, "{body}");
        for (field, wanted) in fields {
            // The digits are kept as they were sent, so 1.50 is compared as a number.
            assert_eq!(shown[field].to_string().replace("1.50", "1.5"), wanted.to_string(), "{body}");
        }
        assert_eq!(shown["updated_at"], "2024-05-02 08:16:30 -0700");
        assert_eq!(shown["created_at"], "2024-05-02 08:15:30 -0700");
    }
    assert_eq!(value(&World::new().call("PUT", "/v1/end_users/1", "email=x")), not_found());
}

#[test]
fn a_freed_field_finds_and_blocks_nobody() {
    let mut world = World::new();
    let id = world.user("email=a@example.com&external_id=x");
    world.call("PUT", &format!("/v1/end_users/{id}"), "email=b@example.com&external_id=y");
    assert_eq!(world.get("/v1/end_users/a@example.com?lookup_by_email=true").status, 404);
    assert_eq!(world.get("/v1/end_users/x?lookup_by_external_id=true").status, 404);
    assert_ne!(world.user("email=a@example.com&external_id=x"), id);
    assert_eq!(value(&world.get("/v1/end_users/y?lookup_by_external_id=true"))["id"], id);
}

#[test]
fn properties_merge_by_switch() {
    let mut world = World::switched(Switches { merge_properties: true, ..Switches::default() });
    let id = world.user("email=a@example.com&properties[a]=1&properties[c]=1");
    let reply = world.call("PUT", &format!("/v1/end_users/{id}"), "properties[b]=2&properties[c]=3");
    assert_eq!(value(&reply)["properties"], json!({"a": "1", "b": "2", "c": "3"}));
}

#[test]
fn a_deletion_is_carried_out_at_the_next_seven_utc() {
    let mut world = World::new();
    let id = world.user(FULL);
    world.response(id, "score=9");
    let by_email = world.call("DELETE", "/v1/end_users/ada@example.com", "");
    assert_eq!((by_email.status, &value(&by_email)["id"]), (200, &json!(id)));
    assert_eq!(world.call("DELETE", &format!("/v1/end_users/{id}"), "").status, 200, "again");
    let seven = 1_714_719_600;
    world.now = NOW + 7_199;
    assert_eq!(world.get(&format!("/v1/end_users/{id}")).status, 200, "readable until then");
    assert_eq!(world.call("POST", "/v1/end_users", FULL).status, 400, "still unique until then");
    world.now = seven - 1;
    world.token = world.sign_in("demo@example.com", "demo-password", "NPS-DEMO0001");
    assert_eq!(world.get(&format!("/v1/end_users/{id}")).status, 200);
    world.now = seven;
    assert_eq!(value(&world.get(&format!("/v1/end_users/{id}"))), not_found());
    assert_eq!(value(&world.get("/v1/responses")), json!([]), "what belongs to it goes with it");
    assert_eq!(world.call("DELETE", &format!("/v1/end_users/{id}"), "").status, 404);
    assert_eq!(world.call("POST", "/v1/end_users", FULL).status, 201, "free again");
}

#[test]
fn settings_are_read_and_written() {
    let mut world = World::new();
    let id = world.user("email=a@example.com");
    let target = format!("/v1/end_users/{id}/settings");
    world.now += 1;
    let reply =
        world.call("PUT", &target, "email_nps=false&force_web_survey=true&surveys_disabled_by_end_user=true");
    assert_eq!(reply.status, 200);
    assert_eq!(
        value(&reply),
        json!({
            "id": 600_500_401, "end_user_id": id, "created_at": "2024-05-02 08:15:30 -0700",
            "updated_at": "2024-05-02 08:15:31 -0700", "email_nps": false, "mobile_nps": true, "web_nps": true,
            "force_mobile_survey": null, "force_web_survey": true, "surveys_disabled_by_end_user": true,
        })
    );
    assert_eq!(value(&world.get(&target)), value(&reply));
    let refused = world.call("PUT", &target, "email_nps=maybe");
    assert_eq!((refused.status, messages(&refused)), (400, vec!["email_nps is invalid".to_owned()]));
    for (method, status) in [("GET", 404), ("PUT", 404)] {
        assert_eq!(world.call(method, "/v1/end_users/1/settings", "").status, status);
    }
}

#[test]
fn an_export_is_accepted() {
    let mut world = World::new();
    let id = world.user("email=a@example.com");
    let reply = world.get(&format!("/v1/end_users/{id}/export"));
    assert_eq!((reply.status, value(&reply)), (202, json!({})));
    assert_eq!(world.get("/v1/end_users/1/export").status, 404);
}
