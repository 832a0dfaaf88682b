//! What goes wrong with one operation.

/// Why an operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The machine or the process is gone: nothing is carried out any more, and nobody hears of it.
    Off,
    /// There is no room.
    Full,
    /// The disk failed.
    Failed,
    /// There is no such file.
    Missing,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Write,
    Sync,
    Other,
}

/// How likely each operation fails.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Weather {
    /// a read
    pub read: f64,
    /// a write; some part of it may have been made
    pub write: f64,
    /// a sync
    pub sync: f64,
    /// making a file shorter, removing one, or opening one
    pub other: f64,
}

impl Weather {
    pub(crate) fn of(&self, operation: Operation) -> f64 {
        match operation {
            Operation::Read => self.read,
            Operation::Write => self.write,
            Operation::Sync => self.sync,
            Operation::Other => self.other,
        }
    }
}
