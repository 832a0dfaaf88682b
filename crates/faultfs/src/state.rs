//! What is on a disk, and what goes wrong when something is done with it.

use crate::dice::Dice;
use crate::file::File;
use crate::folder::Folder;
use crate::lie::Lie;
use crate::locks::Locks;
use crate::shm::Shm;
use crate::trouble::{Operation, Trouble, Weather};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A disk's state, as all who use the disk share it.
#[derive(Debug)]
pub(crate) struct SharedState(Mutex<State>);

impl SharedState {
    pub(crate) fn new(state: State) -> SharedState {
        SharedState(Mutex::new(state))
    }

    pub(crate) fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_off(&self) -> bool {
        self.locked().off
    }
}

/// When the power fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutMoment {
    /// In the middle of an operation: some of it may have been made.
    Within,
    /// When the operation was made, and nobody has heard so.
    After,
}

/// What has happened on a disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiskCounts {
    /// operations that changed something, or tried to
    pub changes: u64,
    /// reads that failed
    pub reads_failed: u64,
    /// writes that failed, and not for want of room
    pub writes_failed: u64,
    /// syncs that failed
    pub syncs_failed: u64,
    /// other operations that failed
    pub others_failed: u64,
    /// writes for which there was no room
    pub full: u64,
    /// power cuts in the middle of an operation
    pub cuts: u64,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) files: Vec<Entry>,
    pub(crate) folder: Folder,
    pub(crate) dice: Dice,
    pub(crate) weather: Weather,
    /// bytes that all files may have together
    pub(crate) room: Option<usize>,
    pub(crate) lie: Lie,
    pub(crate) off: bool,
    /// operations that change something, until the power fails
    pub(crate) cut_in: Option<u64>,
    pub(crate) cut_at_sync: Option<CutMoment>,
    /// faults are suspended while somebody only looks
    pub(crate) looking: bool,
    pub(crate) counts: DiskCounts,
    next_handle: u64,
}

/// A file, with what the handles to it share.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) file: File,
    pub(crate) locks: Locks,
    pub(crate) shm: Option<Arc<Shm>>,
}

impl State {
    pub(crate) fn new(seed: u64) -> State {
        State {
            files: Vec::new(),
            folder: Folder::default(),
            dice: Dice::new(seed),
            weather: Weather::default(),
            room: None,
            lie: Lie::None,
            off: false,
            cut_in: None,
            cut_at_sync: None,
            looking: false,
            counts: DiskCounts::default(),
            next_handle: 0,
        }
    }

    /// The file with this name; made if there is none and it may be.
    pub(crate) fn open(&mut self, name: &str, create: bool) -> Result<usize, Trouble> {
        self.attempt(Operation::Other)?;
        if let Some(number) = self.folder.find(name) {
            return Ok(number);
        }
        if !create {
            return Err(Trouble::Missing);
        }
        self.files.push(Entry::default());
        self.folder.add(name, self.files.len() - 1);
        Ok(self.files.len() - 1)
    }

    pub(crate) fn remove(&mut self, name: &str, sync_folder: bool) -> Result<(), Trouble> {
        self.change(Operation::Other)?;
        self.folder.find(name).ok_or(Trouble::Missing)?;
        self.folder.remove(name);
        if sync_folder {
            self.sync_folder();
        }
        Ok(())
    }

    pub(crate) fn handle(&mut self) -> u64 {
        self.next_handle += 1;
        self.next_handle
    }

    pub(crate) fn entry(&mut self, number: usize) -> &mut Entry {
        &mut self.files[number]
    }

    pub(crate) fn file(&mut self, number: usize) -> &mut File {
        &mut self.files[number].file
    }

    pub(crate) fn read(&mut self, number: usize, at: usize, into: &mut [u8]) -> Result<usize, Trouble> {
        self.attempt(Operation::Read)?;
        Ok(self.file(number).read(at, into))
    }

    pub(crate) fn write(&mut self, number: usize, at: usize, bytes: &[u8]) -> Result<(), Trouble> {
        if let Err(trouble) = self.change(Operation::Write) {
            // Some of it was made, if the disk was still there.
            if trouble == Trouble::Failed || self.cut_in == Some(0) {
                self.cut_in = self.cut_in.filter(|left| *left > 0);
                let made = self.dice.below(bytes.len());
                self.file(number).write(at, &bytes[..made]);
            }
            return Err(trouble);
        }
        let end = self.file(number).len();
        let more = (at + bytes.len()).saturating_sub(end);
        if self.lacks(more) {
            self.counts.full += 1;
            // A write may begin behind the end.
            let fits = end.saturating_add(self.room_left()).saturating_sub(at).min(bytes.len());
            self.file(number).write(at, &bytes[..fits]);
            return if self.lie == Lie::NoRoom { Ok(()) } else { Err(Trouble::Full) };
        }
        self.file(number).write(at, bytes);
        Ok(())
    }

    pub(crate) fn resize(&mut self, number: usize, length: usize) -> Result<(), Trouble> {
        self.change(Operation::Other)?;
        self.file(number).resize(length);
        Ok(())
    }

    /// Makes a file durable, and what its folder holds if that is wanted.
    pub(crate) fn sync(&mut self, number: usize, folder: bool) -> Result<(), Trouble> {
        let moment = self.cut_at_sync.filter(|_| !self.off && !self.looking);
        if moment == Some(CutMoment::Within) {
            return Err(self.cut());
        }
        if let Err(trouble) = self.change(Operation::Sync) {
            if trouble == Trouble::Failed {
                let State { files, dice, lie, .. } = self;
                files[number].file.fail_to_sync(dice);
                return if *lie == Lie::FailedSync { Ok(()) } else { Err(trouble) };
            }
            return Err(trouble);
        }
        if self.lie != Lie::NoSync {
            self.file(number).sync();
            if folder {
                self.sync_folder();
            }
        }
        if moment == Some(CutMoment::After) { Err(self.cut()) } else { Ok(()) }
    }

    /// The power fails.
    fn cut(&mut self) -> Trouble {
        self.off = true;
        self.counts.cuts += 1;
        Trouble::Off
    }

    pub(crate) fn sync_folder(&mut self) {
        if !matches!(self.lie, Lie::NoSync | Lie::NoFolderSync) {
            self.folder.sync();
        }
    }

    /// Something is to be changed: the power may fail now, or the disk.
    pub(crate) fn change(&mut self, operation: Operation) -> Result<(), Trouble> {
        if self.off || self.looking {
            return self.attempt(operation);
        }
        self.counts.changes += 1;
        if let Some(left) = &mut self.cut_in {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Err(self.cut());
            }
        }
        self.attempt(operation)
    }

    /// The disk may fail now.
    fn attempt(&mut self, operation: Operation) -> Result<(), Trouble> {
        if self.off {
            return Err(Trouble::Off);
        }
        if self.looking || !self.dice.chance(self.weather.of(operation)) {
            return Ok(());
        }
        let failed = match operation {
            Operation::Read => &mut self.counts.reads_failed,
            Operation::Write => &mut self.counts.writes_failed,
            Operation::Sync => &mut self.counts.syncs_failed,
            Operation::Other => &mut self.counts.others_failed,
        };
        *failed += 1;
        Err(Trouble::Failed)
    }

    pub(crate) fn used(&self) -> usize {
        self.folder.files().map(|number| self.files[number].file.len()).sum()
    }

    fn room_left(&self) -> usize {
        self.room.map_or(usize::MAX, |room| room.saturating_sub(self.used()))
    }

    pub(crate) fn lacks(&self, more: usize) -> bool {
        more > 0 && !self.looking && more > self.room_left()
    }
}
