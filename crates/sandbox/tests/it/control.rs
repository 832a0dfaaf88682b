use sandbox::{Options, RunningSandbox};
use serde_json::{Value, json};

use crate::client::{Client, start};

async fn control(running: &RunningSandbox, method: &str, target: &str, body: &str) -> (u16, Value) {
    let mut client = Client::connect(running.control_addr()).await;
    let reply = client.call(method, target, body).await.expect("a reply");
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn the_log_can_be_filtered_waited_for_and_cleared() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    for body in ["email=a@x", "email=a@x", "email=b@x"] {
        client.call("POST", "/v1/end_users", body).await.expect("a reply");
    }
    let cases = [
        ("", 4),
        ("method=post&path=/v1/*", 3),
        ("path=/oauth/**", 1),
        ("status=400", 1),
        ("executed=true&path=/v1/end_users", 2),
        ("after=3", 1),
        ("wait_for=3&path=/v1/end_users", 3),
    ];
    for (query, total) in cases {
        let (status, log) = control(&running, "GET", &format!("/requests?{query}"), "").await;
        assert_eq!((status, &log["total"], &log["met"]), (200, &json!(total), &json!(true)), "{query}");
    }
    let (_, newest) = control(&running, "GET", "/requests?limit=1", "").await;
    assert_eq!(newest["requests"][0]["form"], json!({"email": "b@x"}));
    assert_eq!((&newest["last"], newest["requests"].as_array().map(Vec::len)), (&json!(4), Some(1)));
    for (query, problem) in [("path=x", "path pattern"), ("colour=red", "")] {
        let (status, body) = control(&running, "GET", &format!("/requests?{query}"), "").await;
        assert_eq!(status, 400, "{query}");
        assert!(body["error"].as_str().unwrap_or_default().contains(problem), "{query}");
    }
    assert_eq!(control(&running, "DELETE", "/requests", "").await.0, 204);
    assert_eq!(control(&running, "GET", "/requests", "").await.1["total"], 0);
}

#[tokio::test]
async fn waiting_ends_with_the_request_that_was_waited_for() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let mut waiting = Client::connect(running.control_addr()).await;
    waiting.send("GET", "/requests?path=/v1/end_users&wait_for=2", "", "").await.expect("sent");
    for body in ["email=a@x", "email=b@x"] {
        client.call("POST", "/v1/end_users", body).await.expect("a reply");
    }
    let seen = waiting.receive().await.expect("a reply").json();
    assert_eq!((&seen["met"], &seen["total"]), (&json!(true), &json!(2)));
}

#[tokio::test]
async fn waiting_in_vain_says_so() {
    let running = start(Options::default()).await;
    let (status, seen) = control(&running, "GET", "/requests?wait_for=1&timeout_ms=1", "").await;
    assert_eq!((status, &seen["met"], &seen["total"]), (200, &json!(false), &json!(0)));
}

#[tokio::test]
async fn faults_are_put_shown_and_taken_away() {
    let running = start(Options::default()).await;
    let script = json!({"rules": [{"match": {"path": "/v1/segments"}, "after": 0, "action": {"status": {"code": 500}}}]});
    assert_eq!(control(&running, "PUT", "/faults", &script.to_string()).await.0, 204);
    let mut client = Client::signed_in(running.addr()).await;
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 500);
    let (_, shown) = control(&running, "GET", "/faults", "").await;
    assert_eq!(shown["script"], script);
    assert_eq!(shown["progress"], json!([{"matched": 1, "acted": 1, "since_ms": 1_714_662_930_000i64}]));

    let (status, refused) =
        control(&running, "PUT", "/faults", r#"{"rules": [{"action": "explode"}]}"#).await;
    assert_eq!(status, 400);
    assert!(refused["error"].as_str().unwrap_or_default().contains("rules[0].action"), "{refused}");
    assert_eq!(
        client.call("GET", "/v1/segments", "").await.expect("a reply").status,
        500,
        "the old one stays"
    );

    assert_eq!(control(&running, "DELETE", "/faults", "").await.0, 204);
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 200);
}

