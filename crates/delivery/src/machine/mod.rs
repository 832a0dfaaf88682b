//! The delivery machine of one destination: a pure function of its state, an input and the time.
//!
//! It has no I/O, no clock, no task, and no randomness but a seed. [`Machine::step`] takes one [`Input`] and adds to
//! [`Effects`]; the driver makes the calls and the read at once, commits the changes, and says when they are durable.
//! The machine releases a call only after the commit that it has to wait for (`engine/gate.rs`). So whole histories can
//! be simulated, and a crash is simulated by dropping the machine and making a new one from the journal.
//!
//! # Two layers, joined here
//! The [engine](crate::engine) decides which lane is served when, and what failures mean for it and for the
//! destination. The [protocol](crate::protocol) decides which call a lane's head needs next, and what a reply means for
//! it. Neither calls the other. The machine takes a lane out of the engine's table, asks the protocol, and gives the
//! result to the engine.
//!
//! # What it promises
//! * One end user's intents are carried out one at a time, in the order in which their events were accepted (a *lane*);
//!   lanes run side by side. There is one exception, on purpose: while an answer waits for an unknown end user, an
//!   identify behind it goes first.
//! * Every event gets exactly one fate; the cursor moves in the same commit.
//! * Before a write is sent, the journal records that it is in flight and that the knowledge of the end user is in
//!   doubt; after a crash or a lost reply nothing is assumed: end users are looked up again, answers are read back.
//! * No call is made that would change nothing, and no look-up for data that is known.
//! * No call exceeds the budget (`engine/budget.rs`).
//!
//! # Life of an intent
//! taken in ([`intake`]) -> its lane's head -> [`advance`] asks the protocol which call it needs -> ready -> called ->
//! replied ([`replies`]) -> next call, or its fate ([`fates`]). A failure puts its lane to sleep (`engine/trouble.rs`);
//! a refused credential halts the destination (`engine/standing.rs`), and so does a call that is turned away, if
//! others' are too (`engine/denial.rs`). One module derives the state that people see (`engine/condition.rs`), and
//! another has the rule that the machine never rests without a reason (`engine/liveness.rs`).

mod advance;
mod effects;
mod fates;
mod input;
mod intake;
mod lanes;
mod replies;
mod settle;
mod waiting;

pub use effects::COMMIT_WEIGHT;
pub(crate) use effects::{Effects, Seam, pieces};
pub(crate) use input::Input;
pub use input::{PlannedEvent, PlannedPage, PlannedRequest};
pub use waiting::Waiting;

use crate::clock::{Now, millis};
use crate::engine::{BudgetGlance, CallId, DestinationState, Engine, LaneId, Trouble};
use crate::protocol::{Intents, Knowledge, Lane, RestoredCalls, TheirClock};
use crate::settings::DestinationSettings;
use inmoment::Call;
use journal::{BudgetRecord, Change, LaneRecord, Position, ReadLimit, RestoredDelivery, SavedCalls};
use std::collections::HashMap;

/// The largest number of events and bytes of one read.
const READ: ReadLimit = ReadLimit { events: 2_048, bytes: 8 << 20 };

/// One destination's delivery.
pub(crate) struct Machine {
    engine: Engine<Intents>,
    known: Knowledge,
    their_clock: TheirClock,
    /// The records of lanes from before a restart, by their head's event, with the lane key under which they are
    /// stored.
    restored_lanes: HashMap<Position, (String, LaneRecord)>,
    restored_calls: RestoredCalls,
    /// Until when the process that delivered before may still make the calls which it has recorded (monotonic); `None` once
    /// that is over.
    former_calls_until: Option<u64>,
    /// Lanes whose head ended without a call while another lane was being handled; they are examined after it.
    looked_at_later: Vec<LaneId>,
    /// Settlements of conflicts begin when the log has been read up to this request, because work from before a restart
    /// comes first.
    settles_from: u64,
    /// Lanes that were removed while a read was under way; their knowledge is kept until the read is done.
    retired: Vec<Lane>,
}

/// The state of a delivery at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// the state
    pub state: DestinationState,
    /// why no calls are sent, or would not be sent if it were not paused
    pub trouble: Option<Trouble>,
    /// all calls that were made
    pub calls: u64,
    /// all calls that were saved, by reason
    pub calls_saved: SavedCalls,
    /// calls under way
    pub in_flight: usize,
    /// end users with events in memory
    pub lanes: usize,
    /// events in memory without a fate
    pub unfinished: usize,
    /// the budget, if InMoment has named a limit
    pub budget: Option<BudgetRecord>,
    /// the calls that may be sent now, and when more may be, if InMoment has named a limit
    pub allowance: Option<BudgetGlance>,
}

