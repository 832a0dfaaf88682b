//! The system's data about this process. Only `/proc/self` is read, which a unit with `ProcSubset=pid` has, too;
//! without it, only the results of system calls are known.

use console::Process;
use delivery::Clock;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use nix::sys::time::TimeVal;
use nix::time::{ClockId, clock_gettime};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const PROC: &str = "/proc/self";

/// In `/proc`, times are in hundredths of a second, whatever unit the kernel uses (proc(5), `USER_HZ`).
const TICKS_A_SECOND: u64 = 100;

/// Reads the data of this process at each call. Its start is computed once, because the wall clock may be set later.
pub(crate) fn observed(clock: &Arc<dyn Clock>) -> Arc<dyn Fn() -> Process + Send + Sync> {
    let now = u64::try_from(clock.now().wall.0).map(Duration::from_millis);
    let started = now.ok().zip(age()).map(|(now, age)| now.saturating_sub(age));
    Arc::new(move || Process { started, ..look(Path::new(PROC)) })
}

/// For how long this process has been running.
fn age() -> Option<Duration> {
    let up = Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME).ok()?);
    let stat = std::fs::read_to_string(Path::new(PROC).join("stat")).ok()?;
    Some(up.saturating_sub(started_after(&stat)?))
}

/// How long after the machine's start a process was started, by its `stat`: the twenty-second field. The second one is
/// a name in parentheses, which may contain any characters.
fn started_after(stat: &str) -> Option<Duration> {
    let (_, behind_the_name) = stat.rsplit_once(')')?;
    let ticks: u64 = behind_the_name.split_whitespace().nth(19)?.parse().ok()?;
    Some(Duration::from_millis(ticks.checked_mul(1_000 / TICKS_A_SECOND)?))
}

/// The id of the process in this `/proc` folder, which must be this process.
fn look(proc: &Path) -> Process {
    let status = std::fs::read_to_string(proc.join("status")).unwrap_or_default();
    let used = getrusage(UsageWho::RUSAGE_SELF).ok();
    let descriptors = std::fs::read_dir(proc.join("fd")).map(Iterator::count).ok();
    Process {
        cpu: used.and_then(|used| Some(duration(used.user_time())? + duration(used.system_time())?)),
        resident_bytes: bytes(&status, "VmRSS:"),
        virtual_bytes: bytes(&status, "VmSize:"),
        // The descriptor for reading the folder is closed again.
        open_descriptors: descriptors.map(|count| (count as u64).saturating_sub(1)),
        most_descriptors: getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft),
        started: None,
    }
}

fn duration(time: TimeVal) -> Option<Duration> {
    let micros = u64::try_from(time.tv_usec()).ok()?;
    Some(Duration::from_secs(u64::try_from(time.tv_sec()).ok()?) + Duration::from_micros(micros))
}

/// A line of `status`, as in `VmRSS:     1234 kB`.
fn bytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

#[cfg(test)]
mod tests;
