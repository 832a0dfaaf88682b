//! HTTP for rudder-server, in the place of its transformer: the same mapping as our own delivery, answered instead of
//! delivered. The facts are in docs/facts/transformer.md#process and below; where the answers differ on purpose is in `docs/compatibility.md`.
//!
//! ```text
//! request --body (limits, codings)--> payload (jobs, cut out byte for byte) --> destination (dynamic config, account)
//!     --> group: plan each job, look each end user up once, within what InMoment allows --> element --> reply
//! ```
//!
//! What it promises:
//! * One answer for each job, whatever the others of its request are: nothing that is wrong with one costs another.
//! * Each job's status makes rudder-server do the right thing: it is tried again for everything that passes (time-outs,
//!   outages, 429) and for everything that an operator must mend (login, address), and given up only for what is wrong
//!   with the event itself.
//! * `metadata` and `destination` come back byte for byte.
//! * No look-up is made twice for one request, and none that InMoment would refuse for its limit.
//!
//! [`Transformer`] answers requests, [`serve`] brings them from a listener.

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
