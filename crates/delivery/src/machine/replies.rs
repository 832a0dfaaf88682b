//! Handles the outcome of a call: the engine takes in what it says about the limit and InMoment's health, the protocol
//! decides what it means for the head of its lane, and the machine does that.

use super::{Effects, Machine};
use crate::clock::Now;
use crate::engine::{AfterFailure, CallId, Failure, HaltCause, Lanes, Quota, Stand};
use crate::protocol::{Beside, Flight, Intents, Lane, Meaning};
use inmoment::{CallError, CallOutcome, Executed, FailureClass, RateHeaders};
use journal::Change;
use mapping::DeadReason;

/// The wait before a read is repeated that a write of another lane has overtaken.
const READ_AGAIN_MS: u64 = 1_000;

impl Machine {
    pub(super) fn replied(&mut self, call: CallId, outcome: CallOutcome, now: Now, effects: &mut Effects) {
        let Some(call) = self.engine.end_call(call) else { return };
        let Some(id) = call.lane else { return self.probed(outcome, now, effects) };
        self.settle_budget(call.sent_at, &outcome, now);
        let flight = self.on_lane(id, |machine, lane| machine.land(lane, &outcome, now, effects));
        let Some(flight) = flight.flatten() else { return };
        let answers = outcome.as_ref().map_or_else(|error| error.class == FailureClass::Reject, |_| true);
        if answers && self.engine.answered(&mut effects.changes) {
            self.wake_troubled(now, effects);
        }
        self.on_lane(id, |machine, lane| machine.act_on(lane, &flight, outcome, now, effects));
        if let Some(end_user_id) = flight.alters() {
            self.known.written(end_user_id, now, self.engine.oldest_call());
        }
    }

    /// Ends the call of this lane's head.
    fn land(
        &mut self,
        lane: &mut Lane,
        outcome: &CallOutcome,
        now: Now,
        effects: &mut Effects,
    ) -> Option<Box<Flight>> {
        let flight = lane.intents.flight.take()?;
        if !flight.leaves_doubt(outcome) {
            effects.changes.extend(lane.call_is_over());
        }
        self.engine.lanes.stand(lane, Stand::Fresh);
        if let Some(end_user_id) = flight.alters() {
            self.known.write_ends(end_user_id);
        }
        if let Err(error) = outcome {
            if error.executed == Executed::No {
                self.known.believe_again(&flight, &mut effects.changes);
            }
            if error.class == FailureClass::Wait && self.engine.standing.may_try(now) {
                // The trial call failed without an answer to whether calls are still turned away.
                self.engine.standing.probe_later(failure(error), now);
            }
        }
        Some(flight)
    }

    fn settle_budget(&mut self, sent_at: u64, outcome: &CallOutcome, now: Now) {
        // An error without rate headers may come from a proxy, which does not know InMoment's limit.
        let (rate, status) = match outcome {
            Ok(reply) => (reply.rate, Some(200)),
            Err(error) => {
                (error.rate, error.status.filter(|status| *status == 429 || error.rate.limit.is_some()))
            }
        };
        match status {
            Some(status) => self.engine.budget.settle(now, sent_at, quota(rate), status == 429),
            None => self.engine.budget.lost(now),
        }
    }

    /// Handles the outcome of a call that proves the credentials.
    fn probed(&mut self, outcome: CallOutcome, now: Now, effects: &mut Effects) {
        let standing = &mut self.engine.standing;
        standing.end_probe();
        match outcome {
            Ok(_) => standing.recover(&mut effects.changes),
            Err(error) if error.class == FailureClass::Wait => standing.probe_later(failure(&error), now),
            Err(error) => standing.halt(HaltCause::Token, failure(&error), now, &mut effects.changes),
        }
    }

    /// Applies the meaning of the outcome to the head, and examines the lane again.
    fn act_on(
        &mut self,
        lane: &mut Lane,
        flight: &Flight,
        outcome: CallOutcome,
        now: Now,
        effects: &mut Effects,
    ) {
        let beside =
            Beside { their_clock: &self.their_clock, claimant: &|id| claimant(&self.engine.lanes, id), now };
        match self.known.take_outcome(lane, flight, outcome, &beside, &mut effects.changes) {
            Meaning::Learned => {}
            Meaning::Found { outdated } => {
                self.unite(lane, effects);
                if outdated && lane.intents.head().is_some() {
                    self.read_again(lane, now);
                }
            }
            Meaning::Outdated => self.read_again(lane, now),
            Meaning::CarriedOut(answer) => {
                self.finish_head(lane, now, effects);
                effects.changes.extend(answer.map(|answer| Change::Answer(*answer)));
            }
            Meaning::Refused(refusal) => self.kill_head(lane, refusal, now, effects),
            Meaning::Failed(error) => {
                let verdict = self.engine.failed(lane, failure(&error), now);
                self.carry_out(verdict, lane, now, effects);
            }
            Meaning::Denied(error) => {
                let verdict = self.engine.denied(lane, failure(&error), now, &mut effects.changes);
                self.carry_out(verdict, lane, now, effects);
            }
            Meaning::Throttled => {
                if let Some(until) = self.engine.throttled(lane, now) {
                    self.sleep(lane, until, now, effects);
                }
            }
            Meaning::Halted(error) => {
                self.engine.standing.halt(HaltCause::Token, failure(&error), now, &mut effects.changes);
            }
        }
        self.look_at(lane, now, effects);
    }

    fn read_again(&mut self, lane: &mut Lane, now: Now) {
        self.engine.lanes.stand(lane, Stand::Asleep(now.mono + READ_AGAIN_MS));
    }

    fn carry_out(&mut self, verdict: AfterFailure, lane: &mut Lane, now: Now, effects: &mut Effects) {
        match verdict {
            AfterFailure::Sleep(until) => self.sleep(lane, until, now, effects),
            AfterFailure::GiveUp { code, reason } => {
                self.kill_head(lane, DeadReason { code, reason }, now, effects);
            }
        }
    }
}

/// The external id of another lane that is about to take over this end user, which has no external id yet. The lane
/// that asks is taken out of the table.
fn claimant(lanes: &Lanes<Intents>, end_user_id: &str) -> Option<String> {
    let claims = |lane: &&Lane| lane.intents.progress.adopt.as_deref() == Some(end_user_id);
    lanes.iter().filter(claims).find_map(|lane| lane.intents.head()?.who.external_id.clone())
}

fn failure(error: &CallError) -> Failure<'_> {
    Failure { code: error.code, message: &error.message }
}

fn quota(rate: RateHeaders) -> Quota {
    Quota { limit: rate.limit, remaining: rate.remaining, resets_in_secs: rate.resets_in_secs }
}
