//! Giving up what a removed destination had pending.
//!
//! It takes many writes. That it shall be done is kept with the removal and its audit entry, in one write, and taken away when
//! it is done: a server that is killed in between goes on with it at its next start.

use crate::error::ApiError;
use crate::shared::Shared;
use crate::store;
use journal::{Change, DestinationId, DocumentChange, Fate, Position, ReadLimit, SkipCode, StoredRequest};
use serde_json::{Value, json};

/// The documents' kind for what is to be given up; the key is the destination's name.
const DISCARDING: &str = "discarding";

/// To be written with the removal.
pub(super) fn intent(name: &str) -> Result<DocumentChange, ApiError> {
    Ok(store::put(DISCARDING, name, &json!({}))?)
}

/// Gives everything up, and keeps that it is done; returns how many.
pub(super) async fn carry_out(shared: &Shared, name: &str) -> Result<u64, ApiError> {
    let discarded = discard(shared, name).await?;
    shared.store.write(vec![store::remove(DISCARDING, name)]).await?;
    Ok(discarded)
}

/// Before a destination of this name is made: what was left of the one before it is none of its own.
pub(super) async fn finish(shared: &Shared, name: &str) -> Result<(), ApiError> {
    let taken = shared.settings.directory.destination(name).is_some();
    if !taken && shared.store.load_document::<Value>(DISCARDING, name).await?.is_some() {
        carry_out(shared, name).await?;
    }
    Ok(())
}

/// Goes on with what an earlier run of the server left.
pub(crate) async fn finish_all(shared: &Shared) -> Result<(), ApiError> {
    for (name, _) in shared.store.load_documents::<Value>(DISCARDING).await? {
        // One that was made anew has its events in hand; it was made after these were given up.
        if shared.settings.directory.destination(&name).is_none() {
            let discarded = carry_out(shared, &name).await?;
            tracing::info!(
                destination = name,
                discarded,
                "what a removed destination had pending is given up"
            );
        }
    }
    Ok(())
}

/// Read and given up at once.
const PORTION: ReadLimit = ReadLimit { events: 2_000, bytes: 8 << 20 };

/// Skips every pending event of the destination as discarded; returns how many. It must not be running: delivery would
/// have them in hand. A request that arrives while this runs was routed before the removal, and is found as well.
async fn discard(shared: &Shared, name: &str) -> Result<u64, ApiError> {
    let Some(id) = shared.store.destination(name).await? else { return Ok(0) };
    let restored = shared.store.read(move |journal| journal.restore(id)).await?;
    // What a later destination of this name would otherwise take up again.
    let calls = restored.in_flight.into_iter().map(|call| Change::Landed(call.lane));
    let lanes = restored.lanes.into_keys().map(Change::LaneClear);
    shared.settings.journal.commit(id, calls.chain(lanes).collect()).await?;
    let mut from = restored.cursor;
    let mut discarded = 0;
    loop {
        let page = shared.store.read(move |journal| journal.read(id, from, PORTION)).await?;
        discarded += give_up(shared, id, &page.requests, page.next).await?;
        if page.next <= from || page.next >= page.end {
            return Ok(discarded);
        }
        from = page.next;
    }
}

async fn give_up(
    shared: &Shared,
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
    shared.settings.journal.commit(id, changes).await?;
    Ok(count)
}
