//! Deliberate breakages: what a program would do that takes no care, done beneath one that does.

/// What the disk says that is not so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lie {
    /// Nothing.
    #[default]
    None,
    /// Syncs are said to be done and are not made: as if writes were answered before they are durable.
    NoSync,
    /// Syncs that failed are said to be done: as if nobody looked at what a sync returns.
    FailedSync,
    /// Writes for which there was no room are said to be made whole: as if what was half written were never rolled back.
    NoRoom,
    /// Folders are not synced: as if only the content of files had to be.
    NoFolderSync,
}
