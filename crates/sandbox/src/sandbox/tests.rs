//! The endpoint cards of docs/facts/inmoment-api.md#endpoint-cards as tables, through the same functions that a server
//! uses.

mod clients;
mod end_users;
mod faulty;
mod feedback;
mod forms;
mod lists;
mod metrics;
mod state;
mod tokens;

use serde_json::{Value, json};

use super::*;
use crate::options::Switches;

/// 2024-05-02 15:15:30 UTC: five hours and more after 07:00 UTC, in the middle of a minute.
const NOW: i64 = 1_714_662_930;

/// A sandbox with an open account and a clock in seconds.
struct World {
    sandbox: Sandbox,
    token: String,
    now: i64,
}

impl World {
    fn new() -> World {
        World::with(Options::default())
    }

    fn switched(switches: Switches) -> World {
        World::with(Options { switches, ..Options::default() })
    }

    fn with(options: Options) -> World {
        let mut world = World { sandbox: Sandbox::new(options), token: String::new(), now: NOW };
        world.token = world.sign_in("demo@example.com", "demo-password", "NPS-DEMO0001");
        world
    }

    fn sign_in(&mut self, username: &str, password: &str, account_token: &str) -> String {
        let target = format!("/oauth/token?account_token={account_token}");
        let body = format!("grant_type=password&username={username}&password={password}");
        let reply = self.call("POST", &target, &body);
        assert_eq!(reply.status, 200);
        text(&reply, "access_token")
    }

    fn request(&self, method: &str, target: &str, body: &str) -> Request {
        let content_type =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut headers = vec![("content-type".to_owned(), content_type.to_owned())];
        if !self.token.is_empty() {
            headers.push(("Authorization".into(), format!("Bearer {}", self.token)));
        }
        Request { method: method.into(), target: target.into(), headers, body: body.into() }
    }

    fn call(&mut self, method: &str, target: &str, body: &str) -> Reply {
        let request = self.request(method, target, body);
        self.sandbox.handle(self.now * 1_000, &request)
    }

    fn get(&mut self, target: &str) -> Reply {
        self.call("GET", target, "")
    }

    /// Creates an end user and returns its id.
    fn user(&mut self, body: &str) -> i64 {
        let reply = self.call("POST", "/v1/end_users", body);
        assert_eq!(reply.status, 201, "{body}: {}", value(&reply));
        value(&reply)["id"].as_i64().expect("an id")
    }

    /// Creates a response and returns it.
    fn response(&mut self, user: i64, more: &str) -> Value {
        let body = format!("ip_address=192.0.2.1&origin_url=https://shop.example.com&{more}");
        let reply = self.call("POST", &format!("/v1/end_users/{user}/responses"), &body);
        assert_eq!(reply.status, 201, "{}", value(&reply));
        value(&reply)
    }
}

fn value(reply: &Reply) -> Value {
    reply.value().unwrap_or_else(|| json!(String::from_utf8_lossy(&reply.body)))
}

fn text(reply: &Reply, key: &str) -> String {
    value(reply)[key].as_str().unwrap_or_default().to_owned()
}

/// The messages of an `error_list`.
fn messages(reply: &Reply) -> Vec<String> {
    let body = value(reply);
    assert_eq!(body["type"], "error_list", "{body}");
    let errors = body["errors"].as_array().expect("errors");
    errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
}

/// One field of every element of a list.
fn column(reply: &Reply, key: &str) -> Vec<Value> {
    value(reply).as_array().expect("a list").iter().map(|row| row[key].clone()).collect()
}

fn not_found() -> Value {
    json!({
        "type": "error_list",
        "errors": [{"status": "record_not_found", "message": "The record could not be found", "field": null}],
    })
}
