//! Seeded histories of the whole system, and an oracle that judges them. Not shipped.
//!
//! [`run`] plays one history out of one number: SDKs send batches through the gateway's scan into a journal in memory;
//! delivery's real driver runs for each destination, in surroundings that the history controls (`world/desk.rs`); its calls
//! go through the real encoding and decoding to an emulated InMoment. Time is virtual, everything is one thread, and all
//! chance comes from the seed: a history with hours of outages, crashes at every commit point, clock jumps, lost replies
//! and full disks takes milliseconds, and a failing seed replays exactly.
//!
//! [`run_on`] plays the same history with the durable journal ([`Medium::Sqlite`]): its real writer, its reading, its copying of the log
//! and its mending work on a file system in memory that fails as disks do (the crate `faultfs`). Writes fail for want of room or
//! because the disk fails, syncs fail, the power is cut in the middle of a write and takes what was not synced; the next process
//! starts on what is left. The judge then tells three outcomes of a write apart: it was acknowledged and must be there, it was
//! refused and must not be, or nobody heard what became of it. A journal in memory takes a fiftieth of the time and less; so most
//! histories are played with that.
//!
//! What is not simulated: threads and sockets. A request reaches InMoment within 300 ms of being sent or not at all, and a process that died is back no
//! sooner: nobody can tell an answer that arrives after it was looked for from one that never will.

mod agenda;
mod crowd;
mod dice;
mod medium;
mod oracle;
mod regressions;
mod report;
mod sabotage;
mod scenario;
mod script;
mod site;
mod store;
mod times;
mod trace;
pub mod wire;
mod world;

pub use medium::Medium;
pub use regressions::REGRESSIONS;
pub use report::{Failure, Report};
pub use sabotage::Sabotage;
pub use world::{run, run_on, run_with};
