//! How a machine takes part in a journal that several machines share.

use super::applied::Applied;
use crate::error::JournalError;
use crate::sqlite::fault::Fault;
use rusqlite::Connection;
use shard_log::{Log, Shard};
use std::sync::Arc;

/// How a machine takes part in a journal that several machines share.
#[derive(Clone)]
pub struct ReplicaOptions {
    /// the log that they share, as this machine uses it
    pub log: Arc<dyn Log>,
    /// the shard of the log
    pub shard: Shard,
    /// this machine's name, which no other machine has
    pub node: String,
    /// a number that no other run of the program on this machine has had
    pub run: u64,
}

impl ReplicaOptions {
    /// Makes an empty journal a replica that has applied nothing, or makes sure that it is a replica of this shard.
    pub(in crate::sqlite) fn prepare(&self, connection: &Connection) -> Result<(), JournalError> {
        match Applied::load(connection)? {
            Some(applied) if applied.shard == self.shard.0 => Ok(()),
            Some(applied) => Err(JournalError::Unusable(format!(
                "it follows shard {} of the log, not shard {}",
                applied.shard, self.shard.0
            ))),
            None if is_empty(connection)? => {
                Ok(Applied { shard: self.shard.0, ..Applied::default() }.put(connection)?)
            }
            None => Err(JournalError::Unusable(
                "it holds the journal of a server that stood alone, which the log does not have".to_owned(),
            )),
        }
    }
}

/// Detaches the journal from the log: the log does not have the changes that follow.
pub(in crate::sqlite) fn stand_alone(connection: &Connection) -> Result<(), JournalError> {
    let left = connection.execute("DELETE FROM replica", []).map_err(Fault::from)?;
    if left > 0 {
        tracing::warn!(
            "this journal has followed a log that several machines share; it stands alone from now on"
        );
    }
    Ok(())
}

/// Is the journal empty, and has it always been? (Its own timeline does not count.)
fn is_empty(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM sources) AND NOT EXISTS (SELECT 1 FROM destinations)
               AND NOT EXISTS (SELECT 1 FROM requests) AND NOT EXISTS (SELECT 1 FROM audit)
               AND NOT EXISTS (SELECT 1 FROM documents WHERE kind <> 'clock')";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
