//! The replicated log below a cluster of several machines: ordered, durable records in shards, behind one port, [`Log`].
//!
//! # Words
//! * A **shard** is one totally ordered sequence of records. Every node applies the records of a shard in the same order, so
//!   that every node reaches the same state.
//! * A **record** is a sequence of bytes. This crate does not interpret it.
//! * An **offset** is the position of a record in its shard. Offsets grow; there may be gaps between two of them.
//! * A **hint** says which shards this node should lead. It is a proposal of the membership service and proves nothing:
//!   a leader proves that it leads by a record of its own in the shard.
//!
//! # What a log promises
//! * [`Log::append`] resolves with an offset only when the record is durable, and every tail that continues to read will return it.
//! * Records which one node appends to one shard keep their order: the order of the calls to `append`.
//! * [`AppendError::Refused`] means that no tail will ever return the record. [`AppendError::Unknown`] means that a tail may
//!   or may not return it, now or later.
//! * A tail returns every record from its first offset on, each once and in order, or reports that they were trimmed.

mod error;
#[cfg(feature = "kafka")]
pub mod kafka;
mod memory;
mod place;
mod port;

pub use error::{AppendError, LogError, TailError};
pub use memory::{MemoryCluster, MemoryLog};
pub use place::{Offset, Shard};
pub use port::{Appending, Bounds, Entry, Log, Pending, Tail};
