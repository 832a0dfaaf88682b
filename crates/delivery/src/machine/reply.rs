//! What an answer, or its absence, means for the lane that asked.

use super::Machine;
use super::effects::Effects;
use super::input::CallId;
use super::knowledge::Known;
use super::lane::{Flight, Stand};
use super::standing::Cause;
use super::taken::taken_field;
use crate::clock::Now;
use inmoment::{Call, CallError, Class, EndUser, Executed, Lookup, Outcome, Reply, ReplyBody};
use journal::{Change, KnownUser};
use mapping::Refusal;

/// Contradictory replies about one intent after which it is given up.
pub(super) const SURPRISES: u32 = 3;
/// A read that a write of another lane has overtaken is made again after so long.
pub(super) const READ_AGAIN_MS: u64 = 1_000;
/// A call refused so often for the limit's sake, while others went through, lets those go first.
const THROTTLES: u32 = 3;
impl Machine {
    pub(super) fn replied(&mut self, call: CallId, outcome: Outcome, now: Now, effects: &mut Effects) {
        let Some(id) = self.in_flight.remove(&call) else { return };
        if id == super::PROBE {
            return self.probed(outcome, now, effects);
        }
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let Some(flight) = lane.flight.take() else { return };
        if !flight.leaves_doubt(&outcome) {
            effects.changes.extend(lane.call_is_over());
        }
        self.settle_budget(&flight, &outcome, now);
        self.stand(id, Stand::Fresh);
        let written = flight.alters().map(str::to_owned);
        if let Some(end_user_id) = &written {
            self.known.write_ends(end_user_id);
        }
        match outcome {
            Ok(reply) => {
                self.answered_by_inmoment(now, effects);
                self.answered(id, flight, reply, now, effects);
                self.look_at(id, now, effects);
            }
            Err(error) => self.errored(id, flight, error, now, effects),
        }
        if let Some(end_user_id) = &written {
            let oldest = self.oldest_call();
            self.known.written(end_user_id, now, oldest);
        }
    }

    /// When the oldest call still under way was sent (monotonic).
    fn oldest_call(&self) -> Option<u64> {
        let flight = |lane: &u64| self.lanes.get(lane)?.flight.as_ref();
        self.in_flight.values().find_map(flight).map(|flight| flight.sent_at)
    }

    fn settle_budget(&mut self, flight: &Flight, outcome: &Outcome, now: Now) {
        // An error without rate headers may come from a proxy, which knows nothing of InMoment's limit.
        let (rate, status) = match outcome {
            Ok(reply) => (reply.rate, Some(200)),
            Err(error) => {
                (error.rate, error.status.filter(|status| *status == 429 || error.rate.limit.is_some()))
            }
        };
        match status {
            Some(status) => self.budget.settle(now, flight.sent_at, rate, status == 429),
            None => self.budget.lost(now),
        }
    }

    fn probed(&mut self, outcome: Outcome, now: Now, effects: &mut Effects) {
        self.standing.end_probe();
        match outcome {
            Ok(_) => self.standing.recover(&mut effects.changes),
            Err(error) if error.class == Class::Wait => self.standing.probe_later(&error, now),
            Err(error) => self.standing.halt(Cause::Token, &error, now, &mut effects.changes),
        }
    }

