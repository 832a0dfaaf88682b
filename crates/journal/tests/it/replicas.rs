//! Several machines with one journal: their copies over a log in memory.

mod harness;
mod leading;
mod log;

pub(crate) use harness::Replicas;
