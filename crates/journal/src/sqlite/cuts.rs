//! The events of requests that dead letters are made of, cut ahead of the writer.
//!
//! A dead letter keeps its event whole, and an event can only be had by cutting its whole request. Were that done for each
//! letter, one request of n bad events would cost n². So a request is read and cut once, on the thread of whoever commits,
//! and kept for the letters that follow: the writer only has rows to write.

use super::bodies::{self, Slim};
use super::fault::Fault;
use super::readers::Readers;
use super::row::shape_word;
use crate::change::Change;
use crate::packed::Packed;
use crate::records::Position;
use bytes::Bytes;
use event::Cut;
use rusqlite::Connection;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Cut requests are kept while they take no more than this together; the newest always is.
const KEPT_BYTES: usize = 16 << 20;

/// What a dead letter needs of its request.
pub(super) struct Origin {
    pub(super) source: u32,
    pub(super) kind: Option<&'static str>,
    pub(super) request_id: [u8; 16],
    pub(super) request_ip: Option<String>,
    pub(super) first_index: u32,
    pub(super) received_at: i64,
    /// the request is not as it was written
    pub(super) damaged: bool,
    cut: Option<Cut>,
    /// a body that cannot be cut
    whole: String,
    bytes: usize,
}

/// An event, and where it is from.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) origin: Arc<Origin>,
    pub(super) event: Packed,
}

/// The events of a commit's dead letters.
pub(super) type Sources = HashMap<Position, Source>;

impl Origin {
    /// Reads and cuts a request; `None` when it is not stored.
    pub(super) fn load(connection: &Connection, number: u64) -> Result<Option<Origin>, Fault> {
        let Some(slim) = Slim::load(connection, number)? else { return Ok(None) };
        let mut body = bodies::load(connection, slim)?;
        let length = body.text.len();
        let whole = body.text.clone();
        let cut = body.cut();
        let whole = if cut.is_some() { String::new() } else { String::from_utf8_lossy(&whole).into_owned() };
        Ok(Some(Origin {
            source: body.source.0,
            kind: shape_word(body.shape),
            request_id: body.request_id,
            request_ip: body.request_ip,
            first_index: body.first_index,
            received_at: slim.received_at,
            damaged: body.damaged,
            bytes: cut.as_ref().map_or(length, Cut::bytes),
            cut,
            whole,
        }))
    }

    /// What it takes in memory, about; that of a small one is its own fields.
    fn takes(&self) -> usize {
        self.bytes + size_of::<Origin>()
    }

    /// What a dead letter keeps of the event at this place. Of a body that cannot be cut the first letter keeps the whole:
    /// too much is better than nothing, and once is enough.
    pub(super) fn event(&self, index: u32) -> &str {
        match &self.cut {
            Some(cut) => cut.event(index).unwrap_or_default(),
            None if index == 0 => &self.whole,
            None => "",
        }
    }

    pub(super) fn source(self: &Arc<Self>, index: u32) -> Source {
        let event = Packed::new(Bytes::copy_from_slice(self.event(index).as_bytes()));
        Source { origin: Arc::clone(self), event }
    }
}

/// Requests that stand before a commit in its own group: nobody could read them before. Each is cut once.
#[derive(Default)]
pub(super) struct Late(HashMap<u64, Arc<Origin>>);

impl Late {
    /// The event at this place, and where it is from.
    pub(super) fn source(&mut self, connection: &Connection, position: Position) -> Result<Source, Fault> {
        let origin = match self.0.entry(position.request) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let missing =
                    || Fault::refused(format!("there is no request {} for a dead letter", position.request));
                let origin = Origin::load(connection, position.request)?.ok_or_else(missing)?;
                place.insert(Arc::new(origin))
            }
        };
        Ok(origin.source(position.index))
    }
}

/// Requests cut lately. To find one and to keep one takes the same time however many there are.
#[derive(Default)]
pub(super) struct Cuts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    origins: HashMap<u64, Arc<Origin>>,
    /// their numbers, the newest last
    order: VecDeque<u64>,
    /// what they take together
    bytes: usize,
}

impl Cuts {
    /// The events of the dead letters among these changes. What is missing the writer reads itself: it may stand before
    /// the commit in the queue.
    pub(super) fn of(&self, readers: &Readers, changes: &[Change]) -> Sources {
        let mut sources = Sources::new();
        for change in changes {
            let Change::DeadLetter(letter) = change else { continue };
            if let Some(origin) = self.origin(readers, letter.position.request) {
                sources.insert(letter.position, origin.source(letter.position.index));
            }
        }
        sources
    }

    fn origin(&self, readers: &Readers, number: u64) -> Option<Arc<Origin>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = kept.origins.get(&number) {
            return Some(Arc::clone(origin));
        }
        let origin = readers.read(|connection| Origin::load(connection, number)).ok()??;
        let origin = Arc::new(origin);
        kept.keep(number, Arc::clone(&origin));
        Some(origin)
    }

    /// Lets go of all of them.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

impl Kept {
    fn keep(&mut self, number: u64, origin: Arc<Origin>) {
        self.bytes += origin.takes();
        self.origins.insert(number, origin);
        self.order.push_back(number);
        while self.bytes > KEPT_BYTES && self.order.len() > 1 {
            let oldest = self.order.pop_front().and_then(|oldest| self.origins.remove(&oldest));
            self.bytes -= oldest.map_or(0, |oldest| oldest.takes());
        }
    }
}