    fn answered(&mut self, id: u64, flight: Box<Flight>, reply: Reply, now: Now, effects: &mut Effects) {
        let changes = &mut effects.changes;
        match (&flight.call, reply.body) {
            (Call::GetEndUser(Lookup::Email(_) | Lookup::Phone(_)), ReplyBody::EndUser(user)) => {
                self.holder_found(id, user, flight.sent_at, now, effects);
            }
            (Call::GetEndUser(lookup), ReplyBody::EndUser(user)) => {
                self.found(id, lookup, user, flight.sent_at, now, effects);
            }
            (Call::GetEndUser(lookup), _) => self.not_found(id, lookup, now, changes),
            (Call::UpdateEndUser { end_user_id, .. }, _) if self.gives_up(id, end_user_id) => {}
            (Call::CreateEndUser(_) | Call::UpdateEndUser { .. }, ReplyBody::EndUser(user)) => {
                self.fields_written(id, &flight, changes);
                self.know(id, user, flight.sent_at, now, changes);
                self.finish_head(id, now, effects);
            }
            (Call::ListResponses { .. } | Call::ListDeclines { .. }, ReplyBody::Feedback(there)) => {
                self.read_back(id, &flight, &there, now, effects);
            }
            (Call::ListResponses { end_user_id, .. } | Call::ListDeclines { end_user_id, .. }, _) => {
                let end_user_id = end_user_id.clone();
                self.vanished(id, &end_user_id, changes);
                // Its answers went with it.
                if let Some(lane) = self.lanes.get_mut(&id) {
                    lane.progress.ambiguous_since = None;
                }
            }
            (Call::CreateResponse { end_user_id, .. } | Call::CreateDecline { end_user_id, .. }, _) => {
                self.properties_sent(end_user_id, &flight, now, changes);
                self.answer_head(id, &flight, now, effects);
            }
            (Call::UpdateEndUser { .. }, _) => {
                self.fields_written(id, &flight, changes);
                self.finish_head(id, now, effects);
            }
            // Created, but what came back is of no use: the next look-up tells.
            (Call::CreateEndUser(_) | Call::Authenticate, _) => self.forget_absence(id),
        }
    }

    fn errored(&mut self, id: u64, flight: Box<Flight>, error: CallError, now: Now, effects: &mut Effects) {
        if error.executed == Executed::No {
            self.believe_again(&flight, &mut effects.changes);
        }
        if error.class == Class::Wait && self.standing.may_try(now) {
            // The call that was to show whether calls are still turned away shows nothing.
            self.standing.probe_later(&error, now);
        }
        match error.class {
            Class::Wait if error.status == Some(429) => self.throttled(id, now, effects),
            Class::Wait if error.executed == Executed::No => self.failed(id, &error, now, effects),
            Class::Wait => self.unsure(id, &flight, &error, now, effects),
            Class::Refresh | Class::Deny => self.denied(id, &error, now, effects),
            Class::Halt => {
                self.standing.halt(Cause::Token, &error, now, &mut effects.changes);
                self.look_at(id, now, effects);
            }
            Class::Reject => {
                self.answered_by_inmoment(now, effects);
                self.refused(id, &flight.call, &error, now, effects);
                self.look_at(id, now, effects);
            }
        }
    }

    /// The limit is used up: the lane waits for its turn. Not in front of all the others, if it is only ever its own call that
    /// is refused.
    fn throttled(&mut self, id: u64, now: Now, effects: &mut Effects) {
        if let Some(limited) = &mut self.limited {
            limited.refusals = limited.refusals.saturating_add(1);
        }
        let last_finish = self.outage.last_finish();
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let before = lane.progress.throttled_at.replace(now.mono);
        let beside = before.is_some_and(|before| last_finish.is_some_and(|finished| finished > before));
        lane.progress.throttled += u32::from(beside);
        let times = lane.progress.throttled;
        if times >= THROTTLES {
            self.step_aside(id, times, now, effects)
        } else {
            self.look_at(id, now, effects)
        }
    }

    /// InMoment refuses this intent, or contradicts what it said before.
    fn refused(&mut self, id: u64, call: &Call, error: &CallError, now: Now, effects: &mut Effects) {
        let written = matches!(call, Call::CreateEndUser(_) | Call::UpdateEndUser { .. });
        if let Some(field) = taken_field(error.code).filter(|_| written)
            && self.field_taken(id, field, now)
        {
            return;
        }
        let surprises = self.lanes.get_mut(&id).map_or(SURPRISES, |lane| {
            lane.progress.surprises += 1;
            lane.progress.surprises
        });
        match (call, error.code) {
            _ if surprises > SURPRISES => {}
            (Call::CreateEndUser(_), "external_id_taken") => return self.forget_absence(id),
            (
                Call::UpdateEndUser { end_user_id, .. }
                | Call::CreateResponse { end_user_id, .. }
                | Call::CreateDecline { end_user_id, .. },
                "not_found",
            ) => {
                let end_user_id = end_user_id.clone();
                return self.vanished(id, &end_user_id, &mut effects.changes);
            }
            _ => {}
        }
        let refusal = Refusal { code: error.code, reason: error.message.clone() };
        self.kill_head(id, refusal, now, effects);
    }

