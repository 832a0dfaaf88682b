//! One dead letter as it is stored: its row, its checksum, and the request that it becomes when it is requeued.

use crate::packed::{Packed, unpack};
use crate::records::{DeadLetter, DestinationId, NewDeadLetter, NewRequest, Original, SourceId};
use crate::sqlite::bodies::Again;
use crate::sqlite::cuts::Source;
use crate::sqlite::fault::{Fault, notice_row};
use crate::sqlite::row::{shape_of, signed, unsigned};
use crate::sqlite::stored;
use crate::sqlite::sum::Sum;
use crate::text;
use bytes::Bytes;
use event::{Millis, RequestShape};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::sync::Arc;

/// The code of an event that was damaged on the disk.
const UNREADABLE: &str = "event_unreadable";

const DAMAGED: &str =
    "it was damaged on the disk: what is shown may be wrong, so it is not sent; edit it or discard it";

/// A row of `dead_letters`.
pub(super) struct Letter {
    id: i64,
    pub(super) destination: u32,
    code: String,
    reason: String,
    message_id: String,
    kind: String,
    user: Option<String>,
    died_at: i64,
    pub(super) request: i64,
    pub(super) event_index: u32,
    pub(super) source: u32,
    shape: Option<String>,
    request_id: [u8; 16],
    request_ip: Option<String>,
    first_index: u32,
    received_at: i64,
    event: Packed,
    /// some part of it differs from what was written
    damaged: bool,
}

/// A letter as a request of its own.
pub(super) struct Renewed {
    /// without its body
    pub(super) request: NewRequest,
    pub(super) body: Packed,
    pub(super) again: Again,
}

/// The names of sources and destinations that letters are shown with.
pub(super) struct Names {
    sources: HashMap<u32, String>,
    destinations: HashMap<u32, String>,
}

impl Names {
    pub(super) fn load(connection: &Connection) -> Result<Names, Fault> {
        let all = |sql: &str| -> Result<HashMap<u32, String>, Fault> {
            let mut select = connection.prepare_cached(sql)?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        Ok(Names {
            sources: all("SELECT id, name FROM sources")?,
            destinations: all("SELECT id, name FROM destinations")?,
        })
    }
}

impl Letter {
    pub(super) fn new(destination: DestinationId, about: &NewDeadLetter, source: &Source) -> Letter {
        let origin = &source.origin;
        let (code, reason) = if origin.damaged && about.code != UNREADABLE {
            (UNREADABLE.to_owned(), format!("{DAMAGED} (given up for {}: {})", about.code, about.reason))
        } else {
            (about.code.clone(), about.reason.clone())
        };
        Letter {
            id: 0,
            destination: destination.0,
            code,
            reason,
            message_id: about.message_id.clone(),
            kind: about.kind.clone(),
            user: about.user.clone(),
            died_at: about.died_at.0,
            request: signed(about.position.request),
            event_index: about.position.index,
            source: origin.source,
            shape: origin.kind.map(str::to_owned),
            request_id: origin.request_id,
            request_ip: origin.request_ip.clone(),
            first_index: origin.first_index.saturating_add(about.position.index),
            received_at: origin.received_at,
            event: source.event.clone(),
            damaged: false,
        }
    }

    /// The letter with this number.
    pub(super) fn load(connection: &Connection, id: i64) -> Result<Letter, Fault> {
        Letter::find(connection, id)?.ok_or_else(|| Fault::missing(format!("dead letter {id}")))
    }

