//! How Rack, Rails and PostgreSQL treat forms that clients send by mistake.

use super::*;

/// A sandbox with one end user, whose id is returned.
fn world() -> (World, i64) {
    let mut world = World::new();
    let user = world.user("email=ada@x&external_id=ada&properties[plan]=pro");
    (world, user)
}

#[test]
fn brackets_in_keys_are_read_as_rack_reads_them() {
    let cases = [
        ("properties[a[b]]=1", json!({"a[b": {"]": "1"}})),
        ("properties[a]b]=1", json!({"a": {"b]": "1"}})),
        ("properties[a[]]=1", json!({"a[": {"]": "1"}})),
        ("properties[a%5B]=1", json!({"a[": "1"})),
        ("properties[]=1", json!(null)),
        ("properties[a]=1&properties[a]=2", json!({"a": "2"})),
        ("properties[a][]=1&properties[a][]=2", json!({"a": ["1", "2"]})),
    ];
    for (body, expected) in cases {
        let (mut world, user) = world();
        let reply = world.call("PUT", &format!("/v1/end_users/{user}"), body);
        match expected {
            Value::Null => {
                assert_eq!((reply.status, messages(&reply)), (400, vec!["properties is invalid".into()]))
            }
            expected => assert_eq!((reply.status, &value(&reply)["properties"]), (200, &expected), "{body}"),
        }
    }
}

#[test]
fn a_name_that_is_a_value_and_a_hash_is_refused() {
    let (mut world, user) = world();
    let cases = [
        ("properties[a]=1&properties[a][b]=2", "expected Hash (got String) for param `a'"),
        ("properties=1&properties[a]=2", "expected Hash (got String) for param `properties'"),
        (
            "properties[a]=1&properties[]=2",
            "expected Array (got Rack::QueryParser::Params) for param `properties'",
        ),
        ("email=%zz", "invalid %-encoding"),
        ("email=%E9", "Invalid encoding for parameter"),
    ];
    for (body, words) in cases {
        let reply = world.call("PUT", &format!("/v1/end_users/{user}"), body);
        assert_eq!((reply.status, text(&reply, "error")), (400, words.to_owned()), "{body}");
        let reply = world.get(&format!("/v1/end_users?{body}"));
        assert_eq!((reply.status, text(&reply, "error")), (400, words.to_owned()), "?{body}");
    }
    assert_eq!(value(&world.get(&format!("/v1/end_users/{user}")))["properties"], json!({"plan": "pro"}));
}

#[test]
fn nul_gets_as_far_as_the_database() {
    let (mut world, user) = world();
    let user_path = format!("/v1/end_users/{user}");
    let responses = format!("{user_path}/responses");
    let answer = "score=9&ip_address=192.0.2.1&origin_url=https://x.example";
    let cases = [
        ("PUT", user_path.clone(), "properties[a%00]=1".to_owned(), 500),
        ("PUT", user_path.clone(), "properties[a]=x%00".to_owned(), 500),
        ("PUT", user_path.clone(), "properties[a][]=x%00".to_owned(), 500),
        ("PUT", user_path.clone(), "email=a%00".to_owned(), 500),
        ("PUT", user_path.clone(), r#"{"properties": {"a": "\u0000"}}"#.to_owned(), 500),
        ("POST", "/v1/end_users".to_owned(), "email=new@x&phone_number=%2B1%00".to_owned(), 500),
        ("POST", responses.clone(), format!("{answer}&text=a%00b"), 500),
        ("POST", responses.clone(), format!("{answer}&end_user[properties][a]=%00"), 500),
        // A value that is checked before the database query is answered 400, and a parameter that is not read does not
        // matter.
        ("POST", responses.clone(), "score=9%00&ip_address=x&origin_url=y".to_owned(), 400),
        ("PUT", user_path.clone(), "email=a%00&last_surveyed=x".to_owned(), 400),
        ("PUT", user_path.clone(), "unknown=a%00".to_owned(), 200),
        ("GET", "/v1/end_users/ada%00?lookup_by_external_id=true".to_owned(), String::new(), 500),
        ("GET", "/v1/end_users/a%00@x?lookup_by_email=true".to_owned(), String::new(), 500),
        ("GET", "/v1/end_users?email=a%00".to_owned(), String::new(), 500),
        ("GET", "/v1/end_users/phone_number/+1%00".to_owned(), String::new(), 500),
        ("DELETE", "/v1/end_users/a%00@x".to_owned(), String::new(), 500),
        ("GET", format!("{user_path}%00"), String::new(), 404),
        // The path must be UTF-8, too.
        ("GET", "/v1/end_users/%FF?lookup_by_external_id=true".to_owned(), String::new(), 400),
        ("POST", "/oauth/token".to_owned(), "grant_type=password&username=a%00&password=b".to_owned(), 500),
    ];
    for (method, target, body, status) in cases {
        let reply = world.call(method, &target, &body);
        assert_eq!(reply.status, status, "{method} {target} {body}");
        if status == 500 {
            assert_eq!(value(&reply), json!({"status": 500, "error": "Internal Server Error"}));
        }
    }
    let user = value(&world.get(&user_path));
    assert_eq!((&user["email"], &user["properties"]), (&json!("ada@x"), &json!({"plan": "pro"})));
    assert_eq!(value(&world.get(&responses)), json!([]));
}