    fn found(
        &mut self,
        id: u64,
        lookup: &Lookup,
        user: EndUser,
        sent_at: u64,
        now: Now,
        effects: &mut Effects,
    ) {
        let end_user_id = user.id.clone();
        let believed = self.know(id, user, sent_at, now, &mut effects.changes);
        match lookup {
            Lookup::ExternalId(external_id) => {
                self.known.tie(external_id, &end_user_id, &mut effects.changes);
            }
            _ => {
                self.unite(id, now, effects);
            }
        }
        if !believed && self.lanes.get(&id).is_some_and(|lane| !lane.items.is_empty()) {
            self.stand(id, Stand::Asleep(now.mono + READ_AGAIN_MS));
        }
    }

    /// Keeps what InMoment said of an end user, unless a write to it was under way meanwhile.
    pub(super) fn know(
        &mut self,
        id: u64,
        user: EndUser,
        sent_at: u64,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> bool {
        let believed = self.known.believes(&user.id, sent_at);
        if let Some(external_id) = user.external_id.as_ref().filter(|_| !believed) {
            self.known.tie(external_id, &user.id, changes);
        }
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.remember([user.id.clone()], user.external_id.clone());
            lane.progress.read_at = Some(now.mono).filter(|_| believed);
        }
        if !believed {
            return false;
        }
        let user = KnownUser {
            end_user_id: user.id,
            external_id: user.external_id,
            email: user.email,
            phone_number: user.phone_number,
            last_surveyed: user.last_surveyed,
            external_created_at: user.external_created_at,
            properties: user.properties,
            read_at: now.wall,
        };
        self.known.learn(Known::now(user, now), changes);
        true
    }

    fn not_found(&mut self, id: u64, lookup: &Lookup, now: Now, changes: &mut Vec<Change>) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        match lookup {
            Lookup::ExternalId(_) => lane.progress.absent_at = Some(now.mono),
            Lookup::Id(end_user_id) => {
                let end_user_id = end_user_id.clone();
                self.vanished(id, &end_user_id, changes);
            }
            Lookup::Email(_) | Lookup::Phone(_) => self.holder_not_found(id, now),
        }
    }

    /// InMoment does not know this end user (any more).
    fn vanished(&mut self, id: u64, end_user_id: &str, changes: &mut Vec<Change>) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let Some(head) = lane.items.front() else { return };
        if head.who.end_user_id.as_deref() == Some(end_user_id) {
            lane.progress.named_id_dead = true;
        }
        lane.progress.adopt = None;
        lane.progress.absent_at = None;
        let external_id = head.who.external_id.clone();
        self.known.vanished(end_user_id, external_id.as_deref(), changes);
    }

    pub(super) fn forget_absence(&mut self, id: u64) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.progress.absent_at = None;
        }
    }

    /// What went out with an answer is what InMoment holds now.
    fn properties_sent(&mut self, end_user_id: &str, flight: &Flight, now: Now, changes: &mut Vec<Change>) {
        let (Some(properties), Some(before)) = (&flight.sent_properties, &flight.known_before) else {
            return;
        };
        if before.user.end_user_id == end_user_id && self.known.believes(end_user_id, flight.sent_at) {
            let user = KnownUser { properties: properties.clone(), read_at: now.wall, ..before.user.clone() };
            self.known.learn(Known::now(user, now), changes);
        }
    }
}
