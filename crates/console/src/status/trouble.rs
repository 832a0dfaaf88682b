//! Why a destination sends no calls, for people: the delivery's report, and the explanation of its code in
//! docs/errors.md.

use crate::advice::{self, Advice};
use crate::parameters::instant;
use delivery::DestinationState;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a destination sends no calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Trouble)]
pub(crate) struct TroubleView {
    /// a code of docs/errors.md
    pub(crate) code: &'static str,
    /// when the trouble began; if that was before the last start, the time of the start
    pub(crate) since: String,
    /// how often a call was tried since the trouble began
    pub(crate) tries: u32,
    /// the last error in words
    pub(crate) last_words: String,
    /// when a call is tried next; null if no call is tried until a person acts
    #[schema(required)]
    pub(crate) next_try: Option<String>,
    /// what happened, by the code
    happened: &'static str,
    /// what it means for the data
    means: &'static str,
    what_to_do: &'static str,
}

impl TroubleView {
    pub(super) fn of(state: DestinationState, trouble: &delivery::Trouble) -> TroubleView {
        let Advice { happened, means, what_to_do } =
            advice::of(trouble.code).unwrap_or_else(|| by_state(state));
        TroubleView {
            code: trouble.code,
            since: instant(trouble.since),
            tries: trouble.tries,
            last_words: trouble.last_words.clone(),
            next_try: trouble.next_try.map(instant),
            happened,
            means,
            what_to_do,
        }
    }
}

/// A general explanation, for a code that the document does not explain.
fn by_state(state: DestinationState) -> Advice {
    let (happened, what_to_do) = match state {
        DestinationState::Halted => ("InMoment refuses the login", "see the login and the address"),
        DestinationState::WaitingForLimit => ("the calls that InMoment allows are used up", "nothing"),
        DestinationState::Stuck => {
            ("no call is sent although nothing forbids one", "restart the server, and report it")
        }
        DestinationState::Broken => {
            ("the delivery failed", "see the log; restart the server if it does not recover")
        }
        DestinationState::Elsewhere => ("another machine of the cluster delivers to it", "nothing"),
        DestinationState::Running
        | DestinationState::Failing
        | DestinationState::Paused
        | DestinationState::Shadow => {
            ("InMoment fails or cannot be reached", "check the network, or InMoment's state")
        }
    };
    Advice { happened, means: "events wait and are kept", what_to_do }
}

#[cfg(test)]
mod tests;
