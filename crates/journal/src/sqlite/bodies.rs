//! A request's body and what belongs to it: stored packed, with a checksum over both halves of the request; read again, or
//! found damaged.
//!
//! Damage is a value here, not an error: whoever reads many requests sets one that cannot be read aside and goes on.

use super::fault::{self, Fault};
use super::row::{rejected_of, rejected_text, shape_of, shape_word, signed};
use super::sum::Sum;
use crate::packed::{Packed, unpack};
use crate::records::{NewRequest, Rejected, SourceId};
use event::{Cut, Millis, RequestShape};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a requeued event carries besides its request.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Again {
    pub(super) first_index: u32,
    pub(super) requeued: bool,
}

/// The half of a request that lies in `requests`, as far as it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slim {
    pub(super) number: i64,
    pub(super) route: i64,
    pub(super) events: u32,
    pub(super) received_at: i64,
}

/// The other half, read again.
pub(super) struct Body {
    pub(super) source: SourceId,
    pub(super) shape: RequestShape,
    pub(super) request_id: [u8; 16],
    pub(super) request_ip: Option<String>,
    pub(super) first_index: u32,
    pub(super) requeued: bool,
    pub(super) rejected: Vec<Rejected>,
    /// the body; of a damaged one what can be had of it
    pub(super) text: Vec<u8>,
    /// something of the request is not as it was written, or not there
    pub(super) damaged: bool,
}

/// Every value of the two halves that a checksum covers.
struct Values<'a> {
    slim: Slim,
    source: u32,
    kind: Option<&'a str>,
    request_id: &'a [u8],
    request_ip: Option<&'a str>,
    first_index: u32,
    requeued: bool,
    rejected: Option<&'a str>,
    body: &'a [u8],
    length: Option<u32>,
}

impl Values<'_> {
    fn sum(&self) -> Sum {
        let Slim { number, route, events, received_at } = self.slim;
        Sum::of("bodies")
            .number(number)
            .number(route)
            .number(events)
            .number(received_at)
            .number(self.source)
            .maybe(self.kind, Sum::text)
            .bytes(self.request_id)
            .maybe(self.request_ip, Sum::text)
            .number(self.first_index)
            .number(self.requeued)
            .maybe(self.rejected, Sum::text)
            .bytes(self.body)
            .maybe(self.length, Sum::number)
    }
}

/// Stores the half that holds the body.
pub(super) fn store(
    connection: &Connection,
    slim: Slim,
    request: &NewRequest,
    packed: &Packed,
    again: Again,
) -> Result<(), Fault> {
    let rejected = rejected_text(&request.rejected)?;
    let values = Values {
        slim,
        source: request.source.0,
        kind: shape_word(request.shape),
        request_id: &request.request_id,
        request_ip: request.request_ip.as_deref(),
        first_index: again.first_index,
        requeued: again.requeued,
        rejected: rejected.as_deref(),
        body: &packed.bytes,
        length: packed.length,
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO bodies
         (number, source, kind, request_id, request_ip, first_index, requeued, rejected, body, length, sum)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![
        slim.number,
        values.source,
        values.kind,
        values.request_id,
        values.request_ip,
        values.first_index,
        values.requeued,
        values.rejected,
        values.body,
        values.length,
        values.sum().done(),
    ])?;
    Ok(())
}

impl Slim {
    /// Of the request with this number, if it is stored.
    pub(super) fn load(connection: &Connection, number: u64) -> Result<Option<Slim>, Fault> {
        let mut select = connection
            .prepare_cached("SELECT number, route, events, received_at FROM requests WHERE number = ?")?;
        Ok(select.query_row([signed(number)], Slim::read).optional()?)
    }

    /// Out of a row that begins with `number, route, events, received_at`.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Slim> {
        Ok(Slim { number: row.get(0)?, route: row.get(1)?, events: row.get(2)?, received_at: row.get(3)? })
    }

    pub(super) fn received_at(&self) -> Millis {
        Millis(self.received_at)
    }
}

const COLUMNS: &str =
    "source, kind, request_id, request_ip, first_index, requeued, rejected, body, length, sum";

/// The body of a request.
///
/// # Errors
/// When the storage cannot be read now; damage is no error.
pub(super) fn load(connection: &Connection, slim: Slim) -> Result<Body, Fault> {
    let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM bodies WHERE number = ?"))?;
    match select.query_row([slim.number], |row| read(row, slim)) {
        Ok(body) => Ok(body),
        // There is one of every request. A value of another type was not written by us either.
        Err(error) if fault::is_lost(&error) => {
            fault::notice_loss(slim.number, &error);
            Ok(Body::lost())
        }
        Err(error) => Err(error.into()),
    }
}

fn read(row: &Row<'_>, slim: Slim) -> rusqlite::Result<Body> {
    let (kind, request_ip): (Option<String>, Option<String>) = (row.get(1)?, row.get(3)?);
    let (rejected, stored): (Option<String>, Vec<u8>) = (row.get(6)?, row.get(7)?);
    let (length, sum): (Option<u32>, Option<i64>) = (row.get(8)?, row.get(9)?);
    let request_id: [u8; 16] = row.get(2)?;
    let values = Values {
        slim,
        source: row.get(0)?,
        kind: kind.as_deref(),
        request_id: &request_id,
        request_ip: request_ip.as_deref(),
        first_index: row.get(4)?,
        requeued: row.get(5)?,
        rejected: rejected.as_deref(),
        body: &stored,
        length,
    };
    let sound = values.sum().suits(sum);
    let (source, first_index, requeued) = (SourceId(values.source), values.first_index, values.requeued);
    let shape = shape_of(kind.as_deref());
    let rejected = rejected_of(rejected.as_deref().filter(|_| sound));
    let text = unpack(stored, length);
    let damaged = !sound || shape.is_err() || rejected.is_err() || text.is_none();
    if damaged {
        fault::notice_row("bodies", Some(slim.number));
    }
    Ok(Body {
        source,
        shape: shape.unwrap_or(RequestShape::Batch),
        request_id,
        request_ip,
        first_index,
        requeued,
        rejected: rejected.unwrap_or_default(),
        text: text.unwrap_or_default(),
        damaged,
    })
}

impl Body {
    fn lost() -> Body {
        Body {
            source: SourceId(0),
            shape: RequestShape::Batch,
            request_id: [0; 16],
            request_ip: None,
            first_index: 0,
            requeued: false,
            rejected: Vec::new(),
            text: Vec::new(),
            damaged: true,
        }
    }

    /// Its events, cut once for all of them.
    pub(super) fn cut(&mut self) -> Option<Cut> {
        Cut::new(std::mem::take(&mut self.text), self.shape).ok()
    }

    /// Its text, or that it was damaged.
    pub(super) fn sound(self, number: i64) -> Result<Body, Fault> {
        if self.damaged { Err(Fault::damaged_request(number)) } else { Ok(self) }
    }
}
