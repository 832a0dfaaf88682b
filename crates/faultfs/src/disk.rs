//! The disk: files by name, and what goes wrong with them.

use crate::lie::Lie;
use crate::locks::Locks;
use crate::registry;
use crate::state::{CutMoment, DiskCounts, SharedState, State};
use crate::trouble::{Operation, Trouble, Weather};
use crate::vfs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A disk, with the folder [`Disk::folder`] on it.
#[derive(Debug)]
pub struct Disk {
    number: u64,
    state: Arc<SharedState>,
}

impl Disk {
    /// An empty disk whose chance comes from this seed.
    pub fn new(seed: u64) -> Disk {
        vfs::register();
        let (number, state) = registry::register(State::new(seed));
        Disk { number, state }
    }

    /// The folder on this disk, as SQLite is to be given it.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(format!("/{}", self.number))
    }

    /// How likely operations fail from now on.
    pub fn set_weather(&self, weather: Weather) {
        self.state.locked().weather = weather;
    }

    /// From now on there is room for so many bytes more; for any number if `None`.
    pub fn set_room(&self, more: Option<usize>) {
        let mut state = self.state.locked();
        state.room = more.map(|more| state.used().saturating_add(more));
    }

    /// From now on the disk says what is not so.
    pub fn set_lie(&self, lie: Lie) {
        self.state.locked().lie = lie;
    }

    /// The power fails in the middle of the operation after so many more that change something; not if `None`.
    pub fn cut_power_in(&self, operations: Option<u64>) {
        self.state.locked().cut_in = operations;
    }

    /// The power fails at the next sync: in the middle of it, or right after it was made; not if `None`.
    pub fn cut_power_at_sync(&self, moment: Option<CutMoment>) {
        self.state.locked().cut_at_sync = moment;
    }

    /// The process or the machine is gone: nothing is carried out until [`Disk::restart`].
    pub fn switch_off(&self) {
        self.state.locked().off = true;
    }

    /// Nothing is carried out any more.
    pub fn is_off(&self) -> bool {
        self.state.is_off()
    }

    /// The next process starts, on what was written, or after a power cut on what is left of it. No connection of the process
    /// before may be open any more.
    pub fn restart(&self, power_was_cut: bool) {
        let mut state = self.state.locked();
        let State { files, folder, dice, .. } = &mut *state;
        for entry in files.iter_mut() {
            (entry.locks, entry.shm) = (Locks::default(), None);
            if power_was_cut {
                entry.file.lose(dice);
            }
        }
        if power_was_cut {
            folder.lose(dice);
        }
        (state.off, state.cut_in, state.cut_at_sync) = (false, None, None);
    }

    /// Does something that only looks: no operation of it fails, or counts towards a power cut.
    pub fn look<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = std::mem::replace(&mut self.state.locked().looking, true);
        let result = work();
        self.state.locked().looking = before;
        result
    }

    /// What has happened so far.
    pub fn counts(&self) -> DiskCounts {
        self.state.locked().counts
    }

    /// Makes an empty file unless it is there, and its name durable.
    ///
    /// # Errors
    /// As the disk says.
    pub fn make(&self, path: &Path) -> Result<(), Trouble> {
        let mut state = self.state.locked();
        state.open(name(path)?, true)?;
        state.change(Operation::Sync)?;
        if state.lie != Lie::NoSync {
            state.sync_folder();
        }
        Ok(())
    }

    /// Writes the content of a file over itself and syncs it, if there is such a file.
    ///
    /// # Errors
    /// As the disk says.
    pub fn rewrite(&self, path: &Path) -> Result<(), Trouble> {
        let mut state = self.state.locked();
        let Some(number) = state.folder.find(name(path)?) else { return Ok(()) };
        let mut content = vec![0; state.file(number).len()];
        state.read(number, 0, &mut content)?;
        state.write(number, 0, &content)?;
        state.sync(number, false)
    }

    /// Makes a file of this length, durably, whose room is taken, if there is room for it twice.
    ///
    /// # Errors
    /// As the disk says.
    pub fn allocate(&self, path: &Path, length: usize) -> Result<(), Trouble> {
        let mut state = self.state.locked();
        let number = state.open(name(path)?, true)?;
        if state.file(number).len() == length {
            return Ok(());
        }
        let more = (2 * length).saturating_sub(state.file(number).len());
        if state.lacks(more) {
            state.counts.full += 1;
            return Err(Trouble::Full);
        }
        state.change(Operation::Write)?;
        state.file(number).resize(length);
        state.sync(number, false)
    }

    /// Writes so many bytes to a new file, syncs it and removes it.
    ///
    /// # Errors
    /// As the disk says.
    pub fn try_write(&self, path: &Path, length: usize) -> Result<(), Trouble> {
        let mut state = self.state.locked();
        let name = name(path)?;
        let number = state.open(name, true)?;
        let outcome = state.write(number, 0, &vec![0; length]).and_then(|()| state.sync(number, false));
        // What is left of it is written over the next time.
        let _ = state.remove(name, false);
        outcome
    }

    /// Removes a file. Its room is free at once; that its name is gone is not durable.
    ///
    /// # Errors
    /// As the disk says.
    pub fn remove(&self, path: &Path) -> Result<(), Trouble> {
        self.state.locked().remove(name(path)?, false)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        registry::forget(self.number);
    }
}

fn name(path: &Path) -> Result<&str, Trouble> {
    path.file_name().and_then(|name| name.to_str()).ok_or(Trouble::Missing)
}