#[tokio::test]
async fn credentials_tokens_and_limits_are_changed_from_outside() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let body = r#"{"password": "changed", "revoke_tokens": true}"#;
    assert_eq!(control(&running, "PUT", "/credentials", body).await.0, 204);
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 401);
    assert_eq!(client.sign_in("demo-password").await.expect("a reply").status, 401);
    assert_eq!(client.sign_in("changed").await.expect("a reply").status, 200);
    let nobody = r#"{"username": "nobody", "password": "x"}"#;
    assert_eq!(control(&running, "PUT", "/credentials", nobody).await.0, 404);

    assert_eq!(control(&running, "POST", "/revoke-tokens", "").await.0, 204);
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 401);
    client.sign_in("changed").await.expect("a reply");

    assert_eq!(control(&running, "PUT", "/limit", r#"{"limit": 1}"#).await.0, 204);
    assert_eq!(control(&running, "GET", "/limit", "").await.1, json!({"limit": 1, "scope": "account"}));
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 200);
    let refused = client.call("GET", "/v1/segments", "").await.expect("a reply");
    assert_eq!((refused.status, refused.header("x-rate-limit-reset")), (429, Some("1714662960")));
    assert_eq!(control(&running, "PUT", "/limit", r#"{"limit": null, "scope": "endpoint"}"#).await.0, 204);
    assert_eq!(
        client.call("GET", "/v1/segments", "").await.expect("a reply").header("x-rate-limit-limit"),
        None
    );
}

#[tokio::test]
async fn the_state_is_shown_and_reset() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let user = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply").json();
    let (_, state) = control(&running, "GET", "/state", "").await;
    assert_eq!(state, json!({"end_users": [user], "responses": [], "declines": []}));
    assert_eq!(control(&running, "GET", "/state?account=NPS-OTHER000", "").await.1["end_users"], json!([]));
    assert_eq!(control(&running, "POST", "/reset", "").await.0, 204);
    assert_eq!(control(&running, "GET", "/state", "").await.1["end_users"], json!([]));
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 401);
}

#[tokio::test]
async fn web_pages_are_refused() {
    let running = start(Options::default()).await;
    let mut client = Client::connect(running.control_addr()).await;
    let origin =
        client.call_with("POST", "/reset", "Origin: https://evil.example\r\n", "").await.expect("a reply");
    assert_eq!(origin.status, 403);
    client.send_raw(b"GET /state HTTP/1.1\r\nHost: evil.example\r\n\r\n").await.expect("sent");
    assert_eq!(client.receive().await.expect("a reply").status, 403);
    client.send_raw(b"GET /state HTTP/1.1\r\nHost: localhost:9501\r\n\r\n").await.expect("sent");
    assert_eq!(client.receive().await.expect("a reply").status, 200);
}

#[tokio::test]
async fn the_two_ports_are_strictly_apart() {
    let running = start(Options::default()).await;
    let mut api = Client::signed_in(running.addr()).await;
    for (method, target) in [("GET", "/requests"), ("GET", "/state"), ("POST", "/reset"), ("PUT", "/faults")]
    {
        assert_eq!(api.call(method, target, "").await.expect("a reply").status, 404, "{target}");
    }
    for target in ["/v1/end_users", "/oauth/token"] {
        assert_eq!(control(&running, "GET", target, "").await.0, 404, "{target}");
    }
}

#[tokio::test]
async fn switches_change_while_it_runs_and_a_reset_takes_them_back() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let create = |email: &str| format!("email={email}");
    assert_eq!(client.call("POST", "/v1/end_users", &create("a@x")).await.expect("a reply").status, 201);
    let (status, _) =
        control(&running, "PUT", "/switches", r#"{"create_status": 200, "duplicate_status": 422}"#).await;
    assert_eq!(status, 204);
    assert_eq!(client.call("POST", "/v1/end_users", &create("b@x")).await.expect("a reply").status, 200);
    assert_eq!(client.call("POST", "/v1/end_users", &create("b@x")).await.expect("a reply").status, 422);
    let (_, switches) = control(&running, "GET", "/switches", "").await;
    assert_eq!((&switches["create_status"], &switches["one_a_day"]), (&json!(200), &json!(true)));
    for wrong in [r#"{"colour": "red"}"#, r#"{"create_status": "x"}"#, r#"{"max_per_page": 0}"#] {
        let (status, body) = control(&running, "PUT", "/switches", wrong).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(!body["error"].as_str().unwrap_or_default().is_empty(), "{wrong}");
    }
    assert_eq!(control(&running, "POST", "/reset", "").await.0, 204);
    assert_eq!(control(&running, "GET", "/switches", "").await.1["create_status"], 201);
}

