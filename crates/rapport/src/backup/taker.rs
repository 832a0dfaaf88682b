//! Backups that a running server takes by itself, and those that it removes.

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

/// So often is looked whether one is due; after a failure, so long until the next try.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What a folder of ours is called: this, and the time in UTC.
const PREFIX: &str = "rapport-";

/// What is to be done.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    /// whose backup
    pub data: DataFolder,
    /// where to, how often, how many
    pub section: BackupSection,
}

/// Begins to take backups as planned.
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

/// What came of a look.
#[derive(Debug)]
struct Looked {
    /// the backup that was due, or why it was not taken
    taken: Option<Result<PathBuf, String>>,
    /// what could not be removed, and why
    left: Vec<String>,
    /// until the next look
    wait: Duration,
}

/// Takes a backup if one is due, and removes what is not needed any more. That something cannot be removed is no fault of a
/// backup.
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

/// How long it is until the next is due.
fn due(folder: &Path, every: Duration, now: Millis) -> Duration {
    let newest = until(folder, now).unwrap_or_default().pop();
    let ago = newest.and_then(|(at, _)| u64::try_from(now.0.saturating_sub(at)).ok());
    ago.map_or(Duration::ZERO, |ago| every.saturating_sub(Duration::from_millis(ago)))
}

/// Removes what was broken off, and all whole backups but the newest; nothing that is not called as one of ours is. Says what
/// could not be removed.
fn tidy(folder: &Path, keep: u32, now: Millis) -> Vec<String> {
    let mut left = Vec::new();
    let mut outcome = |path: &Path, outcome: io::Result<()>| match outcome {
        // Somebody else's, who is at it.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => left.push(format!("{}: {error}", path.display())),
        Ok(()) => {}
    };
    let names = named(folder, partial::ENDING);
    let all = until(folder, now);
    match names.and_then(|names| Ok((names, all?))) {
        // Made with the first backup.
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

/// Removes a backup in which nothing of others is. What has the name of one is whole, so it loses the name first.
fn remove(backup: &Path) -> io::Result<()> {
    partial::ours(backup)?;
    let partial = partial::of(backup);
    fs::rename(backup, &partial)?;
    partial::discard(&partial)
}

/// The whole backups that were taken until now, oldest first. One that is dated later was taken while the clock was ahead, and how old it
/// is cannot be told: it does not delay the next backup, and is neither counted among those to keep nor removed.
fn until(folder: &Path, now: Millis) -> io::Result<Vec<(i64, PathBuf)>> {
    let mut found = named(folder, "")?;
    found.retain(|(at, path)| *at <= now.0 && path.join(MANIFEST).exists());
    Ok(found)
}

/// What is called as a backup of ours, with this ending, oldest first: when each was taken, and its folder.
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
