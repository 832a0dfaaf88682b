//! A stored request as a search reads it: its body only if that is needed.

use super::names::Names;
use crate::records::{DestinationId, EventFate, Fate};
use crate::sqlite::bodies::{self, Body, Slim};
use crate::sqlite::fault::Fault;
use crate::sqlite::row::{signed, unsigned};
use event::{Envelope, Millis, RequestShape};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) struct Request {
    pub(super) number: u64,
    slim: Slim,
}

/// Its other half, which is read when it is needed.
pub(super) struct Whole {
    pub(super) number: u64,
    pub(super) received_at: Millis,
    pub(super) body: Body,
}

impl Request {
    /// The request with this number, if it is still stored.
    pub(super) fn load(connection: &Connection, number: u64) -> Result<Option<Request>, Fault> {
        Ok(Slim::load(connection, number)?.map(|slim| Request { number, slim }))
    }

    pub(super) fn received_at(&self) -> Millis {
        self.slim.received_at()
    }

    pub(super) fn whole(&self, connection: &Connection) -> Result<Whole, Fault> {
        let body = bodies::load(connection, self.slim)?;
        Ok(Whole { number: self.number, received_at: self.received_at(), body })
    }

    /// The fates of its events.
    pub(super) fn fates<'a>(&self, connection: &'a Connection, names: &Names) -> Result<Fates<'a>, Fault> {
        let mut select =
            connection.prepare_cached("SELECT fates FROM fates WHERE destination = ? AND request = ?")?;
        let mut decided = Vec::new();
        for id in names.route(self.slim.route) {
            let bytes: Option<Vec<u8>> =
                select.query_row(params![id.0, signed(self.number)], |row| row.get(0)).optional()?;
            decided.push((*id, bytes.unwrap_or_default()));
        }
        Ok(Fates { connection, request: self.number, decided })
    }
}

impl Whole {
    pub(super) fn envelope(&self, index: u32, names: &Names) -> Envelope {
        Envelope {
            source: None,
            source_kind: names.source(self.body.source).1,
            received_at: self.received_at,
            request_ip: self.body.request_ip.clone(),
            forced: match self.body.shape {
                RequestShape::Single(kind) => Some(kind),
                RequestShape::Batch => None,
            },
            request_id: self.body.request_id,
            index: self.body.first_index.saturating_add(index),
        }
    }
}

/// The fates of a request's events, destination by destination.
pub(super) struct Fates<'a> {
    connection: &'a Connection,
    request: u64,
    decided: Vec<(DestinationId, Vec<u8>)>,
}

impl Fates<'_> {
    /// The destinations that it was routed to, and the fate of this event there.
    pub(super) fn of(&self, index: u32) -> impl Iterator<Item = (DestinationId, Option<Fate>)> {
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        self.decided.iter().map(move |(id, bytes)| (*id, bytes.get(place).copied().and_then(Fate::from_byte)))
    }

    /// The number and code of an event's dead letter, while that is kept.
    pub(super) fn letter(&self, id: DestinationId, index: u32) -> Result<Option<(u64, String)>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT id, code FROM dead_letters WHERE request = ? AND event_index = ? AND destination = ?",
        )?;
        let row = select.query_row(params![signed(self.request), index, id.0], |row| {
            Ok((unsigned(row.get(0)?), row.get(1)?))
        });
        Ok(row.optional()?)
    }

    pub(super) fn of_event(&self, index: u32, names: &Names) -> Result<Vec<EventFate>, Fault> {
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
