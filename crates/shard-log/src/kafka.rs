//! The log in Kafka: [`KafkaLog`].
//!
//! # Layout
//! One topic, `<prefix>.log`, has one partition for each shard. Records are the values of messages without keys. The
//! consumer group `<prefix>` has no offsets; its members are the nodes, and its assignment is the hint which node should lead which shards.
//!
//! # Durability
//! An append is acknowledged by all in-sync replicas (`acks=all`). Where there are three brokers, the topic has three
//! replicas, of which two must be in sync. A broker acknowledges before it calls fsync, so durability is replication: with
//! a single broker, a power cut of its machine may lose acknowledged records. The start warns of that.
//!
//! # Order
//! The producer is idempotent, so its retries neither reorder nor repeat records. [`Log::append`](crate::Log::append) puts
//! the record into the producer's queue before it returns. The queue is bounded; a record that does not fit is refused.
//!
//! A record that was queued is delivered or given up within the delivery timeout. The outcome of a record that was given up is *unknown*: the
//! safe interface of the library does not say whether it was sent. Only records that were never queued, and those which
//! a broker cannot store because of their size or content, are *refused*.
//!
//! When the producer gets an error after which it can no longer send (a *fatal* error of librdkafka: for example
//! a broker that lost acknowledged records, so that the sequence numbers do not fit), it is replaced. Between the two
//! producers no record is accepted, and the outcome of everything that the old one still had is unknown before the new one
//! starts. The brokers do not fence the old one, so such an unknown record could still be stored after
//! the first records of the new producer. Records with a known outcome keep their order.
//!
//! # Threads
//! All of them are parts of the [`supervise::Supervisor`]: one that serves the producer's delivery reports, one that checks
//! the topic every second, one that is the member of the group, and one for each tail. librdkafka has its own threads
//! besides.
//!
//! # Membership
//! The member is a dynamic one. A static member (`group.instance.id`) would keep its shards during a restart shorter than the
//! session timeout, but it cannot hand them over when it leaves: no node would lead them until the session has timed out.
//! A dynamic member that leaves hands over at once, and one that dies does so after the session timeout.

mod client;
mod explain;
mod group;
mod health;
mod log;
mod options;
mod outcome;
mod producer;
mod settings;
mod tail;
mod topic;

pub use log::KafkaLog;
pub use options::{Certificate, Compression, Mechanism, Options, Sasl, Tls};
pub use settings::MAX_RECORD;
