//! A process of the release binary: started as an operator starts it, and observed from outside.

use crate::host::{self, kilobytes};
use crate::progress::say;
use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// A process that takes longer to stop is stuck.
const STOP_TIMEOUT: Duration = Duration::from_secs(300);

/// Memory of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) resident_mb: f64,
    pub(crate) highest_mb: f64,
}

/// A process. Killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// when it was spawned
    pub(crate) spawned: Instant,
}

impl Process {
    /// Starts it with these arguments and waits for a certain line in its log.
    pub(crate) async fn start<T>(
        arguments: &[&OsStr],
        look: impl Fn(&Value) -> Option<T>,
    ) -> Result<(Process, T)> {
        let spawned = Instant::now();
        let mut child = Command::new(program()?)
            .args(arguments)
            .args(["--log-format", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting rapport")?;
        let mut lines = BufReader::new(child.stderr.take().context("its log")?).lines();
        let mut said = String::new();
        while let Some(line) = lines.next_line().await? {
            let log: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(found) = look(&log) {
                tokio::spawn(listen(lines));
                return Ok((Process { child, spawned }, found));
            }
            said.push_str(&line);
        }
        bail!("rapport did not start: {said}")
    }

    /// Ends it as an operator does, and waits for its end.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill(self.pid()?, Signal::SIGTERM)?;
        let ended =
            tokio::time::timeout(STOP_TIMEOUT, self.child.wait()).await.context("it does not stop")??;
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

    /// Processor time it has taken so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        host::cpu_of(&std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?)
    }

    fn pid(&self) -> Result<Pid> {
        let id = self.child.id().context("the process has ended")?;
        Ok(Pid::from_raw(i32::try_from(id)?))
    }
}

/// The release binary beside this one.
fn program() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("rapport");
    ensure!(path.exists(), "{} is missing: build it first (make bench does)", path.display());
    Ok(path)
}

/// Reads its log, so that it never waits for a reader; prints warnings and errors.
async fn listen(mut lines: Lines<BufReader<ChildStderr>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let log: Value = serde_json::from_str(&line).unwrap_or_default();
        if log["level"] != "INFO" {
            say(&format!("  rapport: {line}"));
        }
    }
}
