//! Scheduled backups of a running server, and the removal of old ones.

use super::{MANIFEST, partial, take};
use crate::config::{BackupSection, DataFolder};
use console::{Backups, InForce};
use delivery::Clock;
use event::Millis;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use supervise::{Restart, Supervisor, Task};

/// The interval of the checks whether a backup is due, and the wait after a failure.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The prefix of a scheduled backup's name, which the time in UTC follows.
const PREFIX: &str = "rapport-";

/// The plan for scheduled backups.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    /// the data folder
    pub data: DataFolder,
    /// the path, the interval and the number of backups
    pub section: BackupSection,
}

/// Starts to take backups as planned.
pub fn begin(
    plan: BackupPlan,
    clock: Arc<dyn Clock>,
    told: Arc<InForce<Backups>>,
    supervisor: &Supervisor,
) -> Option<Task> {
    let folder = plan.section.path.clone()?;
    Some(supervisor.task("backups", Restart::ALWAYS, move |stopping| {
        let (plan, folder) = (plan.clone(), folder.clone());
        let (clock, told) = (Arc::clone(&clock), Arc::clone(&told));
        async move {
            loop {
                let now = clock.now().wall;
                let (plan, folder) = (plan.clone(), folder.clone());
                let every = plan.section.every;
                let work =
                    supervise::blocking("looking after the backups", move || look(&plan, &folder, now));
                let wait = match work.await {
                    Ok(looked) => {
                        for what in looked.left {
                            tracing::warn!(
                                "a backup that is not needed any more was not removed, and it is tried again: {what}"
                            );
                        }
                        if let Some(taken) = looked.taken {
                            tell(&told, taken, now);
                        }
                        looked.wait
                    }
                    Err(broken) => {
                        tell(&told, Err(broken.to_string()), now);
                        every
                    }
                };
                tokio::select! {
                    () = tokio::time::sleep(wait.min(LOOK_EVERY)) => {}
                    () = stopping.clone().asked() => return Ok::<(), String>(()),
                }
            }
        }
    }))
}

/// The result of a check.
#[derive(Debug)]
struct Looked {
    /// the backup that was due, or why it was not taken
    taken: Option<Result<PathBuf, String>>,
    /// backups that could not be removed, with the reasons
    left: Vec<String>,
    /// the wait until the next check
    wait: Duration,
}

/// Takes a backup if one is due, and removes those that are no longer needed. A failed removal does not make the backup
/// fail.
fn look(plan: &BackupPlan, folder: &Path, now: Millis) -> Looked {
    let left = tidy(folder, plan.section.keep, now);
    let wait = due(folder, plan.section.every, now);
    if !wait.is_zero() {
        return Looked { taken: None, left, wait };
    }
    let taken = take(&plan.data, &folder.join(name_of(now)), None, now);
    let left = if taken.is_ok() { tidy(folder, plan.section.keep, now) } else { left };
    let taken = taken.map(|taken| taken.folder).map_err(|failure| failure.to_string());
    Looked { taken: Some(taken), left, wait: plan.section.every }
}

/// The time until the next backup is due.
fn due(folder: &Path, every: Duration, now: Millis) -> Duration {
    let newest = until(folder, now).unwrap_or_default().pop();
    let ago = newest.and_then(|(at, _)| u64::try_from(now.0.saturating_sub(at)).ok());
    ago.map_or(Duration::ZERO, |ago| every.saturating_sub(Duration::from_millis(ago)))
}

/// Removes incomplete backups, and all complete ones except the newest; it only touches folders with the name of a
/// scheduled backup. Returns those that could not be removed.
fn tidy(folder: &Path, keep: u32, now: Millis) -> Vec<String> {
    let mut left = Vec::new();
    let mut outcome = |path: &Path, outcome: io::Result<()>| match outcome {
        // Another process is writing it.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => left.push(format!("{}: {error}", path.display())),
        Ok(()) => {}
    };
    let names = named(folder, partial::ENDING);
    let all = until(folder, now);
    match names.and_then(|names| Ok((names, all?))) {
        // The folder is made with the first backup.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => outcome(folder, Err(error)),
        Ok((broken_off, whole)) => {
            for (_, path) in broken_off {
                outcome(&path, partial::discard(&path));
            }
            let surplus = whole.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
            for (_, path) in whole.into_iter().take(surplus) {
                outcome(&path, remove(&path));
            }
        }
    }
    left
}

/// Removes a backup, unless it contains files of others. A folder with a backup's name must be complete, so it is
/// renamed first.
fn remove(backup: &Path) -> io::Result<()> {
    partial::ours(backup)?;
    let partial = partial::of(backup);
    fs::rename(backup, &partial)?;
    partial::discard(&partial)
}

/// The complete backups that were taken until now, oldest first. A backup with a later date was taken while the clock
/// was ahead, and its age is unknown: it does not delay the next backup, and is neither counted among those to keep nor
/// removed.
fn until(folder: &Path, now: Millis) -> io::Result<Vec<(i64, PathBuf)>> {
    let mut found = named(folder, "")?;
    found.retain(|(at, path)| *at <= now.0 && path.join(MANIFEST).exists());
    Ok(found)
}

/// The folders with the name of a scheduled backup and this suffix, oldest first: the time and the folder of each.
fn named(folder: &Path, ending: &str) -> io::Result<Vec<(i64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let time = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(ending));
        if let Some(at) = time.and_then(|time| time.parse::<jiff::Timestamp>().ok()) {
            found.push((at.as_millisecond(), path));
        }
    }
    found.sort();
    Ok(found)
}

/// The name of a backup that is taken now, as in `rapport-20261129T124500.000Z`.
pub fn name_of(now: Millis) -> String {
    let time = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    format!("{PREFIX}{}", time.strftime("%Y%m%dT%H%M%S.%3fZ"))
}

fn tell(told: &InForce<Backups>, outcome: Result<PathBuf, String>, now: Millis) {
    let mut backups = Backups::clone(&told.now());
    match outcome {
        Ok(folder) => {
            backups.taken += 1;
            backups.last_at = Some(now);
            backups.failing = false;
            tracing::info!(folder = %folder.display(), "a backup was taken");
        }
        Err(what) => {
            backups.failed += 1;
            backups.failing = true;
            tracing::error!("no backup was taken, and it is tried again: {what}");
        }
    }
    told.replace(backups);
}

#[cfg(test)]
mod tests;
