//! Each configuration of `deploy/proxy` in front of a running server: an official SDK over TLS, the largest body, the caller's
//! address, and what the proxy logs.

use crate::arrived::{Expected, assert_arrived};
use crate::program::Program;
use crate::proxy::{Proxy, ProxyKind};
use crate::stand::{SERVER_KEY, Stand};
use crate::visitor::Visitor;
use serde_json::json;

/// The largest body that Rapport takes by default (`gateway.max_body`).
const MAX_BODY: usize = 4_096_000;

#[test]
fn nginx_passes_everything_on() {
    passes_everything_on(ProxyKind::Nginx);
}

#[test]
fn caddy_passes_everything_on() {
    passes_everything_on(ProxyKind::Caddy);
}

#[test]
fn haproxy_passes_everything_on() {
    passes_everything_on(ProxyKind::HaProxy);
}

/// The old data plane of a team that is moving gets every request as well.
#[test]
fn nginx_mirrors_to_the_old_data_plane() {
    let visitor = Visitor::new("mirror");
    let (stand, old) = (Stand::start(), Stand::start());
    let proxy = Proxy::start(ProxyKind::NginxMirror(old.address()), stand.address());
    let program = Program::new("node", &proxy.url(), SERVER_KEY, &visitor).trusting(&proxy.certificate());
    program.run().assert_success();
    old.wait_for_response();
    for data_plane in [&stand, &old] {
        assert_arrived(&data_plane.settled(), &visitor, &Expected::default());
    }
}

fn passes_everything_on(kind: ProxyKind) {
    let stand = Stand::start();
    let proxy = Proxy::start(kind, stand.address());
    let visitor = Visitor::new("proxied");
    let program = Program::new("node", &proxy.url(), SERVER_KEY, &visitor).trusting(&proxy.certificate());
    program.run().assert_success();
    assert_arrived(&stand.settled(), &visitor, &Expected::default());

    let client = Client::of(&proxy);
    assert_eq!(client.get("/health"), 200);
    assert_eq!(client.post(identify_of(MAX_BODY)), 200, "the largest body that Rapport takes");
    assert_eq!(client.post(identify_of(MAX_BODY + 1)), 413, "a larger body");
    assert_eq!(client.answer_from("203.0.113.7"), 200);
    let state = stand.settled_with_more();
    let responses = state["responses"].as_array().expect("a list of responses");
    let forged =
        responses.iter().find(|response| response["text"] == "forged").expect("the answer has arrived");
    assert_eq!(forged["ip_address"], "127.0.0.1", "the caller cannot choose its address");

    client.beacon();
    let log = proxy.finish();
    assert!(!log.contains(SERVER_KEY), "the write key is in the proxy's log:\n{log}");
}

/// An ordinary HTTP client that trusts the proxy's certificate.
struct Client {
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    url: String,
}

impl Client {
    fn of(proxy: &Proxy) -> Client {
        let pem = std::fs::read(proxy.certificate()).expect("the certificate is there");
        let certificate = reqwest::Certificate::from_pem(&pem).expect("the certificate is one");
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([certificate]).build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Client {
            runtime: runtime.expect("a runtime can be made"),
            http: http.expect("a client can be made"),
            url: proxy.url(),
        }
    }

    fn get(&self, path: &str) -> u16 {
        self.status(self.http.get(format!("{}{path}", self.url)))
    }

    fn post(&self, body: Vec<u8>) -> u16 {
        self.status(
            self.http.post(format!("{}/v1/identify", self.url)).basic_auth(SERVER_KEY, Some("")).body(body),
        )
    }

    /// A survey answer of somebody who says to have this address.
    fn answer_from(&self, address: &str) -> u16 {
        let event = json!({
            "userId": "user-proxied",
            "event": "Submit",
            "messageId": "forged",
            "properties": { "feedbackScore": 3, "feedbackText": "forged", "createdAt": "2023-06-01T00:00:00Z",
                            "url": "https://www.example.com/" },
            "integrations": { "Wootric": { "eventType": "create response" } },
        });
        let request = self.http.post(format!("{}/v1/track", self.url)).basic_auth(SERVER_KEY, Some(""));
        self.status(request.header("X-Forwarded-For", address).body(event.to_string()))
    }

    /// A beacon has its write key in the address.
    fn beacon(&self) {
        let body = json!({ "batch": [{ "type": "page", "anonymousId": "a-1", "messageId": "beacon" }] });
        let address = format!("{}/beacon/v1/batch?writeKey={SERVER_KEY}", self.url);
        assert_eq!(self.status(self.http.post(address).body(body.to_string())), 200);
    }

    fn status(&self, request: reqwest::RequestBuilder) -> u16 {
        self.runtime.block_on(async { request.send().await.expect("the proxy replies").status().as_u16() })
    }
}

/// An identify whose body has exactly so many bytes.
fn identify_of(bytes: usize) -> Vec<u8> {
    let event = |filler: &str| {
        json!({ "userId": "user-proxied", "anonymousId": filler, "traits": {} }).to_string().into_bytes()
    };
    let rest = event("").len();
    event(&"x".repeat(bytes - rest))
}
