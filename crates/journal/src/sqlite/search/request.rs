//! A stored request as searching looks at it: its body only when it must.

use super::names::Names;
use crate::records::{DestinationId, EventFate, Fate, Rejected, SourceId};
use crate::sqlite::fault::Fault;
use crate::sqlite::row::{rejected_of, shape_of, signed, unsigned};
use event::{Envelope, Millis, Shape};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) struct Request {
    pub(super) number: u64,
    pub(super) received_at: Millis,
    pub(super) source: SourceId,
    pub(super) shape: Shape,
    pub(super) request_id: [u8; 16],
    pub(super) request_ip: Option<String>,
    pub(super) first_index: u32,
    pub(super) requeued: bool,
    pub(super) rejected: Vec<Rejected>,
    route: i64,
}

impl Request {
    /// The request with this number, if it is still stored.
    pub(super) fn load(connection: &Connection, number: u64) -> Result<Option<Request>, Fault> {
        let mut select = connection.prepare_cached(
            "SELECT r.route, r.received_at, b.source, b.kind, b.request_id, b.request_ip, b.first_index,
                    b.requeued, b.rejected
             FROM requests r JOIN bodies b ON b.number = r.number WHERE r.number = ?",
        )?;
        let mut rows = select.query([signed(number)])?;
        rows.next()?.map(|row| Request::read(number, row)).transpose()
    }

    fn read(number: u64, row: &Row<'_>) -> Result<Request, Fault> {
        Ok(Request {
            number,
            route: row.get(0)?,
            received_at: Millis(row.get(1)?),
            source: SourceId(row.get(2)?),
            shape: shape_of(row.get::<_, Option<String>>(3)?.as_deref())?,
            request_id: row.get(4)?,
            request_ip: row.get(5)?,
            first_index: row.get(6)?,
            requeued: row.get(7)?,
            rejected: rejected_of(row.get::<_, Option<String>>(8)?.as_deref())?,
        })
    }

    pub(super) fn body(&self, connection: &Connection) -> Result<Vec<u8>, Fault> {
        let mut select = connection.prepare_cached("SELECT body FROM bodies WHERE number = ?")?;
        Ok(select.query_row([signed(self.number)], |row| row.get(0))?)
    }

    pub(super) fn envelope(&self, index: u32, names: &Names) -> Result<Envelope, Fault> {
        Ok(Envelope {
            source_kind: names.source(self.source)?.1,
            received_at: self.received_at,
            request_ip: self.request_ip.clone(),
            forced: match self.shape {
                Shape::Single(kind) => Some(kind),
                Shape::Batch => None,
            },
            request_id: self.request_id,
            index: self.first_index.saturating_add(index),
        })
    }

    /// What became of its events.
    pub(super) fn fates<'a>(&self, connection: &'a Connection, names: &Names) -> Result<Fates<'a>, Fault> {
        let mut select =
            connection.prepare_cached("SELECT fates FROM fates WHERE destination = ? AND request = ?")?;
        let mut decided = Vec::new();
        for id in names.route(self.route) {
            let bytes: Option<Vec<u8>> =
                select.query_row(params![id.0, signed(self.number)], |row| row.get(0)).optional()?;
            decided.push((*id, bytes.unwrap_or_default()));
        }
        Ok(Fates { connection, request: self.number, decided })
    }
}

/// The fates of a request's events, destination by destination.
pub(super) struct Fates<'a> {
    connection: &'a Connection,
    request: u64,
    decided: Vec<(DestinationId, Vec<u8>)>,
}

impl Fates<'_> {
    /// The destinations it was routed to, and the fate of this event there.
    pub(super) fn of(&self, index: u32) -> impl Iterator<Item = (DestinationId, Option<Fate>)> {
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        self.decided.iter().map(move |(id, bytes)| (*id, bytes.get(place).copied().and_then(Fate::from_byte)))
    }

    /// The number and code of an event's dead letter, while it is kept.
    pub(super) fn letter(&self, id: DestinationId, index: u32) -> Result<Option<(u64, String)>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT id, code FROM dead_letters WHERE request = ? AND event_index = ? AND destination = ?",
        )?;
        let row = select.query_row(params![signed(self.request), index, id.0], |row| {
            Ok((unsigned(row.get(0)?), row.get(1)?))
        });
        Ok(row.optional()?)
    }

    pub(super) fn shown(&self, index: u32, names: &Names) -> Result<Vec<EventFate>, Fault> {
        self.of(index)
            .map(|(id, fate)| {
                let letter = match fate {
                    Some(Fate::Dead) => self.letter(id, index)?,
                    _ => None,
                };
                let (dead_letter, code) = letter.unzip();
                let skipped = match fate {
                    Some(Fate::Skipped(code)) => Some(code.word().to_owned()),
                    _ => None,
                };
                Ok(EventFate {
                    destination: names.destination(id)?.to_owned(),
                    fate,
                    code: skipped.or(code),
                    dead_letter,
                })
            })
            .collect()
    }
}
