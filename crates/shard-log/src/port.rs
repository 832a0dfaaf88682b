//! The port, and the words it is described with.

use crate::error::{AppendError, LogError, TailError};
use crate::place::{Offset, Shard};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use tokio::sync::watch;

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// where it stands
    pub offset: Offset,
    /// the record
    pub record: Bytes,
}

/// What a shard holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// the offset of the oldest record that is kept
    pub first: Offset,
    /// one more than the offset of the newest record
    pub end: Offset,
}

/// Work that is under way and borrows nothing.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An append that is under way. Dropping it does not take the record back.
pub type Appending = Pending<Result<Offset, AppendError>>;

/// A replicated log as one node uses it. See the crate's documentation for what it promises.
pub trait Log: Send + Sync + 'static {
    /// Appends a record. It has its place behind everything that this node appended to the shard before when this
    /// function returns; the future only tells what came of it.
    fn append(&self, shard: Shard, record: Bytes) -> Appending;

    /// Reads a shard from this offset on. The first read tells whether that is possible.
    fn tail(&self, shard: Shard, from: Offset) -> Box<dyn Tail>;

    /// What the shard holds now.
    fn bounds(&self, shard: Shard) -> Pending<Result<Bounds, LogError>>;

    /// Lets go of the records before this offset. Whoever calls this has made sure that nobody needs them.
    fn trim(&self, shard: Shard, before: Offset) -> Pending<Result<(), LogError>>;

    /// Which shards this node should lead, as far as the membership service has decided.
    fn hints(&self) -> watch::Receiver<BTreeSet<Shard>>;

    /// Can the log take a record right now, as far as is known? Does not block.
    fn healthy(&self) -> Result<(), LogError>;
}

/// A reader of one shard.
pub trait Tail: Send {
    /// The next records, at least one, in order; waits until there is one. While the log cannot be reached, it waits too.
    /// Dropping the future loses no record.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<Vec<Entry>, TailError>> + Send + '_>>;
}
