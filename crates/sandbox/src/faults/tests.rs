use serde_json::json;

use super::*;

fn rules(script: Value) -> Rules {
    Rules::new(parse(&script.to_string()).expect("a script"))
}

/// The given times, in seconds, at which a POST of a response fails.
fn failures(rules: &mut Rules, seconds: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let facts = RequestFacts {
        method: "POST",
        path: "/v1/end_users/7/responses",
        concerns: &|user| user == "cust-42",
        limit: 100,
    };
    seconds.into_iter().filter(|now| rules.decide(now * 1_000, &facts).fault.is_some()).collect()
}

#[test]
fn bounds_say_when_a_rule_acts() {
    let cases = [
        (json!({"times": 2}), vec![1, 2]),
        (json!({"after": 2, "times": 1}), vec![3]),
        (json!({"for_secs": 3}), vec![1, 2, 3]),
        (json!({"after": 1, "for_secs": 3}), vec![2, 3, 4]),
        (json!({"until": 4}), vec![1, 2, 3]),
        (json!({}), vec![1, 2, 3, 4, 5]),
    ];
    for (bounds, expected) in cases {
        let mut rule = bounds.clone();
        rule["action"] = json!("reset_before");
        assert_eq!(failures(&mut rules(json!({"rules": [rule]})), 1..=5), expected, "{bounds}");
    }
}

#[test]
fn every_field_of_a_match_must_hold() {
    let cases = [
        (json!({"method": "post"}), true),
        (json!({"method": "GET"}), false),
        (json!({"path": "/v1/end_users/*/responses"}), true),
        (json!({"path": "/v1/end_users/*"}), false),
        (json!({"path_prefix": "/v1/end_users"}), true),
        (json!({"path_prefix": "/oauth"}), false),
        (json!({"user": "cust-42"}), true),
        (json!({"user": "cust-4"}), false),
        (json!({"method": "POST", "user": "cust-4"}), false),
    ];
    for (matches, expected) in cases {
        let mut rules = rules(json!({"rules": [{"match": matches, "action": "garbage"}]}));
        assert_eq!(!failures(&mut rules, [1]).is_empty(), expected, "{matches}");
    }
}

#[test]
fn latency_adds_up_and_lets_later_rules_act() {
    let mut rules = rules(json!({"rules": [
        {"action": {"latency": {"ms": 20}}},
        {"action": {"latency": {"ms": 5}}},
        {"action": {"truncate": {"bytes": 3}}, "times": 1},
        {"action": "reset_after"},
    ]}));
    let facts = RequestFacts { method: "GET", path: "/v1/segments", concerns: &|_| false, limit: 100 };
    let first = rules.decide(0, &facts);
    assert_eq!(first.delay_ms, 25);
    assert_eq!(first.fault, Some(Fault::Truncate { bytes: 3 }));
    assert_eq!(first.words, "latency+latency+truncate");
    assert_eq!(rules.decide(0, &facts).fault, Some(Fault::ResetAfter));
    let acted: Vec<u64> = rules.progress().iter().map(|progress| progress.acted).collect();
    assert_eq!(acted, [2, 2, 1, 1]);
}

#[test]
fn a_storm_keeps_its_reset_and_ends_there() {
    let mut rules = rules(json!({"rules": [{"action": {"rate_storm": {"reset_in": 30, "retry_after": 7}}}]}));
    let facts = RequestFacts { method: "GET", path: "/v1/segments", concerns: &|_| false, limit: 60 };
    for now in [1_000_500, 1_010_000, 1_030_999] {
        let Some(Fault::Reply(reply)) = rules.decide(now, &facts).fault else { panic!("no storm at {now}") };
        assert_eq!(reply.status, 429);
        assert_eq!(reply.header("x-rate-limit-reset"), Some("1031"));
        assert_eq!(reply.header("x-rate-limit-limit"), Some("60"));
        assert_eq!(reply.header("x-rate-limit-remaining"), Some("0"));
        assert_eq!(reply.header("retry-after"), Some("7"));
    }
    assert_eq!(rules.decide(1_031_000, &facts), FaultVerdict::default());
}

