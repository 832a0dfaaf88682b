//! The elements of a reply: shapes, order, and the parts that are returned (docs/facts/transformer.md#router-request,
//! #router-reply,
//! #processor, #check-11..13, #check-15..22).

use crate::served::{Served, destination, job, job_ids, metadata, request, send, statuses, update};
use crate::stub::InMoment;
use serde_json::{Value, json};

const COMPACTED: (&str, &str) = ("x-content-format", "json+compactedv1");

async fn router(served: &Served, body: String, header: (&str, &str)) -> Value {
    let answer = send(served.post("/routerTransform", body).header(header.0, header.1)).await;
    assert_eq!((answer.status, answer.header("apiversion")), (200, Some("2")), "{}", answer.text);
    answer.json()
}

/// An element of the plain input, with its destination beside it.
fn compacted(input: &[Value], destinations: Value) -> String {
    let mut input = input.to_vec();
    for element in &mut input {
        element.as_object_mut().unwrap().remove("destination");
    }
    json!({ "input": input, "destType": "wootric", "destinations": destinations, "connections": {} })
        .to_string()
}

#[tokio::test]
async fn a_compacted_request_is_answered_as_a_plain_one() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let input = [job(1, "d1", update()), job(2, "d2", json!({ "type": "page" })), job(3, "d1", update())];
    let plain = served.router_text(&input).await;
    // A missing connection does not matter.
    let body = compacted(&input, json!({ "d1": destination("d1"), "d2": destination("d2") }));
    let answer = send(served.post("/routerTransform", body.clone()).header(COMPACTED.0, COMPACTED.1)).await;
    assert_eq!(answer.text, plain);
    // Without the header, or with another, the elements have no destination.
    for other in [("x-other", "x"), (COMPACTED.0, "JSON+compactedv1")] {
        assert_eq!(
            statuses(router(&served, body.clone(), other).await["output"].as_array().unwrap()),
            [500; 3]
        );
    }
}

/// This differs on purpose from rudder-transformer, which fails the whole request.
#[tokio::test]
async fn a_destination_that_is_missing_fails_its_own_jobs() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let input = [job(1, "d1", update()), job(2, "gone", update()), job(3, "d1", update())];
    let body = compacted(&input, json!({ "d1": destination("d1") }));
    let reply = router(&served, body, COMPACTED).await;
    let output = reply["output"].as_array().unwrap();
    assert_eq!((job_ids(output), statuses(output)), (vec![1, 3, 2], vec![200, 200, 500]));
    assert_eq!(output[2]["error"], "no destination found for id gone");
    assert_eq!(output[2].get("destination"), None);
    let without =
        json!({ "input": [{ "message": update(), "metadata": metadata(1, "d") }], "destType": "wootric" });
    let reply = router(&served, without.to_string(), COMPACTED).await;
    assert_eq!(statuses(reply["output"].as_array().unwrap()), [500]);
}

