//! Taking in the data of end users from replies.

use super::intents::{Flight, Lane};
use super::knowledge::{Knowledge, Known};
use crate::clock::Now;
use inmoment::{EndUser, Lookup};
use journal::{Change, KnownUser};

/// The journal's record of an end user as InMoment returns it now.
pub(crate) fn known_user(user: EndUser, now: Now) -> KnownUser {
    KnownUser {
        end_user_id: user.id,
        external_id: user.external_id,
        email: user.email,
        phone_number: user.phone_number,
        last_surveyed: user.last_surveyed,
        external_created_at: user.external_created_at,
        properties: user.properties,
        read_at: now.wall,
    }
}

impl Knowledge {
    /// Takes in an end user that was found. Returns false if a write of another lane has overtaken the read.
    pub(crate) fn learn_found(
        &mut self,
        lane: &mut Lane,
        lookup: &Lookup,
        user: EndUser,
        sent_at: u64,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> bool {
        let end_user_id = user.id.clone();
        let believed = self.know(lane, user, sent_at, now, changes);
        if let Lookup::ExternalId(external_id) = lookup {
            self.tie(external_id, &end_user_id, changes);
        }
        believed
    }

    /// Keeps InMoment's data of an end user, unless a write to it was under way meanwhile.
    pub(crate) fn know(
        &mut self,
        lane: &mut Lane,
        user: EndUser,
        sent_at: u64,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> bool {
        let believed = self.believes(&user.id, sent_at);
        if let Some(external_id) = user.external_id.as_ref().filter(|_| !believed) {
            self.tie(external_id, &user.id, changes);
        }
        lane.intents.remember([user.id.clone()], user.external_id.clone());
        lane.intents.progress.read_at = Some(now.mono).filter(|_| believed);
        if !believed {
            return false;
        }
        self.learn(Known::now(known_user(user, now), now), changes);
        true
    }

    /// Takes in that InMoment does not know the end user whom the lane asked for.
    pub(crate) fn not_found(
        &mut self,
        lane: &mut Lane,
        lookup: &Lookup,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        match lookup {
            Lookup::ExternalId(_) => lane.intents.progress.absent_at = Some(now.mono),
            Lookup::Id(end_user_id) => self.is_gone(lane, end_user_id, changes),
            Lookup::Email(_) | Lookup::Phone(_) => self.holder_not_found(lane, now),
        }
    }

    /// Takes in that InMoment does not know this end user (any more).
    pub(crate) fn is_gone(&mut self, lane: &mut Lane, end_user_id: &str, changes: &mut Vec<Change>) {
        let Some(head) = lane.intents.items.front() else { return };
        let progress = &mut lane.intents.progress;
        if head.who.end_user_id.as_deref() == Some(end_user_id) {
            progress.named_id_dead = true;
        }
        progress.adopt = None;
        progress.absent_at = None;
        self.vanished(end_user_id, head.who.external_id.as_deref(), changes);
    }

    /// Takes in the properties that were sent with an answer, which InMoment holds now.
    pub(crate) fn properties_sent(
        &mut self,
        end_user_id: &str,
        flight: &Flight,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        let (Some(properties), Some(before)) = (&flight.sent_properties, &flight.known_before) else {
            return;
        };
        if before.user.end_user_id == end_user_id && self.believes(end_user_id, flight.sent_at) {
            let user = KnownUser { properties: properties.clone(), read_at: now.wall, ..before.user.clone() };
            self.learn(Known::now(user, now), changes);
        }
    }
}
