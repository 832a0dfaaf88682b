//! The engine: which lane is served when, and what failures mean for the lane and for the destination.
//!
//! It is the same for any peer that limits calls, fails and comes back: it knows lanes, events and their fates, and nothing
//! of what the intents of a lane are, which calls they need or what a reply says. That is [`crate::protocol`]'s, and
//! [`crate::machine`] joins the two. So nothing here names a type of `inmoment` or `mapping`.
//!
//! * [`Lanes`]: the lanes in memory, and which of them is ready or sleeps. [`Window`]: the events in memory and the cursor.
//! * [`budget`]: how many calls are left. [`pace`]: how many may be under way now, and when the next one may go.
//!   [`gate`]: what waits for its commit.
//! * [`trouble`]: back-off, the circuit breaker, giving a lane up. [`denial`]: calls that are turned away.
//!   [`standing`]: running, paused, halted or in shadow mode. [`health`] is the way in to these.
//! * [`condition`]: what all this looks like. [`liveness`]: that it never looks like nothing.

mod accounts;
mod budget;
mod calls;
mod condition;
mod denial;
mod failure;
mod gate;
mod halted;
mod health;
mod jitter;
mod lane;
mod lanes;
mod limited;
mod liveness;
mod member;
mod message_ids;
mod pace;
mod standing;
mod state;
mod steps;
mod trouble;
mod window;

pub use budget::BudgetGlance;
pub(crate) use budget::Quota;
pub use calls::CallId;
pub(crate) use calls::UnderWay;
pub(crate) use failure::{AfterFailure, Failure};
pub(crate) use halted::HaltCause;
pub(crate) use health::left_until;
pub(crate) use lane::{Lane, LaneId, SleepingHead, Stand};
pub(crate) use lanes::Lanes;
pub use liveness::STUCK_AFTER_MS;
pub(crate) use member::Member;
pub use state::{DestinationState, Trouble};

use crate::clock::Now;
use crate::settings::DestinationSettings;
use accounts::CallAccounts;
use budget::Budget;
use denial::Denials;
use gate::Gate;
use jitter::Jitter;
use journal::{Change, RestoredDelivery};
use limited::Limited;
use standing::Standing;
use std::collections::BTreeMap;
use steps::Steps;
use trouble::Outage;
use window::Window;

/// One destination's lanes, whose intents are `I`.
pub(crate) struct Engine<I> {
    pub(crate) settings: DestinationSettings,
    pub(crate) lanes: Lanes<I>,
    pub(crate) window: Window,
    pub(crate) standing: Standing,
    pub(crate) budget: Budget,
    pub(crate) accounts: CallAccounts,
    gate: Gate,
    /// Calls announced or out.
    in_flight: BTreeMap<CallId, UnderWay>,
    last_call: u64,
    outage: Outage,
    denials: Denials,
    limited: Option<Limited>,
    steps: Steps,
    jitter: Jitter,
}

impl<I> Engine<I> {
    /// Starts from what the journal holds. `seed` feeds the jitter of back-offs.
    pub(crate) fn new(
        settings: DestinationSettings,
        restored: &RestoredDelivery,
        seed: u64,
        now: Now,
    ) -> Self {
        let destination = &restored.destination;
        Engine {
            lanes: Lanes::new(),
            window: Window::new(restored.cursor, restored.end),
            standing: Standing::new(settings.mode, destination.paused, destination.halted.clone(), now),
            budget: Budget::restore(destination.budget, restored.in_flight.len(), now),
            accounts: CallAccounts::restore(destination),
            settings,
            gate: Gate::default(),
            in_flight: BTreeMap::new(),
            last_call: 0,
            outage: Outage::default(),
            denials: Denials::default(),
            limited: None,
            steps: Steps::new(now),
            jitter: Jitter::new(seed),
        }
    }

    /// All changes handed out since the last time are going to be one commit: its number. None if there are none.
    pub(crate) fn seal(&mut self) -> Option<u64> {
        self.gate.seal()
    }

    /// Everything up to this commit is durable.
    pub(crate) fn is_durable(&mut self, commit: u64) {
        self.gate.is_durable(commit);
    }

    /// Adds what calls have cost to what is to be committed.
    pub(crate) fn account(&mut self, now: Now, changes: &mut Vec<Change>) {
        self.accounts.add_counts(changes);
        self.accounts.add_budget(self.budget.to_keep(now), self.gate.has_fresh(), changes);
    }
}
