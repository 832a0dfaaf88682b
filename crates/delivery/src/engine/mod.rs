//! The engine: which lane is served when, and what failures mean for the lane and for the destination.
//!
//! It would be the same for any peer that limits calls, fails and recovers: it knows lanes, events and their fates, but
//! not the content of intents, the calls that they need or the meaning of replies. Those belong to [`crate::protocol`],
//! and [`crate::machine`] joins the two. So no module here names a type of `inmoment` or `mapping`.
//!
//! * [`Lanes`]: the lanes in memory, and which of them are ready or asleep. [`Window`]: the events in memory and the
//!   cursor.
//! * [`budget`]: how many calls are left. [`pace`]: how many calls may be under way now, and when the next one may be
//!   sent. [`gate`]: calls and reads that wait for a commit.
//! * [`trouble`]: exponential back-off, the circuit breaker, giving a lane up. [`denial`]: calls that are turned away.
//!   [`standing`]: running, paused, halted or in shadow mode. [`health`] is the entry point to these.
//! * [`condition`]: the state that people see. [`liveness`]: the rule that a destination never stops without a visible
//!   reason.

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
pub(crate) use calls::{CallId, UnderWay};
pub(crate) use failure::{AfterFailure, Failure};
pub(crate) use halted::HaltCause;
pub(crate) use health::left_until;
pub(crate) use lane::{Lane, LaneId, SleepingHead, Stand};
pub(crate) use lanes::Lanes;
#[cfg(test)]
pub(crate) use liveness::STUCK_AFTER_MS;
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
    /// Calls that are announced or sent.
    in_flight: BTreeMap<CallId, UnderWay>,
    last_call: u64,
    outage: Outage,
    denials: Denials,
    limited: Option<Limited>,
    steps: Steps,
    jitter: Jitter,
}

impl<I> Engine<I> {
    /// Starts from the journal's state. `seed` feeds the jitter of back-offs.
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

    /// Seals all changes since the last call into one commit and returns its number; `None` if there are no changes.
    pub(crate) fn seal(&mut self) -> Option<u64> {
        self.gate.seal()
    }

    /// Notes that all commits up to this one are durable.
    pub(crate) fn is_durable(&mut self, commit: u64) {
        self.gate.is_durable(commit);
    }

    /// Adds the counts of calls and the budget to the changes.
    pub(crate) fn account(&mut self, now: Now, changes: &mut Vec<Change>) {
        self.accounts.add_counts(changes);
        self.accounts.add_budget(self.budget.to_keep(now), self.gate.has_fresh(), changes);
    }
}
