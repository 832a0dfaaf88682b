//! One end user's lane: its intents, and where it stands with the scheduler.
//!
//! What the intents are is the protocol's. The engine knows whose they are, that they go out one at a time, and how their
//! calls have failed.

use journal::Position;

/// Names a lane. It may outlive the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LaneId(pub(super) u64);

/// Failures in a row of the calls for a lane's head.
pub(crate) struct Failures {
    pub(crate) attempts: u32,
    /// For how long it has been failing while others succeeded.
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
    /// While others' calls went through.
    pub(super) times: u32,
    /// When it last was (monotonic).
    pub(super) last: Option<u64>,
}

/// What the journal keeps of the head of a lane that sleeps.
pub(crate) struct SleepingHead {
    /// its event
    pub(crate) position: Position,
    /// when its wait for an unknown end user ends (monotonic)
    pub(crate) wait_until: Option<u64>,
}

/// Where a lane stands with the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Its head has not been looked at since something changed.
    Fresh,
    /// Its head, this event's intent, needs a call and waits for its turn.
    Ready(Position),
    /// Its head's call is under way.
    Calling,
    /// Waits for a time (monotonic).
    Asleep(u64),
}

/// One end user's lane.
pub(crate) struct Lane<I> {
    pub(super) id: LaneId,
    pub(super) key: String,
    /// Moved by [`Lanes`](super::Lanes), which has an index of those that are ready or asleep.
    pub(super) stand: Stand,
    pub(crate) intents: I,
    pub(crate) failures: Option<Box<Failures>>,
    pub(crate) denied: Denied,
    pub(super) throttled: Throttled,
    /// The journal holds a record of trouble for it, under this key.
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

    /// A lane that stands in no table: nothing goes out for it.
    pub(crate) fn outside(key: String, intents: I) -> Self {
        Lane::new(LaneId(0), key, intents)
    }

    pub(crate) fn id(&self) -> LaneId {
        self.id
    }

    /// Whose it is.
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

    /// Its head's call failed, and it waits for the next try.
    pub(crate) fn sleeps_in_trouble(&self) -> bool {
        self.failures.is_some() && self.is_asleep()
    }

    /// How the head's calls have failed counts no more.
    pub(crate) fn forgive(&mut self) {
        self.failures = None;
        self.denied = Denied::default();
    }

    /// Another intent is first now: what happened to the former one's calls does not count for it.
    pub(crate) fn new_head(&mut self) {
        self.forgive();
        self.throttled = Throttled::default();
    }
}