#[test]
fn a_status_brings_its_body_and_headers() {
    let cases = [
        (
            json!({"code": 503}),
            "application/json",
            r#"{"error":"The sandbox was told to fail","status":503}"#,
        ),
        (json!({"code": 502, "body": "<h1>bad</h1>"}), "text/plain", "<h1>bad</h1>"),
        (json!({"code": 500, "body": {"a": 1.50}}), "application/json", r#"{"a":1.5}"#),
        (json!({"code": 500, "body": "x", "headers": {"content-type": "text/html"}}), "text/html", "x"),
    ];
    for (status, content_type, body) in cases {
        let mut rules = rules(json!({"rules": [{"action": {"status": status}}]}));
        let facts = RequestFacts { method: "GET", path: "/", concerns: &|_| false, limit: 1 };
        let Some(Fault::Reply(reply)) = rules.decide(0, &facts).fault else { panic!("no reply") };
        assert_eq!(reply.header("content-type"), Some(content_type));
        assert_eq!(String::from_utf8_lossy(&reply.body), body);
    }
}

#[test]
fn a_bad_script_is_refused_with_its_place() {
    let cases = [
        (r#"{"rules": [{"action": "reset_befor"}]}"#, "rules[0].action", "unknown variant `reset_befor`"),
        (r#"{"rules": [{"action": "garbage"}, {}]}"#, "rules[1]", "missing field `action`"),
        (r#"{"rules": [{"action": "garbage", "time": 1}]}"#, "rules[0]", "unknown field `time`"),
        (
            r#"{"rules": [{"action": "garbage", "match": {"path": "x"}}]}"#,
            "rules[0].match.path",
            "starts with /",
        ),
        (r#"{"rules": [{"action": {"latency": {"ms": -1}}}]}"#, "rules[0].action.latency.ms", "-1"),
        (r#"{"rules": ["#, "rules", "EOF"),
        (r#"{"rules": []} x"#, "the end", "trailing"),
        (r#"{"rules": [{"action": "garbage", "times": 0}]}"#, "rules[0]", "at least 1"),
        (r#"{"rules": [{"action": {"status": {"code": 99}}}]}"#, "rules[0]", "between 200 and 599"),
        (
            r#"{"rules": [{"action": {"status": {"code": 500, "headers": {"a b": ""}}}}]}"#,
            "rules[0]",
            "header",
        ),
        (
            r#"{"rules": [{"action": {"status": {"code": 500, "headers": {"Content-Length": "1"}}}}]}"#,
            "rules[0]",
            "header",
        ),
        (r#"{"rules": [{"action": {"latency": {"ms": 600001}}}]}"#, "rules[0]", "600000"),
        (r#"{"rules": [{"action": {"rate_storm": {"reset_in": 0}}}]}"#, "rules[0]", "reset_in"),
        (
            r#"{"rules": [{"action": "garbage", "match": {"path": "/a", "path_prefix": "/a"}}]}"#,
            "rules[0]",
            "not both",
        ),
    ];
    for (script, place, problem) in cases {
        let error = parse(script).expect_err(script).to_string();
        assert!(error.contains(place) && error.contains(problem), "{script}: {error}");
    }
}

#[test]
fn a_script_survives_being_written_and_read() {
    let script = parse(
        r#"{"rules": [
            {"name": "outage", "match": {"method": "POST", "path": "/v1/**", "user": "a@x"}, "after": 1, "times": 2,
             "for_secs": 3, "until": 4, "action": {"status": {"code": 500, "body": [1], "headers": {"a": "b"}}}},
            {"match": {"path_prefix": "/v1"}, "action": {"rate_storm": {"reset_in": 5, "retry_after": 6}}},
            {"action": "revoke_tokens"}, {"action": "revoke_all_tokens"}, {"action": {"truncate": {"bytes": 1}}}
        ]}"#,
    )
    .expect("a script");
    let written = serde_json::to_string(&script).expect("JSON");
    assert_eq!(parse(&written), Ok(script));
}
