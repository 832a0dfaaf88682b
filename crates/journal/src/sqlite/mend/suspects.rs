//! Damaged rows whose name may be the damaged part: they are recognised by the name that is asked for.

use crate::records::DestinationId;
use crate::sqlite::fault::Fault;
use crate::sqlite::standing::StandingRow;
use crate::sqlite::sum;
use rusqlite::{Connection, params};

/// Rows as they were read, with their checksums.
#[derive(Default)]
pub(in crate::sqlite) struct Suspects {
    pub(super) sources: Vec<(u32, String, i64)>,
    pub(super) destinations: Vec<(DestinationId, StandingRow, i64)>,
}

impl Suspects {
    /// Restores the name of the source that had this name, if it is one of these.
    pub(in crate::sqlite) fn name_source(
        &mut self,
        connection: &Connection,
        name: &str,
    ) -> Result<(), Fault> {
        let had = |(id, kind, sum): &(u32, String, i64)| sum::of_source(*id, name, kind).done() == *sum;
        let Some(place) = self.sources.iter().position(had) else { return Ok(()) };
        let (id, _, sum) = self.sources.swap_remove(place);
        connection.execute("UPDATE sources SET name = ?2, sum = ?3 WHERE id = ?1", params![id, name, sum])?;
        tracing::info!(source = name, "the source whose name was damaged on the disk was found again");
        Ok(())
    }

    /// The same for a destination; returns its row.
    pub(in crate::sqlite) fn name_destination(
        &mut self,
        connection: &Connection,
        name: &str,
    ) -> Result<Option<(DestinationId, StandingRow)>, Fault> {
        let named = |standing: &StandingRow| StandingRow { name: name.to_owned(), ..standing.clone() };
        let had =
            |(id, standing, sum): &(DestinationId, StandingRow, i64)| named(standing).sum(*id).done() == *sum;
        let Some(place) = self.destinations.iter().position(had) else { return Ok(None) };
        let (id, standing, _) = self.destinations.swap_remove(place);
        let standing = named(&standing);
        standing.put(connection, id)?;
        tracing::info!(
            destination = name,
            "the destination whose name was damaged on the disk was found again"
        );
        Ok(Some((id, standing)))
    }
}
