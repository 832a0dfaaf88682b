//! The real program, killed at random moments under load.

use crate::world::{Setup, WRITE_KEY, anywhere, configuration, identify, response, with_message_id};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

const KILLS: u32 = 50;

/// A `rapport serve` of its own.
pub(crate) struct Process {
    child: Child,
    pub(crate) public: SocketAddr,
    pub(crate) admin: SocketAddr,
    /// What it has logged so far.
    pub(crate) log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it and waits until it says that it accepts events.
    pub(crate) async fn start(config: &Path, level: &str) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
        command.args(["serve", "--log-format", "json", "--log", level, "--config"]).arg(config);
        Self::run(command).await
    }

    /// Starts it so that a limit on the size of files is an error to it, as a full disk is, and not its end.
    pub(crate) async fn start_ignoring_file_limits(config: &Path) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_rapport")]);
        command.args(["serve", "--log-format", "json", "--config"]).arg(config);
        Self::run(command).await
    }

    async fn run(mut command: Command) -> Process {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (public, admin) = loop {
            let line = lines.next_line().await.unwrap();
            let Some(line) = line else { panic!("it ended: {}", log.lock().unwrap()) };
            log.lock().unwrap().push_str(&line);
            log.lock().unwrap().push('\n');
            let said: Value = serde_json::from_str(&line).unwrap_or_default();
            let field = |name: &str| said[name].as_str().and_then(|text| text.parse().ok());
            if let (Some(public), Some(admin)) = (field("public"), field("admin")) {
                break (public, admin);
            }
        };
        let keep = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut log = keep.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Process { child, public, admin, log }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGKILL, at once.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Sends pairs of events as a patient SDK does, each until it is acknowledged, until told to stop.
async fn load(
    worker: u32,
    mut server: watch::Receiver<Option<SocketAddr>>,
    acknowledged: Arc<Mutex<BTreeSet<String>>>,
) {
    let http = reqwest::Client::new();
    for n in 0_u32.. {
        let user = format!("w{worker}-{n}");
        let batch = json!({"batch": [
            with_message_id(identify(&user, json!({"n": n})), &format!("{user}-identify")),
            with_message_id(response(&user, 9), &format!("{user}-response")),
        ]});
        loop {
            let Ok(addr) = server.wait_for(|addr| addr.is_some()).await.map(|addr| *addr) else { return };
            let url = format!("http://{}/v1/batch", addr.unwrap());
            let request = http.post(url).basic_auth(WRITE_KEY, Some("")).body(batch.to_string());
            if request.send().await.is_ok_and(|reply| reply.status() == 200) {
                acknowledged.lock().unwrap().insert(user);
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_fifty_times_under_load_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let switches = sandbox::Switches { one_a_day: false, ..Default::default() };
    let options = sandbox::Options { switches, ..Default::default() };
    let inmoment = sandbox::Server::start(options, anywhere(), sandbox::wall_clock()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    let setup = Setup { delivery: "retry = { first = \"10 ms\" }".into(), ..Setup::default() };
    std::fs::write(&file, configuration(inmoment.addr(), &folder.path().join("data"), &setup)).unwrap();

    let (announce, server) = watch::channel(None);
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let workers: Vec<_> =
        (0..4).map(|worker| tokio::spawn(load(worker, server.clone(), Arc::clone(&acknowledged)))).collect();
    let mut seed = 0x5EED_u64;
    for _ in 0..KILLS {
        let process = Process::start(&file, "info").await;
        announce.send_replace(Some(process.public));
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Not a wait for anything: the moment is what the test is about.
        tokio::time::sleep(Duration::from_millis(5 + (seed >> 33) % 120)).await;
        process.kill().await;
        announce.send_replace(None);
    }
    for worker in workers {
        worker.abort();
    }
    let process = Process::start(&file, "info").await;
    let status = settled(&process, &folder.path().join("data")).await;
    assert_eq!((&status["dead"], &status["imbalance"]), (&json!(0), &json!(0)), "{status}");

    let state = inmoment.sandbox().lock().unwrap().state((sandbox::wall_clock())(), None);
    process.kill().await;
    assert_there_once(&state, &acknowledged.lock().unwrap());
}

/// Everybody acknowledged is there with one answer, and nobody has two.
fn assert_there_once(state: &Value, acknowledged: &BTreeSet<String>) {
    let mut users = BTreeMap::new();
    for user in state["end_users"].as_array().unwrap() {
        let name = user["external_id"].as_str().unwrap().to_owned();
        assert!(users.insert(user["id"].to_string(), name).is_none());
    }
    let names: BTreeSet<&String> = users.values().collect();
    assert_eq!(names.len(), users.len(), "one end user for one external id");
    let mut answers: BTreeMap<String, u32> = BTreeMap::new();
    for answer in state["responses"].as_array().unwrap() {
        *answers.entry(users[&answer["end_user_id"].to_string()].clone()).or_default() += 1;
    }
    assert!(acknowledged.len() > 200, "only {} were acknowledged", acknowledged.len());
    for user in acknowledged {
        assert_eq!(answers.get(user), Some(&1), "{user}");
    }
    assert!(answers.values().all(|count| *count == 1), "an answer is there twice");
}

pub(crate) async fn settled(process: &Process, data: &Path) -> Value {
    let token = std::fs::read_to_string(data.join("admin-token")).unwrap();
    let http = reqwest::Client::new();
    for _ in 0..5 {
        let url = format!("http://{}/api/v1/status?wait=settled&timeout_ms=60000", process.admin);
        let reply = http.get(url).bearer_auth(token.trim()).send().await.unwrap();
        let status: Value = serde_json::from_str(&reply.text().await.unwrap()).unwrap();
        if status["pending"] == 0 {
            return status;
        }
    }
    panic!("never settled");
}
