//! The machine a figure was measured on: without it a figure means nothing.

use anyhow::{Context, Result};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Durable writes timed to say how fast the disk is.
const SYNCS: usize = 50;

#[derive(Debug, Serialize)]
pub(crate) struct Host {
    cpu: String,
    cores: usize,
    memory_mb: u64,
    kernel: String,
    rustc: String,
    /// median of appending 4 KiB and making it durable where the journals lie
    fsync_ms: f64,
}

impl Host {
    /// Reads what Linux tells; times the disk under `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Host> {
        let cpus = fs::read_to_string("/proc/cpuinfo").context("/proc/cpuinfo")?;
        let memory = fs::read_to_string("/proc/meminfo").context("/proc/meminfo")?;
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").context("the kernel's release")?;
        let rustc = Command::new("rustc").arg("--version").output().context("rustc --version")?;
        Ok(Host {
            cpu: value(&cpus, "model name").unwrap_or_default(),
            cores: std::thread::available_parallelism()?.get(),
            memory_mb: kilobytes(&memory, "MemTotal").unwrap_or_default() / 1024,
            kernel: kernel.trim().to_owned(),
            rustc: String::from_utf8_lossy(&rustc.stdout).trim().to_owned(),
            fsync_ms: fsync_ms(folder)?,
        })
    }
}

/// The first value of this key in one of the files under `/proc`, which are lines of `key: value`.
fn value(text: &str, key: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == key)
        .map(|(_, v)| v.into())
}

/// A value in kB.
pub(crate) fn kilobytes(text: &str, key: &str) -> Option<u64> {
    value(text, key)?.strip_suffix("kB")?.trim().parse().ok()
}

fn fsync_ms(folder: &Path) -> Result<f64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut taken = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        taken.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    fs::remove_file(&path)?;
    Ok((crate::figure::percentile(&taken, 50) * 1_000.0).round() / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_whole_key() {
        let text = "VmPeak:\t  999 kB\nVmRSS:\t   123456 kB\nmodel name\t: A CPU: fast\nmodel\t: 7\n";
        assert_eq!(kilobytes(text, "VmRSS"), Some(123_456));
        assert_eq!(kilobytes(text, "VmHWM"), None);
        assert_eq!(kilobytes(text, "model"), None);
        assert_eq!(value(text, "model name").as_deref(), Some("A CPU: fast"));
    }
}
