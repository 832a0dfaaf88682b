//! The writer without a thread: whoever wants something written has it work. So a simulation decides when a group is written and
//! what is in it, and the same seed leads to the same writes.

use super::{Writer, WriterShared};
use rusqlite::Connection;
use std::sync::{MutexGuard, PoisonError};

impl WriterShared {
    /// From now on this writer works by hand.
    pub(in crate::sqlite) fn work_by_hand(&self, writer: Writer) {
        *self.writer() = Some(writer);
    }

    /// Writes one group of what waits. False if nothing does.
    pub(in crate::sqlite) fn write_group_by_hand(&self) -> bool {
        let mut writer = self.writer();
        let Some(writer) = writer.as_mut().filter(|_| !self.queue.is_empty()) else { return false };
        let Some(jobs) = self.queue.take() else { return false };
        writer.write_group(jobs, self);
        true
    }

    /// Writes all that waits if the writer works by hand: for whoever is about to wait for its answer.
    pub(in crate::sqlite) fn write_if_by_hand(&self) {
        while self.write_group_by_hand() {}
    }

    /// The writer ends; its connection, to be closed last.
    pub(in crate::sqlite) fn end_by_hand(&self) -> Option<Connection> {
        self.writer().take().map(|writer| writer.connection)
    }

    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.by_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
