//! The HTTP gateway for RudderStack's SDKs: it accepts their events, answers as RudderStack's gateway does, and replies
//! `ok` only when the journal has them durably.
//!
//! [`Gateway`] answers requests; [`serve`] receives them through a door of the crate `port`. `docs/compatibility.md`
//! has the differences from RudderStack and their reasons.

mod auth;
mod body;
mod caller;
mod cors;
mod counters;
mod durations;
mod gateway;
mod pages;
mod pixel;
mod rate_limit;
mod ready;
mod refusal;
mod reply;
mod route;
mod serve;
mod settings;
mod source_config;
mod sources;

pub use counters::{Counters, Counts, STATUSES, SourceCounts};
pub use durations::{Durations, TOOK_MS};
pub use gateway::{DOOR, Gateway};
pub use ready::{PART, PARTS, Unready};
pub use serve::serve;
pub use settings::{
    ByteLimit, ClientIp, GatewaySettings, RateLimit, SettingsError, SourceSettings, Terms, WriteKey,
    WriteKeyUntil,
};
