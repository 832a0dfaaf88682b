//! Taking events in: duplicates, what the mapping decided at once, and finding or making the lane.

use super::Machine;
use super::denial::Denied;
use super::effects::Effects;
use super::input::{Intake, PlannedEvent};
use super::knowledge::Known;
use super::lane::{Item, Lane, Member, Stand, Trouble, Work};
use crate::clock::Now;
use crate::settings::Mode;
use journal::{Change, Fate, LaneRecord, NewDeadLetter, Seen, SkipCode};
use mapping::{Action, Intent, Outcome, Refusal, SkipReason, Who};

impl Machine {
    pub(super) fn take_in(&mut self, intake: Intake, now: Now, effects: &mut Effects) {
        // Each event stands alone, and the cursor moves behind all of them.
        effects.divide();
        self.window.took_in(intake.next, intake.end);
        let mut touched = Vec::new();
        for request in intake.requests {
            // A request's events are counted by u32 wherever they are counted.
            self.window.open(request.number, u32::try_from(request.events.len()).unwrap_or(u32::MAX));
            for event in request.events {
                let text = if matches!(event.outcome, Outcome::Dead(_)) { event.bytes } else { 0 };
                touched.extend(self.take_event(event, now, effects));
                effects.seam(text);
            }
        }
        self.window.end_read();
        for lane in std::mem::take(&mut self.retired) {
            self.forget(&lane);
        }
        for id in touched {
            self.look_at(id, now, effects);
        }
    }

    fn take_event(&mut self, event: PlannedEvent, now: Now, effects: &mut Effects) -> Option<u64> {
        let mut member = Member {
            position: event.position,
            message: event.message,
            message_id: event.message_id,
            kind: event.kind,
            bytes: event.bytes,
            happened_at: event.happened_at,
            reuses_id: false,
        };
        if let Outcome::Skip(reason) = event.outcome {
            // Not for this destination, however often it comes: it need not be remembered.
            member.message = None;
            self.drop_restored(&member, effects);
            self.fate(&member, Fate::Skipped(skip_code(reason)), now, &mut effects.changes);
            return None;
        }
        if let Some(key) = member.message {
            let here = self.window.deal_with(key);
            let (seen, first) = (event.seen.max(here), here != Seen::Same);
            member.reuses_id = seen == Seen::Reused && !event.requeued;
            if !event.requeued && seen == Seen::Same {
                // The one that came first is the one that is remembered.
                let remembered = member.message.take();
                self.fate(&member, Fate::Skipped(SkipCode::Duplicate), now, &mut effects.changes);
                if let Some(key) = remembered.filter(|_| first) {
                    self.window.dealt(key);
                }
                return None;
            }
        }
        match event.outcome {
            Outcome::Deliver(_) if self.settings.mode == Mode::Shadow => {
                self.shadow(member, now, effects);
                None
            }
            Outcome::Deliver(intent) => {
                let user = event.user.map(|user| Known::read_before(user, event.user_age, now));
                Some(self.enqueue(member, intent, event.link, user, now))
            }
            Outcome::Dead(refusal) => {
                self.drop_restored(&member, effects);
                self.bury(&member, &refusal, event.about, now, effects);
                None
            }
            Outcome::Skip(_) => None,
        }
    }

    /// The event would be delivered, were the destination live. It is done with: nothing is sent, not even to find out what
    /// became of a call that was under way when the destination was live.
    ///
    /// It need not be remembered, for nobody has it: should it come again when the destination is live, it is
    /// delivered. Except where that call may have been carried out: then InMoment must not get it a second time.
    fn shadow(&mut self, mut member: Member, now: Now, effects: &mut Effects) {
        let was_called = self.drop_restored(&member, effects);
        if let Some(key) = member.message.take_if(|_| !was_called) {
            self.window.dealt(key);
        }
        self.fate(&member, Fate::Skipped(SkipCode::Shadowed), now, &mut effects.changes);
    }

