//! Delivery: planned events become calls to InMoment, in order, with nothing lost and no call wasted.
//!
//! * [`Machine`]: what is done next, as a pure function of state, input and time.
//! * [`start`]: drives one against a journal and InMoment. [`read_planned`] is its way from stored requests to events.
//! * `budget`: how many calls InMoment still allows.
//! * [`Clock`]: where time comes from.

mod budget;
mod clock;
mod driver;
mod machine;
mod reader;
mod settings;

pub use clock::{Clock, ManualClock, Now, SystemClock};
pub use driver::{Caller, Gone, Handle, start};
pub use machine::{CallId, Effects, Glance, Input, Intake, Machine, PlannedEvent, PlannedRequest, State};
pub use reader::read_planned;
pub use settings::{DestinationSettings, Mode, Retry};
