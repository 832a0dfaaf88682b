//! The end of a lane's head: it is delivered or given up.

use super::{Effects, Machine};
use crate::clock::Now;
use crate::engine::Member;
use crate::protocol::Lane;
use journal::{Change, Fate, NewDeadLetter};
use mapping::DeadReason;

impl Machine {
    /// Delivers the head's events after its call was carried out.
    pub(super) fn finish_head(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        let saved = &mut self.engine.accounts.saved;
        saved.merged += lane.intents.head().map_or(0, |head| head.len() - 1);
        saved.known += u64::from(!lane.intents.progress.asked);
        self.engine.finished(now);
        self.deliver_head(lane, now, effects);
    }

    /// Gives the head's events the fate `Delivered`, and resets the lane's failures.
    pub(super) fn deliver_head(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        self.known.settled(lane, &mut effects.changes);
        self.known.fields_are_had(lane, &mut effects.changes);
        self.known.keep_conflicts(lane, now, &mut effects.changes);
        for member in self.drop_head(lane, effects) {
            self.engine.window.end(&member, Fate::Delivered, now, &mut effects.changes);
        }
    }

    /// Handles a head that InMoment refuses. A merged call is taken apart first, so that only the refused part becomes
    /// a dead letter. If the refused call was a look-up of another end user, the head goes on without the field.
    pub(super) fn kill_head(
        &mut self,
        lane: &mut Lane,
        refusal: DeadReason,
        now: Now,
        effects: &mut Effects,
    ) {
        if self.known.holder_stays_unknown(lane, now, &mut effects.changes) {
            return;
        }
        if lane.intents.head().is_some_and(|head| head.settling.is_some()) {
            return self.known.settling_refused(lane, &refusal, &mut effects.changes);
        }
        if lane.take_apart() {
            return;
        }
        if refusal.code == mapping::refusal::EMAIL_BELONGS_TO_ANOTHER_USER {
            self.known.keep_conflicts(lane, now, &mut effects.changes);
        }
        let who = lane.intents.head().map(|head| &head.who);
        let user = who.and_then(|who| who.external_id.clone().or_else(|| who.end_user_id.clone()));
        for member in self.drop_head(lane, effects) {
            self.bury(&member, &refusal, user.clone(), now, effects);
        }
    }

    /// Takes the head off its lane. Returns its events, which get their fates now; an item that settles a conflict has
    /// no events.
    fn drop_head(&mut self, lane: &mut Lane, effects: &mut Effects) -> Vec<Member> {
        let Some(head) = lane.pop_head() else { return Vec::new() };
        effects.changes.extend(lane.recorded.take().map(Change::LaneClear));
        effects.changes.extend(lane.intents.in_flight_recorded.take().map(Change::Landed));
        self.known.conflicts.forget_uncommitted(lane.key());
        if head.settling.is_some() { Vec::new() } else { head.into_members() }
    }

    /// Makes an event a dead letter.
    pub(super) fn bury(
        &mut self,
        member: &Member,
        refusal: &DeadReason,
        user: Option<String>,
        now: Now,
        effects: &mut Effects,
    ) {
        effects.changes.push(Change::DeadLetter(NewDeadLetter {
            position: member.position,
            code: refusal.code.to_owned(),
            reason: refusal.reason.clone(),
            message_id: member.message_id.to_string(),
            kind: member.kind.to_string(),
            user,
            died_at: now.wall,
        }));
        self.engine.window.end(member, Fate::Dead, now, &mut effects.changes);
    }
}
