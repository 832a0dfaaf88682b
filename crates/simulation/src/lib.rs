//! Seeded histories of the whole system, and an oracle that judges them. Not shipped.
//!
//! [`run`] plays one history out of one number: SDKs send batches through the gateway's scan into a journal in memory;
//! delivery's real driver runs for each destination, in surroundings that the history controls (`world/desk.rs`); its calls
//! go through the real encoding and decoding to an emulated InMoment. Time is virtual, everything is one thread, and all
//! chance comes from the seed: a history with hours of outages, crashes at every commit point, clock jumps, lost replies
//! and full disks takes milliseconds, and a failing seed replays exactly.
//!
//! What is not simulated: threads, the file system (the journal in memory is compared with the durable one elsewhere),
//! sockets. A request reaches InMoment within 300 ms of being sent or not at all, and a process that died is back no
//! sooner: nobody can tell an answer that arrives after it was looked for from one that never will.

mod agenda;
mod crowd;
mod dice;
mod oracle;
mod regressions;
mod report;
mod sabotage;
mod scenario;
mod script;
mod site;
mod trace;
pub mod wire;
mod world;

pub use regressions::REGRESSIONS;
pub use report::{Failure, Report};
pub use sabotage::Sabotage;
pub use world::{run, run_with};
