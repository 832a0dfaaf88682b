//! Brokers, an InMoment, and nodes of a cluster, each with a folder of its own.

use kafka_broker::{Cluster, Port};
use reqwest::StatusCode;
use sandbox::{Account, Options, RunningSandbox};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// One broker for all tests that let it live. It ends with the process.
pub(crate) static BROKER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start(1).unwrap());

/// More than anything here takes: a test that waits for longer fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

const TOKEN: &str = "the-token-of-all-nodes-of-this-test";
pub(crate) const WRITE_KEY: &str = "website-key";

/// What nodes share: an InMoment, and the log with a prefix.
pub(crate) struct Site {
    folder: TempDir,
    brokers: Vec<String>,
    prefix: String,
    pub(crate) inmoment: RunningSandbox,
    http: reqwest::Client,
}

impl Site {
    /// The log has the test's name for a prefix.
    pub(crate) async fn new(test: &str) -> Site {
        let brokers = tokio::task::spawn_blocking(|| BROKER.addresses(Port::Plain)).await.unwrap();
        Site::with(test, brokers).await
    }

    pub(crate) async fn with(test: &str, brokers: Vec<String>) -> Site {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let inmoment =
            sandbox::Server::start(Options::default(), anywhere, sandbox::wall_clock()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Site { folder, brokers, prefix: test.to_owned(), inmoment, http }
    }

    /// A node's configuration; `more` is added to it.
    pub(crate) fn config(&self, node: &str, more: &str) -> String {
        let Account { username, account_token, password, .. } = Account::demo();
        let (base_url, brokers, prefix) = (self.inmoment.addr(), json!(self.brokers), &self.prefix);
        format!(
            "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\ntoken = \"{TOKEN}\"\n\
             [journal]\npath = \"{node}\"\n[delivery]\nlast_surveyed = \"off\"\n\
             [cluster]\nbrokers = {brokers}\nnode = \"{node}\"\nprefix = \"{prefix}\"\n{more}\
             [[sources]]\nname = \"website\"\nkind = \"web\"\nwrite_key = \"{WRITE_KEY}\"\n\
             [[destinations]]\nname = \"inmoment\"\nusername = \"{username}\"\npassword = \"{password}\"\n\
             account_token = \"{account_token}\"\nbase_url = \"http://{base_url}\"\nsources = [\"website\"]\n"
        )
    }

    /// The command that runs a node with this configuration, and this key for secrets.
    pub(crate) fn command(&self, node: &str, config: &str, key: &str) -> Command {
        let file = self.folder.path().join(format!("{node}.toml"));
        std::fs::write(&file, config).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
        command.env_remove("RAPPORT_ADMIN_TOKEN").env("RAPPORT_SECRET_KEY", key).stdin(Stdio::null());
        command.args(["serve", "--log-format", "json", "--config"]).arg(&file).stderr(Stdio::piped());
        command
    }

    /// Starts a node, and waits until it accepts events.
    pub(crate) async fn node(&self, name: &str) -> Node {
        let command = self.command(name, &self.config(name, ""), KEY);
        let http = self.http.clone();
        let name = name.to_owned();
        tokio::task::spawn_blocking(move || Node::start(&name, command, http)).await.unwrap()
    }

    /// What InMoment has.
    pub(crate) fn records(&self, what: &str) -> Vec<Value> {
        let sandbox = self.inmoment.sandbox();
        let state = sandbox.lock().unwrap().state((sandbox::wall_clock())(), None);
        state[what].as_array().unwrap().clone()
    }

    /// The e-mails of the end users that InMoment has, in order.
    pub(crate) fn emails(&self) -> Vec<String> {
        let mut emails: Vec<String> =
            self.records("end_users").iter().map(|user| user["email"].as_str().unwrap().to_owned()).collect();
        emails.sort();
        emails
    }
}

/// A key that seals secrets; all nodes have the same.
pub(crate) const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A node that runs.
pub(crate) struct Node {
    child: Child,
    pub(crate) name: String,
    public: String,
    admin: String,
    http: reqwest::Client,
    log: Arc<Mutex<Vec<String>>>,
}

impl Node {
    fn start(name: &str, mut command: Command, http: reqwest::Client) -> Node {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let accepting = loop {
            let Some(line) = lines.next() else { panic!("the node ended: {}", seen.join("\n")) };
            let line = line.unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            seen.push(line);
            if entry["message"] == "accepting events" {
                break entry;
            }
        };
        let log = Arc::new(Mutex::new(seen));
        let heard = Arc::clone(&log);
        // Read on, so that the server never waits for a reader.
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| heard.lock().unwrap().push(line))
        });
        let address = |key: &str| accepting[key].as_str().unwrap().to_owned();
        Node { child, name: name.to_owned(), public: address("public"), admin: address("admin"), http, log }
    }

    /// What sends to it, also when it is gone.
    pub(crate) fn sender(&self) -> Sender {
        Sender { public: self.public.clone(), http: self.http.clone() }
    }

    /// Sends an identify of this user; the status of the answer.
    pub(crate) async fn identify(&self, user: &str) -> Result<StatusCode, reqwest::Error> {
        self.identify_with(WRITE_KEY, user).await
    }

    /// The same with this write key.
    pub(crate) async fn identify_with(&self, key: &str, user: &str) -> Result<StatusCode, reqwest::Error> {
        self.sender().identify_with(key, user).await
    }

    /// The same, and it must be taken.
    pub(crate) async fn takes(&self, user: &str) {
        assert_eq!(self.identify(user).await.unwrap(), StatusCode::OK, "{}", self.log());
    }

    /// A request to the admin port, with a body or without.
    pub(crate) async fn api(&self, path: &str, body: Option<&Value>) -> Value {
        let url = format!("http://{}/api/v1/{path}", self.admin);
        let request = match body {
            Some(body) => {
                self.http.post(url).header("content-type", "application/json").body(body.to_string())
            }
            None => self.http.get(url),
        };
        let answer = request.bearer_auth(TOKEN).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(crate) async fn status(&self) -> Value {
        self.api("status", None).await
    }

    /// The state of its destination.
    pub(crate) async fn state(&self) -> String {
        let status = self.status().await;
        status["destinations"][0]["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn ready(&self) -> bool {
        let answer = self.http.get(format!("http://{}/readyz", self.public)).send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has; its log.
    pub(crate) async fn stop(mut self) -> String {
        self.signal("-TERM");
        tokio::task::spawn_blocking(move || {
            let code = self.child.wait().unwrap().code();
            assert_eq!(code, Some(0), "{}", self.log());
            self.log()
        })
        .await
        .unwrap()
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A test that failed leaves it running; one that did not has ended it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends to the public port of a node.
#[derive(Clone)]
pub(crate) struct Sender {
    public: String,
    http: reqwest::Client,
}

impl Sender {
    /// Sends an identify of this user with this write key; the status of the answer.
    pub(crate) async fn identify_with(&self, key: &str, user: &str) -> Result<StatusCode, reqwest::Error> {
        let event = json!({
            "type": "identify", "userId": user, "messageId": format!("of-{user}"),
            "traits": { "email": format!("{user}@example.com") },
        });
        let request = self.http.post(format!("http://{}/v1/identify", self.public));
        let request = request.header("content-type", "application/json").body(event.to_string());
        Ok(request.basic_auth(key, Some("")).send().await?.status())
    }
}

/// Asks again and again until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let asked = async {
        while !is_so().await {
            ticks.tick().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, asked).await.is_ok(), "it never came true: {what}");
}

/// The node among these that leads, once one does.
pub(crate) async fn leader(nodes: &[Node]) -> usize {
    let mut leads = None;
    until("one node delivers", async || {
        for (at, node) in nodes.iter().enumerate() {
            if node.state().await == "running" {
                leads = Some(at);
            }
        }
        leads.is_some()
    })
    .await;
    leads.unwrap()
}
