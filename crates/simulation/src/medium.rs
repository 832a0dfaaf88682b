//! Which journal a history is played with.

/// What a history keeps its events in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// The journal in memory: fast, and never at fault.
    Memory,
    /// The durable journal, on a file system that fails as disks do.
    Sqlite,
}
