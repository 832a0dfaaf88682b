//! One end user's ordered intents, and how far the first of them has come.

use super::denial::Denied;
use super::knowledge::Known;
use super::names::Names;
use super::their_clock::Sent;
use event::Millis;
use inmoment::Call;
use journal::{MessageKey, Position, Settlement, UniqueField};
use mapping::{DeclineFields, EndUserFields, ResponseFields, Who};
use std::collections::VecDeque;

/// Identifies that become one call, at most.
const MERGED_AT_MOST: u64 = 1_024;

/// The event behind an intent.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) position: Position,
    pub(super) message: Option<MessageKey>,
    pub(super) message_id: Box<str>,
    pub(super) kind: Box<str>,
    /// How long the event's text is.
    pub(super) bytes: usize,
    /// When it happened, UNIX seconds.
    pub(super) happened_at: Option<i64>,
    /// Its message id is that of another event with other content.
    pub(super) reuses_id: bool,
}

/// What an item wants done.
pub(super) enum Work {
    /// Adjacent identifies, merged when they are sent; kept apart so that one InMoment refuses cannot take the others
    /// with it.
    Upsert(Vec<(Member, EndUserFields)>),
    Response(Member, Box<ResponseFields>),
    Decline(Member, Box<DeclineFields>),
}

/// One intent, or several that become one call.
pub(super) struct Item {
    pub(super) who: Who,
    pub(super) work: Work,
    /// Refused once as part of a merger: goes by itself now.
    pub(super) alone: bool,
    /// For an answer whose end user is unknown: when the wait ends (monotonic).
    pub(super) wait_until: Option<u64>,
    /// It settles a conflict: there is no event behind it, and no fate for one.
    pub(super) settling: Option<Box<Settling>>,
    /// It is an answer of a journal that is a copy taken at this time: it may have been sent since by the one that it is of.
    pub(super) perhaps_sent: Option<Millis>,
}

/// How an item settles a conflict.
#[derive(Clone)]
pub(super) struct Settling {
    /// The key of the conflict's lane.
    pub(super) lane: String,
    pub(super) field: UniqueField,
    pub(super) way: Settlement,
    /// The record that gives up the person's external id first.
    pub(super) gives_up: Option<String>,
    /// The record that gets it.
    pub(super) takes: Option<String>,
}

impl Item {
    pub(super) fn first(&self) -> &Member {
        match &self.work {
            // An upsert is made with its first part and never emptied while it is in a lane.
            Work::Upsert(parts) => &parts[0].0,
            Work::Response(member, _) | Work::Decline(member, _) => member,
        }
    }

    /// The events it is made for; none for what settles a conflict, whose events have met their fates.
    pub(super) fn positions(&self) -> Vec<Position> {
        match &self.work {
            _ if self.settling.is_some() => Vec::new(),
            Work::Upsert(parts) => parts.iter().map(|(member, _)| member.position).collect(),
            Work::Response(member, _) | Work::Decline(member, _) => vec![member.position],
        }
    }

    pub(super) fn has(&self, position: Position) -> bool {
        match &self.work {
            _ if self.settling.is_some() => false,
            Work::Upsert(parts) => parts.iter().any(|(member, _)| member.position == position),
            Work::Response(member, _) | Work::Decline(member, _) => member.position == position,
        }
    }

    pub(super) fn len(&self) -> u64 {
        match &self.work {
            Work::Upsert(parts) => parts.len() as u64,
            _ => 1,
        }
    }

    /// How long its events' texts are together.
    pub(super) fn bytes(&self) -> usize {
        match &self.work {
            Work::Upsert(parts) => parts.iter().map(|(member, _)| member.bytes).sum(),
            Work::Response(member, _) | Work::Decline(member, _) => member.bytes,
        }
    }

    pub(super) fn into_members(self) -> Vec<Member> {
        match self.work {
            Work::Upsert(parts) => parts.into_iter().map(|(member, _)| member).collect(),
            Work::Response(member, _) | Work::Decline(member, _) => vec![member],
        }
    }

    pub(super) fn is_upsert(&self) -> bool {
        matches!(self.work, Work::Upsert(_))
    }

    /// Adjacent identifies about the same person become one call; not too many, for their fates go into one commit.
    pub(super) fn takes(&self, other: &Item) -> bool {
        self.is_upsert()
            && other.is_upsert()
            && self.who == other.who
            && !self.alone
            && !other.alone
            && self.len() + other.len() <= MERGED_AT_MOST
    }

    pub(super) fn absorb(&mut self, other: Item) {
        if let (Work::Upsert(parts), Work::Upsert(more)) = (&mut self.work, other.work) {
            parts.extend(more);
        }
    }
}

