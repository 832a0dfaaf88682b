mod following;
mod leader_client;
mod leading;
mod log;
mod node;
mod start;

pub(crate) use leader_client::{FORMER_CALLS_LAST, LONGEST_CALL, LeaderClient};
pub(crate) use node::Node;
pub(crate) use start::{Joined, catch_up, join};

use shard_log::Shard;

/// The shard that holds the journal.
const SHARD: Shard = Shard(0);
