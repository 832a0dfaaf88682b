//! The driver with a journal in memory and the sandbox's core as InMoment, in tokio's paused time: hours pass at once.

mod driver;
mod world;
