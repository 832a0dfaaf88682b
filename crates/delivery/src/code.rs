//! The codes that are delivery's own (docs/errors.md). What InMoment answers has codes of crate `inmoment`.

/// Halted since before the last start; the journal keeps the words of a halt, not its code.
pub const HALTED_BEFORE_RESTART: &str = "halted_before_restart";
/// An operator paused it.
pub const PAUSED: &str = "paused";
/// Events wait, nothing forbids a call, and none goes out.
pub const STUCK: &str = "stuck";
/// What was done cannot be recorded in the journal.
pub const NOT_RECORDED: &str = "not_recorded";
/// Events cannot be read from the journal.
pub const NOT_READ: &str = "not_read";
/// This program failed over one event.
pub const INTERNAL_ERROR: &str = "internal_error";
/// A call's task ended without a reply: this program failed, or broke it off.
pub const CALL_BROKEN_OFF: &str = "call_broken_off";
/// An event's call failed before the last start.
pub const FAILED_BEFORE_RESTART: &str = "failed_before_restart";
/// An answer waits for an end user whom InMoment does not know yet.
pub const END_USER_AWAITED: &str = "end_user_awaited";
/// A conflict was to be settled, and somebody still has the value.
pub const STILL_TAKEN: &str = "still_taken";
/// A conflict cannot be settled as ordered: one of the two records is not known any more.
pub const CONFLICT_UNSETTLED: &str = "conflict_unsettled";
/// People were to exchange their values, and one of them could not have the other's.
pub const EXCHANGE_FAILED: &str = "exchange_failed";
/// People were to exchange their values, and what one of them let go of could not be given back.
pub const NOT_GIVEN_BACK: &str = "not_given_back";
/// A call is under way.
pub const CALLING: &str = "calling";
/// Its turn has not come.
pub const QUEUED: &str = "queued";

/// All of them.
pub const ALL: [&str; 15] = [
    STILL_TAKEN,
    CONFLICT_UNSETTLED,
    EXCHANGE_FAILED,
    NOT_GIVEN_BACK,
    HALTED_BEFORE_RESTART,
    PAUSED,
    STUCK,
    NOT_RECORDED,
    NOT_READ,
    INTERNAL_ERROR,
    CALL_BROKEN_OFF,
    FAILED_BEFORE_RESTART,
    END_USER_AWAITED,
    CALLING,
    QUEUED,
];
