//! HTTP for rudder-server, in the place of its transformer: the mapping is that of Rapport's own delivery, but the
//! result is returned instead of delivered. docs/facts/transformer.md#process and the sections below it have the facts;
//! `docs/compatibility.md` lists the intended differences.
//!
//! ```text
//! request --body (limits, codings)--> payload (jobs, cut out byte for byte) --> destination (dynamic config, account)
//!     --> group: plan each job, look each end user up once, within what InMoment allows --> element --> reply
//! ```
//!
//! The transformer guarantees:
//! * Each job gets one answer, and a fault of one job does not affect the others of its request.
//! * Each job's status makes rudder-server react rightly: the job is tried again after errors that pass (time-outs,
//!   outages, 429) and after errors that an operator must correct (login, address), and aborted only for faults of the
//!   event itself.
//! * `metadata` and `destination` are returned byte for byte.
//! * No look-up is made twice for one request, and none is made that InMoment would refuse because of its limit.
//!
//! [`Transformer`] answers requests, and [`serve`] receives them from a listener.

mod account;
mod allowance;
mod body;
mod counters;
mod deliver;
mod destination;
mod dynamic;
mod element;
mod failure;
mod features;
mod form;
mod group;
mod js;
mod look_up;
mod payload;
mod proxy;
mod reply;
mod request;
mod route;
mod serve;
mod settings;
mod stage;
mod transformer;
mod upstream;

pub use counters::{Counts, JobStatus, Surface};
pub use serve::serve;
pub use settings::{Settings, SettingsError, Versions};
pub use transformer::Transformer;
