//! Requests: as they are stored, and as a destination reads them.

use super::{DestinationId, SourceId};
use bytes::Bytes;
use event::{Millis, RequestShape, SourceKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An event that the gateway found unusable inside an otherwise good batch: it becomes a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// the event's place in its request
    pub index: u32,
    /// why, as a stable word (docs/errors.md)
    pub code: String,
}

/// A request to be stored. `Debug` leaves the body out.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewRequest {
    /// its source
    pub source: SourceId,
    /// the shape of the body, which says where its events are
    pub shape: RequestShape,
    /// a random id, from which events without a message id get a stable one
    pub request_id: [u8; 16],
    /// when it arrived
    pub received_at: Millis,
    /// the caller's address
    pub request_ip: Option<String>,
    /// how many events the body holds, with the unusable ones
    pub events: u32,
    /// the unusable ones among them
    pub rejected: Vec<Rejected>,
    /// the destinations of its events, which are decided when the events are accepted
    pub destinations: Arc<[DestinationId]>,
    /// the body, decoded from its transfer and content encoding, otherwise byte for byte; not part of the record's JSON
    #[serde(skip)]
    pub body: Bytes,
}

/// A stored request as a destination reads it.
#[derive(Clone)]
pub struct StoredRequest {
    /// its number
    pub number: u64,
    /// its source
    pub source: SourceId,
    /// the name of that source
    pub source_name: Arc<str>,
    /// the kind of source it came from
    pub source_kind: SourceKind,
    /// the shape of the body, which says where its events are
    pub shape: RequestShape,
    /// the place in the original request of the body's first event (other than 0 only for requeued events)
    pub first_index: u32,
    /// see [`NewRequest::request_id`]
    pub request_id: [u8; 16],
    /// when the original request arrived
    pub received_at: Millis,
    /// the caller's address
    pub request_ip: Option<String>,
    /// how many events
    pub events: u32,
    /// the unusable ones
    pub rejected: Vec<Rejected>,
    /// this is a dead letter tried again: its message id has been seen, and that must not stop it
    pub requeued: bool,
    /// one byte an event, see [`Fate::byte`](super::Fate::byte); empty when none is decided
    pub fates: Vec<u8>,
    /// It is not as it was stored: the disk lost or changed something of it. None of its events may be delivered.
    pub damaged: bool,
    /// the body; of a damaged request what can be had of it
    pub body: Bytes,
}

impl std::fmt::Debug for NewRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRequest")
            .field("source", &self.source)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StoredRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredRequest")
            .field("number", &self.number)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
