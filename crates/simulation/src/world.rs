//! The world of one history: time, the SDKs, the process with its drivers, InMoment, and chance.
//!
//! One thread takes the next thing off the agenda and lets it happen. There are three clocks: the truth (milliseconds
//! since the beginning), our wall clock (the truth, a beginning, and whatever somebody set it to), and each InMoment's
//! own (the truth, a little ahead or behind). A process's monotonic clock begins with it.
//!
//! | module | holds |
//! |---|---|
//! | `state`, `happening` | the state of a history, and what is on its agenda |
//! | `history` | a history from its seed to its end |
//! | `desk`, `driver`, `process` | the real driver of each destination, and the ports through which it wants something of the world |
//! | `delivering` | what the world makes of that: commits, reads and wakings, with latency and the dangers of every place |
//! | `calls` | calls on their way, with all that can go wrong there |
//! | `gateway` | the SDKs and the door |
//! | `incident` | crashes, clock jumps, outages, operators |
//! | `watch`, `silence` | that nothing stops in silence |
//! | `handed_in`, `write`, `doubts` | writes on their way to the journal, and what became of those of which nobody heard |
//! | `words` | a history in short words |

mod calls;
mod delivering;
mod desk;
mod doubts;
mod driver;
mod gateway;
mod handed_in;
mod happening;
mod history;
mod incident;
mod process;
mod silence;
mod state;
mod watch;
mod words;
mod write;

pub use history::{run, run_on, run_with};
