//! A destination's state as people see it: one word, and the reason if no calls are sent.
//!
//! [`Engine::condition`](super::Engine::condition) is the only function that derives it. Status, metrics, alerts and
//! log repeat its result.

use event::Millis;

/// The state shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DestinationState {
    /// calls are sent, or would be if there were events
    Running,
    /// events wait because InMoment's limit of calls is used up
    WaitingForLimit,
    /// InMoment or the network fails; calls are tried again until they succeed
    Failing,
    /// InMoment refuses the credentials, or the address is wrong
    Halted,
    /// an operator paused it
    Paused,
    /// no call is sent, by configuration; events are counted
    Shadow,
    /// events wait and nothing forbids a call, but no call is sent: a fault of this program
    Stuck,
    /// the delivery's task or the journal failed; it is tried again until it works
    Broken,
    /// another machine of the cluster delivers to it, or none yet
    Elsewhere,
}

impl DestinationState {
    /// Every state, in the order of the documentation.
    pub const ALL: [DestinationState; 9] = [
        DestinationState::Running,
        DestinationState::WaitingForLimit,
        DestinationState::Failing,
        DestinationState::Halted,
        DestinationState::Paused,
        DestinationState::Shadow,
        DestinationState::Stuck,
        DestinationState::Broken,
        DestinationState::Elsewhere,
    ];

    /// The state's word in status, API and metrics.
    pub fn word(self) -> &'static str {
        match self {
            DestinationState::Running => "running",
            DestinationState::WaitingForLimit => "waiting_for_limit",
            DestinationState::Failing => "failing",
            DestinationState::Halted => "halted",
            DestinationState::Paused => "paused",
            DestinationState::Shadow => "shadow",
            DestinationState::Stuck => "stuck",
            DestinationState::Broken => "broken",
            DestinationState::Elsewhere => "elsewhere",
        }
    }
}

/// Why no calls are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A stable word for the cause (docs/errors.md).
    pub code: &'static str,
    /// When it began, by the wall clock. The journal keeps this for a halt and a pause; any other cause counts from its
    /// first sign since the last start.
    pub since: Millis,
    /// How often calls failed for this cause since then.
    pub tries: u32,
    /// The last error in a sentence for people, without secrets and personal data.
    pub last_words: String,
    /// When the next call is tried; `None` if no call is tried until a person acts.
    pub next_try: Option<Millis>,
}
