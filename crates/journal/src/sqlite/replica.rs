//! A journal on each of several machines, all with the same content: a shared log puts the writes in order, and each machine
//! applies them to a file of its own.
//!
//! # How a write goes
//! It is encoded as a [record](record) and [proposed](proposals) to the log. Every machine's [follower](follower) reads the log
//! and hands each record to its writer, which makes the changes and notes the record's offset in one transaction
//! ([applied](applied)). Whoever proposed it is told then, by its own machine.
//!
//! # Policy
//! * Applying is a function of the file and the record alone: no clock, no randomness. What is refused is refused on every
//!   machine, and counts as applied.
//! * A write that fails for a local reason (no room, a disk that fails) stops this machine's replica, and only it. It is tried
//!   again from the same record on.
//! * A record whose predecessor has not been applied is not applied: an order that was lost cannot go unnoticed.
//! * The log is the truth. A crash may take a replica back to an earlier record, from where it follows the log again.
//! * What only one machine may decide (delivery) carries the [epoch](lead) under which it was decided; a record of an older epoch
//!   changes nothing.

pub(super) mod applied;
mod follower;
mod journal;
mod lead;
mod options;
mod proposals;
mod record;

pub(super) use applied::Applied;
pub(super) use follower::Follower;
pub use lead::Lead;
pub use options::ReplicaOptions;
pub(super) use options::stand_alone;
pub(super) use proposals::Proposals;
