//! A failed call, as far as the engine is concerned.

/// Why a call failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure<'a> {
    /// a stable word for it (docs/errors.md)
    pub(crate) code: &'static str,
    /// what happened, in a sentence for people
    pub(crate) message: &'a str,
}

/// What becomes of a lane whose call failed.
pub(crate) enum AfterFailure {
    /// It sleeps until then (monotonic).
    Sleep(u64),
    /// Its head is given up, for this reason.
    GiveUp { code: &'static str, reason: String },
}