#[tokio::test]
async fn the_secret_of_the_header_comes_back() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let secret = ("oauth-secret", r#"{"a":[1.50,"x"]}"#);
    let body = request(&[job(1, "d", update())]);
    let answer = send(served.post("/routerTransform", body.clone()).header(secret.0, secret.1)).await;
    let echoed = metadata(1, "d").to_string().replace(r#""secret":null"#, r#""secret":{"a":[1.50,"x"]}"#);
    assert!(answer.text.contains(&format!(r#""metadata":[{echoed}]"#)), "{}", answer.text);
    let answer = send(served.post("/routerTransform", body).header("oauth-secret", "{a}")).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_processor_answer_has_its_own_shape() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let input = json!([
        job(1, "d", update()),
        job(2, "d", json!({ "type": "page" })),
        job(3, "d", json!({ "type": 5 })),
        // The header has no meaning here.
        job(4, "d", json!({ "statusCode": 200, "type": "page" })),
    ]);
    let answer = send(served.post("/v0/destinations/wootric", input.to_string())).await;
    let url = inmoment.url();
    let request = format!(
        r#"{{"version":"1","type":"REST","method":"PUT","endpoint":"{url}/v1/end_users/486438462","headers":{{"Content-Type":"application/x-www-form-urlencoded","Authorization":"Bearer planted-1"}},"params":{{}},"body":{{"JSON":{{}},"JSON_ARRAY":{{}},"XML":{{}},"FORM":{{"email":"a@b.c"}}}},"files":{{}},"userId":""}}"#
    );
    let refused = |number| {
        format!(
            r#"{{"metadata":{},"statusCode":400,"error":"Event type \"page\" is not supported","statTags":{{"errorCategory":"dataValidation","errorType":"instrumentation","destType":"WOOTRIC","module":"destination","implementation":"native","feature":"processor","destinationId":"d","workspaceId":"w"}}}}"#,
            metadata(number, "d")
        )
    };
    assert_eq!(
        answer.text,
        format!(
            r#"[{{"output":{request},"metadata":{},"statusCode":200}},{},{{"metadata":{},"statusCode":500,"error":"message.type.toLowerCase is not a function","statTags":{{"errorCategory":"transformation"}}}},{}]"#,
            metadata(1, "d"),
            refused(2),
            metadata(3, "d"),
            refused(4)
        )
    );
    // Every version is served.
    let again = send(served.post("/v9/destinations/wootric", input.to_string())).await;
    assert_eq!(again.text, answer.text);
}

#[tokio::test]
async fn a_processor_answer_has_no_metadata_where_none_came() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let without = |message: Value| {
        let mut job = job(1, "d", message);
        job.as_object_mut().unwrap().remove("metadata");
        job
    };
    let mut nothing = job(2, "d", update());
    nothing["metadata"] = Value::Null;
    let input =
        json!([without(update()), without(json!({ "type": "page" })), nothing, job(3, "d", update())]);
    let answer = send(served.post("/v0/destinations/wootric", input.to_string())).await.json();
    let answers: Vec<(Option<&Value>, &Value)> =
        answer.as_array().unwrap().iter().map(|one| (one.get("metadata"), &one["statusCode"])).collect();
    assert_eq!(
        answers,
        [
            (None, &json!(200)),
            (None, &json!(400)),
            (Some(&Value::Null), &json!(200)),
            (Some(&metadata(3, "d")), &json!(200)),
        ]
    );
    // The router stage, whose answers are identified by it, returns an empty one in its place.
    let answer = send(served.post("/routerTransform", request(&[without(update())]))).await.json();
    assert_eq!(answer["output"][0]["metadata"], json!([{}]));
}

#[tokio::test]
async fn processor_answers_keep_the_order_of_the_request() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let input: Vec<Value> =
        (1..=6).map(|number| job(number, if number % 2 == 0 { "a" } else { "b" }, update())).collect();
    let answer = send(served.post("/v0/destinations/wootric", json!(input).to_string())).await.json();
    let ids: Vec<&Value> = answer.as_array().unwrap().iter().map(|one| &one["metadata"]["jobId"]).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn answers_come_by_destination_in_the_order_of_the_jobs() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let updates =
        (0..120).map(|at| json!({ "type": "identify", "userId": if at % 3 == 0 { "E" } else { "N" } }));
    assert_eq!(job_ids(&served.messages(updates).await), (1..=120).collect::<Vec<u64>>());
    let mixed: Vec<Value> =
        (1..=4).map(|number| job(number, if number % 2 == 1 { "A" } else { "B" }, update())).collect();
    assert_eq!(job_ids(&served.router(&mixed).await), [1, 3, 2, 4]);
}

#[tokio::test]
async fn destinations_that_differ_in_their_configuration_are_two_groups() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut input: Vec<Value> = (1..=4).map(|number| job(number, "d", update())).collect();
    for at in [1, 3] {
        input[at]["destination"]["Config"]["password"] = json!("planted-other");
    }
    // With `hasDynamicConfig: false` only the id distinguishes destinations.
    assert_eq!(job_ids(&served.router(&input).await), [1, 2, 3, 4]);
    for element in &mut input {
        element["destination"]["hasDynamicConfig"] = json!(true);
    }
    assert_eq!(job_ids(&served.router(&input).await), [1, 3, 2, 4]);
}

/// Metadata and destination are returned to the byte, in success and failure.
#[tokio::test]
async fn what_is_given_back_is_what_came() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let meta = r#"{ "jobId":9223372036854775807, "destinationId":"d","x" : [1.50, 1e400, -0, "\u00e9\ud800", "é"],"__proto__":{"y":1},"jobId":18446744073709551615 }"#;
    let dest = r#"{"ID":"d","Config":{"username":"u","password":"planted","accountToken":"t","n":1.0},  "hasDynamicConfig":false,"Deep":{"a":[[]]},"é":12345678901234567890}"#;
    for message in [update(), json!({ "type": "page" })] {
        let body = format!(
            r#"{{"input":[{{"message":{message},"metadata":{meta},"destination":{dest}}}],"destType":"wootric"}}"#
        );
        let answer = send(served.post("/routerTransform", body)).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains(&format!(r#""metadata":[{meta}],"batched""#)), "{}", answer.text);
        assert!(answer.text.ends_with(&format!(r#","destination":{dest}}}]}}"#)), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_event_transformed_before_is_handed_back() {
    let inmoment = InMoment::unasked().await;
    let served = Served::before(&inmoment).await;
    let message = r#"{"statusCode" : 200, "endpoint":"x","n":1.0}"#;
    let body = request(&[job(1, "d", json!("MESSAGE"))]).replace("\"MESSAGE\"", message);
    let answer = send(served.post("/routerTransform", body)).await;
    assert!(answer.text.starts_with(&format!(r#"{{"output":[{{"batchedRequest":{message},"metadata":"#)));
    let element = served.message(json!({ "statusCode": 0, "type": "page" })).await;
    assert_eq!(element["statusCode"], 400);
    assert!(inmoment.server.requests().is_empty());
}

#[tokio::test]
async fn a_setting_may_come_from_the_event() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut one = job(1, "d", json!({ "type": "identify", "userId": "W", "traits": { "x": "ada", "k": 1 } }));
    one["destination"]["Config"]["username"] = json!("{{ event.traits.x || d }}");
    // With `false`, the template is an ordinary user name.
    let reply = served.router(std::slice::from_ref(&one)).await;
    assert_eq!(reply[0]["destination"]["Config"]["username"], "{{ event.traits.x || d }}");
    assert_eq!(reply[0]["batchedRequest"]["body"]["FORM"]["properties[x]"], "ada");
    for has in [json!(true), Value::Null] {
        one["destination"]["hasDynamicConfig"] = has;
        let mut other = one.clone();
        other["metadata"]["jobId"] = json!(2);
        other["message"]["traits"] = json!({ "k": 2 });
        let reply = served.router(&[one.clone(), other]).await;
        assert_eq!(reply[0]["destination"]["Config"]["username"], "ada");
        assert_eq!(reply[0]["batchedRequest"]["body"]["FORM"].get("properties[x]"), None);
        assert_eq!(reply[0]["batchedRequest"]["body"]["FORM"]["properties[k]"], "1");
        assert_eq!(reply[1]["destination"]["Config"]["username"], "d");
    }
    let logins: Vec<String> =
        inmoment.server.requests().iter().filter(|one| one.is_token()).map(|one| one.text()).collect();
    assert_eq!(logins.len(), 3, "one for each login: {logins:?}");
    assert!(logins[1..].iter().any(|body| body.contains("username=ada&")));
    assert!(logins[1..].iter().any(|body| body.contains("username=d&")));
}

#[tokio::test]
async fn the_tags_of_a_group_name_its_first_job() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut input: Vec<Value> = (1..=2).map(|number| job(number, "d", json!({ "type": "page" }))).collect();
    input[1]["metadata"]["workspaceId"] = json!("w2");
    let output = served.router(&input).await;
    assert_eq!(output[1]["metadata"][0]["workspaceId"], "w2");
    assert_eq!(output[1]["statTags"]["workspaceId"], "w");
    // Unknown versions are left out.
    input[0]["metadata"] = json!({ "jobId": 1 });
    let output = served.router(&input).await;
    assert_eq!(
        (output[1]["statTags"].get("workspaceId"), output[1]["statTags"].get("destinationId")),
        (None, None)
    );
}
