//! What is known of end users, as far as the lanes in memory need it. The journal holds the rest.
//!
//! An entry here always wins over what a read from the journal says: the read may have been made before our last
//! commit. "Doubted" and "unlinked" are entries too, for the same reason.
//!
//! One end user can be named in two ways, and until InMoment has said so two lanes may work on it. So what a reply says of
//! an end user counts only if no write to it was under way since that call was sent: else one lane would lay its
//! properties over those of before the other's write, and undo it.

use super::conflicts::Conflicts;
use crate::clock::Now;
use journal::{Change, ConflictRecord, KnownUser, Party, UniqueField};
use mapping::Who;
use std::collections::HashMap;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Knowledge {
    /// Who goes without an e-mail or phone number that somebody else has.
    pub(crate) conflicts: Conflicts,
    users: HashMap<String, Option<Known>>,
    links: HashMap<String, Option<String>>,
    /// The external id of an end user, as far as it was ever said; a doubt does not touch it.
    owners: HashMap<String, String>,
    writes: HashMap<String, Writes>,
    /// Writes kept in mind when they are next gone through.
    tidy_at: usize,
}

/// What InMoment said of an end user, and when.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) user: KnownUser,
    /// When that was (monotonic, before the process began too); none where nobody can tell. The wall clock's stamp does not: it
    /// may have been set since.
    since: Option<i64>,
}

impl Known {
    /// InMoment says so now.
    pub(crate) fn now(user: KnownUser, now: Now) -> Known {
        Known::read_before(user, Some(Duration::ZERO), now)
    }

    /// It said so this long ago.
    pub(crate) fn read_before(user: KnownUser, age: Option<Duration>, now: Now) -> Known {
        let age = age.and_then(|age| i64::try_from(age.as_millis()).ok());
        let mono = i64::try_from(now.mono).unwrap_or(i64::MAX);
        Known { user, since: age.map(|age| mono.saturating_sub(age)) }
    }
}

/// Writes to one end user.
#[derive(Default)]
struct Writes {
    under_way: u32,
    /// When the last one was answered or lost (monotonic).
    last: u64,
}

/// So many writes are kept in mind without looking which of them still matter.
const FEW_WRITES: usize = 1_024;

impl Knowledge {
    pub(crate) fn restore(conflicts: Vec<ConflictRecord>) -> Knowledge {
        Knowledge { conflicts: Conflicts::restore(conflicts), ..Knowledge::default() }
    }

    /// The end-user id under which InMoment has this person, if it is known that it has.
    pub(crate) fn own_record<'a>(&'a self, who: &'a Who, named_id_dead: bool) -> Option<&'a str> {
        let named = who.end_user_id.as_deref().filter(|_| !named_id_dead);
        named.or_else(|| self.link(who.external_id.as_deref()?))
    }

    /// Takes over what the journal knew, where nothing is known here.
    pub(crate) fn offer(&mut self, external_id: Option<&str>, link: Option<String>, known: Option<Known>) {
        if let Some(known) = known {
            if let Some(owner) = &known.user.external_id {
                self.owners.entry(known.user.end_user_id.clone()).or_insert_with(|| owner.clone());
            }
            self.users.entry(known.user.end_user_id.clone()).or_insert(Some(known));
        }
        if let (Some(external_id), Some(link)) = (external_id, link) {
            self.links.entry(external_id.to_owned()).or_insert(Some(link));
        }
    }

    /// Known, however long ago.
    pub(crate) fn user(&self, end_user_id: &str) -> Option<&KnownUser> {
        self.known(end_user_id).map(|known| &known.user)
    }

    /// The same, with when it was said.
    pub(crate) fn known(&self, end_user_id: &str) -> Option<&Known> {
        self.users.get(end_user_id).and_then(Option::as_ref)
    }

    /// Known, and not for longer than `max_age`, by the time that truly passed.
    pub(crate) fn fresh(&self, end_user_id: &str, now: Now, max_age: Duration) -> Option<&KnownUser> {
        let (now, max_age) = (i128::from(now.mono), i128::try_from(max_age.as_millis()).unwrap_or(i128::MAX));
        let fresh = |known: &&Known| known.since.is_some_and(|since| now - i128::from(since) <= max_age);
        self.known(end_user_id).filter(fresh).map(|known| &known.user)
    }

    /// The external id that this end user is known to have.
    pub(crate) fn owner(&self, end_user_id: &str) -> Option<&str> {
        self.owners.get(end_user_id).map(String::as_str)
    }

    /// Whether this end user may be this person: it has no external id, as far as is known, or this one.
    pub(crate) fn may_be(&self, end_user_id: &str, external_id: Option<&str>) -> bool {
        let said = self.user(end_user_id).and_then(|user| user.external_id.as_deref());
        said.or(self.owner(end_user_id)).is_none_or(|owner| Some(owner) == external_id)
    }

