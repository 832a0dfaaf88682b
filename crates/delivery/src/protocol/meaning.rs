//! What a reply, or its absence, means for the head of the lane that asked.

use inmoment::CallError;
use journal::NewSurveyAnswer;
use mapping::DeadReason;

/// What follows for the head.
pub(crate) enum Meaning {
    /// Something was learned: what the head needs next is another matter now.
    Learned,
    /// The end user whom the lane is named after was found, and may belong to another lane.
    Found {
        /// A write of another lane has overtaken the read: it is made again after a while.
        outdated: bool,
    },
    /// A write of another lane has overtaken the read: it is made again after a while.
    Outdated,
    /// The head's intent was carried out, with the answer that is kept of it.
    CarriedOut(Option<Box<NewSurveyAnswer>>),
    /// The head can never be delivered.
    Refused(DeadReason),
    /// The call failed in a way that may pass.
    Failed(CallError),
    /// The limit of calls is used up.
    Throttled,
    /// The call was turned away.
    Denied(CallError),
    /// The credentials were refused.
    Halted(CallError),
}
