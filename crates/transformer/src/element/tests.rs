use super::*;

fn place(feature: Feature) -> JobPlace {
    JobPlace {
        feature,
        dest_type: "WOOTRIC".to_owned(),
        destination_id: Some("d".to_owned()),
        workspace_id: None,
    }
}

fn written(answer: &JobReply<'_>) -> String {
    let mut out = Vec::new();
    router(&mut out, answer, r#"{"jobId":1.0}"#, Some(r#"{"ID":"d"}"#), || place(Feature::Router));
    String::from_utf8(out).unwrap()
}

#[test]
fn a_request_has_the_peers_keys_in_its_order() {
    let form = [("score".to_owned(), json!(9)), ("p[\"x\"]".to_owned(), json!("a"))].into_iter().collect();
    let request = Request { method: "POST", path: "/v1/x".to_owned(), form };
    let answer = JobReply::Request { request, address: "https://h".into(), token: "t".into() };
    let output = r#""version":"1","type":"REST","method":"POST","endpoint":"https://h/v1/x","headers":{"Content-Type":"application/x-www-form-urlencoded","Authorization":"Bearer t"},"params":{},"body":{"JSON":{},"JSON_ARRAY":{},"XML":{},"FORM":{"score":9,"p[\"x\"]":"a"}},"files":{}"#;
    assert_eq!(
        written(&answer),
        format!(
            r#"{{"batchedRequest":{{{output}}},"metadata":[{{"jobId":1.0}}],"batched":false,"statusCode":200,"destination":{{"ID":"d"}}}}"#
        )
    );
    let mut out = Vec::new();
    processor(&mut out, &answer, Some("{}"), || place(Feature::Processor));
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out, format!(r#"{{"output":{{{output},"userId":""}},"metadata":{{}},"statusCode":200}}"#));
}

#[test]
fn a_failure_has_its_tags() {
    let answer = JobReply::Failed(JobFailure::validation("Invalid \"Score\""));
    assert_eq!(
        written(&answer),
        r#"{"metadata":[{"jobId":1.0}],"batched":false,"statusCode":400,"error":"Invalid \"Score\"","statTags":{"errorCategory":"dataValidation","errorType":"instrumentation","destType":"WOOTRIC","module":"destination","implementation":"native","feature":"router","destinationId":"d"},"destination":{"ID":"d"}}"#
    );
    let error_type =
        |status| stat_tags(FailureKind::Network, status, &place(Feature::Router))["errorType"].clone();
    assert_eq!(
        (error_type(429), error_type(503), error_type(422)),
        (json!("throttled"), json!("retryable"), json!("aborted"))
    );
    assert_eq!(
        stat_tags(FailureKind::Native, 500, &place(Feature::Processor)),
        json!({ "errorCategory": "transformation" })
    );
    assert_eq!(stat_tags(FailureKind::Native, 500, &place(Feature::Router))["destType"], json!("WOOTRIC"));
}

#[test]
fn a_transformed_event_goes_through() {
    assert_eq!(
        written(&JobReply::AsItIs(r#"{"statusCode":200 }"#)),
        r#"{"batchedRequest":{"statusCode":200 },"metadata":[{"jobId":1.0}],"batched":false,"statusCode":200,"destination":{"ID":"d"}}"#
    );
}
