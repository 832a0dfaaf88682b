//! For every input, each job gets an answer, and the server goes on.

use crate::served::{Served, job_ids, send, settings};
use crate::stub::InMoment;
use mapping::Profile;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use transformer::Settings;

/// Texts of JSON values, odd spellings included.
fn text() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "9",
        "1e400",
        "1E-2",
        "12345678901234567890",
        "0.1",
        "\"\"",
        "\" \"",
        "\"E\"",
        "\"new\"",
        "\"9\"",
        "\"..\"",
        "\"a/b?c#d\"",
        "\"identify\"",
        "\"track\"",
        "\"IDENTIFY\"",
        "\"create response\"",
        "\"create decline\"",
        "\"wootricEndUserId\"",
        "\"2022-01-20T13:39:21Z\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"é\\n\"",
        "\"{{ event.traits.x || d }}\"",
        "\"sources\"",
        "200",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 5, |inner| {
        let key = prop::sample::select(vec![
            "type",
            "userId",
            "traits",
            "context",
            "properties",
            "integrations",
            "Wootric",
            "eventType",
            "externalId",
            "id",
            "email",
            "phone",
            "createdAt",
            "feedbackScore",
            "feedbackText",
            "ip",
            "request_ip",
            "page",
            "url",
            "timestamp",
            "channel",
            "statusCode",
            "toString",
            "__proto__",
            "",
            "1",
            "a.b",
            "traits.email",
            "\\u0041",
            "\\ud800",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((key, inner), 0..8).prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A message that often passes many checks.
fn message() -> impl Strategy<Value = String> {
    let kind =
        prop_oneof![4 => Just("\"identify\"".to_owned()), 4 => Just("\"track\"".to_owned()), 1 => text()];
    let user = prop_oneof![2 => Just("\"E\"".to_owned()), 2 => Just("\"W\"".to_owned()), 1 => text()];
    let wanted =
        prop_oneof![3 => Just(r#"{"Wootric":{"eventType":"create response"}}"#.to_owned()), 1 => text()];
    let known = (kind, user, wanted, text(), text(), text(), text()).prop_map(
        |(kind, user, wanted, traits, context, properties, timestamp)| {
            format!(
                r#"{{"type":{kind},"userId":{user},"integrations":{wanted},"traits":{traits},"context":{context},"properties":{properties},"timestamp":{timestamp}}}"#
            )
        },
    );
    prop_oneof![4 => known, 1 => text()]
}

/// A destination, sometimes another or a strange one.
fn destination() -> impl Strategy<Value = String> {
    let good = r#"{"ID":"d","Config":{"username":"u","password":"planted","accountToken":"t"}}"#;
    let dynamic = r#"{"ID":"d","Config":{"username":"{{ event.traits.email || u }}","password":"planted"}}"#;
    let other = r#"{"ID":7,"hasDynamicConfig":false,"Config":{"username":"u"}}"#;
    let known = prop::sample::select(vec![good, dynamic, other]).prop_map(str::to_owned);
    prop_oneof![6 => known, 1 => text()]
}

#[test]
fn every_job_is_answered_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (inmoment, served) = runtime.block_on(async {
        let inmoment = InMoment::start().await;
        let native = Settings { profile: Profile::Native, ..settings(&inmoment.url()) };
        let served = [Served::before(&inmoment).await, Served::start(native).await];
        (inmoment, served)
    });
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let jobs = prop::collection::vec((message(), destination()), 1..12);
    let result = TestRunner::new(config).run(&jobs, |jobs| {
        let elements: Vec<String> = jobs
            .iter()
            .zip(1..)
            .map(|((message, destination), number)| {
                format!(r#"{{"message":{message},"metadata":{{"jobId":{number},"destinationId":"d"}},"destination":{destination}}}"#)
            })
            .collect();
        let list = elements.join(",");
        runtime.block_on(async {
            for served in &served {
                let body = format!(r#"{{"input":[{list}],"destType":"wootric"}}"#);
                let answer = send(served.post("/routerTransform", body)).await;
                prop_assert_eq!(answer.status, 200);
                let reply: Value = answer.json();
                let output = reply["output"].as_array().unwrap();
                let mut ids = job_ids(output);
                ids.sort_unstable();
                prop_assert_eq!(ids, (1..=u64::try_from(jobs.len()).unwrap()).collect::<Vec<u64>>());
                for element in output {
                    let status = element["statusCode"].as_u64().unwrap();
                    prop_assert!(status == 200 || status == 400 || status == 500, "{element}");
                    prop_assert_eq!(status == 200, element["error"].is_null());
                    let tags = element["statTags"].as_object().into_iter().flat_map(|tags| tags.values());
                    prop_assert!(tags.into_iter().all(Value::is_string));
                }
                let answer = send(served.post("/v0/destinations/wootric", format!("[{list}]"))).await;
                prop_assert_eq!(answer.status, 200);
                prop_assert_eq!(answer.json().as_array().unwrap().len(), jobs.len());
                prop_assert!(served.is_healthy().await);
            }
            Ok(())
        })
    });
    result.unwrap();
    assert!(!inmoment.look_ups().is_empty());
}

#[test]
fn any_body_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(Served::start(settings("http://127.0.0.1:1")));
    let paths = [
        "/routerTransform",
        "/batch",
        "/v0/destinations/wootric",
        "/v0/destinations/wootric/proxy",
        "/v1/destinations/wootric/proxy",
    ];
    let shaped = (text(), text(), text(), text()).prop_map(|(a, b, c, d)| {
        format!(r#"{{"input":{a},"destType":"wootric","destinations":{b},"body":{a},"metadata":{b},"endpoint":{c},"headers":{d}}}"#)
    });
    let body = prop_oneof![
        text().prop_map(String::into_bytes),
        shaped.prop_map(String::into_bytes),
        any::<Vec<u8>>()
    ];
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let cases = (body, prop::sample::select(paths.to_vec()), any::<bool>());
    let result = TestRunner::new(config).run(&cases, |(body, path, is_compacted)| {
        runtime.block_on(async {
            let request = served.post(path, body);
            let format = if is_compacted { "json+compactedv1" } else { "" };
            let answer = send(request.header("x-content-format", format)).await;
            prop_assert!([200, 400, 404, 500].contains(&answer.status), "{path} {answer:?}");
            prop_assert!(served.is_healthy().await);
            Ok(())
        })
    });
    result.unwrap();
}