#[tokio::test]
async fn the_password_and_the_clients_secret_can_be_changed() {
    let running = start(Options::default()).await;
    let mut client = Client::connect(running.addr()).await;
    let secret =
        |secret: &str| format!("grant_type=client_credentials&client_id=demo-client&client_secret={secret}");
    let old = secret("demo-client-secret");
    assert_eq!(client.call("POST", "/oauth/token", &old).await.expect("a reply").status, 200);
    let change = r#"{"client_secret": "another", "password": "new"}"#;
    assert_eq!(control(&running, "PUT", "/credentials", change).await.0, 204);
    assert_eq!(client.call("POST", "/oauth/token", &old).await.expect("a reply").status, 401);
    assert_eq!(client.call("POST", "/oauth/token", &secret("another")).await.expect("a reply").status, 200);
    assert_eq!(client.sign_in("demo-password").await.expect("a reply").status, 401);
    assert_eq!(client.sign_in("new").await.expect("a reply").status, 200);
    for (change, status) in [
        (r#"{"client_id": "nobody", "client_secret": "x"}"#, 404),
        (r#"{"username": "nobody@x", "password": "x"}"#, 404),
        (r#"{"username": "nobody@x", "password": "x", "client_secret": "half"}"#, 404),
        (r#"{"username": "nobody@x", "client_secret": "half"}"#, 404),
        (r#"{"client_id": "nobody", "password": "half"}"#, 404),
        ("{}", 400),
    ] {
        assert_eq!(control(&running, "PUT", "/credentials", change).await.0, status, "{change}");
    }
    // A request that is refused changes nothing.
    assert_eq!(client.call("POST", "/oauth/token", &secret("another")).await.expect("a reply").status, 200);
}

#[tokio::test]
async fn a_body_counts_whatever_it_is_called_and_refusals_are_json() {
    let running = start(Options::default()).await;
    // The client calls a body that does not begin with a brace a form, as `curl -d` calls every body.
    for (target, body) in [
        ("/switches", r#" {"lenient": true}"#),
        ("/credentials", r#" {"password": "changed"}"#),
        ("/limit", r#" {"limit": 7}"#),
        ("/faults", r#" {"rules": []}"#),
    ] {
        assert_eq!(control(&running, "PUT", target, body).await.0, 204, "{target}");
    }
    assert_eq!(control(&running, "GET", "/switches", "").await.1["lenient"], true);
    assert_eq!(control(&running, "GET", "/limit", "").await.1["limit"], 7);
    for (method, target, body, status) in [
        ("PUT", "/switches", "lenient=true", 400),
        ("PUT", "/switches", "", 400),
        ("PUT", "/switches", "{} {}", 400),
        ("PUT", "/switches", r#"{"create_status": 404}"#, 400),
        ("PUT", "/switches", r#"{"duplicate_status": 200}"#, 400),
        ("PUT", "/credentials", r#"{"passwort": "x"}"#, 400),
        ("PUT", "/limit", r#"{"limit": -1}"#, 400),
        ("PUT", "/limit", r#"{"scope": "all"}"#, 400),
        ("PUT", "/faults", "{", 400),
        ("GET", "/state?colour=red", "", 400),
        ("GET", "/requests?limit=x", "", 400),
        ("POST", "/revoke-tokens?refresh_too=maybe", "", 400),
        ("GET", "/nothing", "", 404),
        ("POST", "/switches", "{}", 405),
        ("GET", "/credentials", "", 405),
    ] {
        let (found, refusal) = control(&running, method, target, body).await;
        let said = refusal["error"].as_str().unwrap_or_default();
        assert_eq!((found, said.is_empty()), (status, false), "{method} {target} {body}: {refusal}");
    }
}