    /// An event that was at work before a restart is not to be delivered any more, for the settings are others now: what was
    /// recorded of it goes. True if a call of it was in flight.
    fn drop_restored(&mut self, member: &Member, effects: &mut Effects) -> bool {
        let flight = self.restored_calls.forget(member.position);
        let trouble = self.restored_lanes.remove(&member.position);
        let was_called = flight.is_some();
        effects.changes.extend(flight.map(|flight| Change::Landed(flight.lane)));
        effects.changes.extend(trouble.map(|(key, _)| Change::LaneClear(key)));
        was_called
    }

    fn enqueue(
        &mut self,
        member: Member,
        intent: Intent,
        link: Option<String>,
        user: Option<Known>,
        now: Now,
    ) -> u64 {
        let key = self.lane_key(&intent.who, user.as_ref().map(|known| &known.user));
        let id = self.lane(key);
        let linked = [
            link.clone(),
            user.as_ref().map(|known| known.user.end_user_id.clone()),
            intent.who.end_user_id.clone(),
        ];
        self.known.offer(intent.who.external_id.as_deref(), link, user);
        let position = member.position;
        let work = match intent.action {
            Action::UpsertEndUser(fields) => Work::Upsert(vec![(member, fields)]),
            Action::CreateResponse(fields) => Work::Response(member, Box::new(fields)),
            Action::CreateDecline(fields) => Work::Decline(member, Box::new(fields)),
        };
        let Some(lane) = self.lanes.get_mut(&id) else { return id };
        lane.remember(linked.into_iter().flatten(), intent.who.external_id.clone());
        let identify = matches!(work, Work::Upsert(_));
        let perhaps_sent =
            if identify { None } else { self.restored_calls.perhaps_sent_by_original(position) };
        lane.add(Item {
            who: intent.who,
            work,
            alone: false,
            wait_until: None,
            settling: None,
            perhaps_sent,
        });
        self.restored_calls.take_up(lane, position);
        if let Some((key, record)) = self.restored_lanes.remove(&position) {
            lane.recorded = Some(key);
            self.resume_trouble(id, &record, now);
        } else if identify && lane.waits_for_user() {
            self.stand(id, Stand::Fresh);
        }
        id
    }

    /// Whose lane an intent belongs to: the external id's; for an intent that names only an end-user id, the external id
    /// that end user is known to have, unless a lane of its own is at work already: its events keep their order.
    fn lane_key(&self, who: &Who, user: Option<&journal::KnownUser>) -> String {
        if let Some(external_id) = &who.external_id {
            return format!("x:{external_id}");
        }
        let end_user_id = who.end_user_id.as_deref().unwrap_or_default();
        let own = format!("e:{end_user_id}");
        let owner = self.known.owner(end_user_id).or_else(|| user?.external_id.as_deref());
        match owner.filter(|_| !self.by_key.contains_key(&own)) {
            Some(external_id) => format!("x:{external_id}"),
            None => own,
        }
    }

    /// The lane with this key, made if there is none.
    pub(super) fn lane(&mut self, key: String) -> u64 {
        if let Some(id) = self.by_key.get(&key) {
            return *id;
        }
        self.last_lane += 1;
        let id = self.last_lane;
        self.lanes.insert(id, Box::new(Lane::new(key.clone())));
        self.by_key.insert(key, id);
        id
    }

    /// Takes up the trouble a lane had before a restart.
    fn resume_trouble(&mut self, id: u64, record: &LaneRecord, now: Now) {
        let longest = crate::clock::millis(self.settings.retry.max);
        let longest_wait = crate::clock::millis(self.settings.unknown_user_wait);
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let left =
            |at: event::Millis, longest: u64| u64::try_from(at.0 - now.wall.0).unwrap_or(0).min(longest);
        if let Some(item) = lane.items.iter_mut().find(|item| item.first().position == record.head) {
            item.wait_until = record.wait_until.map(|until| now.mono + left(until, longest_wait));
        }
        let is_head = lane.items.front().is_some_and(|head| head.first().position == record.head);
        if record.attempts > 0 && is_head {
            lane.trouble = Some(Box::new(Trouble {
                attempts: record.attempts,
                failing_ms: record.failing_ms,
                last_failure: now.mono,
                code: crate::code::FAILED_BEFORE_RESTART,
                last_message: "it was failing when the server was restarted".into(),
            }));
            lane.denied = Denied { tries: record.denied, first: now.mono };
            let until = now.mono + left(record.retry_at, longest);
            self.stand(id, Stand::Asleep(until));
        }
    }

