//! Delivery: planned events become calls to InMoment, in order, without loss and without needless calls.
//!
//! * `Machine`: decides what is done next, as a pure function of state, input and time.
//! * [`start`]: runs a machine with a journal and InMoment; [`start_in`] does so in other [`DriverPorts`].
//!   [`read_planned`] makes planned events of stored requests.
//! * [`Handle`]: orders for a running delivery, and its outcomes ([`OutcomeNotice`]).
//! * `attempt()`: the stored record of a call, and the words for its outcome.
//! * [`foresee`]: the calls that an intent may take, or why it can never be delivered.
//! * `engine`: which lane is served when. `protocol`: which call a lane needs, and what a reply means.
//! * [`Clock`]: the source of time.

mod attempt;
mod call_client;
mod clock;
pub mod code;
mod driver;
mod driver_ports;
mod engine;
mod handle;
mod machine;
mod meter;
mod outcomes;
mod outlook;
mod plan_reader;
mod protocol;
mod settings;

pub use call_client::CallClient;
pub use clock::{Clock, ManualClock, Now, SystemClock};
pub use driver::{start, start_in};
pub use driver_ports::DriverPorts;
pub use engine::{BudgetGlance, DestinationState, Trouble};
pub use handle::{Gone, Handle};
pub use machine::{COMMIT_WEIGHT, Glance, PlannedEvent, PlannedPage, PlannedRequest, Waiting};
pub use meter::{BOUNDS_MS, CallFigures};
pub use outcomes::OutcomeNotice;
pub use outlook::{Outlook, foresee};
pub use plan_reader::{PlanReader, read_planned};
pub use protocol::ConflictOrder;
pub use settings::{DestinationSettings, Mode, Retry};
