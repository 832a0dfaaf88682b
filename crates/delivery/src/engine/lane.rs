//! One end user's lane: its intents, and its state in the scheduler.
//!
//! The type of the intents belongs to the protocol. The engine knows the lane's key, that its calls are made one at a
//! time, and how they have failed.

use journal::Position;

/// Identifies a lane. The id may outlive the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LaneId(pub(super) u64);

/// Failures in a row of the calls for a lane's head.
pub(crate) struct Failures {
    pub(crate) attempts: u32,
    /// How long it has been failing while others succeeded.
    pub(crate) failing_ms: u64,
    /// When it last failed (monotonic).
    pub(crate) last_failure: u64,
    pub(crate) code: &'static str,
    pub(crate) last_message: String,
}

/// How often the call of a lane's head was turned away.
#[derive(Default)]
pub(crate) struct Denied {
    pub(crate) tries: u32,
    /// When it first was, in this process (monotonic).
    pub(crate) first: u64,
}

/// How often the call of a lane's head was refused for the limit's sake.
#[derive(Default)]
pub(crate) struct Throttled {
    /// The number of refusals while others' calls succeeded.
    pub(super) times: u32,
    /// When the last refusal was (monotonic).
    pub(super) last: Option<u64>,
}

/// The journal's record of the head of a sleeping lane.
pub(crate) struct SleepingHead {
    /// the head's event
    pub(crate) position: Position,
    /// when its wait for an unknown end user ends (monotonic)
    pub(crate) wait_until: Option<u64>,
}

/// A lane's state in the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// The head has not been examined since something changed.
    Fresh,
    /// The head, which is this event's intent, needs a call and waits for its turn.
    Ready(Position),
    /// The head's call is under way.
    Calling,
    /// The lane waits for this time (monotonic).
    Asleep(u64),
}

/// One end user's lane.
pub(crate) struct Lane<I> {
    pub(super) id: LaneId,
    pub(super) key: String,
    /// Only [`Lanes`](super::Lanes) changes it, because it has an index of the lanes that are ready or asleep.
    pub(super) stand: Stand,
    pub(crate) intents: I,
    pub(crate) failures: Option<Box<Failures>>,
    pub(crate) denied: Denied,
    pub(super) throttled: Throttled,
    /// The key of the lane's record of trouble in the journal, if there is one.
    pub(crate) recorded: Option<String>,
}

impl<I> Lane<I> {
    pub(super) fn new(id: LaneId, key: String, intents: I) -> Self {
        Lane {
            id,
            key,
            stand: Stand::Fresh,
            intents,
            failures: None,
            denied: Denied::default(),
            throttled: Throttled::default(),
            recorded: None,
        }
    }

    /// A lane outside of the table, for which no calls are made.
    pub(crate) fn outside(key: String, intents: I) -> Self {
        Lane::new(LaneId(0), key, intents)
    }

    pub(crate) fn id(&self) -> LaneId {
        self.id
    }

    /// The lane's key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn stand(&self) -> Stand {
        self.stand
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.stand == Stand::Fresh
    }

    pub(crate) fn is_asleep(&self) -> bool {
        matches!(self.stand, Stand::Asleep(_))
    }

    /// Whether its head's call has failed and it waits for the next try.
    pub(crate) fn sleeps_in_trouble(&self) -> bool {
        self.failures.is_some() && self.is_asleep()
    }

    /// Resets the failures of the head's calls.
    pub(crate) fn forgive(&mut self) {
        self.failures = None;
        self.denied = Denied::default();
    }

    /// Resets all counts, because another intent is first now.
    pub(crate) fn new_head(&mut self) {
        self.forgive();
        self.throttled = Throttled::default();
    }
}
