//! A file system in memory that fails as disks do, and a VFS through which SQLite uses it. Not shipped.
//!
//! A [`Disk`] holds files. What is written is seen by every reader at once, and is durable only after a sync, as with the page
//! cache of an operating system. From its seed it draws what goes wrong:
//! * reads, writes, syncs and truncations that fail, a write that fails after a part of it was made;
//! * a disk without room, in the middle of a write too;
//! * a failed sync, after which the operating system forgets what was not written (as Linux does) or keeps it for the next sync;
//! * a power cut ([`Disk::cut_power_in`], [`Disk::cut_power_at_sync`], [`Disk::restart`]): of what was not synced, any sectors of 512 bytes are left, none, or
//!   all; files that were made or removed in a folder that was not synced are there or not.
//!
//! SQLite finds a disk by the path of its folder ([`Disk::folder`]) and the name of the VFS ([`VFS`]). The VFS does what SQLite's own
//! for Unix does: the first sync of a log or journal by each handle syncs the folder, too. The shared memory of the write-ahead log is never on
//! the disk, and does not outlive the process.

mod dice;
mod disk;
mod file;
mod folder;
mod lie;
mod locks;
mod registry;
mod shm;
mod state;
mod trouble;
mod vfs;

pub use disk::Disk;
pub use lie::Lie;
pub use state::{CutMoment, DiskCounts};
pub use trouble::{Trouble, Weather};
pub use vfs::VFS;
