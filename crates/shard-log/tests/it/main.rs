//! The log in memory keeps the promises of every log.
#![allow(
    clippy::unwrap_used,
    reason = "in a test, also in what a test calls, a failed assumption is a failed test"
)]

#[macro_use]
#[path = "../promises/mod.rs"]
mod promises;

use promises::Nodes;
use shard_log::MemoryCluster;

async fn open(_name: &str) -> Nodes {
    let cluster = MemoryCluster::new(2);
    (cluster.node(), cluster.node())
}

promises!(open);
