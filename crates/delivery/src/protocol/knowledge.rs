//! The knowledge of end users that the lanes in memory need. The journal holds the rest.
//!
//! An entry here takes precedence over data that is read from the journal, because the read may have been made before
//! our last commit. For the same reason, "doubted" and "unlinked" are entries as well.
//!
//! One end user can be named in two ways, and until InMoment's replies show that, two lanes may work on it. So a
//! reply's data of an end user count only if no write to that end user was under way since the call was sent; otherwise
//! one lane would lay its properties over those from before the other lane's write, and undo it (a lost update).

use super::conflicts::Conflicts;
use crate::clock::Now;
use journal::{Change, ConflictRecord, KnownUser, Party, UniqueField};
use mapping::Who;
use std::collections::HashMap;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Knowledge {
    /// The conflicts about e-mails and phone numbers that other end users have.
    pub(crate) conflicts: Conflicts,
    users: HashMap<String, Option<Known>>,
    links: HashMap<String, Option<String>>,
    /// The external id of each end user, if InMoment has ever returned it; a doubt does not remove it.
    owners: HashMap<String, String>,
    writes: HashMap<String, Writes>,
    /// The number of recorded writes at which they are next cleaned up.
    tidy_at: usize,
}

/// InMoment's data of an end user, and when they were returned.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) user: KnownUser,
    /// When they were returned (monotonic, negative before the process began); `None` if it is not known. The wall
    /// clock's stamp cannot tell, because the clock may have been set since.
    since: Option<i64>,
}

impl Known {
    /// Data that InMoment returns now.
    pub(crate) fn now(user: KnownUser, now: Now) -> Known {
        Known::read_before(user, Some(Duration::ZERO), now)
    }

    /// Data that InMoment returned this long ago.
    pub(crate) fn read_before(user: KnownUser, age: Option<Duration>, now: Now) -> Known {
        let age = age.and_then(|age| i64::try_from(age.as_millis()).ok());
        let mono = i64::try_from(now.mono).unwrap_or(i64::MAX);
        Known { user, since: age.map(|age| mono.saturating_sub(age)) }
    }
}

/// The writes to one end user.
#[derive(Default)]
struct Writes {
    under_way: u32,
    /// When the last write was answered or lost (monotonic).
    last: u64,
}

/// Up to this many recorded writes are kept without a clean-up.
const FEW_WRITES: usize = 1_024;

impl Knowledge {
    pub(crate) fn restore(conflicts: Vec<ConflictRecord>) -> Knowledge {
        Knowledge { conflicts: Conflicts::restore(conflicts), ..Knowledge::default() }
    }

    /// The end-user id under which InMoment has this person, if that is known.
    pub(crate) fn own_record<'a>(&'a self, who: &'a Who, named_id_dead: bool) -> Option<&'a str> {
        let named = who.end_user_id.as_deref().filter(|_| !named_id_dead);
        named.or_else(|| self.link(who.external_id.as_deref()?))
    }

    /// Takes over the journal's knowledge where there is no entry here.
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

    /// The known data of an end user, of any age.
    pub(crate) fn user(&self, end_user_id: &str) -> Option<&KnownUser> {
        self.known(end_user_id).map(|known| &known.user)
    }

    /// The known data with their age.
    pub(crate) fn known(&self, end_user_id: &str) -> Option<&Known> {
        self.users.get(end_user_id).and_then(Option::as_ref)
    }

    /// The known data if they are not older than `max_age`, by the time that truly passed.
    pub(crate) fn fresh(&self, end_user_id: &str, now: Now, max_age: Duration) -> Option<&KnownUser> {
        let (now, max_age) = (i128::from(now.mono), i128::try_from(max_age.as_millis()).unwrap_or(i128::MAX));
        let fresh = |known: &&Known| known.since.is_some_and(|since| now - i128::from(since) <= max_age);
        self.known(end_user_id).filter(fresh).map(|known| &known.user)
    }

    /// The external id that this end user is known to have.
    pub(crate) fn owner(&self, end_user_id: &str) -> Option<&str> {
        self.owners.get(end_user_id).map(String::as_str)
    }

    /// Whether this end user may be this person: its external id is this one or not known.
    pub(crate) fn may_be(&self, end_user_id: &str, external_id: Option<&str>) -> bool {
        let said = self.user(end_user_id).and_then(|user| user.external_id.as_deref());
        said.or(self.owner(end_user_id)).is_none_or(|owner| Some(owner) == external_id)
    }

    /// Notes that a write to this end user is sent.
    pub(crate) fn write_begins(&mut self, end_user_id: &str) {
        self.writes.entry(end_user_id.to_owned()).or_default().under_way += 1;
    }

    /// Notes that a write was answered or lost.
    pub(crate) fn write_ends(&mut self, end_user_id: &str) {
        if let Some(writes) = self.writes.get_mut(end_user_id) {
            writes.under_way = writes.under_way.saturating_sub(1);
        }
    }

    /// Notes that a write's reply was taken in, so that replies to calls that were sent before are out of date.
    ///
    /// `oldest_call` is when the oldest call under way was sent; writes before it do not matter any more.
    pub(crate) fn written(&mut self, end_user_id: &str, now: Now, oldest_call: Option<u64>) {
        if let Some(writes) = self.writes.get_mut(end_user_id) {
            writes.last = now.mono;
        }
        if self.writes.len() > self.tidy_at.max(FEW_WRITES) {
            let matters = |last: u64| oldest_call.is_some_and(|sent_at| last >= sent_at);
            self.writes.retain(|_, writes| writes.under_way > 0 || matters(writes.last));
            // Twice the remaining number, so that the amortised cost of the clean-up for each write is constant.
            self.tidy_at = self.writes.len() * 2;
        }
    }

    /// Whether the reply to a call that was sent at this time (monotonic) has the present data of this end user.
    pub(crate) fn believes(&self, end_user_id: &str, sent_at: u64) -> bool {
        self.writes.get(end_user_id).is_none_or(|writes| writes.under_way == 0 && writes.last <= sent_at)
    }

    pub(crate) fn link(&self, external_id: &str) -> Option<&str> {
        self.links.get(external_id).and_then(Option::as_deref)
    }

    /// Takes in data that InMoment has returned.
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

    /// Links this external id to the end user that InMoment has for it.
    pub(crate) fn tie(&mut self, external_id: &str, end_user_id: &str, changes: &mut Vec<Change>) {
        if self.link(external_id) != Some(end_user_id) {
            self.links.insert(external_id.to_owned(), Some(end_user_id.to_owned()));
            self.owners.insert(end_user_id.to_owned(), external_id.to_owned());
            changes.push(Change::Link(external_id.to_owned(), end_user_id.to_owned()));
        }
    }

    /// Puts the data in doubt, because a write is about to be made or was lost. The existence of the end user and its
    /// external id stay known through the link.
    pub(crate) fn doubt(&mut self, end_user_id: &str, changes: &mut Vec<Change>) {
        if !matches!(self.users.get(end_user_id), Some(None)) {
            self.users.insert(end_user_id.to_owned(), None);
            changes.push(Change::DoubtUser(end_user_id.to_owned()));
        }
    }

    /// Removes an end user that InMoment does not know any more.
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

    /// Drops an end user that no lane in memory needs any more.
    pub(crate) fn forget_user(&mut self, end_user_id: &str) {
        self.users.remove(end_user_id);
        self.owners.remove(end_user_id);
    }

    /// Drops an external id that no lane in memory needs any more.
    pub(crate) fn forget_link(&mut self, external_id: &str) {
        self.links.remove(external_id);
    }
}