/// What has been learnt while working on the head.
#[derive(Default)]
pub(super) struct Progress {
    /// The end-user id the event names is unknown to InMoment.
    pub(super) named_id_dead: bool,
    /// The end user was read for this very intent at this time (monotonic).
    pub(super) read_at: Option<u64>,
    /// The end user had to be looked up or created for this very intent.
    pub(super) asked: bool,
    /// The external id was looked up at this time and unknown (monotonic).
    pub(super) absent_at: Option<u64>,
    /// A write was refused because somebody else has this field's value: look for its holder.
    pub(super) asking: Option<UniqueField>,
    /// Fields that somebody else has: it goes on without them.
    pub(super) left_out: Vec<UniqueField>,
    /// The person's own record has given its external id up, for another record is to have it.
    pub(super) gave_up: bool,
    /// The e-mail's holder has no external id: it becomes ours.
    pub(super) adopt: Option<String>,
    /// Our answer may be there already: sent at this time, no reply understood.
    pub(super) ambiguous_since: Option<Sent>,
    /// The e-mail of whose answer that is: what was known of the end user is doubted since.
    pub(super) email: Option<String>,
    /// The page of the read-back to look at next.
    pub(super) read_back_page: u32,
    /// How often InMoment's word changed under our hands.
    pub(super) surprises: u32,
    /// How often its call was refused for the limit's sake while others' went through.
    pub(super) throttled: u32,
    /// When it last was refused so (monotonic).
    pub(super) throttled_at: Option<u64>,
}

/// Failures in a row of the head's calls.
pub(super) struct Trouble {
    pub(super) attempts: u32,
    /// For how long it has been failing while others succeeded.
    pub(super) failing_ms: u64,
    /// When it last failed (monotonic).
    pub(super) last_failure: u64,
    pub(super) code: &'static str,
    pub(super) last_message: String,
}

/// Where a lane stands with the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// Its head has not been looked at since something changed.
    Fresh,
    /// Its head, this event's intent, needs a call and waits for its turn.
    Ready(Position),
    /// Its head's call is under way.
    Calling,
    /// Waits for a time (monotonic).
    Asleep(u64),
}

/// The call under way for a lane's head.
pub(super) struct Flight {
    pub(super) call: Call,
    pub(super) sent_at: u64,
    pub(super) sent_wall: Millis,
    /// The stored properties and the event's, as sent: what InMoment holds if it carried the call out.
    pub(super) sent_properties: Option<serde_json::Map<String, serde_json::Value>>,
    /// What was known of the end user it alters, should it turn out that it was not carried out.
    pub(super) known_before: Option<Known>,
}

impl Flight {
    /// What it carries must not change under way.
    pub(super) fn writes(&self) -> bool {
        self.call.writes()
    }

    /// The end user it names by InMoment's id, in its path.
    pub(super) fn end_user_id(&self) -> Option<&str> {
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
    pub(super) fn alters(&self) -> Option<&str> {
        match &self.call {
            Call::UpdateEndUser { end_user_id, .. } => Some(end_user_id),
            Call::CreateResponse { end_user_id, .. } | Call::CreateDecline { end_user_id, .. } => {
                self.sent_properties.as_ref().map(|_| end_user_id.as_str())
            }
            _ => None,
        }
    }
}

pub(super) struct Lane {
    pub(super) key: String,
    pub(super) items: VecDeque<Item>,
    pub(super) stand: Stand,
    pub(super) progress: Progress,
    pub(super) trouble: Option<Box<Trouble>>,
    /// How often its head's call was turned away.
    pub(super) denied: Denied,
    pub(super) flight: Option<Box<Flight>>,
    /// The journal holds a record of trouble for it, under this key.
    pub(super) recorded: Option<String>,
    /// The journal holds a call in flight for it, under this key.
    pub(super) in_flight_recorded: Option<String>,
    /// End users and external ids it brought into memory.
    pub(super) users: Names,
    pub(super) links: Names,
}

impl Lane {
    pub(super) fn new(key: String) -> Self {
        Lane {
            key,
            // Most lanes hold one item at a time.
            items: VecDeque::with_capacity(1),
            stand: Stand::Fresh,
            progress: Progress::default(),
            trouble: None,
            denied: Denied::default(),
            flight: None,
            recorded: None,
            in_flight_recorded: None,
            users: Names::default(),
            links: Names::default(),
        }
    }

    /// Puts an item at the end, or into the last one where both become one call.
    pub(super) fn add(&mut self, item: Item) {
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
        self.items.front()?.perhaps_sent.map(Sent::Before)
    }

    /// An answer at its head waits for its unknown end user.
    pub(super) fn waits_for_user(&self) -> bool {
        matches!(self.stand, Stand::Asleep(_))
            && self.items.front().is_some_and(|head| head.wait_until.is_some())
    }

    /// Its head's call failed, and it waits for the next try.
    pub(super) fn sleeps_in_trouble(&self) -> bool {
        self.trouble.is_some() && matches!(self.stand, Stand::Asleep(_))
    }

    /// Notes what it brought into memory, so that it can leave with the lane.
    pub(super) fn remember(&mut self, users: impl IntoIterator<Item = String>, link: Option<String>) {
        users.into_iter().for_each(|user| self.users.add(user));
        link.into_iter().for_each(|link| self.links.add(link));
    }

    /// While an answer waits for its unknown end user, an identify behind it goes first (docs/facts/mapping.md#unknown-user).
    pub(super) fn bring_identify_forward(&mut self) -> bool {
        let Some(at) = self.items.iter().position(Item::is_upsert).filter(|at| *at > 0) else { return false };
        let Some(identify) = self.items.remove(at) else { return false };
        self.items.push_front(identify);
        self.new_head();
        true
    }

    /// Takes another lane's items in, by the order of their events, behind what is under way.
    pub(super) fn join(&mut self, items: VecDeque<Item>) {
        let mut queued = self.items.split_off(self.items.len().min(1));
        for item in items {
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
        self.trouble = None;
        self.denied = Denied::default();
    }
}
