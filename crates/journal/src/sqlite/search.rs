//! Finding stored events: a database of its own, `search.sqlite3`, that a thread fills behind the log.
//!
//! It holds no truth. An append does not wait for it; what it lacks is filled in, and when it is missing, damaged or of
//! another version it is made anew from the log. What is found is read in the journal, where it is held against the
//! filter once more.

mod entry;
mod facts;
mod failure;
mod find;
mod found;
mod index;
mod names;
mod possible;
mod request;
mod signals;
mod store;
mod sweep;

use super::fault::Fault;
use super::readers::Readers;
use crate::records::{ArchivedEvent, EventFilter, Position};
pub(super) use find::events;
use found::Finder;
pub(super) use index::Indexer;
use rusqlite::Connection;
use signals::Signals;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the search thread shares with everybody else.
#[derive(Default)]
pub(super) struct Search {
    pub(super) signals: Signals,
    /// while the index can be read
    readers: Mutex<Option<Arc<Readers>>>,
}

impl Search {
    /// For a journal whose newest request's number is one less.
    pub(super) fn new(end: u64) -> Search {
        let search = Search::default();
        search.signals.appended(end);
        search
    }

    fn open(&self, path: &Path) {
        *self.locked() = Some(Arc::new(Readers::new(path.into(), Arc::default())));
    }

    fn close(&self) {
        *self.locked() = None;
    }

    fn readers(&self) -> Option<Arc<Readers>> {
        self.locked().clone()
    }

    /// The index was found damaged through these readers. Those of an earlier one say nothing of the present.
    fn report(&self, readers: &Arc<Readers>) {
        if self.locked().take_if(|current| Arc::ptr_eq(current, readers)).is_some() {
            self.signals.damaged();
        }
    }

    fn locked(&self) -> MutexGuard<'_, Option<Arc<Readers>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One event, whole.
pub(super) fn event(connection: &Connection, position: Position) -> Result<Option<ArchivedEvent>, Fault> {
    Finder::new(connection, &EventFilter::default())?.whole(position)
}
