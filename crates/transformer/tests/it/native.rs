//! The profile `native` (docs/facts/mapping.md#profiles): Rapport's own mapping at the same routes.

use crate::served::{Served, job, settings, statuses};
use crate::stub::{E_PROPERTIES, InMoment, by_user, user};
use scripted_server::{Act, json, reply};
use serde_json::{Value, json};
use std::sync::Arc;
use transformer::{Settings, SettingsError, Transformer};

/// An event without a time gets the time of arrival, which is now.
const NOW: &str = r#""last_surveyed":"1642685961""#;

fn identify(user: &str, traits: Value) -> Value {
    json!({ "type": "identify", "userId": user, "traits": traits })
}

fn answer(user: &str, rest: Value) -> Value {
    let mut message = json!({
        "type": " Track ", "userId": user, "integrations": { "InMoment": { "eventType": "create_response" } },
        "properties": { "feedbackScore": "9", "ip": "1.2.3.4" }, "context": { "page": { "url": "u" } },
    });
    message.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    message
}

fn form(element: &Value) -> String {
    assert_eq!(element["statusCode"], 200, "{element}");
    element["batchedRequest"]["body"]["FORM"].to_string()
}

fn path<'a>(element: &'a Value, inmoment: &InMoment) -> (&'a str, &'a str) {
    let request = &element["batchedRequest"];
    let endpoint = request["endpoint"].as_str().unwrap().strip_prefix(&inmoment.url()).unwrap();
    (request["method"].as_str().unwrap(), endpoint)
}

