//! The port, and the types that it uses.

use crate::error::{AppendError, LogError, TailError};
use crate::place::{Offset, Shard};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use tokio::sync::watch;

/// A record and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// the position
    pub offset: Offset,
    /// the record
    pub record: Bytes,
}

/// The range of offsets that a shard has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// the offset of the oldest record that is stored
    pub first: Offset,
    /// one more than the offset of the newest record
    pub end: Offset,
}

/// A future that borrows nothing.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An append that is under way. Dropping it does not cancel the append.
pub type Appending = Pending<Result<Offset, AppendError>>;

/// A replicated log as one node uses it. The crate's documentation has its promises.
pub trait Log: Send + Sync + 'static {
    /// Appends a record. When this function returns, the record has its place after everything that this node appended to
    /// the shard before; the future only returns the outcome.
    fn append(&self, shard: Shard, record: Bytes) -> Appending;

    /// Reads a shard from this offset on. The first read fails if that is impossible.
    fn tail(&self, shard: Shard, from: Offset) -> Box<dyn Tail>;

    /// The range of offsets that the shard has now.
    fn bounds(&self, shard: Shard) -> Pending<Result<Bounds, LogError>>;

    /// Removes the records before this offset. The caller has made sure that no node needs them.
    fn trim(&self, shard: Shard, before: Offset) -> Pending<Result<(), LogError>>;

    /// Which shards this node should lead, as far as the membership service has decided.
    fn hints(&self) -> watch::Receiver<BTreeSet<Shard>>;

    /// Whether the log can accept a record now, as far as is known. It does not block.
    fn healthy(&self) -> Result<(), LogError>;
}

/// A reader of one shard.
pub trait Tail: Send {
    /// The next records, at least one, in order; waits until there is one. While the log cannot be reached, it waits, too.
    /// Dropping the future loses no record.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<Vec<Entry>, TailError>> + Send + '_>>;
}
