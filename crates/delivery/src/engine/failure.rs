//! A failed call, as the engine sees it.

/// Why a call failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure<'a> {
    /// the code of the failure (docs/errors.md)
    pub(crate) code: &'static str,
    /// what happened, in a sentence for people
    pub(crate) message: &'a str,
}

/// The consequence for a lane whose call failed.
pub(crate) enum AfterFailure {
    /// The lane sleeps until then (monotonic).
    Sleep(u64),
    /// The lane's head is given up for this reason.
    GiveUp { code: &'static str, reason: String },
}
