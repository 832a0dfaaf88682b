//! Backups of a data folder: taking them, with or without a running server, and restoring them.
//!
//! A backup is a folder that only its owner can read:
//!
//! * `journal.sqlite3.zst`: the journal of one moment, which is marked as a copy ([`journal::Offline::copy_to`])
//! * `manifest.json`: its origin and time, the files with their lengths and SHA-256 sums, and, if requested, the key of
//!   the console's secrets, sealed with a passphrase ([`passphrase`])
//!
//! It is written under another name and renamed when all of it is on the disk, so a folder with the final name is
//! complete. `zstd -d` and `sha256sum` suffice to examine it.

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

/// The codes of errors (docs/errors.md).
pub mod code {
    /// the backup cannot be written
    pub const BACKUP_UNWRITABLE: &str = "backup_unwritable";
    /// the disk has no room for it
    pub const BACKUP_NO_ROOM: &str = "backup_no_room";
    /// a backup is missing, incomplete, or of a later version
    pub const BACKUP_UNUSABLE: &str = "backup_unusable";
    /// the passphrase is missing or wrong
    pub const BACKUP_PASSPHRASE: &str = "backup_passphrase";
    /// the folder that the backup is to be restored to is not empty
    pub const RESTORE_OCCUPIED: &str = "restore_occupied";

    /// All of them.
    pub const ALL: [&str; 5] =
        [BACKUP_UNWRITABLE, BACKUP_NO_ROOM, BACKUP_UNUSABLE, BACKUP_PASSPHRASE, RESTORE_OCCUPIED];
}
