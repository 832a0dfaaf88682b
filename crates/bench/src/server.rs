//! A `rapport serve` of its own: the release binary, started as an operator starts it.

use crate::host::kilobytes;
use crate::say;
use crate::wire::Connection;
use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// Between two looks at something that cannot be waited for.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(300);

/// A server that accepts events. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) public: SocketAddr,
    admin: SocketAddr,
    token: String,
    /// when its process was spawned
    pub(crate) spawned: Instant,
}

/// Memory of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) resident_mb: f64,
    pub(crate) highest_mb: f64,
}

impl Server {
    /// Starts it and waits until it says where it accepts events.
    pub(crate) async fn start(config: &Path, data: &Path) -> Result<Server> {
        let spawned = Instant::now();
        let mut child = Command::new(program()?)
            .args(["serve", "--log-format", "json", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting rapport")?;
        let mut lines = BufReader::new(child.stderr.take().context("its log")?).lines();
        let (public, admin) = addresses(&mut lines).await?;
        tokio::spawn(listen(lines));
        let token = std::fs::read_to_string(data.join("admin-token")).context("the admin token")?;
        Ok(Server { child, public, admin, token: token.trim().to_owned(), spawned })
    }

    /// Ends it as an operator does, and waits for its end.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill(self.pid()?, Signal::SIGTERM)?;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await.context("it does not stop")??;
        ensure!(ended.success(), "rapport ended with {ended}");
        Ok(())
    }

    /// Ends it at once, as a power failure does.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// What the kernel says it holds.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        // Exact: a process has less than 2^53 kB.
        let mb = |key| kilobytes(&text, key).map(|kb| kb as f64 / 1024.0).context("memory of the process");
        Ok(Memory { resident_mb: mb("VmRSS")?, highest_mb: mb("VmHWM")? })
    }

    /// Pauses delivery.
    pub(crate) async fn pause(&self) -> Result<()> {
        self.ask("POST", "destinations/inmoment/pause").await.map(drop)
    }

    /// Resumes it.
    pub(crate) async fn resume(&self) -> Result<()> {
        self.ask("POST", "destinations/inmoment/resume").await.map(drop)
    }

    /// Everything the status says.
    pub(crate) async fn status(&self) -> Result<Value> {
        self.ask("GET", "status").await
    }

    /// Waits until no event is pending; none may have become a dead letter.
    pub(crate) async fn settled(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let status = self.ask("GET", "status?wait=settled&timeout_ms=30000").await?;
            if status["settled"] == true {
                ensure!(status["dead"] == 0 && status["imbalance"] == 0, "events were lost: {status}");
                return Ok(());
            }
        }
        bail!("events are still pending after {PATIENCE:?}")
    }

    /// Waits until the status is as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let status = self.status().await?;
            if wanted(&status) {
                return Ok(status);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bail!("the server did not come to where it should be")
    }

    async fn ask(&self, method: &str, path: &str) -> Result<Value> {
        let request = format!(
            "{method} /api/v1/{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n",
            self.admin, self.token
        );
        let mut connection = Connection::open(self.admin).await?;
        let reply = connection.exchange(request.as_bytes()).await.context(path.to_owned())?;
        ensure!((200..300).contains(&reply.status), "{path} was answered {}", reply.status);
        if reply.body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(reply.body)?) }
    }

    fn pid(&self) -> Result<Pid> {
        let id = self.child.id().context("the server has ended")?;
        Ok(Pid::from_raw(i32::try_from(id)?))
    }
}

/// The release binary beside this one.
fn program() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("rapport");
    ensure!(path.exists(), "{} is missing: build it first (make bench does)", path.display());
    Ok(path)
}

async fn addresses(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<(SocketAddr, SocketAddr)> {
    let mut said = String::new();
    while let Some(line) = lines.next_line().await? {
        let log: Value = serde_json::from_str(&line).unwrap_or_default();
        let addr = |name: &str| log[name].as_str().or(log["fields"][name].as_str())?.parse().ok();
        if let (Some(public), Some(admin)) = (addr("public"), addr("admin")) {
            return Ok((public, admin));
        }
        said.push_str(&line);
    }
    bail!("rapport did not start: {said}")
}

/// Reads its log, so that it never waits for a reader; says what is more than information.
async fn listen(mut lines: Lines<BufReader<ChildStderr>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let log: Value = serde_json::from_str(&line).unwrap_or_default();
        if log["level"] != "INFO" {
            say(&format!("  rapport: {line}"));
        }
    }
}
