//! A server and a sandbox on loopback, and the events a user of it would send.

use delivery::{Clock, Now};
use event::Millis;
use rapport::config::Config;
use rapport::server::Server;
use sandbox::{Account, LimitScope, LogFilter, Options, RunningSandbox, Switches};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const WRITE_KEY: &str = "website-key";
const START: i64 = 1_790_000_000_000;

/// A clock that runs so many times faster than the world's: half a minute of trouble is over in half a second, and
/// nobody waits for it.
pub(crate) struct FastClock {
    origin: Instant,
    factor: u32,
}

impl Clock for FastClock {
    fn now(&self) -> Now {
        let mono = u64::try_from(self.origin.elapsed().as_millis()).unwrap() * u64::from(self.factor);
        Now { wall: Millis(START + i64::try_from(mono).unwrap()), mono }
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let at = self.origin + Duration::from_millis(mono.div_ceil(u64::from(self.factor)));
        Box::pin(tokio::time::sleep_until(at.into()))
    }
}

/// What a test may choose.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) factor: u32,
    pub(crate) delivery: String,
    pub(crate) password: String,
    pub(crate) one_a_day: bool,
    /// More of the configuration; `{inmoment}` stands for the sandbox's address.
    pub(crate) more: String,
}

/// A second account at the sandbox.
pub(crate) fn second_account() -> Account {
    Account::new("second@example.com", "second-password", "NPS-SECOND02")
}

impl Default for Setup {
    fn default() -> Self {
        let delivery = "last_surveyed = \"off\"".to_owned();
        Setup {
            factor: 1,
            delivery,
            password: Account::demo().password,
            one_a_day: true,
            more: String::new(),
        }
    }
}

pub(crate) struct World {
    pub(crate) inmoment: RunningSandbox,
    pub(crate) setup: Setup,
    server: Option<Server>,
    folder: TempDir,
    clock: Arc<FastClock>,
    http: reqwest::Client,
}

