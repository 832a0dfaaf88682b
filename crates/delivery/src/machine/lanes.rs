//! What is done with a lane, and how it leaves memory.

use super::{Effects, Machine};
use crate::engine::{LaneId, Stand};
use crate::protocol::{Intents, Lane};
use journal::Change;
use mapping::Who;

impl Machine {
    /// Does something with a lane, which is the only way to do something about its head; none if the lane has left memory. When
    /// all its intents have met their fates, it leaves memory.
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

    /// Whose lane an intent belongs to: the external id's; for an intent that names only an end-user id, the external id
    /// that end user is known to have, unless a lane of its own is at work already: its events keep their order.
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

    /// The lane with this key, made if there is none.
    pub(super) fn lane(&mut self, key: String) -> LaneId {
        self.engine.lanes.find_or_add(key, Intents::new)
    }

    /// An empty lane leaves memory, and what it knew with it.
    fn retire(&mut self, mut lane: Box<Lane>) {
        self.engine.lanes.remove(&mut lane);
        if self.engine.window.reading() {
            self.retired.push(*lane);
        } else {
            self.forget(&lane);
        }
    }

    /// Once InMoment has said that the end user of this lane, named by its end-user id alone, has an external id, the lane
    /// becomes that external id's, or joins the one there is. True if the lane is no longer what it was.
    ///
    /// Not while one of its calls is under way, nor while its answer may be at InMoment already: that is looked for first.
    pub(super) fn unite(&mut self, lane: &mut Lane, effects: &mut Effects) -> bool {
        let owner = end_user_id_of(lane.key()).and_then(|end_user_id| self.known.owner(end_user_id));
        let Some(key) = owner.map(by_external_id) else { return false };
        if lane.intents.flight.is_some() || lane.intents.progress.ambiguous_since.is_some() {
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

    /// What lanes knew that have left memory while a read was under way.
    pub(super) fn forget_retired(&mut self) {
        for lane in std::mem::take(&mut self.retired) {
            self.forget(&lane);
        }
    }

    /// Forgets what only this lane needed. It may have asked for the holder of an e-mail: what is known of that end user stays as
    /// long as the holder's own lane is at work.
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
