//! Backups of a data folder: taken beside a running server or without one, and made into a data folder again.
//!
//! A backup is a folder of its own, readable by its owner only:
//!
//! * `journal.sqlite3.zst`: the journal of one moment, which knows that it is a copy ([`journal::Offline::copy_to`])
//! * `manifest.json`: what it is of and when it was taken, the files with their lengths and SHA-256 sums, and, if that was asked
//!   for, the key of the console's secrets, sealed with a passphrase ([`passphrase`])
//!
//! It is written under another name and gets its own when all of it is on the disk: what has the name is whole. `zstd -d`
//! and `sha256sum` are enough to look into it.

mod manifest;
mod partial;
mod passphrase;
mod restore;
mod room;
mod take;
mod taker;

pub use manifest::{FORMAT, MANIFEST, Manifest, Packed};
pub use passphrase::SealedKey;
pub use restore::{RestoredBackup, restore, verify};
pub use take::{TakenBackup, take};
pub use taker::{BackupPlan, begin, name_of};

/// The journal's file in a data folder.
const DATABASE: &str = "journal.sqlite3";

/// The words for what goes wrong (docs/errors.md).
pub mod code {
    /// the backup cannot be written
    pub const BACKUP_UNWRITABLE: &str = "backup_unwritable";
    /// the disk has no room for it
    pub const BACKUP_NO_ROOM: &str = "backup_no_room";
    /// a backup is not there, not whole, or of a later version
    pub const BACKUP_UNUSABLE: &str = "backup_unusable";
    /// the passphrase is missing or wrong
    pub const BACKUP_PASSPHRASE: &str = "backup_passphrase";
    /// where the backup is to be restored to, something stands already
    pub const RESTORE_OCCUPIED: &str = "restore_occupied";

    /// All of them.
    pub const ALL: [&str; 5] =
        [BACKUP_UNWRITABLE, BACKUP_NO_ROOM, BACKUP_UNUSABLE, BACKUP_PASSPHRASE, RESTORE_OCCUPIED];
}
