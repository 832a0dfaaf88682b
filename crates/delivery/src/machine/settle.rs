//! Adds items for conflicts that are due to be settled to the lanes of their end users.

use super::{Effects, Machine};
use crate::clock::Now;
use crate::code;
use crate::engine::Stand;
use crate::settings::Mode;

impl Machine {
    /// Adds the items for all settlements that are due.
    pub(super) fn settle_what_is_due(&mut self, now: Now, effects: &mut Effects) {
        self.known.conflicts.pass_turns_on(&mut effects.changes);
        if !self.known.conflicts.any_due() || self.engine.settings.mode == Mode::Shadow {
            return;
        }
        // A call that was in flight before a restart is identified by the head of its lane, so no item may get in front
        // of that.
        if !self.engine.window.has_read(self.settles_from) {
            return;
        }
        for record in self.known.conflicts.take_due() {
            let Some(way) = record.settlement else { continue };
            if let Some(item) = self.known.settling_item(&record, way) {
                let id = self.lane(record.lane.clone());
                let link = record.person.end_user_id.clone();
                self.known.offer(record.person.external_id.as_deref(), link.clone(), None);
                self.on_lane(id, |machine, lane| {
                    lane.intents.remember(link, record.person.external_id.clone());
                    lane.intents.items.push_back(item);
                    if lane.waits_for_user() {
                        machine.engine.lanes.stand(lane, Stand::Fresh);
                    }
                    machine.look_at(lane, now, effects);
                });
            } else {
                self.known.settlement_failed(
                    &record.lane,
                    record.field,
                    code::CONFLICT_UNSETTLED,
                    &mut effects.changes,
                );
            }
        }
    }
}
