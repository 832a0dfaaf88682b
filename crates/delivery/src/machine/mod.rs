//! The delivery machine of one destination: a pure function of its state, an input and the time.
//!
//! No I/O, no clock, no task, no randomness but the seed it is given. [`Machine::step`] takes one [`Input`] and adds to
//! [`Effects`]; whoever drives it makes the calls and the read at once, commits the changes, and says when they are
//! durable: what must wait for that is not let out before ([`gate`](self::gate)). So whole histories run in a simulation, thousands a second, and a crash is nothing but forgetting the machine and
//! making a new one from the journal.
//!
//! # What it promises
//! * One end user's intents go out in the order their events were accepted, one at a time (a *lane*); lanes run side by
//!   side. Exception, on purpose: while an answer waits for an unknown end user, an identify behind it goes first.
//! * Every event it takes in meets exactly one fate; the cursor moves in the same commit.
//! * Before a write goes out, the journal knows that it is in flight and doubts what was known of the end user; after
//!   a crash or a lost reply nothing is assumed: end users are looked up again, answers are read back.
//! * No call is made that changes nothing; no look-up is made for what is known.
//! * No call goes out beyond the budget ([`crate::budget`]).
//!
//! # Life of an intent
//! taken in -> its lane's head -> [`next`](self::next) says which call it needs -> ready -> called -> replied ->
//! next call, or its fate. A failure puts its lane to sleep ([`trouble`]); a refused credential halts the destination
//! ([`standing`]), and so does a call that is turned away, if others' are too ([`denial`]). What that looks like is said in one
//! place ([`state`]), and that it never looks like nothing in another ([`liveness`]).

mod answer;
mod conflicts;
mod denial;
mod effects;
mod gate;
mod halted;
mod in_flight;
mod input;
mod intake;
mod knowledge;
mod lane;
mod liveness;
mod merge;
mod message_ids;
mod names;
mod next;
mod reply;
mod schedule;
mod settling;
mod standing;
mod state;
mod taken;
mod their_clock;
mod trouble;
mod waiting;
mod window;

pub use effects::{COMMIT_WEIGHT, Effects, Seam, pieces};
pub use input::{CallId, ConflictOrder, Input, Intake, PlannedEvent, PlannedRequest};
pub use liveness::STUCK_AFTER_MS;
pub use state::{State, Trouble};
pub use waiting::Waiting;

use crate::budget::{Allowance, Budget};
use crate::clock::Now;
use crate::settings::DestinationSettings;
use denial::Denials;
use gate::Gate;
use in_flight::RestoredCalls;
use inmoment::Call;
use journal::{BudgetRecord, Change, Fate, LaneRecord, Position, ReadLimit, Restored, SavedCalls};
use knowledge::Knowledge;
use lane::{Lane, Member};
use liveness::Liveness;
use schedule::Schedule;
use standing::Standing;
use state::Limited;
use std::collections::{BTreeMap, HashMap};
use their_clock::TheirClock;
use trouble::Outage;
use window::Window;

/// Stands for a lane where a call proves the credentials and is nobody's.
const PROBE: u64 = 0;

/// The ends of two windows of calls differ by more than this, two readings of one by less.
const ANOTHER_END_MS: u64 = 2_000;

/// Events and bytes asked for by one read.
const READ: ReadLimit = ReadLimit { events: 2_048, bytes: 8 << 20 };