    /// An event is given up.
    pub(super) fn bury(
        &mut self,
        member: &Member,
        refusal: &Refusal,
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
        self.fate(member, Fate::Dead, now, &mut effects.changes);
    }

    /// An empty lane leaves memory, and what it knew with it.
    pub(super) fn retire(&mut self, id: u64) {
        let Some(lane) = self.lanes.remove(&id) else { return };
        self.by_key.remove(&lane.key);
        if self.window.reading() {
            self.retired.push(*lane);
        } else {
            self.forget(&lane);
        }
    }

    /// Once InMoment has said that the end user of this lane, named by its end-user id alone, has an external id, the lane
    /// becomes that external id's, or joins the one there is. True if the lane is no longer what it was.
    ///
    /// Not while one of its calls is under way, nor while its answer may be at InMoment already: that is looked for first.
    pub(super) fn unite(&mut self, id: u64, now: Now, effects: &mut Effects) -> bool {
        let Some(lane) = self.lanes.get_mut(&id) else { return false };
        let owner = lane.key.strip_prefix("e:").and_then(|end_user_id| self.known.owner(end_user_id));
        let Some(key) = owner.map(|external_id| format!("x:{external_id}")) else { return false };
        if lane.flight.is_some() || lane.progress.ambiguous_since.is_some() {
            return false;
        }
        let Some(other) = self.by_key.get(&key).copied() else {
            self.by_key.remove(&lane.key);
            lane.key.clone_from(&key);
            self.by_key.insert(key, id);
            return true;
        };
        let items = std::mem::take(&mut lane.items);
        effects.changes.extend(lane.recorded.take().map(Change::LaneClear));
        effects.changes.extend(lane.in_flight_recorded.take().map(Change::Landed));
        let (users, links) = (lane.users.clone(), lane.links.clone());
        if let Some(joined) = self.lanes.get_mut(&other) {
            joined.remember(users.all().iter().cloned(), None);
            links.all().iter().for_each(|link| joined.links.add(link.clone()));
            joined.join(items);
            if joined.waits_for_user() {
                self.stand(other, Stand::Fresh);
                self.look_at(other, now, effects);
            }
        }
        self.stand(id, Stand::Fresh);
        self.look_at(id, now, effects);
        true
    }

    /// Forgets what only this lane needed. It may have asked for the holder of an e-mail: what is known of that end user stays as
    /// long as the holder's own lane is at work.
    fn forget(&mut self, lane: &Lane) {
        if self.by_key.contains_key(&lane.key) {
            return;
        }
        let own = lane.key.strip_prefix("x:");
        for link in lane.links.all() {
            let other = self.by_key.get(&format!("x:{link}")).filter(|_| own != Some(link));
            match other.and_then(|other| self.lanes.get_mut(other)) {
                Some(other) => other.remember([], Some(link.clone())),
                None => self.known.forget_link(link),
            }
        }
        for user in lane.users.all() {
            let owner = self.known.owner(user).filter(|owner| own != Some(owner));
            let of_owner = owner.and_then(|owner| self.by_key.get(&format!("x:{owner}")));
            let named = || self.by_key.get(&format!("e:{user}"));
            let other = of_owner.or_else(|| named().filter(|_| own.is_some()));
            match other.and_then(|other| self.lanes.get_mut(other)) {
                Some(other) => other.remember([user.clone()], None),
                None => self.known.forget_user(user),
            }
        }
    }
}

fn skip_code(reason: SkipReason) -> SkipCode {
    match reason {
        SkipReason::UnsupportedType => SkipCode::UnsupportedType,
        SkipReason::ConsentDenied => SkipCode::ConsentDenied,
        SkipReason::IntegrationDisabled => SkipCode::IntegrationDisabled,
        SkipReason::NotASurvey => SkipCode::NotASurvey,
        SkipReason::Rule => SkipCode::Rule,
    }
}
