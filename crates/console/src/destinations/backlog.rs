//! Giving up what a removed destination had pending.
//!
//! This takes many writes. The intention is recorded in the same write as the removal and its audit entry, and removed
//! when the work is done, so a server that is killed in between goes on at its next start.

use crate::directory::Directory;
use crate::error::ApiError;
use crate::state::made_of_parts;
use crate::store::{self, Store};
use journal::{Change, DestinationId, DocumentChange, Fate, Position, ReadLimit, SkipCode, StoredRequest};
use serde_json::{Value, json};
use std::sync::Arc;

/// The kind of the documents that record a backlog to be discarded; the key is the destination's name.
const DISCARDING: &str = "discarding";

/// The change that records the intention. It is written together with the removal.
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

    /// Discards what is left of an earlier destination of this name before a new one is made, which must not get those
    /// events.
    pub(super) async fn finish(&self, name: &str) -> Result<(), ApiError> {
        let is_taken = self.directory.destination(name).is_some();
        if !is_taken && self.store.load_document::<Value>(DISCARDING, name).await?.is_some() {
            self.discard(name).await?;
        }
        Ok(())
    }

    /// Finishes the discards that an earlier run of the server left undone.
    pub(crate) async fn finish_all(&self) -> Result<(), ApiError> {
        for (name, _) in self.store.load_documents::<Value>(DISCARDING).await? {
            // A new destination of this name was made only after these events were discarded; the pending ones are its
            // own.
            if self.directory.destination(&name).is_none() {
                let discarded = self.discard(&name).await?;
                tracing::info!(
                    destination = name,
                    discarded,
                    "the pending events of a removed destination were discarded"
                );
            }
        }
        Ok(())
    }
}

/// How much is read and discarded in one step.
const PORTION: ReadLimit = ReadLimit { events: 2_000, bytes: 8 << 20 };

/// Skips every pending event of the destination as `discarded`; returns how many there were. The destination must not
/// be running, because its delivery would hold the same events. A request that arrives while this runs was routed
/// before the removal, and is found as well.
async fn discard(store: &Store, name: &str) -> Result<u64, ApiError> {
    let Some(id) = store.destination(name).await? else { return Ok(0) };
    let restored = store.read(move |journal| journal.restore(id)).await?;
    // A later destination of this name would otherwise resume these.
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