/// One destination's delivery.
pub struct Machine {
    settings: DestinationSettings,
    /// Boxed: the table has room to spare, and most of it is empty.
    lanes: HashMap<u64, Box<Lane>>,
    by_key: HashMap<String, u64>,
    last_lane: u64,
    known: Knowledge,
    window: Window,
    schedule: Schedule,
    standing: Standing,
    budget: Budget,
    gate: Gate,
    their_clock: TheirClock,
    /// Calls announced or out, with their lanes.
    in_flight: BTreeMap<CallId, u64>,
    last_call: u64,
    outage: Outage,
    denials: Denials,
    limited: Option<Limited>,
    liveness: Liveness,
    /// From before a restart, by the head event they are about, with the lane key they are stored under.
    restored_lanes: HashMap<Position, (String, LaneRecord)>,
    restored_calls: RestoredCalls,
    /// Lanes whose head has come to its end without a call while something else was being dealt with: they are looked at
    /// behind it.
    looked_at_later: Vec<u64>,
    /// What was at work before a restart comes before what settles conflicts: the log must have been read as far as this.
    settles_from: u64,
    /// Lanes gone while a read was under way: what they knew is kept until it is in.
    retired: Vec<Lane>,
    calls: u64,
    /// Calls counted, and then not made after all.
    counted_ahead: u64,
    saved: SavedCalls,
    committed: Committed,
    random: u64,
}

/// What has been handed out to be committed.
struct Committed {
    calls: u64,
    saved: SavedCalls,
    budget: Option<BudgetRecord>,
}

/// What can be told of a machine at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// what it is doing
    pub state: State,
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
    pub allowance: Option<Allowance>,
}

impl Machine {
    /// Starts from what the journal holds. `seed` feeds the jitter of back-offs.
    pub fn new(settings: DestinationSettings, restored: Restored, seed: u64, now: Now) -> Self {
        let at_work = restored.lanes.values().map(|record| record.head);
        let at_work = at_work.map(|head| head.request + 1);
        let budget = Budget::restore(restored.destination.budget, restored.in_flight.len(), now);
        let restored_calls = RestoredCalls::new(restored.in_flight);
        let settles_from = at_work.max().unwrap_or(0).max(restored_calls.below());
        let troubles = restored.lanes.into_iter().map(|(key, record)| (record.head, (key, record))).collect();
        let destination = restored.destination;
        let saved = destination.calls_saved;
        Machine {
            budget,
            standing: Standing::new(settings.mode, destination.paused, destination.halted, now),
            window: Window::new(restored.cursor, restored.end),
            calls: destination.calls,
            counted_ahead: 0,
            saved,
            committed: Committed { calls: destination.calls, saved, budget: destination.budget },
            restored_lanes: troubles,
            outage: Outage::default(),
            denials: Denials::default(),
            limited: None,
            liveness: Liveness::new(now),
            restored_calls,
            settles_from,
            settings,
            lanes: HashMap::new(),
            by_key: HashMap::new(),
            last_lane: 0,
            known: Knowledge::restore(restored.conflicts),
            schedule: Schedule::default(),
            gate: Gate::default(),
            their_clock: TheirClock::default(),
            in_flight: BTreeMap::new(),
            last_call: 0,
            looked_at_later: Vec::new(),
            retired: Vec::new(),
            random: seed,
        }
    }

    /// Takes one input in and adds what follows from it to `effects`.
    pub fn step(&mut self, now: Now, input: Input, effects: &mut Effects) {
        self.liveness.stepped(now);
        let moves = matches!(input, Input::Replied(..) | Input::Read(_) | Input::Pause(_) | Input::Resume(_));
        if moves || self.rests(now) {
            self.liveness.moved(now);
        }
        match input {
            Input::Appended(end) => self.window.saw_end(end),
            Input::Read(_) if self.standing.leaves_unread() => self.window.end_read(),
            Input::Read(intake) => self.take_in(intake, now, effects),
            Input::Replied(id, outcome) => self.replied(id, outcome, now, effects),
            Input::Durable(commit) => self.is_durable(commit),
            Input::Woke => {}
            Input::Pause(by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.standing.pause(now, &mut effects.changes);
            }
            Input::Resume(by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.standing.resume(now, &mut effects.changes);
                self.try_now(now, effects);
            }
            Input::Drain => self.standing.drain(),
            Input::Settle(record, order, by) => {
                effects.changes.push(Change::Audit(by, now.wall));
                self.order_settlement(*record, order, effects);
            }
        }
        effects.divide();
        self.settle_what_is_due(now, effects);
        self.look_later(now, effects);
        self.withdraw(now, effects);
        self.wake(now, effects);
        self.wake_for_trial(now, effects);
        let calls = self.calls;
        self.launch(now, effects);
        if self.calls > calls {
            self.liveness.moved(now);
        }
        self.note_limit(now);
        self.account(now, effects);
        self.let_out(now, effects);
        effects.end_step();
    }

