//! A `rapport serve`: the release binary, started as an operator starts it.

use crate::process::{Memory, Process};
use crate::wire::Connection;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

/// The interval of polling a state that cannot be awaited.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The time over which the process is observed, to find out whether it is idle,
const IDLE_LOOK: Duration = Duration::from_millis(500);
/// which is so if it uses at most this part of a core.
const IDLE_SHARE: u32 = 20;
/// An operation that takes longer is stuck.
const SERVER_TIMEOUT: Duration = Duration::from_secs(300);

/// A server that accepts events. Killed when dropped.
pub(crate) struct Server {
    process: Process,
    pub(crate) public: SocketAddr,
    admin: SocketAddr,
    token: String,
}

impl Server {
    /// Starts it and waits until it says where it accepts events.
    pub(crate) async fn start(config: &Path, data: &Path) -> Result<Server> {
        let arguments = [OsStr::new("serve"), OsStr::new("--config"), config.as_os_str()];
        let (process, (public, admin)) = Process::start(&arguments, |log| {
            let addr = |name: &str| log[name].as_str()?.parse().ok();
            Some((addr("public")?, addr("admin")?))
        })
        .await?;
        let token = std::fs::read_to_string(data.join("admin-token")).context("the admin token")?;
        Ok(Server { process, public, admin, token: token.trim().to_owned() })
    }

    /// Ends it as an operator does, and waits for its end.
    pub(crate) async fn stop(self) -> Result<()> {
        self.process.stop().await
    }

    /// Ends it at once, as a power failure does.
    pub(crate) async fn kill(self) -> Result<()> {
        self.process.kill().await
    }

    /// When its process was spawned.
    pub(crate) fn spawned(&self) -> Instant {
        self.process.spawned
    }

    /// What the kernel says it holds.
    pub(crate) fn memory(&self) -> Result<Memory> {
        self.process.memory()
    }

    /// Processor time it has taken so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        self.process.cpu()
    }

    /// Waits until the server is idle, so that the remaining work of the intake is done.
    pub(crate) async fn idle(&self) -> Result<()> {
        let begun = Instant::now();
        let mut before = self.cpu()?;
        while begun.elapsed() < SERVER_TIMEOUT {
            tokio::time::sleep(IDLE_LOOK).await;
            let now = self.cpu()?;
            if now - before <= IDLE_LOOK / IDLE_SHARE {
                return Ok(());
            }
            before = now;
        }
        bail!("the server was never idle")
    }

    /// Pauses delivery.
    pub(crate) async fn pause(&self) -> Result<()> {
        self.post("destinations/inmoment/pause", "").await.map(drop)
    }

    /// Resumes it.
    pub(crate) async fn resume(&self) -> Result<()> {
        self.post("destinations/inmoment/resume", "").await.map(drop)
    }

    /// The whole status.
    pub(crate) async fn status(&self) -> Result<Value> {
        self.get("status").await
    }

    /// Waits until no event is pending; none may have become a dead letter.
    pub(crate) async fn settled(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < SERVER_TIMEOUT {
            let status = self.get("status?wait=settled&timeout_ms=30000").await?;
            if status["settled"] == true {
                ensure!(status["dead"] == 0 && status["imbalance"] == 0, "events were lost: {status}");
                return Ok(());
            }
        }
        bail!("events are still pending after {SERVER_TIMEOUT:?}")
    }

    /// Waits until the status is as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let begun = Instant::now();
        while begun.elapsed() < SERVER_TIMEOUT {
            let status = self.status().await?;
            if wanted(&status) {
                return Ok(status);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bail!("the server did not come to where it should be")
    }

    /// A GET request to the admin API.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, "").await
    }

    /// An order to the admin API.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Result<Value> {
        self.ask("POST", path, body).await
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        let request = format!(
            "{method} /api/v1/{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.admin,
            self.token,
            body.len()
        );
        let mut connection = Connection::open(self.admin).await?;
        let reply = connection.exchange(request.as_bytes()).await.context(path.to_owned())?;
        ensure!((200..300).contains(&reply.status), "{path} was answered {}", reply.status);
        if reply.body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(reply.body)?) }
    }
}