pub(crate) fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// The configuration of a server with one source and one destination.
pub(crate) fn configuration(inmoment: SocketAddr, data: &Path, setup: &Setup) -> String {
    let Account { username, account_token, .. } = Account::demo();
    let (password, delivery) = (&setup.password, &setup.delivery);
    let more = setup.more.replace("{inmoment}", &inmoment.to_string());
    format!(
        "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[journal]\npath = {data:?}\n\
         [delivery]\n{delivery}\n[[sources]]\nname = \"website\"\nkind = \"web\"\nwrite_key = \"{WRITE_KEY}\"\n\
         [[destinations]]\nname = \"inmoment\"\nusername = \"{username}\"\npassword = \"{password}\"\n\
         account_token = \"{account_token}\"\nbase_url = \"http://{inmoment}\"\nsources = [\"website\"]\n{more}"
    )
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn fast(factor: u32) -> Self {
        Self::with(Setup { factor, ..Setup::default() }).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let clock = Arc::new(FastClock { origin: Instant::now(), factor: setup.factor });
        let switches = Switches { one_a_day: setup.one_a_day, ..Switches::default() };
        let accounts = vec![Account::demo(), second_account()];
        let options = Options { accounts, switches, ..Options::default() };
        let of_sandbox = Arc::clone(&clock);
        let inmoment = sandbox::Server::start(options, anywhere(), Arc::new(move || of_sandbox.now().wall.0))
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut world = World { inmoment, setup, server: None, folder, clock, http: reqwest::Client::new() };
        world.start().await;
        world
    }

    pub(crate) async fn start(&mut self) {
        let data = self.folder.path().join("data");
        let text = configuration(self.inmoment.addr(), &data, &self.setup);
        let file = self.folder.path().join("rapport.toml");
        let config = Config::parse(&text, &file, &rapport::config::Process).unwrap();
        self.server =
            Some(Server::start(config, self.clock.clone(), supervise::Supervisor::new()).await.unwrap());
    }

    pub(crate) async fn stop(&mut self) {
        self.server.take().unwrap().shutdown().await;
    }

    pub(crate) async fn send(&self, events: &[Value]) {
        assert_eq!(self.post(&json!({ "batch": events })).await, 200);
    }

    /// Posts a batch; the status.
    pub(crate) async fn post(&self, body: &Value) -> u16 {
        self.post_text(body.to_string().into_bytes()).await
    }

    pub(crate) async fn post_text(&self, body: Vec<u8>) -> u16 {
        let url = format!("http://{}/v1/batch", self.server.as_ref().unwrap().gateway_addr());
        let request = self.http.post(url).basic_auth(WRITE_KEY, Some("")).body(body);
        request.send().await.unwrap().status().as_u16()
    }

    /// Posts a batch as another source.
    pub(crate) async fn send_as(&self, write_key: &str, events: &[Value]) {
        let url = format!("http://{}/v1/batch", self.server.as_ref().unwrap().gateway_addr());
        let body = json!({ "batch": events }).to_string();
        let reply = self.http.post(url).basic_auth(write_key, Some("")).body(body).send().await.unwrap();
        assert_eq!(reply.status(), 200);
    }

    pub(crate) async fn admin(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let access = self.server.as_ref().unwrap().access();
        let url = format!("{}/api/v1/{path}", access.address.url);
        let request =
            self.http.request(method.parse().unwrap(), url).bearer_auth(access.token.expose_secret());
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        let reply = request.send().await.unwrap();
        assert!(reply.status().is_success(), "{path}: {}", reply.status());
        let text = reply.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn metrics(&self) -> String {
        let url = format!("{}/metrics", self.server.as_ref().unwrap().access().address.url);
        self.http.get(url).send().await.unwrap().text().await.unwrap()
    }

    pub(crate) async fn status(&self) -> Value {
        self.admin("GET", "status", None).await
    }

    /// Waits until every event has its fate; the status then.
    pub(crate) async fn settled(&self) -> Value {
        let status = self.admin("GET", "status?wait=settled&timeout_ms=60000", None).await;
        assert_eq!(status["pending"], 0, "never settled: {status}");
        assert_eq!(status["imbalance"], 0, "{status}");
        status
    }

    /// Waits until the destination is in this state.
    pub(crate) async fn destination_is(&self, state: &str) -> Value {
        let mut glances = self.server.as_ref().unwrap().destinations()[0].watch();
        let reached = async {
            loop {
                let status = self.status().await;
                if status["destinations"][0]["state"] == state {
                    return status["destinations"][0].clone();
                }
                glances.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reached).await.expect("the state was never reached")
    }

    pub(crate) async fn dead_letters(&self) -> Vec<Value> {
        self.admin("GET", "dead-letters", None).await["items"].as_array().unwrap().clone()
    }

    /// Everything InMoment has.
    pub(crate) fn state(&self) -> Value {
        self.inmoment.sandbox().lock().unwrap().state(self.clock.now().wall.0, None)
    }

    pub(crate) fn rows(&self, what: &str) -> Vec<Value> {
        self.state()[what].as_array().unwrap().clone()
    }

    pub(crate) fn set_faults(&self, script: &Value) {
        let script = sandbox::faults::parse(&script.to_string()).unwrap();
        self.inmoment.sandbox().lock().unwrap().set_faults(script);
    }

    pub(crate) fn set_limit(&self, calls_a_minute: u32) {
        self.inmoment.sandbox().lock().unwrap().set_limit(Some(calls_a_minute), LimitScope::Account);
    }

    /// The calls InMoment got, tokens apart: method, path, status.
    pub(crate) fn calls(&self) -> Vec<(String, String, Option<u16>)> {
        let sandbox = self.inmoment.sandbox();
        let sandbox = sandbox.lock().unwrap();
        let all = LogFilter::default();
        let calls = sandbox.requests(&all).filter(|entry| !entry.path.starts_with("/oauth"));
        calls.map(|entry| (entry.method.clone(), entry.path.clone(), entry.status)).collect()
    }

    /// How many calls with this method and a path with this ending were carried out.
    pub(crate) fn executed(&self, method: &str, ending: &str) -> usize {
        let sandbox = self.inmoment.sandbox();
        let sandbox = sandbox.lock().unwrap();
        let all = LogFilter::default();
        sandbox
            .requests(&all)
            .filter(|entry| entry.executed && entry.method == method && entry.path.ends_with(ending))
            .count()
    }

    pub(crate) fn forget_calls(&self) {
        self.inmoment.sandbox().lock().unwrap().clear_requests();
    }
}

pub(crate) fn identify(user: &str, traits: Value) -> Value {
    let mut traits = traits;
    traits["email"] = json!(format!("{user}@example.com"));
    json!({"type": "identify", "userId": user, "traits": traits})
}

pub(crate) fn response(user: &str, score: u8) -> Value {
    json!({
        "type": "track", "userId": user, "event": "Submit",
        "properties": {"feedbackScore": score, "feedbackText": "Great", "url": "https://shop.example.com/"},
        "integrations": {"Wootric": {"eventType": "create response"}},
    })
}

pub(crate) fn with_message_id(mut event: Value, id: &str) -> Value {
    event["messageId"] = json!(id);
    event
}
