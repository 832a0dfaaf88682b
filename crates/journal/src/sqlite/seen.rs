//! Which events were dealt with in the last 24 hours: by their message id, and behind it their content.
//!
//! The row's `hash` is the id's sixteen bytes and the content's. Older versions wrote the id's alone: such a row stands for whatever comes
//! with that id, as it did when it was written, until it is forgotten.
//!
//! A row has no checksum: of a damaged one nothing is left that any event could be, so it is one forgotten, and an event that comes
//! again within the day is delivered again. What must not be is that it stands for an event that was not dealt with: that would
//! be lost. So the content's half is bound to the destination and the source ([`bound`]); a row that is some other one's by a
//! changed bit says nothing there. Rows of the version before are not bound, and count as long as they are kept.
//!
//! Events with one id stand side by side in the tree. Whoever uses one id for all its events must cost no more than others,
//! so never more than three rows are looked at.

use super::fault::Fault;
use super::read::check;
use crate::records::{DestinationId, MessageKey, Seen};
use event::Millis;
use rusqlite::{Connection, OptionalExtension, params};

/// Bytes of a message id's hash.
const ID: usize = 16;

/// How an event is written down.
pub(super) fn row_key(destination: DestinationId, key: &MessageKey) -> [u8; 2 * ID] {
    unbound(&MessageKey { content: key.content ^ bound(destination, key), ..*key })
}

/// How the version before wrote it down.
fn unbound(key: &MessageKey) -> [u8; 2 * ID] {
    let mut bytes = [0; 2 * ID];
    bytes[..ID].copy_from_slice(&key.id.to_be_bytes());
    bytes[ID..].copy_from_slice(&key.content.to_be_bytes());
    bytes
}

/// Another number for each destination and source.
fn bound(destination: DestinationId, key: &MessageKey) -> u128 {
    let place = u128::from(destination.0) << 32 | u128::from(key.source.0);
    // Odd, so that no two products are the same; and most of the bits of each depend on all of the place.
    place.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
}

pub(super) fn seen(
    connection: &Connection,
    id: DestinationId,
    keys: &[MessageKey],
    since: Millis,
) -> Result<Vec<Seen>, Fault> {
    check(connection, id)?;
    let mut of_id = connection.prepare_cached(
        "SELECT hash FROM seen
         WHERE destination = ? AND source = ? AND hash >= ? AND hash <= ? AND at >= ? ORDER BY hash LIMIT 1",
    )?;
    let mut exact = connection
        .prepare_cached("SELECT 1 FROM seen WHERE destination = ? AND source = ? AND hash = ? AND at >= ?")?;
    let mut one = |key: &MessageKey| {
        let (row, id_alone) = (row_key(id, key), key.id.to_be_bytes());
        // Behind every content that this id can have.
        let mut last = [u8::MAX; 2 * ID + 1];
        last[..ID].copy_from_slice(&id_alone);
        let range = params![id.0, key.source.0, &id_alone[..], &last[..], since.0];
        let first: Option<Vec<u8>> = of_id.query_row(range, |row| row.get(0)).optional()?;
        Ok(match first {
            None => Seen::Never,
            Some(first) if first == id_alone || first == row => Seen::Same,
            Some(_) if exact.exists(params![id.0, key.source.0, &row[..], since.0])? => Seen::Same,
            Some(_) if exact.exists(params![id.0, key.source.0, &unbound(key)[..], since.0])? => Seen::Same,
            Some(_) => Seen::Reused,
        })
    };
    keys.iter().map(&mut one).collect()
}
