//! The CORS headers that browsers need (docs/facts/gateway.md#cors, #check-11, #check-12;
//! docs/facts/sdks.md#check-31..36).

use crate::app::{App, LIMITED, OFF, SITE, UNKNOWN, bodiless, post};
use crate::wire::Reply;
use journal::JournalError;

const ORIGIN: &str = "Origin: https://x.test\r\n";
const EVENT: &str = r#"{"userId":"u"}"#;

fn preflight(target: &str, method: &str, headers: &str) -> String {
    let asked = format!(
        "{ORIGIN}Access-Control-Request-Method: {method}\r\nAccess-Control-Request-Headers: {headers}\r\n"
    );
    bodiless("OPTIONS", target, &asked)
}

#[track_caller]
fn assert_readable(reply: &Reply) {
    assert_eq!(reply.header("access-control-allow-origin"), Some("https://x.test"), "{}", reply.status);
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(reply.header("vary"), Some("Origin"));
}

#[tokio::test]
async fn preflights_of_the_web_sdk_are_allowed_without_a_key() {
    let app = App::start().await;
    let first = "anonymousid,authorization,content-type,sentat";
    let retry = "anonymousid,authorization,content-type,rsa-recovered,rsa-retry-attempt,rsa-retry-reason,\
        rsa-since-first-attempt,rsa-since-last-attempt,sentat";
    for (target, method, headers) in [
        ("/v1/track", "POST", first),
        ("/v1/batch", "POST", retry),
        ("/sourceConfig/?p=npm&v=3.34.1", "GET", "authorization"),
        ("/sourceConfig/?view=ad", "HEAD", "authorization"),
        ("/rsaMetrics", "POST", "authorization,content-type"),
        ("/any/path", "POST", first),
    ] {
        let reply = app.send(preflight(target, method, headers)).await;
        assert_eq!((reply.status, reply.text()), (204, ""), "{target}");
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://x.test"));
        assert_eq!(reply.header("access-control-allow-methods"), Some(method));
        assert_eq!(reply.header("access-control-allow-headers"), Some(headers));
        assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(reply.header("access-control-max-age"), Some("900"));
        let vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        assert_eq!(reply.header("vary"), Some(vary));
    }
}

#[tokio::test]
async fn preflights_for_methods_that_no_sdk_uses_allow_nothing() {
    let app = App::start().await;
    for method in ["PUT", "DELETE", "PATCH", "post"] {
        let reply = app.send(preflight("/v1/track", method, "authorization")).await;
        assert_eq!(reply.status, 204);
        let marks: Vec<_> =
            reply.headers.iter().filter(|(name, _)| name.starts_with("access-control")).collect();
        assert!(marks.is_empty(), "{method}: {marks:?}");
    }
}

#[tokio::test]
async fn every_reply_is_readable_by_the_page_that_asked() {
    let app = App::start().await;
    let with = |key: &str| format!("{key}{ORIGIN}");
    let eleven = format!(r#"{{"batch":[{}]}}"#, [EVENT; 11].join(","));
    for (request, status) in [
        (post("/v1/track", &with(SITE), EVENT), 200),
        (post("/v1/track", &with(SITE), "{"), 400),
        (post("/v1/track", &with(""), EVENT), 401),
        (post("/v1/track", &with(UNKNOWN), EVENT), 401),
        (post("/v1/track", &with(OFF), EVENT), 404),
        (post("/v1/nope", &with(SITE), EVENT), 404),
        (bodiless("GET", "/v1/track", &with(SITE)).into(), 405),
        (post("/v1/track", &with(SITE), vec![b' '; 4_096_001]), 413),
        (post("/v1/batch", &with(LIMITED), &eleven), 200),
        (post("/v1/track", &with(LIMITED), EVENT), 429),
        (post("/v1/track", &format!("{SITE}{ORIGIN}Content-Encoding: gzip\r\n"), EVENT), 500),
        (bodiless("GET", "/health", ORIGIN).into(), 200),
        (bodiless("GET", "/sourceConfig?writeKey=nobody", ORIGIN).into(), 401),
    ] {
        let reply = app.send(request).await;
        assert_eq!(reply.status, status);
        assert_readable(&reply);
    }
    app.journal.fail_writes(Some(JournalError::Full));
    let reply = app.send(post("/v1/track", &with(SITE), EVENT)).await;
    assert_eq!(reply.status, 503);
    assert_readable(&reply);
}

#[tokio::test]
async fn without_an_origin_only_vary_is_said() {
    let app = App::start().await;
    let reply = app.post("/v1/track", EVENT).await;
    assert_eq!(reply.header("vary"), Some("Origin"));
    assert_eq!(reply.header("access-control-allow-origin"), None);
    assert_eq!(reply.header("access-control-allow-credentials"), None);
}
