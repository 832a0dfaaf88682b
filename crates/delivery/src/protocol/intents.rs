//! The intents of one lane, and what has been learnt about the first of them.

use super::item::Item;
use super::knowledge::Known;
use super::names::Names;
use super::their_clock::Sent;
use crate::clock::Now;
use crate::engine::{Lane as EngineLane, SleepingHead};
use event::Millis;
use inmoment::Call;
use journal::UniqueField;
use std::collections::VecDeque;

/// Contradictory replies about one intent after which it is given up.
pub(crate) const SURPRISES: u32 = 3;

/// A lane as the protocol sees it.
pub(crate) type Lane = EngineLane<Intents>;

/// What has been learnt while working on the head.
#[derive(Default)]
pub(crate) struct Progress {
    /// The end-user id the event names is unknown to InMoment.
    pub(crate) named_id_dead: bool,
    /// The end user was read for this very intent at this time (monotonic).
    pub(crate) read_at: Option<u64>,
    /// The end user had to be looked up or created for this very intent.
    pub(crate) asked: bool,
    /// The external id was looked up at this time and unknown (monotonic).
    pub(crate) absent_at: Option<u64>,
    /// A write was refused because somebody else has this field's value: look for its holder.
    pub(crate) asking: Option<UniqueField>,
    /// Fields that somebody else has: it goes on without them.
    pub(crate) left_out: Vec<UniqueField>,
    /// The person's own record has given its external id up, for another record is to have it.
    pub(crate) gave_up: bool,
    /// The e-mail's holder has no external id: it becomes ours.
    pub(crate) adopt: Option<String>,
    /// Our answer may be there already: sent at this time, no reply understood.
    pub(crate) ambiguous_since: Option<Sent>,
    /// The e-mail of whose answer that is: what was known of the end user is doubted since.
    pub(crate) email: Option<String>,
    /// The page of the read-back to look at next.
    pub(crate) read_back_page: u32,
    /// How often InMoment's word changed under our hands.
    pub(crate) surprises: u32,
}

/// The call under way for a lane's head.
pub(crate) struct Flight {
    pub(crate) call: Call,
    /// When it went out, or was announced (monotonic, and by our wall clock).
    pub(crate) sent_at: u64,
    pub(crate) sent_wall: Millis,
    /// The stored properties and the event's, as sent: what InMoment holds if it carried the call out.
    pub(crate) sent_properties: Option<serde_json::Map<String, serde_json::Value>>,
    /// What was known of the end user it alters, should it turn out that it was not carried out.
    pub(crate) known_before: Option<Known>,
}

impl Flight {
    /// What it carries must not change under way.
    pub(crate) fn writes(&self) -> bool {
        self.call.writes()
    }

    /// The end user it names by InMoment's id, in its path.
    pub(crate) fn end_user_id(&self) -> Option<&str> {
        match &self.call {
            Call::UpdateEndUser { end_user_id, .. }
            | Call::CreateResponse { end_user_id, .. }
            | Call::CreateDecline { end_user_id, .. }
            | Call::ListResponses { end_user_id, .. }
            | Call::ListDeclines { end_user_id, .. } => Some(end_user_id),
            Call::GetEndUser(_) | Call::CreateEndUser(_) | Call::Authenticate => None,
        }
    }

    /// The end user whose stored fields or properties it alters.
    pub(crate) fn alters(&self) -> Option<&str> {
        match &self.call {
            Call::UpdateEndUser { end_user_id, .. } => Some(end_user_id),
            Call::CreateResponse { end_user_id, .. } | Call::CreateDecline { end_user_id, .. } => {
                self.sent_properties.as_ref().map(|_| end_user_id.as_str())
            }
            _ => None,
        }
    }
}

/// The intents of one end user, in the order of their events, and how far the first of them has come.
pub(crate) struct Intents {
    pub(crate) items: VecDeque<Item>,
    pub(crate) progress: Progress,
    pub(crate) flight: Option<Box<Flight>>,
    /// The journal holds a call in flight for it, under this key.
    pub(crate) in_flight_recorded: Option<String>,
    /// End users and external ids it brought into memory.
    pub(crate) users: Names,
    pub(crate) links: Names,
}

impl Intents {
    pub(crate) fn new() -> Self {
        Intents {
            // Most lanes hold one item at a time.
            items: VecDeque::with_capacity(1),
            progress: Progress::default(),
            flight: None,
            in_flight_recorded: None,
            users: Names::default(),
            links: Names::default(),
        }
    }

    /// The item that is worked on; none where all intents have been carried out or given up.
    pub(crate) fn head(&self) -> Option<&Item> {
        self.items.front()
    }

    /// What the journal keeps of the head while it waits; none of what settles a conflict, for that is begun anew by a restart:
    /// it is the conflict that is kept.
    pub(crate) fn sleeping_head(&self) -> Option<SleepingHead> {
        let head = self.head().filter(|head| head.settling.is_none())?;
        Some(SleepingHead { position: head.first().position, wait_until: head.wait_until })
    }

    /// Puts an item at the end, or into the last one where both become one call.
    pub(crate) fn add(&mut self, item: Item) {
        let only_head = self.items.len() == 1;
        match self.items.back_mut() {
            Some(last)
                if last.takes(&item)
                    && !(only_head && self.flight.as_ref().is_some_and(|flight| flight.writes())) =>
            {
                last.absorb(item);
            }
            _ => self.items.push_back(item),
        }
        if self.items.len() == 1 && self.progress.ambiguous_since.is_none() {
            self.progress.ambiguous_since = self.head_perhaps_sent();
        }
    }

    fn head_perhaps_sent(&self) -> Option<Sent> {
        self.head()?.perhaps_sent.map(Sent::Before)
    }

    /// The head, an answer, waits until then for its end user (monotonic).
    pub(crate) fn wait_until(&mut self, until: u64) {
        if let Some(head) = self.items.front_mut() {
            head.wait_until = Some(until);
        }
    }

    /// At the end of a wait only a new look-up counts.
    pub(crate) fn end_wait(&mut self, now: Now) {
        if self.head().and_then(|head| head.wait_until).is_some_and(|until| until <= now.mono) {
            self.progress.absent_at = None;
            self.progress.named_id_dead = false;
        }
    }

    /// Notes what it brought into memory, so that it can leave with the lane.
    pub(crate) fn remember(&mut self, users: impl IntoIterator<Item = String>, link: Option<String>) {
        users.into_iter().for_each(|user| self.users.add(user));
        link.into_iter().for_each(|link| self.links.add(link));
    }

    /// Takes another lane's items in, by the order of their events, behind what is under way.
    pub(crate) fn join(&mut self, other: &mut Intents) {
        other.users.all().iter().for_each(|user| self.users.add(user.clone()));
        other.links.all().iter().for_each(|link| self.links.add(link.clone()));
        let mut queued = self.items.split_off(self.items.len().min(1));
        for item in std::mem::take(&mut other.items) {
            let position = item.first().position;
            while let Some(before) = queued.pop_front_if(|queued| queued.first().position <= position) {
                self.items.push_back(before);
            }
            self.items.push_back(item);
        }
        self.items.append(&mut queued);
    }

    /// Another item is first now: nothing learnt for the former one applies, except that the person is absent.
    pub(super) fn new_head(&mut self) {
        let absent_at = self.progress.absent_at;
        let ambiguous_since = self.head_perhaps_sent();
        self.progress = Progress { absent_at, ambiguous_since, ..Progress::default() };
    }
}
