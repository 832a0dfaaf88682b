//! Paths, pages and names (docs/facts/transformer.md#process, #routes, #server-calls, #features, #check-1..7).

use crate::served::{Served, job, request, send, settings, update};
use crate::stub::InMoment;
use serde_json::json;
use transformer::{JobStatus, Settings, Surface, Versions};

async fn alone() -> Served {
    Served::start(settings("http://127.0.0.1:1")).await
}

/// All values that the pages can show are known.
async fn released() -> Served {
    let versions = Versions {
        version: Some("1.2.3".to_owned()),
        build: Some("b7".to_owned()),
        commit: Some("abc".to_owned()),
    };
    Served::start(Settings { versions, ..settings("http://127.0.0.1:1") }).await
}

#[tokio::test]
async fn health_says_what_is_known() {
    let answer = alone().await.get("/health").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"service":"UP"}"#));
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("apiversion"), None);
    let answer = released().await.get("/health").await;
    assert_eq!(answer.text, r#"{"service":"UP","version":"b7","gitCommitSha":"abc"}"#);
}

#[tokio::test]
async fn features_are_json_in_a_text() {
    let answer = alone().await.get("/features").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(
        answer.json(),
        json!({
            "routerTransform": { "WOOTRIC": true },
            "regulations": [],
            "supportSourceTransformV1": true,
            "supportTransformerProxyV1": true,
            "upgradedToSourceTransformV2": true,
            "supportDestTransformCompactedPayloadV1": true,
        })
    );
}

#[tokio::test]
async fn versions_are_texts() {
    let (unknown, known) = (alone().await, released().await);
    for (path, version) in
        [("/version", "1.2.3"), ("/buildVersion", "b7"), ("/transformerBuildVersion", "b7")]
    {
        let answer = unknown.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "Version Info not found"), "{path}");
        let answer = known.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, version), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    }
}

#[tokio::test]
async fn letter_case_and_a_slash_do_not_matter() {
    let served = alone().await;
    for path in ["/Health", "/health/", "/HEALTH/", "/health?x=1", "/FEATURES", "/buildversion/"] {
        assert_eq!(served.get(path).await.status, 200, "{path}");
    }
    let answer = send(served.post("/RouterTransform/", request(&[]))).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn what_is_nowhere_is_not_found() {
    let served = alone().await;
    for path in ["/routerTransform", "/", "/nothing", "/metrics", "/health/x", "/v0/destinations/wootric"] {
        let answer = served.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (404, "Not Found"), "GET {path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("apiversion"), None);
    }
    for path in ["/health", "/features", "/customTransform", "/v2/destinations/wootric/proxy", "/deleteUsers"]
    {
        let answer = send(served.post(path, "{}")).await;
        assert_eq!((answer.status, answer.text.as_str()), (404, "Not Found"), "POST {path}");
    }
}

#[tokio::test]
async fn every_reply_rudder_server_reads_has_the_version() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let one = job(1, "d", update());
    let endpoint = format!("{}/v1/end_users", inmoment.url());
    let deliver = |metadata| {
        json!({ "method": "POST", "endpoint": endpoint, "body": { "FORM": {} }, "metadata": metadata })
            .to_string()
    };
    for (path, body) in [
        ("/routerTransform", request(std::slice::from_ref(&one))),
        ("/routerTransform", request(&[])),
        ("/batch", request(std::slice::from_ref(&one))),
        ("/v0/destinations/wootric", json!([one]).to_string()),
        ("/v0/destinations/wootric/proxy", deliver(json!({}))),
        ("/v1/destinations/wootric/proxy", deliver(json!([{}]))),
    ] {
        let answer = send(served.post(path, body)).await;
        assert_eq!((answer.status, answer.header("apiversion")), (200, Some("2")), "{path} {}", answer.text);
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"), "{path}");
    }
}

#[tokio::test]
async fn other_destinations_are_unknown() {
    let served = alone().await;
    let unknown = |raw: &str| format!(r#"{{"error":"Unknown destination: {raw}"}}"#);
    for (dest_type, raw) in [
        (json!("salesforce"), "salesforce"),
        (json!(null), "null"),
        (json!(5), "5"),
        (json!("in moment"), "in moment"),
    ] {
        for path in ["/routerTransform", "/batch"] {
            let body = json!({ "input": [job(1, "d", update())], "destType": dest_type });
            let answer = send(served.post(path, body.to_string())).await;
            assert_eq!((answer.status, answer.text), (404, unknown(raw)), "{path}");
            assert_eq!(answer.headers.get("apiversion"), None);
        }
    }
    for path in [
        "/v0/destinations/Sales%20Force",
        "/v0/destinations/Sales%20Force/proxy",
        "/v1/destinations/Sales%20Force/proxy",
    ] {
        let answer = send(served.post(path, "[]")).await;
        assert_eq!((answer.status, answer.text), (404, unknown("Sales Force")), "{path}");
    }
}

#[tokio::test]
async fn our_name_may_have_spaces_and_any_case() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    for (dest_type, tag) in [("wootric", "WOOTRIC"), ("WOOTRIC", "WOOTRIC"), (" Wootric ", " WOOTRIC ")] {
        let body = json!({ "input": [job(1, "d", json!({}))], "destType": dest_type }).to_string();
        let answer = send(served.post("/routerTransform", body)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["output"][0]["statTags"]["destType"], tag);
    }
    let answer =
        send(served.post("/v0/destinations/%20WooTric%20", json!([job(1, "d", update())]).to_string())).await;
    assert_eq!((answer.status, &answer.json()[0]["statusCode"]), (200, &json!(200)));
}

#[tokio::test]
async fn requests_and_jobs_are_counted() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    served.messages([update(), json!({ "type": "page" }), json!({ "type": 5 }), update()]).await;
    send(served.post("/v0/destinations/wootric", json!([job(1, "d", update())]).to_string())).await;
    let endpoint = format!("{}/v1/end_users/1/responses", inmoment.url());
    let handed = json!({ "method": "POST", "endpoint": endpoint, "body": {}, "metadata": [{}, {}] });
    send(served.post("/v1/destinations/wootric/proxy", handed.to_string())).await;
    served.get("/health").await;
    served.get("/nothing").await;
    send(served.post("/customTransform", "{}")).await;
    let counts = served.transformer.counts();
    assert_eq!(Surface::ALL.map(|surface| counts.requests[surface as usize]), [1, 1, 1, 0, 3]);
    let jobs: Vec<(&str, u64)> = JobStatus::ALL.map(JobStatus::word).into_iter().zip(counts.jobs).collect();
    assert_eq!(jobs, [("deliver", 5), ("throttled", 0), ("retried", 1), ("aborted", 1)]);
    assert_eq!((counts.look_ups, counts.look_ups_shared), (2, 1));
}