    /// When the machine wants [`Input::Woke`], unless something else happens before.
    pub fn wake_at(&self, now: Now) -> Option<u64> {
        let timers = [
            self.schedule.next_timer(),
            self.standing.wake_at(now),
            self.next_trial(now),
            self.next_launch(now),
            self.next_look(now),
        ];
        timers.into_iter().flatten().min()
    }

    /// A call under way and the events it is made for, in order; none for a call that proves the credentials or settles a conflict.
    pub fn under_way(&self, call: CallId) -> Option<(&Call, Vec<Position>)> {
        let lane = self.lanes.get(self.in_flight.get(&call)?)?;
        Some((&lane.flight.as_ref()?.call, lane.items.front()?.positions()))
    }

    /// Whether the reply to a call under way is worth waiting for when delivery is about to end. Not to one that proves the
    /// credentials; nor, of a halted destination, to one that only reads, for it would be refused.
    pub fn awaits_reply(&self) -> bool {
        let mut flights = self.in_flight.values().filter_map(|lane| self.lanes.get(lane)?.flight.as_ref());
        flights.any(|flight| flight.writes() || !self.standing.is_halted())
    }

    /// What can be told of it at a glance.
    pub fn glance(&self, now: Now) -> Glance {
        let (state, trouble) = self.condition(now);
        Glance {
            state,
            trouble,
            calls: self.calls,
            calls_saved: self.saved,
            in_flight: self.out(),
            lanes: self.lanes.len(),
            unfinished: self.window.unfinished(),
            budget: self.budget.record(now),
            allowance: self.budget.allowance(now),
        }
    }

    /// Counts and cursor go into the same commit as what moved them.
    fn account(&mut self, now: Now, effects: &mut Effects) {
        if let Some(cursor) = self.window.cursor_change() {
            effects.changes.push(cursor);
            effects.changes.extend(self.restored_calls.are_over(self.window.cursor()));
        }
        let Committed { calls, saved, .. } = self.committed;
        if (self.calls, self.saved) != (calls, saved) && !effects.changes.is_empty() {
            let (made, saved) = (self.calls - calls, self.saved.since(saved));
            effects.changes.push(Change::Calls { made, saved });
            self.committed.calls = self.calls;
            self.committed.saved = self.saved;
        }
        let budget = self.budget.to_keep(now);
        if let Some(record) = budget.filter(|_| budget != self.committed.budget) {
            // What a reply says of the window's end must outlive a crash, even where it comes with nothing else.
            let moved = self.committed.budget.is_none_or(|known| {
                known.limit != record.limit || known.resets_at.0.abs_diff(record.resets_at.0) > ANOTHER_END_MS
            });
            if moved || !effects.changes.is_empty() || self.gate.has_fresh() {
                effects.changes.push(Change::Budget(record));
                self.committed.budget = Some(record);
            }
        }
    }

    fn fate(&mut self, member: &Member, fate: Fate, now: Now, changes: &mut Vec<Change>) {
        changes.push(Change::Fate(member.position, fate));
        if member.reuses_id && !matches!(fate, Fate::Skipped(_)) {
            changes.push(Change::MessageIdReused);
        }
        if let Some(key) = member.message {
            changes.push(Change::Seen(key, now.wall));
        }
        self.window.finish(member.position.request, member.message);
    }
}

#[cfg(test)]
mod tests;
