//! The delivery proxy (docs/facts/transformer.md#delivery-proxy, #check-75..82).

use crate::served::{Answer, Served, destination, send, update};
use crate::stub::InMoment;
use scripted_server::{Act, Request, json, reply};
use serde_json::{Value, json};

/// An InMoment that answers every delivery so, with headers that must not be passed on.
async fn answering(status: u16, body: &'static str) -> InMoment {
    InMoment::scripted(move |request, _| {
        let headers = [("set-cookie", "planted-cookie"), ("content-type", "application/json")];
        (!request.is_token()).then(|| Act::Answer(reply(status, &headers, body)))
    })
    .await
}

fn meta(number: u64) -> Value {
    json!({ "jobId": number, "attemptNum": 1, "userId": "", "sourceId": "s", "destinationId": "d", "workspaceId": "w", "big": 18_446_744_073_709_551_615_u64 })
}

/// A request to the proxy, with some members replaced.
fn handed(inmoment: &InMoment, rest: Value) -> Value {
    let mut request = json!({
        "version": "1", "type": "REST", "method": "PUT", "userId": "", "files": {}, "params": {},
        "endpoint": format!("{}/v1/end_users/486438462", inmoment.url()),
        "headers": { "Content-Type": "application/x-www-form-urlencoded", "Authorization": "Bearer planted-old" },
        "body": { "JSON": {}, "JSON_ARRAY": {}, "XML": {}, "FORM": { "email": "a@b.c" } },
        "destinationConfig": destination("d")["Config"],
    });
    for (key, value) in rest.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

async fn v0(served: &Served, body: &Value) -> Answer {
    send(served.post("/v0/destinations/wootric/proxy", body.to_string())).await
}

async fn v1(served: &Served, body: &Value) -> Answer {
    send(served.post("/v1/destinations/wootric/proxy", body.to_string())).await
}

fn deliveries(inmoment: &InMoment) -> Vec<Request> {
    inmoment.server.requests().into_iter().filter(|request| !request.is_token()).collect()
}

const TAGS: &str = r#""destType":"WOOTRIC","module":"destination","implementation":"native","feature":"dataDelivery","destinationId":"d","workspaceId":"w""#;
const DONE: &str = "[Generic Response Handler] Request for destination: wootric Processed Successfully";

#[tokio::test]
async fn what_is_delivered_keeps_its_status() {
    for (status, body, response) in
        [(200, r#"{"id":1.50}"#, r#"{"id":1.50}"#), (201, "plain", r#""plain""#), (204, "", r#""""#)]
    {
        let inmoment = answering(status, body).await;
        let served = Served::before(&inmoment).await;
        let answer = v0(&served, &handed(&inmoment, json!({ "metadata": meta(1) }))).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.text,
            format!(
                r#"{{"output":{{"status":{status},"message":"{DONE}","destinationResponse":{{"response":{response},"status":{status}}}}}}}"#
            )
        );
        let answer = v1(&served, &handed(&inmoment, json!({ "metadata": [meta(1), meta(2)] }))).await;
        let error = Value::from(response);
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.text,
            format!(
                r#"{{"output":{{"response":[{{"error":{error},"statusCode":{status},"metadata":{}}},{{"error":{error},"statusCode":{status},"metadata":{}}}],"status":{status},"message":"{DONE}"}}}}"#,
                meta(1),
                meta(2)
            )
        );
    }
}

/// This differs from rudder-transformer on purpose: a refused login (401, 403) and a redirect are 429, and no reply
/// header is passed on.
#[tokio::test]
async fn what_is_refused_says_so() {
    for (said, status, http, kind) in [
        (400, 400, 400, "aborted"),
        (404, 404, 400, "aborted"),
        (422, 422, 422, "aborted"),
        (429, 429, 429, "throttled"),
        (500, 500, 500, "retryable"),
        (503, 503, 503, "retryable"),
        (401, 429, 429, "throttled"),
        (403, 429, 429, "throttled"),
        (302, 429, 429, "throttled"),
    ] {
        let inmoment = answering(said, r#"{"no":1}"#).await;
        let served = Served::before(&inmoment).await;
        let message = format!(
            "[Generic Response Handler] Request failed for destination wootric with status: {status}"
        );
        let tags = format!(r#"{{"errorCategory":"network","errorType":"{kind}",{TAGS}}}"#);
        let answer = v0(&served, &handed(&inmoment, json!({ "metadata": meta(1) }))).await;
        assert_eq!((answer.status, answer.header("apiversion")), (http, Some("2")), "{said}");
        assert_eq!(
            answer.text,
            format!(
                r#"{{"output":{{"status":{status},"message":"{message}","destinationResponse":{{"response":{{"no":1}},"status":{status}}},"statTags":{tags}}}}}"#
            )
        );
        let sent = deliveries(&inmoment).len();
        assert_eq!(sent, if said == 401 { 2 } else { 1 }, "once, and once more with another token: {said}");
        let answer = v1(&served, &handed(&inmoment, json!({ "metadata": [meta(1), meta(2)] }))).await;
        assert_eq!((answer.status, answer.header("apiversion")), (200, Some("2")));
        let one = |number| {
            format!(r#"{{"error":"{{\"no\":1}}","statusCode":{status},"metadata":{}}}"#, meta(number))
        };
        assert_eq!(
            answer.text,
            format!(
                r#"{{"output":{{"response":[{},{}],"statTags":{tags},"message":"{message}","status":{status}}}}}"#,
                one(1),
                one(2)
            )
        );
    }
}

#[tokio::test]
async fn a_form_is_written_as_the_peer_writes_it() {
    let inmoment = answering(200, "{}").await;
    let served = Served::before(&inmoment).await;
    let form = json!({
        "z b": "x y+&=ü~", "properties[a.b]": "", "n": 1.50, "big": 12_345_678, "t": true, "none": null,
        "o": { "k": 1 }, "l": ["a b", 1, { "k": [] }], "a": "last",
    });
    let body = json!({ "JSON": { "not": "this" }, "XML": {}, "FORM": form });
    let params = json!({ "p q": "r&s", "n": 2 });
    v1(&served, &handed(&inmoment, json!({ "metadata": [meta(1)], "body": body, "params": params }))).await;
    let sent = &deliveries(&inmoment)[0];
    assert_eq!(
        sent.text(),
        "z+b=x+y%2B%26%3D%C3%BC%7E&properties%5Ba.b%5D=&n=1.5&big=12345678&t=true&none=null&o=%7B%22k%22%3A1%7D&l=%5Ba+b%2C1%2C%7B%22k%22%3A%5B%5D%7D%5D&a=last"
    );
    assert_eq!(
        (sent.method.as_str(), sent.target.as_str()),
        ("PUT", "/v1/end_users/486438462?p+q=r%26s&n=2")
    );
    assert_eq!(sent.header("user-agent"), Some("RudderLabs"));
    assert_eq!(sent.header("authorization"), Some("Bearer planted-old"));
    assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn nothing_to_send_is_a_request_without_a_body() {
    let inmoment = answering(200, "{}").await;
    let served = Served::before(&inmoment).await;
    let headers = json!({ "User-Agent": "other", "X-Given": 5, "Host": "evil", "Content-Length": "99", "bad header": "x" });
    let empty = json!({ "JSON": {}, "JSON_ARRAY": {}, "XML": {}, "FORM": {} });
    v0(&served, &handed(&inmoment, json!({ "body": empty, "headers": headers, "method": "post" }))).await;
    let sent = &deliveries(&inmoment)[0];
    assert_eq!((sent.method.as_str(), sent.body.len()), ("POST", 0));
    assert_eq!(sent.header("content-length"), Some("0"));
    assert_eq!(sent.header("user-agent"), Some("RudderLabs"));
    assert_eq!(sent.header("x-given"), Some("5"));
    assert!(inmoment.url().ends_with(sent.header("host").unwrap()));
}

#[tokio::test]
async fn a_request_that_lacks_something_is_answered() {
    let inmoment = answering(200, "{}").await;
    let served = Served::before(&inmoment).await;
    let mut request = handed(&inmoment, json!({ "metadata": [meta(1), meta(2)] }));
    request.as_object_mut().unwrap().remove("body");
    let answer = v1(&served, &request).await;
    assert_eq!(answer.status, 200);
    let reply = answer.json();
    let responses = reply["output"]["response"].as_array().unwrap();
    assert_eq!(responses.len(), 2);
    assert!(responses.iter().all(|one| one["statusCode"] == 500 && one["error"].is_string()), "{reply}");
    let answer = v0(&served, &request).await;
    assert_eq!((answer.status, &answer.json()["output"]["destinationResponse"]), (500, &json!("")));
    for metadata in [Value::Null, json!({}), json!("x")] {
        let answer = v1(&served, &handed(&inmoment, json!({ "metadata": metadata }))).await;
        assert_eq!((answer.status, answer.header("apiversion")), (500, None), "{metadata}");
    }
    assert_eq!(deliveries(&inmoment).len(), 0);
    let answer = v1(&served, &handed(&inmoment, json!({ "metadata": [] }))).await;
    assert_eq!(answer.json()["output"]["response"], json!([]));
    let refused = answering(500, "{}").await;
    let answer = v0(&Served::before(&refused).await, &handed(&refused, json!({}))).await;
    assert_eq!(answer.json()["output"]["statTags"]["workspaceId"], "Non-determininable");
}

/// A client that reaches the port cannot send requests to other servers through it.
#[tokio::test]
async fn only_inmoment_is_sent_to() {
    let (inmoment, other) = (InMoment::unasked().await, InMoment::unasked().await);
    let served = Served::before(&inmoment).await;
    let port = inmoment.url().rsplit_once(':').unwrap().1.to_owned();
    for endpoint in [
        format!("{}/v1/end_users", other.url()),
        format!("http://127.0.0.1:{port}@{}/v1", other.url().strip_prefix("http://").unwrap()),
        format!("http://localhost:{port}/v1"),
        format!("http://127.0.0.1:{port}0/v1"),
        format!("https://127.0.0.1:{port}/v1"),
        "file:///etc/passwd".to_owned(),
        String::new(),
        "/v1/end_users".to_owned(),
    ] {
        let answer =
            v1(&served, &handed(&inmoment, json!({ "metadata": [meta(1)], "endpoint": endpoint }))).await;
        let response = &answer.json()["output"]["response"][0];
        assert_eq!(response["statusCode"], 500, "{endpoint}");
        assert!(response["error"].as_str().unwrap().contains("nothing was sent"), "{response}");
    }
    assert!(inmoment.server.requests().is_empty() && other.server.requests().is_empty());
    // A redirect is not followed either.
    let location = other.url();
    let leading =
        InMoment::scripted(move |_, _| Some(Act::Answer(reply(307, &[("location", &location)], "")))).await;
    let served = Served::before(&leading).await;
    v1(&served, &handed(&leading, json!({ "metadata": [meta(1)] }))).await;
    assert!(other.server.requests().is_empty());
}

#[tokio::test]
async fn a_refused_token_is_replaced_with_the_login_that_came_along() {
    let inmoment = InMoment::scripted(|request, _| {
        let is_old = request.header("authorization") == Some("Bearer planted-old");
        (!request.is_token()).then(|| Act::Answer(if is_old { json(401, "{}") } else { json(201, "{}") }))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let answer = v1(&served, &handed(&inmoment, json!({ "metadata": [meta(1)] }))).await;
    assert_eq!(answer.json()["output"]["status"], 201);
    let sent = deliveries(&inmoment);
    assert_eq!((sent.len(), sent[1].header("authorization")), (2, Some("Bearer planted-1")));
    assert_eq!(sent[0].body, sent[1].body);
    assert_eq!(inmoment.tokens(), 1);
    assert!(!answer.text.contains("authErrorCategory") && !answer.text.contains("planted"));
}

/// The token that the router stage returned is the one in use: it is replaced, and the next look-up uses the new one,
/// too.
#[tokio::test]
async fn a_token_that_deliveries_are_refused_with_is_used_no_more() {
    let inmoment = InMoment::scripted(|request, _| {
        let is_old = request.header("authorization") == Some("Bearer planted-1");
        (request.method == "PUT" && is_old).then(|| Act::Answer(json(401, "{}")))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let transformed = served.message(update()).await;
    let request = handed(
        &inmoment,
        json!({ "metadata": [meta(1)], "headers": transformed["batchedRequest"]["headers"] }),
    );
    assert_eq!(v1(&served, &request).await.json()["output"]["status"], 200);
    assert_eq!(deliveries(&inmoment).last().unwrap().header("authorization"), Some("Bearer planted-2"));
    let next = served.message(update()).await;
    assert_eq!(next["batchedRequest"]["headers"]["Authorization"], "Bearer planted-2");
    // Another delivery with the old token uses the new one, without requesting a third.
    assert_eq!(v1(&served, &request).await.json()["output"]["status"], 200);
    assert_eq!(inmoment.tokens(), 2);
}
