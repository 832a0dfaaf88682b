//! Delivery: planned events become calls to InMoment, in order, with nothing lost and no call wasted.
//!
//! * [`Machine`]: what is done next, as a pure function of state, input and time.
//! * [`start`]: drives one against a journal and InMoment. [`read_planned`] is its way from stored requests to events.
//! * [`Handle`]: orders for a destination being delivered to, and news of it ([`OutcomeNotice`]).
//! * [`attempt`]: a call as it is kept with its events, and the words for what it came to.
//! * `budget`: how many calls InMoment still allows.
//! * [`Clock`]: where time comes from.

mod attempt;
mod budget;
mod caller;
mod clock;
pub mod code;
mod driver;
mod handle;
mod machine;
mod meter;
mod outcomes;
mod reader;
mod settings;

pub use attempt::{RESULT_WORDS, attempt, result_word};
pub use budget::Allowance;
pub use caller::Caller;
pub use clock::{Clock, ManualClock, Now, SystemClock};
pub use driver::start;
pub use handle::{Gone, Handle};
pub use machine::{
    COMMIT_WEIGHT, CallId, ConflictOrder, Effects, Glance, Input, Intake, Machine, PlannedEvent,
    PlannedRequest, STUCK_AFTER_MS, Seam, State, Trouble, Waiting, pieces,
};
pub use meter::{BOUNDS_MS, CallFigures};
pub use outcomes::OutcomeNotice;
pub use reader::read_planned;
pub use settings::{DestinationSettings, Mode, Retry};
