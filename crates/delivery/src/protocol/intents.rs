//! The intents of one lane, and the progress of the first of them.

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

/// The number of contradictory replies about one intent after which it is given up.
pub(crate) const SURPRISES: u32 = 3;

/// A lane whose items are the protocol's.
pub(crate) type Lane = EngineLane<Intents>;

/// The progress of the head.
#[derive(Default)]
pub(crate) struct Progress {
    /// InMoment does not know the end-user id that the event names.
    pub(crate) named_id_dead: bool,
    /// When the end user was read for this intent (monotonic).
    pub(crate) read_at: Option<u64>,
    /// Whether the end user was looked up or created for this intent.
    pub(crate) asked: bool,
    /// When the external id was looked up and InMoment did not know it (monotonic).
    pub(crate) absent_at: Option<u64>,
    /// A write was refused because another end user has this field's value, so its holder has to be looked up.
    pub(crate) asking: Option<UniqueField>,
    /// Fields whose values other end users have; the intent goes on without them.
    pub(crate) left_out: Vec<UniqueField>,
    /// Whether the person's own record has given its external id up for another record.
    pub(crate) gave_up: bool,
    /// The id of the e-mail's holder, which has no external id and becomes this person's record.
    pub(crate) adopt: Option<String>,
    /// When the answer was sent, if its reply was lost, so that it may be at InMoment.
    pub(crate) ambiguous_since: Option<Sent>,
    /// The e-mail of the end user whose answer is in doubt, because the knowledge of the end user is in doubt as well.
    pub(crate) email: Option<String>,
    /// The next page of the read-back.
    pub(crate) read_back_page: u32,
    /// How often InMoment's replies contradicted each other.
    pub(crate) surprises: u32,
}

/// The call under way for a lane's head.
pub(crate) struct Flight {
    pub(crate) call: Call,
    /// When it was sent or announced (monotonic, and by our wall clock).
    pub(crate) sent_at: u64,
    pub(crate) sent_wall: Millis,
    /// The properties as sent, the event's laid over the stored ones: InMoment holds them if it carried the call out.
    pub(crate) sent_properties: Option<serde_json::Map<String, serde_json::Value>>,
    /// The knowledge of the end user whom it alters, which is restored if it was not carried out.
    pub(crate) known_before: Option<Known>,
}

impl Flight {
    /// Whether the call is a write, whose content must not change while it is under way.
    pub(crate) fn writes(&self) -> bool {
        self.call.writes()
    }

    /// The end user whom its path names by InMoment's id.
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

    /// The end user whose stored fields or properties the call alters.
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

/// The intents of one end user, in the order of their events, and the progress of the first of them.
pub(crate) struct Intents {
    pub(crate) items: VecDeque<Item>,
    pub(crate) progress: Progress,
    pub(crate) flight: Option<Box<Flight>>,
    /// The key of the lane's call in flight in the journal, if there is one.
    pub(crate) in_flight_recorded: Option<String>,
    /// The end users and external ids whose knowledge the lane has brought into memory.
    pub(crate) users: Names,
    pub(crate) links: Names,
}

impl Intents {
    pub(crate) fn new() -> Self {
        Intents {
            // Most lanes hold only one item.
            items: VecDeque::with_capacity(1),
            progress: Progress::default(),
            flight: None,
            in_flight_recorded: None,
            users: Names::default(),
            links: Names::default(),
        }
    }

    /// The first item; `None` if all intents have been carried out or given up.
    pub(crate) fn head(&self) -> Option<&Item> {
        self.items.front()
    }

    /// The journal's record of the head while it waits; `None` for an item that settles a conflict, which a restart
    /// makes again from the conflict.
    pub(crate) fn sleeping_head(&self) -> Option<SleepingHead> {
        let head = self.head().filter(|head| head.settling.is_none())?;
        Some(SleepingHead { position: head.first().position, wait_until: head.wait_until })
    }

    /// Adds an item at the end, or merges it into the last one if both become one call.
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

    /// Makes the head, an answer, wait for its end user until then (monotonic).
    pub(crate) fn wait_until(&mut self, until: u64) {
        if let Some(head) = self.items.front_mut() {
            head.wait_until = Some(until);
        }
    }

    /// Ends a wait, after which only a new look-up counts.
    pub(crate) fn end_wait(&mut self, now: Now) {
        if self.head().and_then(|head| head.wait_until).is_some_and(|until| until <= now.mono) {
            self.progress.absent_at = None;
            self.progress.named_id_dead = false;
        }
    }

    /// Notes names that the lane brought into memory, so that their knowledge is dropped with the lane.
    pub(crate) fn remember(&mut self, users: impl IntoIterator<Item = String>, link: Option<String>) {
        users.into_iter().for_each(|user| self.users.add(user));
        link.into_iter().for_each(|link| self.links.add(link));
    }

    /// Merges another lane's items, in the order of their events, behind a call under way.
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

    /// Resets the progress for another head; only the knowledge that the person is absent stays.
    pub(super) fn new_head(&mut self) {
        let absent_at = self.progress.absent_at;
        let ambiguous_since = self.head_perhaps_sent();
        self.progress = Progress { absent_at, ambiguous_since, ..Progress::default() };
    }
}