    /// The letter with this number, if there is one.
    pub(super) fn find(connection: &Connection, id: i64) -> Result<Option<Letter>, Fault> {
        let mut select = connection.prepare_cached("SELECT * FROM dead_letters WHERE id = ?")?;
        match select.query_row([id], Letter::read).optional() {
            Err(error) if crate::sqlite::fault::is_lost(&error) => {
                notice_row("dead_letters", Some(id));
                Err(Fault::unreadable(&format!("dead letter {id}")))
            }
            other => Ok(other?),
        }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Letter> {
        let packed: Option<Vec<u8>> = row.get("packed")?;
        let bytes = match packed {
            Some(packed) => Bytes::from(packed),
            None => Bytes::from(row.get::<_, String>("event")?),
        };
        let letter = Letter {
            id: row.get("id")?,
            destination: row.get("destination")?,
            code: row.get("code")?,
            reason: row.get("reason")?,
            message_id: row.get("message_id")?,
            kind: row.get("type")?,
            user: row.get("user")?,
            died_at: row.get("died_at")?,
            request: row.get("request")?,
            event_index: row.get("event_index")?,
            source: row.get("source")?,
            shape: row.get("kind")?,
            request_id: row.get("request_id")?,
            request_ip: row.get("request_ip")?,
            first_index: row.get("first_index")?,
            received_at: row.get("received_at")?,
            event: Packed { bytes, length: row.get("length")? },
            damaged: false,
        };
        let damaged = !letter.sum().suits(row.get("sum")?);
        if damaged {
            notice_row("dead_letters", Some(letter.id));
        }
        Ok(Letter { damaged, ..letter })
    }

    fn sum(&self) -> Sum {
        Sum::of("dead_letters")
            .number(self.destination)
            .text(&self.code)
            .text(&self.reason)
            .text(&self.message_id)
            .text(&self.kind)
            .maybe(self.user.as_deref(), Sum::text)
            .number(self.died_at)
            .number(self.request)
            .number(self.event_index)
            .number(self.source)
            .maybe(self.shape.as_deref(), Sum::text)
            .bytes(&self.request_id)
            .maybe(self.request_ip.as_deref(), Sum::text)
            .number(self.first_index)
            .number(self.received_at)
            .bytes(&self.event.bytes)
            .maybe(self.event.length, Sum::number)
    }

    pub(super) fn insert(&self, connection: &Connection) -> Result<(), Fault> {
        let mut insert = connection.prepare_cached(
            "INSERT INTO dead_letters
             (destination, code, reason, message_id, type, user, died_at, request, event_index, source, kind,
              request_id, request_ip, first_index, received_at, event, packed, length, sum)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let (event, packed) = columns(&self.event)?;
        insert.execute(params![
            self.destination,
            self.code,
            self.reason,
            self.message_id,
            self.kind,
            self.user,
            self.died_at,
            self.request,
            self.event_index,
            self.source,
            self.shape,
            &self.request_id[..],
            self.request_ip,
            self.first_index,
            self.received_at,
            event,
            packed,
            self.event.length,
            self.sum().done(),
        ])?;
        Ok(())
    }

    /// The event's text; `None` if it cannot be read.
    fn text(&self) -> Option<String> {
        let text = unpack(self.event.bytes.to_vec(), self.event.length)?;
        Some(
            String::from_utf8(text)
                .unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()),
        )
    }

    /// The length of the event's text in bytes.
    pub(super) fn text_length(&self) -> usize {
        self.event
            .length
            .map_or(self.event.bytes.len(), |length| usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// How many bytes of the disk it uses.
    pub(super) fn stored_bytes(&self) -> i64 {
        stored::with_rows(self.event.bytes.len())
    }

    /// The request that it becomes; `None` if it was damaged.
    pub(super) fn request(&self) -> Result<Option<Renewed>, Fault> {
        if self.damaged {
            return Ok(None);
        }
        let shape = shape_of(self.shape.as_deref())?;
        let body = match shape {
            // A single event is its own body.
            RequestShape::Single(_) => self.event.clone(),
            RequestShape::Batch => {
                let Some(text) = self.text() else { return Ok(None) };
                Packed::new(text::body_of_one(&text, shape))
            }
        };
        Ok(Some(self.renewed(shape, body)))
    }

    /// The request that it becomes with another text.
    pub(super) fn edited(&self, text: &str) -> Renewed {
        let shape = shape_of(self.shape.as_deref()).unwrap_or(RequestShape::Batch);
        self.renewed(shape, Packed::new(text::body_of_one(text, shape)))
    }

    fn renewed(&self, shape: RequestShape, body: Packed) -> Renewed {
        let request = NewRequest {
            source: SourceId(self.source),
            shape,
            request_id: self.request_id,
            received_at: Millis(self.received_at),
            request_ip: self.request_ip.clone(),
            events: 1,
            rejected: Vec::new(),
            destinations: Arc::from([DestinationId(self.destination)]),
            body: Bytes::new(),
        };
        Renewed { request, body, again: Again { first_index: self.first_index, requeued: true } }
    }

    /// The record that is kept beside the new request when the letter is edited at this time.
    pub(super) fn original(&self, at: Millis) -> Original {
        Original {
            dead_letter: unsigned(self.id),
            event: self.text().unwrap_or_default(),
            code: self.code.clone(),
            reason: self.reason.clone(),
            died_at: Millis(self.died_at),
            edited_at: at,
        }
    }

    /// Marks a damaged letter as damaged, and returns how many bytes more it uses then.
    pub(super) fn set_aside(&self, connection: &Connection) -> Result<i64, Fault> {
        let reason = format!("{DAMAGED} (given up for {}: {})", self.code, self.reason);
        let text = self.text().unwrap_or_default();
        let marked = Letter {
            code: UNREADABLE.to_owned(),
            reason,
            event: Packed::new(Bytes::from(text)),
            message_id: self.message_id.clone(),
            kind: self.kind.clone(),
            user: self.user.clone(),
            shape: self.shape.clone(),
            request_ip: self.request_ip.clone(),
            ..*self
        };
        let (event, packed) = columns(&marked.event)?;
        connection
            .prepare_cached(
                "UPDATE dead_letters SET code = ?2, reason = ?3, event = ?4, packed = ?5, length = ?6, sum = ?7
                 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                marked.code,
                marked.reason,
                event,
                packed,
                marked.event.length,
                marked.sum().done()
            ])?;
        Ok(marked.stored_bytes() - self.stored_bytes())
    }

    /// The letter as a list shows it.
    pub(super) fn into_dead_letter(self, names: &Names) -> DeadLetter {
        let name = |names: &HashMap<u32, String>, id: u32| {
            names.get(&id).cloned().unwrap_or_else(|| UNKNOWN.to_owned())
        };
        let event = self.text().unwrap_or_default();
        let mut shown = DeadLetter {
            id: unsigned(self.id),
            destination: name(&names.destinations, self.destination),
            source: name(&names.sources, self.source),
            code: self.code,
            reason: self.reason,
            message_id: self.message_id,
            kind: self.kind,
            user: self.user,
            received_at: Millis(self.received_at),
            died_at: Millis(self.died_at),
            event,
        };
        if self.damaged && shown.code != UNREADABLE {
            shown.reason = format!("{DAMAGED} (given up for {}: {})", shown.code, shown.reason);
            shown.code = UNREADABLE.to_owned();
        }
        shown
    }
}

/// The name that is shown for a number which no row has.
const UNKNOWN: &str = "unknown";

/// A letter whose row cannot be read at all.
pub(super) fn lost(id: i64) -> DeadLetter {
    DeadLetter {
        id: unsigned(id),
        code: UNREADABLE.to_owned(),
        reason: DAMAGED.to_owned(),
        message_id: String::new(),
        kind: String::new(),
        user: None,
        destination: UNKNOWN.to_owned(),
        source: UNKNOWN.to_owned(),
        received_at: Millis(0),
        died_at: Millis(0),
        event: String::new(),
    }
}

/// A text in the two columns that can hold it: plain in one, or packed in the other.
pub(super) fn columns(event: &Packed) -> Result<(&str, Option<&[u8]>), Fault> {
    match event.length {
        Some(_) => Ok(("", Some(&event.bytes))),
        None => {
            let text = std::str::from_utf8(&event.bytes);
            Ok((text.map_err(|_| Fault::refused("a dead letter that is no text".to_owned()))?, None))
        }
    }
}