    /// A write to this end user goes out.
    pub(crate) fn write_begins(&mut self, end_user_id: &str) {
        self.writes.entry(end_user_id.to_owned()).or_default().under_way += 1;
    }

    /// It was answered, or lost.
    pub(crate) fn write_ends(&mut self, end_user_id: &str) {
        if let Some(writes) = self.writes.get_mut(end_user_id) {
            writes.under_way = writes.under_way.saturating_sub(1);
        }
    }

    /// What a write's reply says has been taken in: what was sent before it is out of date.
    ///
    /// `oldest_call` is when the oldest call still under way was sent: a write before it matters to nobody any more.
    pub(crate) fn written(&mut self, end_user_id: &str, now: Now, oldest_call: Option<u64>) {
        if let Some(writes) = self.writes.get_mut(end_user_id) {
            writes.last = now.mono;
        }
        if self.writes.len() > self.tidy_at.max(FEW_WRITES) {
            let matters = |last: u64| oldest_call.is_some_and(|sent_at| last >= sent_at);
            self.writes.retain(|_, writes| writes.under_way > 0 || matters(writes.last));
            // Twice what is left, so that going through them costs little a write however many stay.
            self.tidy_at = self.writes.len() * 2;
        }
    }

    /// Whether the reply to a call sent at this time (monotonic) says how this end user is now.
    pub(crate) fn believes(&self, end_user_id: &str, sent_at: u64) -> bool {
        self.writes.get(end_user_id).is_none_or(|writes| writes.under_way == 0 && writes.last <= sent_at)
    }

    pub(crate) fn link(&self, external_id: &str) -> Option<&str> {
        self.links.get(external_id).and_then(Option::as_deref)
    }

    /// InMoment has said so.
    pub(crate) fn learn(&mut self, known: Known, changes: &mut Vec<Change>) {
        let user = known.user.clone();
        let party =
            Party { end_user_id: Some(user.end_user_id.clone()), external_id: user.external_id.clone() };
        for (field, holds) in
            [(UniqueField::Email, &user.email), (UniqueField::PhoneNumber, &user.phone_number)]
        {
            self.conflicts.released(&user.end_user_id, field, holds.as_deref(), changes);
            if let Some(holds) = holds {
                self.conflicts.held_by(&party, field, holds, changes);
            }
        }
        if let Some(external_id) = &user.external_id {
            self.links.insert(external_id.clone(), Some(user.end_user_id.clone()));
            self.owners.insert(user.end_user_id.clone(), external_id.clone());
        }
        self.users.insert(user.end_user_id.clone(), Some(known));
        changes.push(Change::KnowUser(user));
    }

    /// This external id led InMoment to this end user.
    pub(crate) fn tie(&mut self, external_id: &str, end_user_id: &str, changes: &mut Vec<Change>) {
        if self.link(external_id) != Some(end_user_id) {
            self.links.insert(external_id.to_owned(), Some(end_user_id.to_owned()));
            self.owners.insert(end_user_id.to_owned(), external_id.to_owned());
            changes.push(Change::Link(external_id.to_owned(), end_user_id.to_owned()));
        }
    }

    /// What is known may no longer be so: a write is about to be made, or was lost. That the end user exists, and
    /// whose external id it has, stays known through the link.
    pub(crate) fn doubt(&mut self, end_user_id: &str, changes: &mut Vec<Change>) {
        if !matches!(self.users.get(end_user_id), Some(None)) {
            self.users.insert(end_user_id.to_owned(), None);
            changes.push(Change::DoubtUser(end_user_id.to_owned()));
        }
    }

    /// InMoment does not know this end user any more.
    pub(crate) fn vanished(
        &mut self,
        end_user_id: &str,
        external_id: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        self.doubt(end_user_id, changes);
        for field in UniqueField::ALL {
            self.conflicts.released(end_user_id, field, None, changes);
        }
        self.owners.remove(end_user_id);
        if let Some(external_id) = external_id.filter(|e| self.link(e) == Some(end_user_id)) {
            self.links.insert(external_id.to_owned(), None);
            changes.push(Change::Unlink(external_id.to_owned()));
        }
    }

    /// No lane in memory needs this end user any more.
    pub(crate) fn forget_user(&mut self, end_user_id: &str) {
        self.users.remove(end_user_id);
        self.owners.remove(end_user_id);
    }

    /// No lane in memory needs this external id any more.
    pub(crate) fn forget_link(&mut self, external_id: &str) {
        self.links.remove(external_id);
    }
}
