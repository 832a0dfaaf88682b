//! One transaction in the making: what the jobs of a group change, gathered so that each row is written once.

use super::catalogue::Catalogue;
use super::fates::Fates;
use super::fault::Fault;
use super::replica::Applied;
use super::row::{Count, signed};
use super::standing::StandingRow;
use super::stored;
use super::sum;
use crate::records::DestinationId;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// One transaction in the making.
pub(super) struct Group<'a> {
    pub(super) connection: &'a Connection,
    pub(super) catalogue: &'a mut Catalogue,
    pub(super) fates: &'a mut Fates,
    counts: BTreeMap<(u32, &'static str), i64>,
    /// What the calls made for requests take, bytes by request.
    bytes: BTreeMap<u64, usize>,
    /// What sources take more or less than before.
    stored: BTreeMap<u32, i64>,
    /// Destinations whose row has changed.
    standings: BTreeSet<DestinationId>,
    pub(super) cursors: BTreeMap<DestinationId, u64>,
    /// records of the log are applied
    follows: bool,
}

impl<'a> Group<'a> {
    /// A group that has changed nothing yet.
    pub(super) fn new(
        connection: &'a Connection,
        catalogue: &'a mut Catalogue,
        fates: &'a mut Fates,
    ) -> Group<'a> {
        Group {
            connection,
            catalogue,
            fates,
            counts: BTreeMap::new(),
            bytes: BTreeMap::new(),
            stored: BTreeMap::new(),
            standings: BTreeSet::new(),
            cursors: BTreeMap::new(),
            follows: false,
        }
    }

    /// How far the log has been applied, to be moved on.
    pub(super) fn applied(&mut self) -> Result<&mut Applied, Fault> {
        self.follows = true;
        let alone = || Fault::storage("this journal follows no log".to_owned());
        self.catalogue.applied.as_mut().ok_or_else(alone)
    }

    /// The sources that take more or less than before.
    pub(super) fn sources(self) -> impl Iterator<Item = u32> {
        self.stored.into_keys()
    }

    /// Counts events in a destination's ledger; destination 0 stands for none.
    pub(super) fn count(&mut self, destination: u32, count: Count, events: i64) {
        *self.counts.entry((destination, count.word())).or_default() += events;
    }

    /// A call made for this request takes so many bytes.
    pub(super) fn takes(&mut self, request: u64, bytes: usize) {
        *self.bytes.entry(request).or_default() += bytes;
    }

    /// A source takes so many bytes more, or less.
    pub(super) fn stores(&mut self, source: u32, bytes: i64) {
        *self.stored.entry(source).or_default() += bytes;
    }

    /// Where a destination stands, to be changed.
    pub(super) fn standing(&mut self, id: DestinationId) -> Result<&mut StandingRow, Fault> {
        let standing = self.catalogue.standings.get_mut(&id).ok_or_else(|| Fault::no_destination(id))?;
        self.standings.insert(id);
        Ok(standing)
    }

    /// Writes the rows that were gathered: each once, however many jobs changed it.
    pub(super) fn write(&mut self) -> Result<(), Fault> {
        for id in std::mem::take(&mut self.standings) {
            self.standing(id)?.clone().put(self.connection, id)?;
        }
        let mut put = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO ledger (destination, what, events, sum) VALUES (?, ?, ?, ?)",
        )?;
        for ((destination, what), more) in std::mem::take(&mut self.counts) {
            let events = self.catalogue.ledger.entry((destination, what.to_owned())).or_default();
            *events += more;
            put.execute(params![
                destination,
                what,
                *events,
                sum::of_ledger(destination, what, *events).done()
            ])?;
        }
        let mut larger = self
            .connection
            .prepare_cached("UPDATE requests SET bytes = bytes + ?2 WHERE number = ?1 RETURNING source")?;
        for (request, bytes) in std::mem::take(&mut self.bytes) {
            let bytes = signed(bytes as u64);
            let source = larger.query_row(params![signed(request), bytes], |row| row.get(0)).optional()?;
            if let Some(source) = source {
                *self.stored.entry(source).or_default() += bytes;
            }
        }
        if let Some(applied) = self.catalogue.applied.as_ref().filter(|_| self.follows) {
            applied.put(self.connection)?;
        }
        for (source, more) in &self.stored {
            let bytes = self.catalogue.stored.entry(*source).or_default();
            *bytes = (*bytes + more).max(0);
            stored::put(self.connection, *source, *bytes)?;
        }
        Ok(())
    }

    /// The number for a new request, as SQLite takes it.
    pub(super) fn next_number(&mut self) -> (u64, i64) {
        let number = self.catalogue.next_number();
        (number, signed(number))
    }
}
