//! HTTP for RudderStack's SDKs: takes their events in, answers as RudderStack's gateway answers, and says `ok` only when
//! the journal has them durably.
//!
//! [`Gateway`] answers requests, from wherever they come; [`serve`] brings them through a door of the crate `port`. What differs from
//! RudderStack, and why, is in `docs/compatibility.md`.

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
