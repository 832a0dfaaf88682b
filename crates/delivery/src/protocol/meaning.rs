//! The meaning of a reply, or of a missing reply, for the head of the lane that made the call.

use inmoment::CallError;
use journal::NewSurveyAnswer;
use mapping::DeadReason;

/// The meaning for the head.
pub(crate) enum Meaning {
    /// The reply brought knowledge, so the head's next call has to be decided again.
    Learned,
    /// The end user whom the lane is named after was found, and may belong to another lane.
    Found {
        /// A write of another lane has overtaken the read: it is made again after a while.
        outdated: bool,
    },
    /// A write of another lane has overtaken the read: it is made again after a while.
    Outdated,
    /// The head's intent was carried out; with the record of its answer, if it is one.
    CarriedOut(Option<Box<NewSurveyAnswer>>),
    /// The head can never be delivered.
    Refused(DeadReason),
    /// The call failed for a reason that may pass.
    Failed(CallError),
    /// The limit of calls is used up.
    Throttled,
    /// The call was turned away.
    Denied(CallError),
    /// InMoment issues no token, so no call can be made.
    Halted(CallError),
}
