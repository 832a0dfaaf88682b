//! Every route of the description, asked by everybody who might.

use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use serde_json::{Value, json};

const ROLES: [&str; 3] = ["viewer", "operator", "administrator"];

struct Route {
    method: String,
    path: String,
    role: String,
}

async fn routes(harness: &Harness) -> Vec<Route> {
    let description = Client::browser(harness).get("/api/v1/openapi.json").await.body;
    let mut routes = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let role = operation["x-access"]["role"].as_str().unwrap_or("undeclared").to_owned();
            let path = filled(path);
            routes.push(Route { method: method.to_uppercase(), path, role });
        }
    }
    routes
}

/// With something in the place of `{…}`.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{id}" => "1",
        part if part.starts_with('{') => "nothing",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn answer(client: &Client, route: &Route) -> (u16, String) {
    let reply = client.ask(&route.method, &route.path, "{}").await;
    let status = reply.status().as_u16();
    if !matches!(status, 401 | 403) {
        return (status, String::new());
    }
    let bytes = http_body_util::BodyExt::collect(reply.into_body()).await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_route_is_declared_and_changes_need_more_than_looking() {
    let harness = Harness::new();
    let routes = routes(&harness).await;
    assert!(routes.len() > 20, "{}", routes.len());
    for Route { method, path, role } in &routes {
        let open =
            ["GET /api/v1/setup", "POST /api/v1/setup", "POST /api/v1/session", "GET /api/v1/openapi.json"];
        let own = ["DELETE /api/v1/session", "PUT /api/v1/me/password"];
        // They ask with a body, and change nothing.
        let questions = ["POST /api/v1/dead-letters/count", "POST /api/v1/explain"];
        let name = format!("{method} {path}");
        match role.as_str() {
            "none" => assert!(open.contains(&&*name), "{name} is open to anybody"),
            "viewer" => assert!(
                method == "GET" || own.contains(&&*name) || questions.contains(&&*name),
                "a viewer may {name}"
            ),
            "operator" | "administrator" => {}
            other => panic!("{name}: {other}"),
        }
        for guarded in ["people", "tokens", "audit"] {
            if path.starts_with(&format!("/api/v1/{guarded}")) {
                assert_eq!(role, "administrator", "{name}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_or_token_that_lives() {
    let harness = Harness::new();
    let expired = harness.person("late", "administrator").await;
    harness.pass(12 * 3_600);
    let browser = Client::browser(&harness);
    let with_cookie = |cookie: &str| Client { cookie: Some(cookie.to_owned()), ..browser.clone() };
    let with_bearer = |token: &str| Client::program(&harness, token);
    let unknown = "A".repeat(43);
    let admin_too =
        Client { bearer: Some("wrong".to_owned()), ..harness.person("root", "administrator").await };
    let clients = [
        ("nobody", browser.clone(), "unauthorized"),
        ("expired", expired, "session_expired"),
        (
            "a session of another server",
            with_cookie(&format!("rapport_session={unknown}")),
            "session_expired",
        ),
        ("garbage", with_cookie("rapport_session=../../../etc/passwd"), "unauthorized"),
        ("the admin token as a cookie", with_cookie(&format!("rapport_session={TOKEN}")), "unauthorized"),
        ("no token", with_bearer(""), "unauthorized"),
        ("a wrong token", with_bearer("planted-admin-tokem"), "unauthorized"),
        ("a longer token", with_bearer("planted-admin-token "), "unauthorized"),
        ("an unknown token", with_bearer(&format!("rpt_{unknown}")), "unauthorized"),
        ("a wrong token besides a session", admin_too, "unauthorized"),
    ];
    for route in routes(&harness).await {
        for (who, client, code) in &clients {
            let (status, found) = answer(client, &route).await;
            let what = format!("{who}: {} {}", route.method, route.path);
            match route.role.as_str() {
                "none" => assert!(status != 401 || found == "login_refused", "{what}"),
                _ => assert_eq!((status, &*found), (401, *code), "{what}"),
            }
        }
    }
}

#[tokio::test]
async fn each_role_may_what_it_may_and_no_more() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    for (rank, role) in ROLES.into_iter().enumerate() {
        let mut person = harness.person(role, role).await;
        let made = root.post("/api/v1/tokens", json!({ "name": role, "role": role })).await;
        let token = Client::program(&harness, made.body["token"].as_str().unwrap());
        for route in routes(&harness).await {
            let needed = ROLES.iter().position(|known| **known == route.role).unwrap_or(0);
            let what = format!("{role}: {} {}", route.method, route.path);
            for client in [&person, &token] {
                let (status, code) = answer(client, &route).await;
                if rank < needed {
                    assert_eq!((status, &*code), (403, "forbidden"), "{what}");
                } else {
                    assert!(!matches!(status, 401 | 403), "{what} is answered {status} {code}");
                }
            }
            if route.path == "/api/v1/session" {
                assert_eq!(person.sign_in(role, PASSWORD).await.status, 200);
            }
        }
    }
}

#[tokio::test]
async fn another_sites_page_uses_no_session() {
    let harness = Harness::new();
    let root = harness.person("root", "administrator").await;
    let forged: [(&str, &[(&'static str, &str)]); 6] = [
        ("no header", &[("x-rapport-csrf", "")]),
        (
            "a form elsewhere",
            &[("x-rapport-csrf", ""), ("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")],
        ),
        ("a page elsewhere", &[("sec-fetch-site", "cross-site")]),
        ("another port", &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:3000")]),
        ("an old browser elsewhere", &[("sec-fetch-site", ""), ("origin", "http://evil.example")]),
        ("a sandboxed page", &[("sec-fetch-site", ""), ("origin", "null")]),
    ];
    for route in routes(&harness).await {
        let changes = route.method != "GET";
        for (how, headers) in forged {
            let tells = headers.iter().any(|(name, value)| *name == "sec-fetch-site" && !value.is_empty());
            let (status, code) = answer(&root.with(headers), &route).await;
            let what = format!("{how}: {} {}", route.method, route.path);
            // A change that needs no session needs no header either, but no other origin makes it.
            let refused = match route.role.as_str() {
                "none" => changes && how != "no header",
                _ => changes || tells,
            };
            if refused {
                assert_eq!((status, &*code), (403, "csrf"), "{what}");
            } else {
                assert!(code != "csrf", "{what}");
            }
        }
    }
    assert_eq!(root.clone().get("/api/v1/me").await.status, 200, "the session was not touched");
}

#[tokio::test]
async fn other_methods_are_none() {
    let harness = Harness::new();
    let root = harness.person("root", "administrator").await;
    for method in ["PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"] {
        let reply = root.ask(method, "/api/v1/people", "").await;
        assert_eq!(reply.status(), 405, "{method}");
        assert!(reply.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    }
    assert_eq!(root.ask("HEAD", "/api/v1/people", "").await.status(), 200);
    assert_eq!(Client::browser(&harness).ask("HEAD", "/api/v1/people", "").await.status(), 401);
}