#[tokio::test]
async fn ids_are_one_segment_of_a_path() {
    let inmoment = InMoment::scripted(|request, _| {
        request.target.contains("odd").then(|| Act::Answer(user(r#""a/b?c#d e""#, "{}")))
    })
    .await;
    let served = Served::native(&inmoment).await;
    let element = served.message(identify("odd/../é?x=1#y", json!({}))).await;
    assert_eq!(inmoment.look_ups(), [by_user("odd%2F..%2F%C3%A9%3Fx%3D1%23y")]);
    assert_eq!(path(&element, &inmoment), ("PUT", "/v1/end_users/a%2Fb%3Fc%23d%20e"));
}

#[tokio::test]
async fn a_dead_end_user_id_is_followed_by_the_callers() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let with = |external: Value, user: &str| json!({ "type": "identify", "userId": user, "traits": { "email": "a@b.c" }, "context": { "externalId": external } });
    let ours = |id: Value| json!([{ "type": "wootricEndUserId", "id": id }]);
    let output = served.messages([with(ours(json!(999)), "E"), with(ours(json!(999)), "E")]).await;
    assert_eq!(path(&output[1], &inmoment), ("PUT", "/v1/end_users/486438462"));
    assert_eq!(inmoment.look_ups(), ["999".to_owned(), by_user("E")], "once for both jobs");
    // If InMoment knows the end-user id, the caller's id is not looked up. Numbers are ids, and an entry without a type
    // counts as InMoment's id.
    let output = served.messages([with(json!([{ "id": 490_635_419 }]), "E")]).await;
    assert_eq!(path(&output[0], &inmoment), ("PUT", "/v1/end_users/490635419"));
    assert_eq!(inmoment.look_ups().len(), 3);
    // If neither id is known, the end user is created.
    let output = served.messages([with(ours(json!("999")), "new")]).await;
    assert_eq!(path(&output[0], &inmoment), ("POST", "/v1/end_users"));
    assert_eq!(form(&output[0]), format!(r#"{{"email":"a@b.c",{NOW},"external_id":"new"}}"#));
}

#[tokio::test]
async fn properties_are_sent_over_nothing_and_as_they_are() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let traits =
        json!({ "a": { "b": 1.0, "c": null }, "l": [1, "x"], "n": null, "since_date": "2020-01-01" });
    for (user, id) in [("N", "77"), ("Z", "78")] {
        let element = served.message(identify(user, traits.clone())).await;
        assert_eq!(path(&element, &inmoment), ("PUT", format!("/v1/end_users/{id}").as_str()));
        assert_eq!(
            form(&element),
            format!(
                r#"{{{NOW},"properties[a_b]":"1","properties[l]":"1,x","properties[since_date]":"1577836800"}}"#
            )
        );
    }
    // The stored properties are sent back as a form can express them; a form cannot express null.
    let element = served.message(identify("W", json!({ "g": true }))).await;
    assert_eq!(
        form(&element),
        format!(
            r#"{{{NOW},"properties[b]":"0","properties[c]":"false","properties[d]":"","properties[e]":"1,2","properties[f][x]":"1","properties[g]":"true"}}"#
        )
    );
    // An event without properties overwrites none.
    let element = served.message(identify("E", json!({ "email": "a@b.c" }))).await;
    assert_eq!(form(&element), format!(r#"{{"email":"a@b.c",{NOW}}}"#));
}

/// The stored properties were written as JSON, which allows more values and keys than a form.
#[tokio::test]
async fn what_no_form_can_say_is_not_sent_and_breaks_nothing() {
    let lists: serde_json::Map<String, Value> = (0..90)
        .map(|nth| (format!("l{nth}"), json!(vec![7; 50])))
        .chain([(String::new(), json!(1))])
        .collect();
    let stored =
        [("many", Value::Object(lists).to_string()), ("odd", r#"{"a_b":2,"a]b":1,"h":{"]":3}}"#.to_owned())];
    let inmoment = InMoment::scripted(move |request, _| {
        let (_, properties) = stored.iter().find(|(name, _)| request.target.contains(name))?;
        Some(Act::Answer(user("7", properties)))
    })
    .await;
    let served = Served::native(&inmoment).await;
    let element = served.message(identify("many", json!({ "email": "a@b.c", "new": 1 }))).await;
    assert_eq!(form(&element), format!(r#"{{"email":"a@b.c",{NOW}}}"#));
    let element = served.message(identify("odd", json!({ "new": 1 }))).await;
    assert_eq!(
        form(&element),
        format!(r#"{{{NOW},"properties[a_b]":"2","properties[h][_]":"3","properties[new]":"1"}}"#)
    );
}

#[tokio::test]
async fn a_response_reads_what_the_document_names() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let element =
        served.message(answer("N", json!({ "traits": { "createdAt": 1_642_685_961_032_u64 } }))).await;
    assert_eq!(path(&element, &inmoment), ("POST", "/v1/end_users/77/responses"));
    assert_eq!(
        form(&element),
        r#"{"score":"9","ip_address":"1.2.3.4","origin_url":"u","created_at":"1642685961"}"#
    );
}

/// An event that can never be delivered costs no call.
#[tokio::test]
async fn events_are_judged_before_a_call_is_spent() {
    let inmoment = InMoment::unasked().await;
    let served = Served::native(&inmoment).await;
    let ids = "wootricEndUserId/userId are missing. At least one parameter must be provided";
    let (messages, texts): (Vec<Value>, Vec<&str>) = [
        (json!({ "userId": "E" }), "Event type is required"),
        (json!({ "type": "page", "userId": "E" }), "Event type \"page\" is not supported"),
        (json!({ "type": "identify", "anonymousId": "E" }), ids),
        (answer("E", json!({ "properties": { "feedbackScore": 11, "ip": "1.2.3.4" } })), "Invalid Score"),
        (answer("E", json!({ "integrations": {} })), "Event Type is missing from Integration object"),
        (
            answer("E", json!({ "integrations": { "Wootric": { "eventType": "x" } } })),
            "Event Type not supported",
        ),
        (
            answer("E", json!({ "properties": {} })),
            r#"Missing required value from "properties.feedbackScore""#,
        ),
    ]
    .into_iter()
    .unzip();
    let output = served.messages(messages).await;
    for (element, text) in output.iter().zip(texts) {
        assert_eq!((&element["statusCode"], &element["error"]), (&json!(400), &json!(text)));
    }
    assert!(inmoment.server.requests().is_empty());
}

#[tokio::test]
async fn a_new_end_user_is_there_before_the_next_job() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let new = || identify("new", json!({ "email": "a@b.c" }));
    let other = identify("other", json!({ "email": "b@b.c" }));
    let output =
        served.messages([new(), answer("new", json!({})), new(), other, answer("E", json!({}))]).await;
    assert_eq!(statuses(&output), [200, 500, 500, 200, 200]);
    let text = "An earlier event of the same request creates the end user: it is not there yet, try again";
    for element in &output[1..3] {
        assert_eq!(
            (&element["error"], &element["statTags"]["errorType"]),
            (&json!(text), &json!("retryable"))
        );
    }
    assert_eq!(inmoment.look_ups(), [by_user("new"), by_user("other"), by_user("E")]);
    // A create that is refused does not hold up other jobs, and a survey answer before the create comes too early.
    let output = served.messages([identify("new", json!({})), new(), answer("newer", json!({}))]).await;
    assert_eq!(statuses(&output), [400, 200, 400]);
    assert_eq!(output[2]["error"], "No user found with userId : newer");
}

#[tokio::test]
async fn jobs_of_one_end_user_build_on_each_other() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let first = identify("E", json!({ "city": "Oslo", "plan": "gold" }));
    let second = identify("E", json!({ "title": "VP" }));
    let third = answer("E", json!({ "traits": { "plan": "lead" } }));
    let output = served.messages([first, second, third]).await;
    let stored: Value = serde_json::from_str(E_PROPERTIES).unwrap();
    assert_eq!(stored["city"], "Dhaka");
    let common = |plan: &str, title: &str, prefix: &str| {
        format!(
            r#""{prefix}[city]":"Oslo","{prefix}[name]":"Ada","{prefix}[title]":"{title}","{prefix}[gender]":"f","{prefix}[company]":"Initech","{prefix}[plan]":"{plan}""#
        )
    };
    assert_eq!(form(&output[0]), format!("{{{NOW},{}}}", common("gold", "Dr", "properties")));
    assert_eq!(form(&output[1]), format!("{{{NOW},{}}}", common("gold", "VP", "properties")));
    assert!(form(&output[2]).ends_with(&format!("{}}}", common("lead", "VP", "end_user[properties]"))));
}

/// A proxy's page does not count as "unknown", so no end user is created twice.
#[tokio::test]
async fn a_look_up_that_says_nothing_is_asked_again() {
    for page in [
        reply(200, &[], "<html>Welcome</html>"),
        reply(200, &[], ""),
        json(200, "[]"),
        json(200, r#"{"id":0}"#),
    ] {
        let inmoment = InMoment::scripted(move |request, before| {
            (request.method == "GET" && before == 0).then(|| Act::Answer(page.clone()))
        })
        .await;
        let served = Served::native(&inmoment).await;
        let message = || identify("new", json!({ "email": "a@b.c" }));
        let element = served.message(message()).await;
        assert_eq!(
            (&element["statusCode"], &element["statTags"]["errorType"]),
            (&json!(502), &json!("retryable"))
        );
        assert!(element["error"].as_str().unwrap().contains(r#""status":502"#), "{element}");
        assert_eq!(path(&served.message(message()).await, &inmoment), ("POST", "/v1/end_users"));
    }
}

/// The time at which rudder-server received the event determines the error of the sender's clock.
#[tokio::test]
async fn times_are_corrected_by_the_time_of_receipt() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let mut message = identify("N", json!({}));
    message["originalTimestamp"] = json!("2022-01-20T12:00:00Z");
    message["sentAt"] = json!("2022-01-20T12:00:10Z");
    message["receivedAt"] = json!("2022-01-20T13:00:10Z");
    assert_eq!(form(&served.message(message.clone()).await), r#"{"last_surveyed":"1642683600"}"#);
    // Without such a time it is now, 13:39:21.
    message.as_object_mut().unwrap().remove("receivedAt");
    assert_eq!(form(&served.message(message).await), r#"{"last_surveyed":"1642685951"}"#);
}

/// With an address in the settings, every account is at that address, whatever its region.
#[tokio::test]
async fn an_address_in_the_settings_is_everyones() {
    let inmoment = InMoment::start().await;
    let served = Served::native(&inmoment).await;
    let mut input = Vec::new();
    for (account, number) in ["NPS-1", "NPS-EU-1", "NPS-AU-1"].into_iter().zip(1..) {
        let mut one = job(number, account, identify("N", json!({})));
        one["destination"]["Config"]["accountToken"] = json!(account);
        input.push(one);
    }
    let output = served.router(&input).await;
    assert!(output.iter().all(|element| path(element, &inmoment) == ("PUT", "/v1/end_users/77")));
    assert_eq!(inmoment.tokens(), 3);
}

#[test]
fn addresses_that_do_not_do_are_refused() {
    let refused = |settings: Settings| Transformer::new(settings).err().unwrap();
    for base_url in ["", "inmoment", "ftp://x", "http://u:p@x", "http://x?y"] {
        assert!(matches!(refused(settings(base_url)), SettingsError::Address(_)), "{base_url}");
    }
    for upstream in ["", "x", "https://x", "http://x/path", "http://u@x"] {
        let settings = Settings {
            upstream: Some(upstream.to_owned()),
            ..Settings::new(Arc::new(|| crate::served::NOW))
        };
        assert_eq!(refused(settings), SettingsError::Upstream, "{upstream}");
    }
}
