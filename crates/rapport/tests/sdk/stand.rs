//! The test stand: a local InMoment and the whole server, on free ports, from a configuration file as an operator
//! would write one.

use crate::wire::{Framing, Wire};
use rapport::config::Config;
use rapport::server::Server;
use sandbox::Account;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The write key of the source that is a website.
pub(crate) const WEB_KEY: &str = "key-of-the-website";
/// The write key of the source that is a mobile app.
pub(crate) const MOBILE_KEY: &str = "key-of-the-app";
/// The write key of the source that is a server.
pub(crate) const SERVER_KEY: &str = "key-of-the-backend";

const ADMIN_TOKEN: &str = "token-of-the-operator";
/// How long the stand waits for what must happen; only a failing test takes so long.
const TIME_LIMIT_MS: u32 = 60_000;

/// A running server and the InMoment it delivers to.
pub(crate) struct Stand {
    runtime: Runtime,
    server: Option<Server>,
    inmoment: Option<sandbox::RunningSandbox>,
    _folder: TempDir,
}

impl Stand {
    pub(crate) fn start() -> Stand {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let inmoment = runtime
            .block_on(sandbox::Server::start(sandbox::Options::default(), loopback(), sandbox::wall_clock()))
            .expect("the sandbox starts");
        let file = folder.path().join("rapport.toml");
        std::fs::write(&file, configuration(inmoment.addr(), &folder)).expect("the folder is writable");
        let config = Config::load(Some(&file)).expect("the configuration is right");
        let server = runtime.block_on(Server::start(
            config,
            Arc::new(delivery::SystemClock::default()),
            supervise::Supervisor::new(),
        ));
        Stand {
            runtime,
            server: Some(server.expect("the server starts")),
            inmoment: Some(inmoment),
            _folder: folder,
        }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("there until the stand is dropped")
    }

    fn inmoment(&self) -> &sandbox::RunningSandbox {
        self.inmoment.as_ref().expect("there until the stand is dropped")
    }

    /// Where SDKs send events.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server().gateway_addr()
    }

    /// The data plane URL as it is given to an SDK.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns when InMoment has carried out the creation of a response.
    pub(crate) fn wait_for_response(&self) {
        let line = format!(
            "GET /requests?method=POST&path=/v1/end_users/*/responses&executed=true&wait_for=1&timeout_ms={TIME_LIMIT_MS}"
        );
        let log = get(self.inmoment().control_addr(), &line, &[]);
        assert_eq!(log["met"], true, "no response reached InMoment; the server says: {:#}", self.status());
    }

    /// Waits until every accepted event is delivered and tells what InMoment then holds. Nothing may have become a
    /// dead letter, and no call may have been made twice for the two events of one visitor.
    pub(crate) fn settled(&self) -> Value {
        let state = self.settled_with_more();
        let log = get(self.inmoment().control_addr(), "GET /requests?method=POST", &[]);
        for collection in ["/v1/end_users", "/responses"] {
            let calls = log["requests"].as_array().expect("a list of requests");
            let creates = calls
                .iter()
                .filter(|call| call["path"].as_str().is_some_and(|path| path.ends_with(collection)));
            assert!(creates.count() <= 1, "more than one POST to {collection}: {calls:#?}");
        }
        state
    }

    /// As [`Stand::settled`], where more than the two events were sent.
    pub(crate) fn settled_with_more(&self) -> Value {
        let status = self.admin(&format!("GET /api/v1/status?wait=settled&timeout_ms={TIME_LIMIT_MS}"));
        assert_eq!(status["pending"], 0, "{status:#}");
        assert_eq!(status["dead"], 0, "{status:#}");
        assert_eq!(status["imbalance"], 0, "{status:#}");
        get(self.inmoment().control_addr(), "GET /state", &[])
    }

    /// The server's own count of everything.
    pub(crate) fn status(&self) -> Value {
        self.admin("GET /api/v1/status")
    }

    fn admin(&self, line: &str) -> Value {
        let bearer = format!("Bearer {ADMIN_TOKEN}");
        get(self.server().admin_addr(), line, &[("Authorization", &bearer)])
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        // In order, so that a server that cannot stop is seen here.
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown());
        }
        if let Some(inmoment) = self.inmoment.take() {
            self.runtime.block_on(inmoment.shutdown());
        }
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn configuration(inmoment: SocketAddr, folder: &TempDir) -> String {
    let account = Account::demo();
    let data = folder.path().join("data");
    format!(
        r#"
[gateway]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
token = "{ADMIN_TOKEN}"
[journal]
path = {data:?}
[[sources]]
name = "website"
kind = "web"
write_key = "{WEB_KEY}"
[[sources]]
name = "app"
kind = "mobile"
write_key = "{MOBILE_KEY}"
[[sources]]
name = "backend"
kind = "server"
write_key = "{SERVER_KEY}"
[[destinations]]
name = "inmoment"
username = "{username}"
password = "{password}"
account_token = "{account_token}"
base_url = "http://{inmoment}"
sources = ["website", "app", "backend"]
"#,
        username = account.username,
        password = account.password,
        account_token = account.account_token,
    )
}

fn get(address: SocketAddr, line: &str, headers: &[(&str, &str)]) -> Value {
    let reply = Wire::open(address).exchange(line, headers, Framing::None);
    assert_eq!(reply.status, 200, "{line}: {}", reply.text());
    serde_json::from_slice(&reply.body).expect("the reply is JSON")
}
