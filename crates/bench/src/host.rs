//! The machine on which a figure was measured; without it a figure is meaningless.

use anyhow::{Context, Result};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The number of timed durable writes that measure the disk.
const SYNCS: usize = 50;

#[derive(Debug, Serialize)]
pub(crate) struct Host {
    cpu: String,
    cores: usize,
    memory_mb: u64,
    kernel: String,
    rustc: String,
    /// the median time to append 4 KiB durably on the disk of the journals
    fsync_ms: f64,
}

impl Host {
    /// Reads Linux's data about the machine; measures the disk of `folder`.
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

/// Processor time of a process from its `/proc/pid/stat` (proc(5)): the 12th and 13th field after its name, in ticks of which
/// Linux has 100 a second on every machine that this runs on.
pub(crate) fn cpu_of(stat: &str) -> Result<Duration> {
    let (_, after) = stat.rsplit_once(')').context("a name in parentheses")?;
    let ticks = after.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
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

/// The processor time so far, in ticks: of all processes, and of this process and its ended children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticks {
    all: u64,
    idle: u64,
    own: u64,
}

impl Ticks {
    pub(crate) fn read() -> Result<Ticks> {
        let everybody = fs::read_to_string("/proc/stat").context("/proc/stat")?;
        let own = fs::read_to_string("/proc/self/stat").context("/proc/self/stat")?;
        Ticks::parse(&everybody, &own).context("processor times")
    }

    /// The positions of the fields: proc(5), `/proc/stat` and `/proc/pid/stat`.
    fn parse(everybody: &str, own: &str) -> Option<Ticks> {
        let numbers =
            |text: &str| text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<u64>>();
        // user, nice, system, idle, iowait, irq, softirq, steal; the later fields are parts of user and nice.
        let cpu = numbers(everybody.lines().next()?.strip_prefix("cpu ")?);
        // The name in parentheses may contain any characters; utime is the 12th field after it.
        let (_, after) = own.rsplit_once(')')?;
        let own = after.split_whitespace().skip(11).take(4).map(|word| word.parse::<u64>().ok());
        Some(Ticks {
            all: cpu.iter().take(8).sum(),
            idle: cpu.get(3)? + cpu.get(4)?,
            own: own.sum::<Option<u64>>()?,
        })
    }

    /// The percentage of the machine that others used since then, including the kernel's threads.
    pub(crate) fn others_since(self, before: Ticks) -> f64 {
        let all = self.all.saturating_sub(before.all);
        let used = all.saturating_sub(self.idle.saturating_sub(before.idle));
        let others = used.saturating_sub(self.own.saturating_sub(before.own));
        // Exact up to 2^53 ticks.
        if all == 0 { 0.0 } else { (others as f64 * 1_000.0 / all as f64).round() / 10.0 }
    }
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

    #[test]
    fn processor_time_stands_after_the_name() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 9 9 9 9 120 30 5 5 20 0 3 0 99 1 1";
        assert_eq!(cpu_of(stat).unwrap(), Duration::from_millis(1_500));
        assert!(cpu_of("7 a S 1").is_err());
    }

    #[test]
    fn what_others_took_is_what_nobody_else_did() {
        let stat = |user: u64, idle: u64| format!("cpu  {user} 0 10 {idle} 5 0 0 5 0 0\ncpu0 1 2 3 4\n");
        let own =
            |ticks: u64| format!("7 (a (b) c) S 1 7 7 0 -1 4194560 9 9 9 9 {ticks} 20 30 40 20 0 3 0 99 1 1");
        let before = Ticks::parse(&stat(100, 1_000), &own(10)).unwrap();
        assert_eq!(before, Ticks { all: 1_120, idle: 1_005, own: 100 });
        let after = Ticks::parse(&stat(160, 1_040), &own(40)).unwrap();
        assert_eq!(after.others_since(before), 30.0);
        assert_eq!(before.others_since(before), 0.0);
        assert_eq!(Ticks::parse("intr 1 2 3", &own(1)), None);
        assert!(Ticks::read().is_ok());
    }
}
