//! Fates in the writer's hands: a request's bytes are read once, changed here, and written once a group.

use super::fault::Fault;
use super::row::signed;
use super::sum::Sum;
use crate::records::{DestinationId, Fate, Position};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{HashMap, hash_map};

/// How many requests' fates are kept between groups; then all are let go and read again as needed. Requests whose
/// events all have their fate are not kept.
const KEPT: usize = 4096;

#[derive(Default)]
pub(super) struct Fates {
    open: HashMap<(DestinationId, u64), Entry>,
    changed: Vec<(DestinationId, u64)>,
}

struct Entry {
    bytes: Vec<u8>,
    /// how many of them are pending
    pending: usize,
    /// the request still counts this destination among its open ones
    open: bool,
    changed: bool,
}

impl Fates {
    /// Gives a pending event its fate.
    pub(super) fn decide(
        &mut self,
        connection: &Connection,
        destination: DestinationId,
        position: Position,
        fate: Fate,
    ) -> Result<(), Fault> {
        let byte = self.byte(connection, destination, position)?;
        let byte = byte.filter(|byte| **byte == Fate::PENDING).ok_or_else(|| not_pending(position))?;
        *byte = fate.byte();
        if let Some(entry) = self.open.get_mut(&(destination, position.request)) {
            entry.pending -= 1;
        }
        self.mark(destination, position.request);
        Ok(())
    }

    /// Replaces the fate of an event that has one. Nothing to do when its request has been removed.
    pub(super) fn revise(
        &mut self,
        connection: &Connection,
        destination: DestinationId,
        position: Position,
        fate: Fate,
    ) -> Result<(), Fault> {
        if let Some(byte) = self.byte(connection, destination, position)? {
            *byte = fate.byte();
            self.mark(destination, position.request);
        }
        Ok(())
    }

    /// Is this event stored, for this destination?
    pub(super) fn is_stored(
        &mut self,
        connection: &Connection,
        destination: DestinationId,
        position: Position,
    ) -> Result<bool, Fault> {
        let place = usize::try_from(position.index).unwrap_or(usize::MAX);
        let key = (destination, position.request);
        if let Some(entry) = self.open.get(&key) {
            return Ok(place < entry.bytes.len());
        }
        let Some(entry) = Entry::load(connection, destination, position.request)? else { return Ok(false) };
        let stored = place < entry.bytes.len();
        // A finished request may be removed at any time, so it is not kept.
        if entry.open {
            self.open.insert(key, entry);
        }
        Ok(stored)
    }

    fn byte(
        &mut self,
        connection: &Connection,
        destination: DestinationId,
        position: Position,
    ) -> Result<Option<&mut u8>, Fault> {
        let key = (destination, position.request);
        let entry = match self.open.entry(key) {
            hash_map::Entry::Occupied(kept) => kept.into_mut(),
            hash_map::Entry::Vacant(place) => match Entry::load(connection, destination, position.request)? {
                Some(entry) => place.insert(entry),
                None => return Ok(None),
            },
        };
        let place = usize::try_from(position.index).unwrap_or(usize::MAX);
        Ok(entry.bytes.get_mut(place))
    }

    fn mark(&mut self, destination: DestinationId, request: u64) {
        let key = (destination, request);
        if let Some(entry) = self.open.get_mut(&key).filter(|entry| !entry.changed) {
            entry.changed = true;
            self.changed.push(key);
        }
    }

    /// Writes what has changed.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<(), Fault> {
        let mut put = connection.prepare_cached(
            "INSERT INTO fates (destination, request, decided, fates, sum) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (destination, request)
             DO UPDATE SET decided = excluded.decided, fates = excluded.fates, sum = excluded.sum",
        )?;
        let mut finish = connection.prepare_cached("UPDATE requests SET open = open - 1 WHERE number = ?")?;
        for key in self.changed.drain(..) {
            let Some(entry) = self.open.get_mut(&key) else { continue };
            let (request, decided) = (signed(key.1), signed((entry.bytes.len() - entry.pending) as u64));
            let sum = sum(key.0, request, decided, &entry.bytes).done();
            put.execute(params![key.0.0, request, decided, entry.bytes, sum])?;
            entry.changed = false;
            if entry.pending == 0 {
                if entry.open {
                    finish.execute([signed(key.1)])?;
                }
                self.open.remove(&key);
            }
        }
        if self.open.len() > KEPT {
            self.open.clear();
        }
        Ok(())
    }

    /// Lets everything go: what is here may not be so in the file.
    pub(super) fn forget(&mut self) {
        self.open.clear();
        self.changed.clear();
    }
}

impl Entry {
    /// The fates of a request that is routed to the destination.
    fn load(
        connection: &Connection,
        destination: DestinationId,
        request: u64,
    ) -> Result<Option<Entry>, Fault> {
        // One table each: as a join SQLite would plan it anew whenever other numbers are bound.
        let request = signed(request);
        let mut select = connection.prepare_cached("SELECT events, route FROM requests WHERE number = ?")?;
        let row = select.query_row([request], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)));
        let Some((events, route)) = row.optional()? else { return Ok(None) };
        let mut routed =
            connection.prepare_cached("SELECT 1 FROM routes WHERE route = ? AND destination = ?")?;
        if !routed.exists(params![route, destination.0])? {
            return Ok(None);
        }
        let mut select =
            connection.prepare_cached("SELECT fates FROM fates WHERE destination = ? AND request = ?")?;
        let bytes: Option<Vec<u8>> =
            select.query_row(params![destination.0, request], |row| row.get(0)).optional()?;
        let events = usize::try_from(events).unwrap_or(usize::MAX);
        let bytes = bytes.unwrap_or_else(|| vec![Fate::PENDING; events]);
        let pending = bytes.iter().filter(|byte| **byte == Fate::PENDING).count();
        Ok(Some(Entry { open: pending > 0, pending, bytes, changed: false }))
    }
}

/// The checksum of a row of fates.
pub(super) fn sum(destination: DestinationId, request: i64, decided: i64, fates: &[u8]) -> Sum {
    Sum::of("fates").number(destination.0).number(request).number(decided).bytes(fates)
}

fn not_pending(position: Position) -> Fault {
    let Position { request, index } = position;
    Fault::refused(format!("event {index} of request {request} is not pending at this destination"))
}
