//! What an operator can choose, and what a test must.

use super::file_system::FileSystem;
use super::native::Native;
use crate::timeline::Elapsed;
use event::Clock;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use supervise::Supervisor;

/// Tells the time that passes, by a clock that nobody can set.
pub type Uptime = Arc<dyn Fn() -> Elapsed + Send + Sync>;

/// How much is kept aside for a full disk: WAL frames of some thousand small commits.
const RESERVE_BYTES: u64 = 8 << 20;

/// How a [`SqliteJournal`](crate::SqliteJournal) keeps what is finished.
#[derive(Clone)]
pub struct Options {
    /// finished requests that arrived longer ago than this are removed
    pub retention_age: Duration,
    /// the oldest finished requests are removed while their bodies, and the calls made for them, are larger
    /// than this together
    pub retention_bytes: u64,
    /// survey answers delivered longer ago than this are removed
    pub answers_age: Duration,
    /// the wall clock: stamps what is kept here, and the lock file
    pub clock: Clock,
    /// the time that passes: what retention goes by
    pub uptime: Uptime,
    /// so many bytes of the disk are kept aside for when it is full; 0 keeps none
    pub reserve_bytes: u64,
    /// looks after the journal's threads: one that breaks off starts again, and when the writer does, the process ends
    pub supervisor: Supervisor,
    /// the database may not become larger than so many pages: a full disk for tests
    #[doc(hidden)]
    pub max_pages: Option<u32>,
    /// the file system that the data folder is on: another one for simulations
    pub file_system: Arc<dyn FileSystem>,
}

impl Options {
    /// The defaults: 7 days, 1 GiB; answers 400 days.
    pub fn new(clock: Clock) -> Self {
        Options {
            retention_age: Duration::from_secs(7 * 24 * 60 * 60),
            retention_bytes: 1 << 30,
            answers_age: Duration::from_secs(400 * 24 * 60 * 60),
            clock,
            uptime: Arc::new(since_boot),
            reserve_bytes: RESERVE_BYTES,
            supervisor: Supervisor::new(),
            max_pages: None,
            file_system: Arc::new(Native),
        }
    }
}

/// The system's boot clock, which goes on while the machine sleeps. Where the boot has no name that can be read, each
/// process counts for itself.
fn since_boot() -> Elapsed {
    static BOOT: OnceLock<String> = OnceLock::new();
    let run = BOOT.get_or_init(|| {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        if boot.trim().is_empty() {
            format!("process {}", std::process::id())
        } else {
            boot.trim().to_owned()
        }
    });
    Elapsed { run: run.clone(), millis: boot_millis() }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot_millis() -> i64 {
    use nix::time::{ClockId, clock_gettime};
    // It cannot fail for a clock that every kernel has; standing still would only keep things longer.
    clock_gettime(ClockId::CLOCK_BOOTTIME)
        .map_or(0, |at| at.tv_sec().saturating_mul(1_000).saturating_add(at.tv_nsec() / 1_000_000))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn boot_millis() -> i64 {
    static BEGUN: OnceLock<std::time::Instant> = OnceLock::new();
    let begun = BEGUN.get_or_init(std::time::Instant::now);
    i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("retention_age", &self.retention_age)
            .field("retention_bytes", &self.retention_bytes)
            .field("answers_age", &self.answers_age)
            .finish_non_exhaustive()
    }
}
