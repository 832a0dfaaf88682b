//! What a destination is doing, as it is shown to people: one word, and what is wrong if nothing goes out.
//!
//! [`Engine::condition`](super::Engine::condition) is the only place that derives it. Whatever else tells of a destination (status, metrics,
//! alerts, log) repeats what it says.

use event::Millis;

/// The state shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DestinationState {
    /// calls go out, or would if there were events
    Running,
    /// events wait because InMoment's limit of calls is used up
    WaitingForLimit,
    /// InMoment, or the way to it, fails; it is tried again until it works
    Failing,
    /// InMoment refuses the credentials, or the address is wrong
    Halted,
    /// an operator paused it
    Paused,
    /// nothing is sent, on purpose; events are counted
    Shadow,
    /// events wait, nothing forbids a call, and none goes out: a fault of this program
    Stuck,
    /// the delivery's own task failed, or the journal that it needs; it is tried again until it works
    Broken,
}

impl DestinationState {
    /// Every state, in the order of the documents.
    pub const ALL: [DestinationState; 8] = [
        DestinationState::Running,
        DestinationState::WaitingForLimit,
        DestinationState::Failing,
        DestinationState::Halted,
        DestinationState::Paused,
        DestinationState::Shadow,
        DestinationState::Stuck,
        DestinationState::Broken,
    ];

    /// The word for it in status, API and metrics.
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
        }
    }
}

/// Why nothing goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A stable word for the cause (docs/errors.md).
    pub code: &'static str,
    /// When it began, by the wall clock. Of what began before the last start, the time of that start.
    pub since: Millis,
    /// How often a call was tried since then.
    pub tries: u32,
    /// What was last said about it, in a sentence for people. Holds no secret and no personal data.
    pub last_words: String,
    /// When a call is tried next; none where nothing is tried until somebody acts.
    pub next_try: Option<Millis>,
}
