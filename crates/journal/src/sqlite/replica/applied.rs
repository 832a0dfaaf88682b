//! How far a replica has applied its shard of the log, and which machine leads the shard: one row, which is written in the
//! transaction that applies a record.

use crate::error::JournalError;
use crate::sqlite::fault::Fault;
use crate::sqlite::row::{signed, unsigned};
use crate::sqlite::sum::Sum;
use crate::sqlite::work::LogEntry;
use rusqlite::{Connection, OptionalExtension, params};

/// The row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::sqlite) struct Applied {
    /// the shard of the log
    pub(in crate::sqlite) shard: u32,
    /// one more than the offset of the last record that was applied
    pub(in crate::sqlite) next: u64,
    /// the epoch of the last valid claim; 0 before the first
    pub(in crate::sqlite) epoch: u64,
    /// the machine that claimed the epoch
    pub(in crate::sqlite) leader: String,
}

impl Applied {
    /// The row; `None` if the journal does not follow a log.
    pub(in crate::sqlite) fn load(connection: &Connection) -> Result<Option<Applied>, Fault> {
        let mut select = connection.prepare_cached("SELECT shard, next, epoch, leader, sum FROM replica")?;
        let row = select.query_row([], |row| {
            let applied = Applied {
                shard: row.get(0)?,
                next: unsigned(row.get(1)?),
                epoch: unsigned(row.get(2)?),
                leader: row.get(3)?,
            };
            Ok((applied, row.get(4)?))
        });
        let Some((applied, sum)) = row.optional()? else { return Ok(None) };
        if applied.sum().suits(sum) {
            return Ok(Some(applied));
        }
        Err(Fault::unreadable("how far the log has been applied"))
    }

    pub(in crate::sqlite) fn put(&self, connection: &Connection) -> Result<(), Fault> {
        let sql =
            "INSERT OR REPLACE INTO replica (id, shard, next, epoch, leader, sum) VALUES (1, ?, ?, ?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![
            self.shard,
            signed(self.next),
            signed(self.epoch),
            self.leader,
            self.sum().done()
        ])?;
        Ok(())
    }

    fn sum(&self) -> Sum {
        Sum::of("replica")
            .number(self.shard)
            .number(signed(self.next))
            .number(signed(self.epoch))
            .text(&self.leader)
    }

    /// Records that this record is the last one applied.
    pub(in crate::sqlite) fn follow(&mut self, entry: &LogEntry) -> Result<(), Fault> {
        if entry.after != self.next || entry.offset < self.next {
            return Err(Fault(JournalError::Storage(format!(
                "record {} of the log cannot be applied behind record {}",
                entry.offset, self.next
            ))));
        }
        self.next = entry.offset.saturating_add(1);
        Ok(())
    }

    /// Makes the machine that claims with this record the leader; false if the epoch has been claimed before.
    pub(in crate::sqlite) fn claim(&mut self, entry: &LogEntry) -> bool {
        let Some(epoch) = entry.record.epoch.filter(|epoch| *epoch > self.epoch) else { return false };
        self.epoch = epoch;
        self.leader.clone_from(&entry.record.node);
        true
    }
}
