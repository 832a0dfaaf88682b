//! The resources that the machine gives this process: descriptors and memory.
//!
//! The memory is the smallest of these limits: the kernel's control groups (version 1 and 2, and each group above this
//! process's), the process's resource limits and the machine's memory. On systems without these files only the resource
//! limits count.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io;
use std::path::Path;

/// This is assumed if no limit can be read; it suffices for the defaults.
const ASSUMED_MEMORY: u64 = 4 << 30;

/// Control groups write numbers near 2^63 for "no limit".
const NO_LIMIT: u64 = 1 << 60;

/// More descriptors than this are never needed.
const ENOUGH_DESCRIPTORS: u64 = 1 << 20;

/// The limit of open descriptors before and after it was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptors {
    /// at the start of the process
    pub before: u64,
    /// now
    pub now: u64,
}

impl Descriptors {
    /// Raises this process's soft limit of descriptors to its hard limit. This needs no privileges. If the system does
    /// not permit it, the limit is unchanged.
    ///
    /// # Errors
    /// If the limits cannot be read.
    pub fn raise() -> io::Result<Descriptors> {
        let (before, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
        let wanted = hard.min(ENOUGH_DESCRIPTORS);
        if before < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok() {
            return Ok(Descriptors { before, now: wanted });
        }
        Ok(Descriptors { before, now: before })
    }
}

/// The resources of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostResources {
    /// descriptors
    pub descriptors: u64,
    /// bytes of memory
    pub memory: u64,
}

impl HostResources {
    /// Raises the limit of descriptors, and reads the resources. It blocks while it reads a few files of the kernel.
    ///
    /// # Errors
    /// If the limit of descriptors cannot be read.
    pub fn look() -> io::Result<HostResources> {
        let limits = [Resource::RLIMIT_AS, Resource::RLIMIT_DATA];
        let limited = limits.into_iter().filter_map(|resource| Some(getrlimit(resource).ok()?.0));
        let given = limited.chain(given_memory(Path::new("/"))).filter(|bytes| *bytes < NO_LIMIT).min();
        Ok(HostResources { descriptors: Descriptors::raise()?.now, memory: given.unwrap_or(ASSUMED_MEMORY) })
    }
}

/// The smallest of the machine's memory and the limits of its control groups, read below this folder.
fn given_memory(root: &Path) -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let machine = read("proc/meminfo").as_deref().and_then(total_memory);
    let groups = read("proc/self/cgroup").unwrap_or_default();
    let limits = groups.lines().flat_map(|line| group_limits(root, line));
    machine.into_iter().chain(limits).filter(|bytes| *bytes > 0).min()
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn total_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The limits of one line of `/proc/self/cgroup` (`ID:CONTROLLERS:PATH`, cgroups(7)): those of its group and of the
/// groups above it.
fn group_limits(root: &Path, line: &str) -> Vec<u64> {
    let mut fields = line.splitn(3, ':');
    let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
        return Vec::new();
    };
    let (mount, files): (&str, &[&str]) = if controllers.is_empty() {
        ("sys/fs/cgroup", &["memory.max", "memory.high"])
    } else if controllers.split(',').any(|controller| controller == "memory") {
        ("sys/fs/cgroup/memory", &["memory.limit_in_bytes"])
    } else {
        return Vec::new();
    };
    let mut limits = Vec::new();
    // In a container the path may be the host's, which does not exist there: then the group at the top is this
    // process's.
    for group in Path::new(path.trim_start_matches('/')).ancestors() {
        // A path that leads out of the mount belongs to a group that is not visible here.
        if group.components().any(|part| part == std::path::Component::ParentDir) {
            continue;
        }
        for file in files {
            let text = std::fs::read_to_string(root.join(mount).join(group).join(file)).unwrap_or_default();
            limits.extend(text.trim().parse::<u64>().ok().filter(|bytes| *bytes < NO_LIMIT));
        }
    }
    limits
}

#[cfg(test)]
mod tests;
