//! What one end user's events want done, as items: one for each call that carries an intent out.

use crate::engine::Member;
use event::Millis;
use journal::{Position, Settlement, UniqueField};
use mapping::{Action, DeclineFields, EndUserFields, Intent, ResponseFields, Who};

/// Identifies that become one call, at most.
const MERGED_AT_MOST: u64 = 1_024;

/// What an item wants done.
pub(crate) enum Work {
    /// Adjacent identifies, merged when they are sent; kept apart so that one InMoment refuses cannot take the others
    /// with it.
    Upsert(Vec<(Member, EndUserFields)>),
    Response(Member, Box<ResponseFields>),
    Decline(Member, Box<DeclineFields>),
}

/// One intent, or several that become one call.
pub(crate) struct Item {
    pub(crate) who: Who,
    pub(crate) work: Work,
    /// Refused once as part of a merger: goes by itself now.
    pub(crate) alone: bool,
    /// For an answer whose end user is unknown: when the wait ends (monotonic).
    pub(crate) wait_until: Option<u64>,
    /// It settles a conflict: there is no event behind it, and no fate for one.
    pub(crate) settling: Option<Box<Settling>>,
    /// It is an answer of a journal that is a copy taken at this time: it may have been sent since by the one that it is of.
    pub(crate) perhaps_sent: Option<Millis>,
}

/// How an item settles a conflict.
#[derive(Clone)]
pub(crate) struct Settling {
    /// The key of the conflict's lane.
    pub(crate) lane: String,
    pub(crate) field: UniqueField,
    pub(crate) way: Settlement,
    /// The record that gives up the person's external id first.
    pub(crate) gives_up: Option<String>,
    /// The record that gets it.
    pub(crate) takes: Option<String>,
}

impl Item {
    /// One event's intent. `perhaps_sent`: when the original of a copied journal may have sent it, if it is an answer.
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
            // An upsert is made with its first part and never emptied while it is in a lane.
            Work::Upsert(parts) => &parts[0].0,
            Work::Response(member, _) | Work::Decline(member, _) => member,
        }
    }

    /// The events it is made for; none for what settles a conflict, whose events have met their fates.
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

    /// How long its events' texts are together.
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

    /// Adjacent identifies about the same person become one call; not too many, for their fates go into one commit.
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
