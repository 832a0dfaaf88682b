//! Real Kafka brokers for tests: one or three, on loopback, in a folder of their own, which end with the test.
//!
//! `tests/kafka/setup.sh` fetches the broker. Each broker has four listeners ([`Port`]). Whoever comes without a user may do
//! everything; [`USER`] may do what access control lists say, and nothing at first.
//!
//! A broker is killed when its [`Cluster`] is dropped, and also when the process that started it ends in any way: a shell
//! between the two waits for that. The cluster's folder is removed then too.

mod certificates;
mod cluster;
mod folder;
mod process;
mod properties;

pub use certificates::Certificates;
pub use cluster::Cluster;
pub use properties::{PASSWORD, Port, USER};
