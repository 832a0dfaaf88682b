//! Backups that a running server takes by itself, and those that it removes.

use super::{MANIFEST, take};
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
pub struct Plan {
    /// whose backup
    pub data: DataFolder,
    /// where to, how often, how many
    pub section: BackupSection,
}

/// Begins to take backups as planned.
pub fn begin(
    plan: Plan,
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
                let (looked_at, section) = (folder.clone(), plan.section.clone());
                let due =
                    supervise::blocking("looking at the backups", move || due(&looked_at, &section, now));
                let wait = due.await.map_err(|broken| broken.to_string())?;
                if wait.is_zero() {
                    let (plan, folder) = (plan.clone(), folder.clone());
                    let work = supervise::blocking("taking a backup", move || one(&plan, &folder, now));
                    tell(&told, work.await.map_err(|broken| broken.to_string()).and_then(|done| done), now);
                }
                let wait = if wait.is_zero() { plan.section.every } else { wait };
                tokio::select! {
                    () = tokio::time::sleep(wait.min(LOOK_EVERY)) => {}
                    () = stopping.clone().asked() => return Ok::<(), String>(()),
                }
            }
        }
    }))
}

/// How long it is until the next is due. A clock that was set back makes none wait longer than `every`.
fn due(folder: &Path, section: &BackupSection, now: Millis) -> Duration {
    let newest = ours(folder)
        .unwrap_or_default()
        .pop()
        .and_then(|(at, _)| u64::try_from(now.0.saturating_sub(at)).ok());
    newest.map_or(Duration::ZERO, |ago| section.every.saturating_sub(Duration::from_millis(ago)))
}

fn one(plan: &Plan, folder: &Path, now: Millis) -> Result<PathBuf, String> {
    let taken =
        take(&plan.data, &folder.join(name_of(now)), None, now).map_err(|failure| failure.to_string())?;
    remove_old(folder, plan.section.keep)
        .map_err(|error| format!("old backups cannot be removed: {error}"))?;
    Ok(taken.folder)
}

/// Removes all but the newest; nothing that is not called as one of ours is.
fn remove_old(folder: &Path, keep: u32) -> io::Result<()> {
    let all = ours(folder)?;
    let surplus = all.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
    all.into_iter().take(surplus).try_for_each(|(_, path)| fs::remove_dir_all(path))
}

/// The backups there are, oldest first: when each was taken, and its folder.
fn ours(folder: &Path) -> io::Result<Vec<(i64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let at = name.strip_prefix(PREFIX).and_then(|time| time.parse::<jiff::Timestamp>().ok());
        if let Some(at) = at.filter(|_| path.join(MANIFEST).exists()) {
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
mod tests {
    use super::*;

    #[test]
    fn backups_are_due_by_the_newest_and_only_ours_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let hour = Duration::from_secs(3_600);
        let section = BackupSection { path: Some(folder.path().to_owned()), every: hour, keep: 2 };
        let at = |minutes: i64| Millis(1_795_000_000_000 + minutes * 60_000);
        assert_eq!(due(folder.path(), &section, at(0)), Duration::ZERO);
        for minutes in [0, 5, 30] {
            let backup = folder.path().join(name_of(at(minutes)));
            fs::create_dir(&backup).unwrap();
            fs::write(backup.join(MANIFEST), "{}").unwrap();
        }
        for other in ["rapport-20201129T124500.000Z", "rapport-notes", "photos"] {
            fs::create_dir(folder.path().join(other)).unwrap();
        }
        assert_eq!(due(folder.path(), &section, at(40)), hour - Duration::from_secs(600));
        assert_eq!(due(folder.path(), &section, at(95)), Duration::ZERO);
        assert_eq!(due(folder.path(), &section, at(-9_000)), Duration::ZERO, "a clock that was set back");
        remove_old(folder.path(), section.keep).unwrap();
        let left: Vec<i64> = ours(folder.path()).unwrap().into_iter().map(|(taken, _)| taken).collect();
        assert_eq!(left, [at(5).0, at(30).0]);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            5,
            "what is not ours, or not whole, is left alone"
        );
        assert_eq!(name_of(Millis(0)), "rapport-19700101T000000.000Z");
    }
}
