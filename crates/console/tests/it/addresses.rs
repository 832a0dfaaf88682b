//! What people enter as addresses, and where a kept login goes.

use crate::harness::Harness;
use serde_json::{Value, json};

fn login() -> Value {
    json!({
        "name": "shop", "username": "planted@example.com", "password": "right-password", "account_token": "NPS-PLANTED1",
        "sources": ["website"],
    })
}

/// The login with more said.
fn with(more: &Value) -> Value {
    let mut form = login();
    for (key, value) in more.as_object().unwrap() {
        form[key] = value.clone();
    }
    form
}

/// The code and the field of a refusal.
fn refused(body: &Value) -> (&str, &str) {
    (body["code"].as_str().unwrap_or_default(), body["field"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_kept_login_goes_to_no_address_but_the_one_it_was_entered_for() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    assert_eq!(root.post("/api/v1/destinations", login()).await.status, 201);
    let secrets = [("username", "u"), ("password", "right-password"), ("account_token", "NPS-OTHER001")];
    for moved in [
        json!({ "base_url": "https://evil.example" }),
        json!({ "base_url": "https://api.wootric.com/proxy" }),
        json!({ "region": "eu" }),
        // An account token of another region leads to another address, too.
        json!({ "account_token": "NPS-EU-12345678" }),
    ] {
        for left_out in ["username", "password", "account_token"] {
            let mut form = moved.clone();
            for (field, value) in secrets {
                if field != left_out && form[field].is_null() {
                    form[field] = json!(value);
                }
            }
            if moved[left_out].is_null() {
                let changed = root.put("/api/v1/destinations/shop", form.clone()).await;
                assert_eq!(
                    (changed.status, refused(&changed.body)),
                    (422, ("invalid_request", left_out)),
                    "{form}"
                );
                form["name"] = json!("shop");
                let tested = root.post("/api/v1/connection-test", form.clone()).await;
                assert_eq!(
                    (tested.status, refused(&tested.body)),
                    (422, ("invalid_request", left_out)),
                    "{form}"
                );
            }
        }
    }
    // Where it is kept for, by whichever name it is called; and with the whole login.
    for stays in [
        json!({ "region": "us" }),
        json!({ "base_url": "" }),
        json!({ "base_url": "https://api.wootric.com" }),
    ] {
        let changed = root.put("/api/v1/destinations/shop", stays.clone()).await;
        assert_eq!(changed.status, 200, "{stays}: {}", changed.body);
    }
    let whole = with(&json!({ "base_url": "https://proxy.example.com" }));
    assert_eq!(root.post("/api/v1/connection-test", whole.clone()).await.body["ok"], true);
    assert_eq!(root.put("/api/v1/destinations/shop", whole).await.status, 200);
}

#[tokio::test]
async fn plain_http_beyond_this_machine_must_be_meant() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let plain = with(&json!({ "base_url": "http://proxy.example.com" }));
    for path in ["/api/v1/destinations", "/api/v1/connection-test"] {
        let asked = root.post(path, plain.clone()).await;
        assert_eq!((asked.status, refused(&asked.body)), (422, ("invalid_request", "base_url")), "{path}");
        assert!(asked.body["message"].as_str().unwrap().contains("allow_plain_http"), "{}", asked.body);
    }
    let meant = with(&json!({ "base_url": "http://proxy.example.com", "allow_plain_http": true }));
    assert_eq!(root.post("/api/v1/connection-test", meant.clone()).await.body["ok"], true);
    assert_eq!(root.post("/api/v1/destinations", meant).await.status, 201);
    let here = with(&json!({ "name": "here", "base_url": "http://127.0.0.1:9500" }));
    assert_eq!(root.post("/api/v1/destinations", here).await.status, 201);
}

#[tokio::test]
async fn addresses_that_only_the_server_reaches_are_refused() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    for host in [
        "169.254.169.254",
        "2852039166",
        "[::ffff:10.0.0.1]",
        "metadata.google.internal",
        "0.0.0.0",
        "192.168.1.1",
    ] {
        let form = with(&json!({ "base_url": format!("https://{host}"), "name": "inner" }));
        for path in ["/api/v1/destinations", "/api/v1/connection-test"] {
            let asked = root.post(path, form.clone()).await;
            assert_eq!(
                (asked.status, refused(&asked.body)),
                (422, ("address_refused", "base_url")),
                "{path} {host}"
            );
        }
        let alert = json!({ "name": "a", "kind": "halted", "webhook": format!("https://{host}/hook") });
        let asked = root.post("/api/v1/alerts", alert).await;
        assert_eq!((asked.status, refused(&asked.body)), (422, ("address_refused", "webhook")), "{host}");
    }
    assert_eq!(root.get("/api/v1/destinations/inner").await.status, 404);
    assert_eq!(root.get("/api/v1/alerts").await.body["items"], json!([]));
}
