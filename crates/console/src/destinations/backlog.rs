//! Giving up what a removed destination had pending.

use crate::error::ApiError;
use crate::settings::Shared;
use journal::{Change, DestinationId, Fate, Position, ReadLimit, SkipCode, StoredRequest};

/// Read and given up at once.
const PORTION: ReadLimit = ReadLimit { events: 2_000, bytes: 8 << 20 };

/// Skips every pending event of the destination as discarded; returns how many. It must not be running: delivery would
/// have them in hand. A request that arrives while this runs was routed before the removal, and is found as well.
pub(super) async fn discard(shared: &Shared, name: &str) -> Result<u64, ApiError> {
    let Some(id) = shared.destination(name).await? else { return Ok(0) };
    let restored = shared.read(move |journal| journal.restore(id)).await?;
    // What a later destination of this name would otherwise take up again.
    let calls = restored.in_flight.into_iter().map(|call| Change::Landed(call.lane));
    let lanes = restored.lanes.into_keys().map(Change::LaneClear);
    shared.settings.journal.commit(id, calls.chain(lanes).collect()).await?;
    let mut from = restored.cursor;
    let mut discarded = 0;
    loop {
        let page = shared.read(move |journal| journal.read(id, from, PORTION)).await?;
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
