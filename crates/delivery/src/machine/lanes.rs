//! Working on a lane, and removing it from memory.

use super::{Effects, Machine};
use crate::engine::{LaneId, Stand};
use crate::protocol::{Intents, Lane};
use journal::Change;
use mapping::Who;

impl Machine {
    /// Runs a function on a lane; this is the only way to work on its head. Returns `None` if the lane has left memory.
    /// When all its intents have their fates, the lane leaves memory.
    pub(super) fn on_lane<R>(
        &mut self,
        id: LaneId,
        work: impl FnOnce(&mut Machine, &mut Lane) -> R,
    ) -> Option<R> {
        let mut lane = self.engine.lanes.take(id)?;
        let result = work(self, &mut lane);
        if lane.intents.head().is_none() && lane.is_fresh() {
            self.retire(lane);
        } else {
            self.engine.lanes.put_back(lane);
        }
        Some(result)
    }

    /// The key of the lane that an intent belongs to: its external id. An intent that names only an end-user id belongs
    /// to the lane of the external id that this end user is known to have; unless a lane for the end-user id has work
    /// already, so that its events keep their order.
    pub(super) fn lane_key(&self, who: &Who, user: Option<&journal::KnownUser>) -> String {
        if let Some(external_id) = &who.external_id {
            return by_external_id(external_id);
        }
        let end_user_id = who.end_user_id.as_deref().unwrap_or_default();
        let own = by_end_user_id(end_user_id);
        let owner = self.known.owner(end_user_id).or_else(|| user?.external_id.as_deref());
        match owner.filter(|_| self.engine.lanes.find(&own).is_none()) {
            Some(external_id) => by_external_id(external_id),
            None => own,
        }
    }

    /// The lane with this key, which is made if there is none.
    pub(super) fn lane(&mut self, key: String) -> LaneId {
        self.engine.lanes.find_or_add(key, Intents::new)
    }

    /// Removes an empty lane from memory, together with the knowledge that only it needed.
    fn retire(&mut self, mut lane: Box<Lane>) {
        self.engine.lanes.remove(&mut lane);
        if self.engine.window.reading() {
            self.retired.push(*lane);
        } else {
            self.forget(&lane);
        }
    }

    /// Renames a lane that is named by an end-user id once InMoment has returned the external id of that end user, or
    /// merges it into the existing lane of that external id. Returns true if the lane has changed.
    ///
    /// It does nothing while a call of the lane is under way, or while its answer may already be at InMoment, because
    /// that is looked for first.
    pub(super) fn unite(&mut self, lane: &mut Lane, effects: &mut Effects) -> bool {
        let owner = end_user_id_of(lane.key()).and_then(|end_user_id| self.known.owner(end_user_id));
        let Some(key) = owner.map(by_external_id) else { return false };
        if lane.intents.flight.is_some()
            || lane.intents.progress.ambiguous_since.is_some()
            || self.former_call_ends(lane).is_some()
        {
            return false;
        }
        let Some(other) = self.engine.lanes.find(&key) else {
            self.engine.lanes.rename(lane, key);
            return true;
        };
        effects.changes.extend(lane.recorded.take().map(Change::LaneClear));
        effects.changes.extend(lane.intents.in_flight_recorded.take().map(Change::Landed));
        self.on_lane(other, |machine, joined| {
            joined.intents.join(&mut lane.intents);
            if joined.waits_for_user() {
                machine.engine.lanes.stand(joined, Stand::Fresh);
                machine.looked_at_later.push(joined.id());
            }
        });
        self.engine.lanes.stand(lane, Stand::Fresh);
        true
    }

    /// Drops the knowledge of lanes that left memory while a read was under way.
    pub(super) fn forget_retired(&mut self) {
        for lane in std::mem::take(&mut self.retired) {
            self.forget(&lane);
        }
    }

    /// Drops the knowledge that only this lane needed. If it looked up the holder of an e-mail, the knowledge of that
    /// end user stays as long as the holder's own lane has work.
    fn forget(&mut self, lane: &Lane) {
        let lanes = &mut self.engine.lanes;
        if lanes.find(lane.key()).is_some() {
            return;
        }
        let own = external_id_of(lane.key());
        for link in lane.intents.links.all() {
            let other = lanes.find_mut(&by_external_id(link)).filter(|_| own != Some(link));
            match other {
                Some(other) => other.intents.remember([], Some(link.clone())),
                None => self.known.forget_link(link),
            }
        }
        for user in lane.intents.users.all() {
            let owner = self.known.owner(user).filter(|owner| own != Some(owner));
            let of_owner = owner.map(by_external_id).filter(|key| lanes.find(key).is_some());
            let named = || Some(by_end_user_id(user)).filter(|_| own.is_some());
            match of_owner.or_else(named).and_then(|key| lanes.find_mut(&key)) {
                Some(other) => other.intents.remember([user.clone()], None),
                None => self.known.forget_user(user),
            }
        }
    }
}

fn by_external_id(external_id: &str) -> String {
    format!("x:{external_id}")
}

fn by_end_user_id(end_user_id: &str) -> String {
    format!("e:{end_user_id}")
}

fn external_id_of(key: &str) -> Option<&str> {
    key.strip_prefix("x:")
}

fn end_user_id_of(key: &str) -> Option<&str> {
    key.strip_prefix("e:")
}
