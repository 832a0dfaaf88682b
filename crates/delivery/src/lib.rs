//! Delivery: planned events become calls to InMoment, in order, with nothing lost and no call wasted.
//!
//! * [`Machine`]: what is done next, as a pure function of state, input and time.
//! * [`start`]: drives one against a journal and InMoment; [`start_in`] does so in other [`DriverPorts`]. [`read_planned`] is
//!   its way from stored requests to events.
//! * [`Handle`]: orders for a destination being delivered to, and news of it ([`OutcomeNotice`]).
//! * [`attempt()`]: a call as it is kept with its events, and the words for what it came to.
//! * [`foresee`]: the calls that an intent may take, or why it can never be delivered.
//! * `engine`: which lane is served when. `protocol`: which call it needs, and what a reply means.
//! * [`Clock`]: where time comes from.

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

pub use attempt::{RESULT_WORDS, attempt, result_word};
pub use call_client::CallClient;
pub use clock::{Clock, ManualClock, Now, SystemClock};
pub use driver::{start, start_in};
pub use driver_ports::DriverPorts;
pub use engine::{BudgetGlance, CallId, DestinationState, STUCK_AFTER_MS, Trouble};
pub use handle::{Gone, Handle};
pub use machine::{
    COMMIT_WEIGHT, Effects, Glance, Input, Machine, PlannedEvent, PlannedPage, PlannedRequest, Seam, Waiting,
    pieces,
};
pub use meter::{BOUNDS_MS, CallFigures};
pub use outcomes::OutcomeNotice;
pub use outlook::{Outlook, foresee};
pub use plan_reader::{PlanReader, read_planned};
pub use protocol::ConflictOrder;
pub use settings::{DestinationSettings, Mode, Retry};
