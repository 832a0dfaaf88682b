//! Giving up what a removed destination had pending.
//!
//! It takes many writes. That it shall be done is kept with the removal and its audit entry, in one write, and taken away when
//! it is done: a server that is killed in between goes on with it at its next start.

use crate::directory::Directory;
use crate::error::ApiError;
use crate::state::made_of_parts;
use crate::store::{self, Store};
use journal::{Change, DestinationId, DocumentChange, Fate, Position, ReadLimit, SkipCode, StoredRequest};
use serde_json::{Value, json};
use std::sync::Arc;

/// The documents' kind for backlogs that are to be discarded; the key is the destination's name.
const DISCARDING: &str = "discarding";

/// The change that orders it. It is written with the removal.
pub(super) fn intent(name: &str) -> Result<DocumentChange, ApiError> {
    Ok(store::put(DISCARDING, name, &json!({}))?)
}

/// The backlogs of removed destinations.
#[derive(Clone)]
pub(crate) struct Backlogs {
    store: Store,
    directory: Arc<Directory>,
}

made_of_parts!(Backlogs { store, directory });

impl Backlogs {
    /// Discards a backlog, and records that this is done; returns how many events were discarded.
    pub(super) async fn discard(&self, name: &str) -> Result<u64, ApiError> {
        let discarded = discard(&self.store, name).await?;
        self.store.write(vec![store::remove(DISCARDING, name)]).await?;
        Ok(discarded)
    }

    /// Finishes what is left to discard of an earlier destination of this name, before another is made: its events are
    /// none of the new one's.
    pub(super) async fn finish(&self, name: &str) -> Result<(), ApiError> {
        let is_taken = self.directory.destination(name).is_some();
        if !is_taken && self.store.load_document::<Value>(DISCARDING, name).await?.is_some() {
            self.discard(name).await?;
        }
        Ok(())
    }

    /// Goes on with what an earlier run of the server left.
    pub(crate) async fn finish_all(&self) -> Result<(), ApiError> {
        for (name, _) in self.store.load_documents::<Value>(DISCARDING).await? {
            // A destination that was made anew has its events in hand; it was made after these were discarded.
            if self.directory.destination(&name).is_none() {
                let discarded = self.discard(&name).await?;
                tracing::info!(
                    destination = name,
                    discarded,
                    "what a removed destination had pending is given up"
                );
            }
        }
        Ok(())
    }
}

/// Read and given up at once.
const PORTION: ReadLimit = ReadLimit { events: 2_000, bytes: 8 << 20 };

/// Skips every pending event of the destination as discarded; returns how many. It must not be running: delivery would
/// have them in hand. A request that arrives while this runs was routed before the removal, and is found as well.
async fn discard(store: &Store, name: &str) -> Result<u64, ApiError> {
    let Some(id) = store.destination(name).await? else { return Ok(0) };
    let restored = store.read(move |journal| journal.restore(id)).await?;
    // What a later destination of this name would otherwise take up again.
    let calls = restored.in_flight.into_iter().map(|call| Change::Landed(call.lane));
    let lanes = restored.lanes.into_keys().map(Change::LaneClear);
    store.journal().commit(id, calls.chain(lanes).collect()).await?;
    let mut from = restored.cursor;
    let mut discarded = 0;
    loop {
        let page = store.read(move |journal| journal.read(id, from, PORTION)).await?;
        discarded += give_up(store, id, &page.requests, page.next).await?;
        if page.next <= from || page.next >= page.end {
            return Ok(discarded);
        }
        from = page.next;
    }
}

async fn give_up(
    store: &Store,
    id: DestinationId,
    requests: &[StoredRequest],
    next: u64,
) -> Result<u64, ApiError> {
    let pending = requests.iter().flat_map(|request| {
        let decided = |index: u32| {
            let at = usize::try_from(index).unwrap_or(usize::MAX);
            request.fates.get(at).is_some_and(|fate| *fate != Fate::PENDING)
        };
        (0..request.events)
            .filter(move |index| !decided(*index))
            .map(|index| Position { request: request.number, index })
    });
    let mut changes: Vec<Change> =
        pending.map(|position| Change::Fate(position, Fate::Skipped(SkipCode::Discarded))).collect();
    let count = changes.len() as u64;
    changes.push(Change::Cursor(next));
    store.journal().commit(id, changes).await?;
    Ok(count)
}