impl Machine {
    /// Starts from the journal's state. `seed` feeds the jitter of back-offs.
    pub(crate) fn new(
        settings: DestinationSettings,
        restored: RestoredDelivery,
        seed: u64,
        now: Now,
    ) -> Self {
        let engine = Engine::new(settings, &restored, seed, now);
        let at_work = restored.lanes.values().map(|record| record.head);
        let at_work = at_work.map(|head| head.request + 1);
        let restored_calls = RestoredCalls::new(restored.in_flight);
        let settles_from = at_work.max().unwrap_or(0).max(restored_calls.below());
        let troubles = restored.lanes.into_iter().map(|(key, record)| (record.head, (key, record))).collect();
        let former_calls_until = now.mono + millis(engine.settings.former_calls_last);
        Machine {
            engine,
            known: Knowledge::restore(restored.conflicts),
            their_clock: TheirClock::default(),
            restored_lanes: troubles,
            restored_calls,
            former_calls_until: Some(former_calls_until),
            looked_at_later: Vec::new(),
            settles_from,
            retired: Vec::new(),
        }
    }

    /// Takes one input and adds its effects to `effects`.
    pub(crate) fn step(&mut self, now: Now, input: Input, effects: &mut Effects) {
        let moves = matches!(input, Input::Replied(..) | Input::Read(_) | Input::Pause(_) | Input::Resume(_));
        self.engine.begin_step(moves, now);
        self.former_calls_until.take_if(|until| *until <= now.mono);
        match input {
            Input::Appended(end) => self.engine.window.saw_end(end),
            Input::Read(_) if self.engine.standing.leaves_unread() => self.engine.window.end_read(),
            Input::Read(intake) => self.take_in(intake, now, effects),
            Input::Replied(id, outcome) => self.replied(id, outcome, now, effects),
            Input::Durable(commit) => self.engine.is_durable(commit),
            Input::Woke => {}
            Input::Pause(by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.engine.standing.pause(now, &mut effects.changes);
            }
            Input::Resume(by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.engine.standing.resume(now, &mut effects.changes);
                self.engine.try_now(now);
                self.wake_troubled(now, effects);
            }
            Input::Drain => self.engine.standing.drain(),
            Input::Settle(record, order, by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.known.order_settlement(*record, order, &mut effects.changes);
            }
        }
        effects.divide();
        self.settle_what_is_due(now, effects);
        self.look_later(now, effects);
        self.withdraw(now, effects);
        self.wake(now, effects);
        self.wake_for_trial(now, effects);
        let calls = self.engine.accounts.calls();
        self.launch(now, effects);
        if self.engine.accounts.calls() > calls {
            self.engine.moved(now);
        }
        self.engine.note_limit(now);
        if let Some(cursor) = self.engine.window.cursor_change() {
            effects.changes.push(cursor);
            effects.changes.extend(self.restored_calls.are_over(self.engine.window.cursor()));
        }
        self.engine.account(now, &mut effects.changes);
        self.let_out(now, effects);
        effects.end_step();
    }

    /// Takes in InMoment's time from a reply (UNIX milliseconds).
    pub(crate) fn hear_time(&mut self, said_ms: i64, now: Now) {
        self.their_clock.hear(said_ms, now);
    }

    /// Seals all changes since the last call into one commit and returns its number, which [`Input::Durable`] has to
    /// name later. `None` if there are no changes.
    pub(crate) fn seal(&mut self) -> Option<u64> {
        self.engine.seal()
    }

    /// When the machine wants [`Input::Woke`], unless something else happens before.
    pub(crate) fn wake_at(&self, now: Now) -> Option<u64> {
        self.engine.wake_at(now)
    }

    /// A call under way and the events that it is made for, in order. A call that proves the credentials or settles a
    /// conflict has no events.
    pub(crate) fn under_way(&self, call: CallId) -> Option<(&Call, Vec<Position>)> {
        let intents = &self.engine.lanes.get(self.engine.lane_of(call)?)?.intents;
        Some((&intents.flight.as_ref()?.call, intents.head()?.positions()))
    }

    /// Whether the end of the delivery should wait for the reply to a call under way. It need not for a call that
    /// proves the credentials, nor for a read of a halted destination, which would be refused.
    pub(crate) fn awaits_reply(&self) -> bool {
        let flight = |lane| self.engine.lanes.get(lane)?.intents.flight.as_ref();
        let mut flights = self.engine.calling().filter_map(flight);
        flights.any(|flight| flight.writes() || !self.engine.standing.is_halted())
    }

    /// The state of the delivery at a glance.
    pub(crate) fn glance(&self, now: Now) -> Glance {
        let engine = &self.engine;
        let (state, trouble) = engine.condition(now);
        Glance {
            state,
            trouble,
            calls: engine.accounts.calls(),
            calls_saved: engine.accounts.saved,
            in_flight: engine.out(),
            lanes: engine.lanes.len(),
            unfinished: engine.window.unfinished(),
            budget: engine.budget.record(now),
            allowance: engine.budget.allowance(now),
        }
    }
}

#[cfg(test)]
mod tests;
