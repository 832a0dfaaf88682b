//! The items of a lane: one for each call that carries out one or more intents.

use crate::engine::Member;
use event::Millis;
use journal::{Position, Settlement, UniqueField};
use mapping::{Action, DeclineFields, EndUserFields, Intent, ResponseFields, Who};

/// The largest number of identifies that become one call.
const MERGED_AT_MOST: u64 = 1_024;

/// The work of an item.
pub(crate) enum Work {
    /// Adjacent identifies. They are merged when they are sent, and stored separately so that one that InMoment refuses
    /// does not affect the others.
    Upsert(Vec<(Member, EndUserFields)>),
    Response(Member, Box<ResponseFields>),
    Decline(Member, Box<DeclineFields>),
}

/// One intent, or several that become one call.
pub(crate) struct Item {
    pub(crate) who: Who,
    pub(crate) work: Work,
    /// Whether it was refused as part of a merged call, so that it is sent alone now.
    pub(crate) alone: bool,
    /// When the wait of an answer for its unknown end user ends (monotonic).
    pub(crate) wait_until: Option<u64>,
    /// How it settles a conflict. Such an item has no event and no fate.
    pub(crate) settling: Option<Box<Settling>>,
    /// When the journal was copied, if the item is an answer of a copied journal, whose original may have sent it
    /// since.
    pub(crate) perhaps_sent: Option<Millis>,
}

/// How an item settles a conflict.
#[derive(Clone)]
pub(crate) struct Settling {
    /// The key of the conflict's lane.
    pub(crate) lane: String,
    pub(crate) field: UniqueField,
    pub(crate) way: Settlement,
    /// The record that gives the person's external id up first.
    pub(crate) gives_up: Option<String>,
    /// The record that gets the external id.
    pub(crate) takes: Option<String>,
}

impl Item {
    /// The item of one event's intent. `perhaps_sent`: when the original of a copied journal may have sent it, if it is
    /// an answer.
    pub(crate) fn new(member: Member, intent: Intent, perhaps_sent: Option<Millis>) -> Item {
        let work = match intent.action {
            Action::UpsertEndUser(fields) => Work::Upsert(vec![(member, fields)]),
            Action::CreateResponse(fields) => Work::Response(member, Box::new(fields)),
            Action::CreateDecline(fields) => Work::Decline(member, Box::new(fields)),
        };
        let perhaps_sent = perhaps_sent.filter(|_| !matches!(work, Work::Upsert(_)));
        Item { who: intent.who, work, alone: false, wait_until: None, settling: None, perhaps_sent }
    }

    pub(crate) fn first(&self) -> &Member {
        match &self.work {
            // An upsert is made with its first part and is never empty while it is in a lane.
            Work::Upsert(parts) => &parts[0].0,
            Work::Response(member, _) | Work::Decline(member, _) => member,
        }
    }

    /// The events that it is made for; empty for an item that settles a conflict, whose events have their fates.
    pub(crate) fn positions(&self) -> Vec<Position> {
        match &self.work {
            _ if self.settling.is_some() => Vec::new(),
            Work::Upsert(parts) => parts.iter().map(|(member, _)| member.position).collect(),
            Work::Response(member, _) | Work::Decline(member, _) => vec![member.position],
        }
    }

    pub(crate) fn has(&self, position: Position) -> bool {
        match &self.work {
            _ if self.settling.is_some() => false,
            Work::Upsert(parts) => parts.iter().any(|(member, _)| member.position == position),
            Work::Response(member, _) | Work::Decline(member, _) => member.position == position,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        match &self.work {
            Work::Upsert(parts) => parts.len() as u64,
            _ => 1,
        }
    }

    /// The length of its events' texts together, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.work {
            Work::Upsert(parts) => parts.iter().map(|(member, _)| member.bytes).sum(),
            Work::Response(member, _) | Work::Decline(member, _) => member.bytes,
        }
    }

    pub(crate) fn into_members(self) -> Vec<Member> {
        match self.work {
            Work::Upsert(parts) => parts.into_iter().map(|(member, _)| member).collect(),
            Work::Response(member, _) | Work::Decline(member, _) => vec![member],
        }
    }

    pub(crate) fn is_upsert(&self) -> bool {
        matches!(self.work, Work::Upsert(_))
    }

    /// Whether the other item can be merged into this one: both are identifies about the same person, and not too many,
    /// because their fates go into one commit.
    pub(crate) fn takes(&self, other: &Item) -> bool {
        self.is_upsert()
            && other.is_upsert()
            && self.who == other.who
            && !self.alone
            && !other.alone
            && self.len() + other.len() <= MERGED_AT_MOST
    }

    pub(crate) fn absorb(&mut self, other: Item) {
        if let (Work::Upsert(parts), Work::Upsert(more)) = (&mut self.work, other.work) {
            parts.extend(more);
        }
    }
}
