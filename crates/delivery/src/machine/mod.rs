//! The delivery machine of one destination: a pure function of its state, an input and the time.
//!
//! No I/O, no clock, no task, no randomness but the seed it is given. [`Machine::step`] takes one [`Input`] and adds to
//! [`Effects`]; whoever drives it makes the calls and the read at once, commits the changes, and says when they are
//! durable: what must wait for that is not let out before (`engine/gate.rs`). So whole histories run in a simulation, thousands a second, and a crash is nothing but forgetting the machine and
//! making a new one from the journal.
//!
//! # Two layers, joined here
//! The [engine](crate::engine) says which lane is served when, and what failures mean for it and for the destination. The
//! [protocol](crate::protocol) says which call a lane's head needs next, and what a reply means for it. Neither calls the
//! other. The machine takes a lane out of the engine's table, asks the protocol, and tells the engine what came of it.
//!
//! # What it promises
//! * One end user's intents go out in the order their events were accepted, one at a time (a *lane*); lanes run side by
//!   side. Exception, on purpose: while an answer waits for an unknown end user, an identify behind it goes first.
//! * Every event it takes in meets exactly one fate; the cursor moves in the same commit.
//! * Before a write goes out, the journal knows that it is in flight and doubts what was known of the end user; after
//!   a crash or a lost reply nothing is assumed: end users are looked up again, answers are read back.
//! * No call is made that changes nothing; no look-up is made for what is known.
//! * No call goes out beyond the budget (`engine/budget.rs`).
//!
//! # Life of an intent
//! taken in ([`intake`]) -> its lane's head -> [`advance`] asks the protocol which call it needs -> ready -> called ->
//! replied ([`replies`]) -> next call, or its fate ([`fates`]). A failure puts its lane to sleep (`engine/trouble.rs`); a refused
//! credential halts the destination (`engine/standing.rs`), and so does a call that is turned away, if others' are too
//! (`engine/denial.rs`). What that looks like is said in one place (`engine/condition.rs`), and that it never looks like
//! nothing in another (`engine/liveness.rs`).

mod advance;
mod effects;
mod fates;
mod input;
mod intake;
mod lanes;
mod replies;
mod settle;
mod waiting;

pub use effects::{COMMIT_WEIGHT, Effects, Seam, pieces};
pub use input::{Input, PlannedEvent, PlannedPage, PlannedRequest};
pub use waiting::Waiting;

use crate::clock::Now;
use crate::engine::{BudgetGlance, CallId, DestinationState, Engine, LaneId, Trouble};
use crate::protocol::{Intents, Knowledge, Lane, RestoredCalls, TheirClock};
use crate::settings::DestinationSettings;
use inmoment::Call;
use journal::{BudgetRecord, Change, LaneRecord, Position, ReadLimit, RestoredDelivery, SavedCalls};
use std::collections::HashMap;

/// Events and bytes asked for by one read.
const READ: ReadLimit = ReadLimit { events: 2_048, bytes: 8 << 20 };

/// One destination's delivery.
pub struct Machine {
    engine: Engine<Intents>,
    known: Knowledge,
    their_clock: TheirClock,
    /// From before a restart, by the head event they are about, with the lane key they are stored under.
    restored_lanes: HashMap<Position, (String, LaneRecord)>,
    restored_calls: RestoredCalls,
    /// Lanes whose head has come to its end without a call while something else was being dealt with: they are looked at
    /// behind it.
    looked_at_later: Vec<LaneId>,
    /// What was at work before a restart comes before what settles conflicts: the log must have been read as far as this.
    settles_from: u64,
    /// Lanes gone while a read was under way: what they knew is kept until it is in.
    retired: Vec<Lane>,
}

/// What can be told of a machine at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// what it is doing
    pub state: DestinationState,
    /// why nothing goes out, or would if it were not paused
    pub trouble: Option<Trouble>,
    /// calls made, ever
    pub calls: u64,
    /// calls saved, ever, by reason
    pub calls_saved: SavedCalls,
    /// calls under way
    pub in_flight: usize,
    /// end users with events in memory
    pub lanes: usize,
    /// events in memory without a fate
    pub unfinished: usize,
    /// the budget, where InMoment named one
    pub budget: Option<BudgetRecord>,
    /// what may go out now, and when more may, where InMoment named a limit
    pub allowance: Option<BudgetGlance>,
}

impl Machine {
    /// Starts from what the journal holds. `seed` feeds the jitter of back-offs.
    pub fn new(settings: DestinationSettings, restored: RestoredDelivery, seed: u64, now: Now) -> Self {
        let engine = Engine::new(settings, &restored, seed, now);
        let at_work = restored.lanes.values().map(|record| record.head);
        let at_work = at_work.map(|head| head.request + 1);
        let restored_calls = RestoredCalls::new(restored.in_flight);
        let settles_from = at_work.max().unwrap_or(0).max(restored_calls.below());
        let troubles = restored.lanes.into_iter().map(|(key, record)| (record.head, (key, record))).collect();
        Machine {
            engine,
            known: Knowledge::restore(restored.conflicts),
            their_clock: TheirClock::default(),
            restored_lanes: troubles,
            restored_calls,
            looked_at_later: Vec::new(),
            settles_from,
            retired: Vec::new(),
        }
    }

    /// Takes one input in and adds what follows from it to `effects`.
    pub fn step(&mut self, now: Now, input: Input, effects: &mut Effects) {
        let moves = matches!(input, Input::Replied(..) | Input::Read(_) | Input::Pause(_) | Input::Resume(_));
        self.engine.begin_step(moves, now);
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

    /// A reply has said what time it is at InMoment (UNIX milliseconds).
    pub fn hear_time(&mut self, said_ms: i64, now: Now) {
        self.their_clock.hear(said_ms, now);
    }

    /// All changes handed out since the last time are going to be one commit: its number, to be given with
    /// [`Input::Durable`]. None if there are none.
    pub fn seal(&mut self) -> Option<u64> {
        self.engine.seal()
    }

    /// When the machine wants [`Input::Woke`], unless something else happens before.
    pub fn wake_at(&self, now: Now) -> Option<u64> {
        self.engine.wake_at(now)
    }

    /// A call under way and the events it is made for, in order; none for a call that proves the credentials or settles a conflict.
    pub fn under_way(&self, call: CallId) -> Option<(&Call, Vec<Position>)> {
        let intents = &self.engine.lanes.get(self.engine.lane_of(call)?)?.intents;
        Some((&intents.flight.as_ref()?.call, intents.head()?.positions()))
    }

    /// Whether the reply to a call under way is worth waiting for when delivery is about to end. Not to one that proves the
    /// credentials; nor, of a halted destination, to one that only reads, for it would be refused.
    pub fn awaits_reply(&self) -> bool {
        let flight = |lane| self.engine.lanes.get(lane)?.intents.flight.as_ref();
        let mut flights = self.engine.calling().filter_map(flight);
        flights.any(|flight| flight.writes() || !self.engine.standing.is_halted())
    }

    /// For how long, in milliseconds, events have waited although calls are allowed and nothing explains it; none if
    /// something does, or nothing waits.
    pub fn unexplained_for(&self, now: Now) -> Option<u64> {
        self.engine.unexplained_for(now)
    }

    /// What can be told of it at a glance.
    pub fn glance(&self, now: Now) -> Glance {
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
