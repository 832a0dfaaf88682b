//! The codes that delivery itself gives (docs/errors.md). The codes for replies of InMoment are in the crate
//! `inmoment`.

/// The destination was halted before the last start, by a version that recorded the words of a halt and not its code.
pub const HALTED_BEFORE_RESTART: &str = "halted_before_restart";
/// An operator paused the destination.
pub const PAUSED: &str = "paused";
/// Events wait and nothing forbids a call, but no call is sent.
pub const STUCK: &str = "stuck";
/// Results cannot be recorded in the journal.
pub const NOT_RECORDED: &str = "not_recorded";
/// Events cannot be read from the journal.
pub const NOT_READ: &str = "not_read";
/// This program panicked while it worked on one event.
pub const INTERNAL_ERROR: &str = "internal_error";
/// A call's task ended without a reply, because it panicked or was broken off.
pub const CALL_BROKEN_OFF: &str = "call_broken_off";
/// An event's call failed before the last start.
pub const FAILED_BEFORE_RESTART: &str = "failed_before_restart";
/// An answer waits for an end user whom InMoment does not know yet.
pub const END_USER_AWAITED: &str = "end_user_awaited";
/// A conflict was to be settled, and another end user still has the value.
pub const STILL_TAKEN: &str = "still_taken";
/// A conflict cannot be settled as ordered: one of the two records is not known any more.
pub const CONFLICT_UNSETTLED: &str = "conflict_unsettled";
/// End users were to exchange their values, and one of them could not get the other's.
pub const EXCHANGE_FAILED: &str = "exchange_failed";
/// End users were to exchange their values, and the value that one of them gave up could not be restored.
pub const NOT_GIVEN_BACK: &str = "not_given_back";
/// A call is under way.
pub const CALLING: &str = "calling";
/// The event's turn has not come.
pub const QUEUED: &str = "queued";

/// Another machine of the cluster delivers to the destination.
pub const DELIVERED_ELSEWHERE: &str = "delivered_elsewhere";

/// All codes.
pub const ALL: [&str; 16] = [
    DELIVERED_ELSEWHERE,
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
