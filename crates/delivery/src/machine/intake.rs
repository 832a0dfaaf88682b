//! Intake of events: deduplication, fates that the mapping decides at once, and finding or making the lane.

use super::{Effects, Machine, PlannedEvent, PlannedPage};
use crate::clock::{Now, millis};
use crate::engine::{LaneId, Member, Stand, left_until};
use crate::protocol::{Item, Known, Lane};
use crate::settings::Mode;
use journal::{Change, Fate, LaneRecord, Seen, SkipCode};
use mapping::{Intent, PlanOutcome, SkipReason};

impl Machine {
    pub(super) fn take_in(&mut self, intake: PlannedPage, now: Now, effects: &mut Effects) {
        // The changes of each event are independent, and the cursor moves after all of them.
        effects.divide();
        self.engine.window.took_in(intake.next, intake.end);
        let mut touched = Vec::new();
        for request in intake.requests {
            // Events of a request are counted with `u32` everywhere.
            self.engine.window.open(request.number, u32::try_from(request.events.len()).unwrap_or(u32::MAX));
            for event in request.events {
                let text = if matches!(event.outcome, PlanOutcome::Dead(_)) { event.bytes } else { 0 };
                touched.extend(self.take_event(event, now, effects));
                effects.seam(text);
            }
        }
        self.engine.window.end_read();
        self.forget_retired();
        for id in touched {
            self.on_lane(id, |machine, lane| machine.look_at(lane, now, effects));
        }
    }

    fn take_event(&mut self, event: PlannedEvent, now: Now, effects: &mut Effects) -> Option<LaneId> {
        let mut member = Member {
            position: event.position,
            message: event.message,
            message_id: event.message_id,
            kind: event.kind,
            bytes: event.bytes,
            happened_at: event.happened_at,
            reuses_id: false,
        };
        if let PlanOutcome::Skip(reason) = event.outcome {
            // A skipped event is skipped each time it comes, so its message id need not be remembered.
            member.message = None;
            self.drop_restored(&member, effects);
            self.engine.window.end(&member, Fate::Skipped(skip_code(reason)), now, &mut effects.changes);
            return None;
        }
        if let Some(key) = member.message {
            let here = self.engine.window.deal_with(key);
            let (seen, first) = (event.seen.max(here), here != Seen::Same);
            member.reuses_id = seen == Seen::Reused && !event.requeued;
            if !event.requeued && seen == Seen::Same {
                // The message id of the first event is remembered, so that of a duplicate is not.
                let remembered = member.message.take();
                self.engine.window.end(
                    &member,
                    Fate::Skipped(SkipCode::Duplicate),
                    now,
                    &mut effects.changes,
                );
                if let Some(key) = remembered.filter(|_| first) {
                    self.engine.window.dealt(key);
                }
                return None;
            }
        }
        match event.outcome {
            PlanOutcome::Deliver(_) if self.engine.settings.mode == Mode::Shadow => {
                self.shadow(member, now, effects);
                None
            }
            PlanOutcome::Deliver(intent) => {
                let user = event.user.map(|user| Known::read_before(user, event.user_age, now));
                Some(self.enqueue(member, intent, event.link, user, now))
            }
            PlanOutcome::Dead(refusal) => {
                self.drop_restored(&member, effects);
                self.bury(&member, &refusal, event.about, now, effects);
                None
            }
            PlanOutcome::Skip(_) => None,
        }
    }

    /// Handles an event that would be delivered if the destination were live. It gets its fate, and no call is made,
    /// not even to find out the result of a call that was under way while the destination was live.
    ///
    /// Its message id need not be remembered: if the event comes again when the destination is live, it is delivered.
    /// The exception is an event whose call may have been carried out, because InMoment must not get it a second time.
    fn shadow(&mut self, mut member: Member, now: Now, effects: &mut Effects) {
        let was_called = self.drop_restored(&member, effects);
        if let Some(key) = member.message.take_if(|_| !was_called) {
            self.engine.window.dealt(key);
        }
        self.engine.window.end(&member, Fate::Skipped(SkipCode::Shadowed), now, &mut effects.changes);
    }

    /// Removes the records of an event that was under way before a restart and will not be delivered any more, because
    /// the settings have changed. Returns true if a call of it was in flight.
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
    ) -> LaneId {
        let key = self.lane_key(&intent.who, user.as_ref().map(|known| &known.user));
        let id = self.lane(key);
        let linked = [
            link.clone(),
            user.as_ref().map(|known| known.user.end_user_id.clone()),
            intent.who.end_user_id.clone(),
        ];
        self.known.offer(intent.who.external_id.as_deref(), link, user);
        let position = member.position;
        let link = intent.who.external_id.clone();
        let item = Item::new(member, intent, self.restored_calls.perhaps_sent_by_original(position));
        let identify = item.is_upsert();
        self.on_lane(id, |machine, lane| {
            lane.intents.remember(linked.into_iter().flatten(), link);
            lane.intents.add(item);
            machine.restored_calls.take_up(lane, position);
            if let Some((key, record)) = machine.restored_lanes.remove(&position) {
                lane.recorded = Some(key);
                machine.resume_trouble(lane, &record, now);
            } else if identify && lane.waits_for_user() {
                machine.engine.lanes.stand(lane, Stand::Fresh);
            }
        });
        id
    }

    /// Restores the trouble that a lane had before a restart.
    fn resume_trouble(&mut self, lane: &mut Lane, record: &LaneRecord, now: Now) {
        let longest_wait = millis(self.engine.settings.unknown_user_wait);
        let items = &mut lane.intents.items;
        if let Some(item) = items.iter_mut().find(|item| item.first().position == record.head) {
            item.wait_until = record.wait_until.map(|until| now.mono + left_until(until, longest_wait, now));
        }
        let is_head = lane.intents.head().is_some_and(|head| head.first().position == record.head);
        if record.attempts > 0 && is_head {
            self.engine.take_up_failures(lane, record, now);
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
