//! How the head of a lane comes to its end: delivered or given up.

use super::{Effects, Machine};
use crate::clock::Now;
use crate::engine::Member;
use crate::protocol::Lane;
use journal::{Change, Fate, NewDeadLetter};
use mapping::DeadReason;

impl Machine {
    /// The head's call was carried out: its events are delivered.
    pub(super) fn finish_head(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        let saved = &mut self.engine.accounts.saved;
        saved.merged += lane.intents.head().map_or(0, |head| head.len() - 1);
        saved.known += u64::from(!lane.intents.progress.asked);
        self.engine.finished(now);
        self.deliver_head(lane, now, effects);
    }

    /// The head's events are delivered; its lane is as if new.
    pub(super) fn deliver_head(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        self.known.settled(lane, &mut effects.changes);
        self.known.fields_are_had(lane, &mut effects.changes);
        self.known.keep_conflicts(lane, now, &mut effects.changes);
        for member in self.drop_head(lane, effects) {
            self.engine.window.end(&member, Fate::Delivered, now, &mut effects.changes);
        }
    }

    /// The head can never be delivered. A merger is taken apart first: only the part InMoment refuses is to blame. Where it was a
    /// question about somebody else that came to nothing, the head goes on.
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

    /// Takes the head off its lane. Returns its events, which get their fates now; what settles a conflict has none.
    fn drop_head(&mut self, lane: &mut Lane, effects: &mut Effects) -> Vec<Member> {
        let Some(head) = lane.pop_head() else { return Vec::new() };
        effects.changes.extend(lane.recorded.take().map(Change::LaneClear));
        effects.changes.extend(lane.intents.in_flight_recorded.take().map(Change::Landed));
        self.known.conflicts.forget_uncommitted(lane.key());
        if head.settling.is_some() { Vec::new() } else { head.into_members() }
    }

    /// An event is given up.
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
