use super::*;
use crate::faults;

fn world(script: Value) -> World {
    let faults = faults::parse(&script.to_string()).expect("a script");
    let mut world = World::new();
    world.sandbox.set_faults(faults);
    world
}

fn serve(world: &mut World, method: &str, target: &str, body: &str) -> Served {
    let request = world.request(method, target, body);
    world.sandbox.serve(world.now * 1_000, &request)
}

fn users(world: &mut World) -> usize {
    world.sandbox.state(0, None)["end_users"].as_array().map_or(0, Vec::len)
}

/// The effect of every fault on a create: the reply, whether the end user exists, and the entry in the log.
#[test]
fn every_fault_spoils_a_create_in_its_own_way() {
    let cases = [
        (json!("reset_before"), None, false),
        (json!("reset_after"), None, true),
        (json!({"status": {"code": 503}}), Some(503), false),
        (json!({"rate_storm": {"reset_in": 9}}), Some(429), false),
        (json!({"truncate": {"bytes": 5}}), Some(201), true),
        (json!("garbage"), Some(200), true),
        (json!("revoke_tokens"), Some(401), false),
        (json!({"latency": {"ms": 70}}), Some(201), true),
    ];
    for (action, status, executed) in cases {
        let mut world = world(json!({"rules": [{"action": action, "times": 1}]}));
        let served = serve(&mut world, "POST", "/v1/end_users", "email=a@x");
        assert_eq!((served.executed, users(&mut world)), (executed, usize::from(executed)), "{action}");
        let logged = world.sandbox.requests(&LogFilter::default()).last().expect("logged").clone();
        assert_eq!((logged.status, logged.executed), (status, executed), "{action}");
        let word = action.as_str().or_else(|| action.as_object()?.keys().next().map(String::as_str));
        assert_eq!(logged.fault.as_deref(), word);
        match (&served.end, word) {
            (RequestEnd::Reset, Some("reset_before" | "reset_after")) => {}
            (RequestEnd::Truncated { reply, bytes: 5 }, Some("truncate")) => assert!(reply.value().is_some()),
            (RequestEnd::Reply(reply), Some("garbage")) => assert_eq!(reply.value(), None),
            (RequestEnd::Reply(reply), _) => {
                assert_eq!(Some(reply.status), status);
                assert!(reply.header("date").is_some());
            }
            _ => panic!("{action}: {:?}", served.end),
        }
        assert_eq!(served.delay_ms, if word == Some("latency") { 70 } else { 0 });
    }
}

#[test]
fn a_truncated_reply_is_always_short() {
    let mut world = world(json!({"rules": [{"action": {"truncate": {"bytes": 1_000_000}}}]}));
    let served = serve(&mut world, "GET", "/v1/segments", "");
    assert!(matches!(served.end, RequestEnd::Truncated { bytes: 1, reply } if reply.body == b"[]"));
    let id = {
        world.sandbox.set_faults(FaultScript::default());
        let id = world.user("email=a@x");
        world.response(id, "score=1");
        id
    };
    world.sandbox.set_faults(
        faults::parse(r#"{"rules": [{"action": {"truncate": {"bytes": 1}}}]}"#).expect("a script"),
    );
    let gone = serve(&mut world, "DELETE", &format!("/v1/end_users/{id}/responses/800200301"), "");
    assert_eq!((gone.end, gone.executed), (RequestEnd::Reset, true), "a 204 has nothing to cut");
}

#[test]
fn rules_follow_an_end_user_under_all_its_names() {
    let mut world = World::new();
    let id = world.user("email=ada@x&external_id=cust-42&phone_number=%2B1555");
    let other = world.user("email=bob@x");
    for name in [id.to_string(), "cust-42".into(), "ada@x".into(), "+1555".into()] {
        let script = json!({"rules": [{"match": {"user": name}, "action": "reset_before"}]});
        world.sandbox.set_faults(faults::parse(&script.to_string()).expect("a script"));
        let cases = [
            (format!("/v1/end_users/{id}"), true),
            (format!("/v1/end_users/{id}/responses"), true),
            ("/v1/end_users/cust-42?lookup_by_external_id=true".into(), true),
            ("/v1/end_users/ada%40x?lookup_by_email=true".into(), true),
            ("/v1/end_users/phone_number/%2B1555".into(), true),
            (format!("/v1/end_users/{other}"), false),
            ("/v1/end_users/bob%40x?lookup_by_email=true".into(), false),
            ("/v1/end_users".into(), false),
            ("/oauth/token".into(), false),
        ];
        for (target, hit) in cases {
            let served = serve(&mut world, "GET", &target, "");
            assert_eq!(served.end == RequestEnd::Reset, hit, "{name} {target}");
        }
    }
    // A create names its end user in the body, before the end user exists.
    let script = json!({"rules": [{"match": {"user": "new-1"}, "action": "reset_before"}]});
    world.sandbox.set_faults(faults::parse(&script.to_string()).expect("a script"));
    assert_eq!(
        serve(&mut world, "POST", "/v1/end_users", "email=n@x&external_id=new-1").end,
        RequestEnd::Reset
    );
}

#[test]
fn handling_leaves_the_script_alone() {
    let mut world = world(json!({"rules": [{"action": "reset_before", "times": 1}]}));
    assert_eq!(world.get("/v1/segments").status, 200);
    let request = world.request("GET", "/v1/segments", "");
    assert_eq!(world.sandbox.verdict(0, &request).fault, Some(Fault::ResetBefore));
    assert_eq!(world.sandbox.verdict(0, &request), FaultVerdict::default());
}

#[test]
fn the_log_tells_what_was_sent_but_no_secret() {
    let mut world = World::new();
    let token = world.token.clone();
    world.call("POST", "/api/v1/end_users.json?lang=en", "email=a@x&properties[n_amount]=5");
    let logged: Vec<Value> = world
        .sandbox
        .requests(&LogFilter::default())
        .map(|entry| serde_json::to_value(entry).expect("JSON"))
        .collect();
    assert_eq!(logged[0]["form"]["password"], "[redacted]");
    assert_eq!(logged[0]["query"]["account_token"], "[redacted]");
    assert_eq!(
        logged[1],
        json!({"seq": 2, "at_ms": NOW * 1_000, "method": "POST", "path": "/v1/end_users", "query": {"lang": "en"},
            "form": {"email": "a@x", "properties": {"n_amount": "5"}}, "status": 201, "executed": true, "delay_ms": 0})
    );
    let text = format!("{logged:?}");
    assert!(!text.contains(&token) && !text.contains("demo-password"), "{text}");
    world.sandbox.clear_requests();
    assert_eq!(world.sandbox.requests(&LogFilter::default()).count(), 0);
}

#[test]
fn debug_output_shows_no_secret() {
    let mut world = World::new();
    let request = world.request("POST", "/v1/end_users?email=planted@x", "email=planted@x");
    let served = world.sandbox.serve(0, &request);
    let shown = format!("{request:?} {served:?} {:?} {:?}", world.sandbox.options, Account::demo());
    assert!(
        !shown.contains("planted") && !shown.contains(&world.token) && !shown.contains("demo-password"),
        "{shown}"
    );
    assert!(!shown.contains("demo@example.com") && !shown.contains("demo-client"), "{shown}");
}
