//! Calls of which it is not known whether InMoment carried them out, from the record before a call to the reading back.
//!
//! # Policy
//! * **Before a write goes out**, the journal holds a record of it: which lane, for which event, what kind of call, when. The
//!   call waits until that is durable ([`super::gate`]). In the same commit, what was known of the end user is doubted.
//! * **A reply that is understood** ends the call: the record is removed in the commit of what follows from the reply. A call
//!   that certainly was not carried out leaves what was known before it true ([`Machine::believe_again`]).
//! * **No understandable reply** (time-out, broken connection, an unreadable body): a call that only reads is made again. A
//!   create or an update of an end user is decided anew after a look-up, so a second one changes nothing. An answer is *in
//!   doubt*: a second one would be counted twice. Its record stays until the doubt is over, so that a crash does not
//!   forget it.
//! * **An answer in doubt is looked for** before it is sent again: `GET .../responses` or `.../declines`, page by page. It
//!   counts as found if InMoment holds one with the same content, dated the same day, and touched since ours was sent
//!   ([`is_ours`]). Then it is delivered. If no page has it, it is sent again.
//! * **After a restart** each record that is left puts the head that it names in doubt. A record of a kind that this
//!   version does not know ([`RecordedCall::Unknown`]) counts as one of an answer: to look for an answer in vain costs a
//!   call, to send one twice cannot be undone.
//! * **Damaged records** ([`RecordedCall::Lost`]): every lane's first answer below the end of the log at that time is in
//!   doubt, for only the head of a lane can have been under way.
//! * **A restored copy of a journal** ([`RecordedCall::Restored`]): every answer below the end of the copy is in doubt,
//!   whenever it becomes the head of its lane, for the original went on sending. These last two kinds of records are removed
//!   when every event below them has its fate.

use super::Machine;
use super::effects::Effects;
use super::input::CallId;
use super::lane::{Flight, Item, Lane, Stand, Work};
use super::merge::text;
use super::their_clock::Sent;
use crate::clock::Now;
use event::Millis;
use inmoment::{Call, CallError, Executed, Feedback, Outcome};
use journal::{Change, InFlightRecord, Position};
use std::collections::HashMap;

/// InMoment's clock and ours may differ by so much when an answer is looked for.
///
/// Generous, for a clock that is wrong by hours must not send an answer again and again. What it can be mistaken for is the
/// same answer of the same day, and InMoment itself makes one of those (docs/facts/mapping.md#second-answer).
const CLOCK_DIFFERENCE_SECS: i64 = 12 * 3_600;
/// Answers of one end user dated less than this apart are one to InMoment (docs/facts/mapping.md#second-answer).
const ONE_ANSWER_SECS: i64 = 24 * 3_600;
/// Answers on one page of a read-back; fewer means it was the last.
const PAGE: usize = 50;
/// InMoment serves no further pages.
const LAST_PAGE: u32 = 30;

/// What kind of call a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordedCall {
    CreateEndUser,
    UpdateEndUser,
    CreateResponse,
    CreateDecline,
    /// One or more records were damaged.
    Lost,
    /// The journal is a copy.
    Restored,
    /// Another version wrote it.
    Unknown,
}

impl RecordedCall {
    /// The kind that a record's [`InFlightRecord::call`] names.
    pub(super) fn read(word: &str) -> RecordedCall {
        match word {
            "create_end_user" => RecordedCall::CreateEndUser,
            "update_end_user" => RecordedCall::UpdateEndUser,
            "create_response" => RecordedCall::CreateResponse,
            "create_decline" => RecordedCall::CreateDecline,
            InFlightRecord::LOST => RecordedCall::Lost,
            InFlightRecord::RESTORED => RecordedCall::Restored,
            _ => RecordedCall::Unknown,
        }
    }

    /// Whether an answer may have been sent by this call.
    fn may_have_sent_answer(self) -> bool {
        match self {
            RecordedCall::CreateEndUser | RecordedCall::UpdateEndUser => false,
            RecordedCall::CreateResponse
            | RecordedCall::CreateDecline
            | RecordedCall::Lost
            | RecordedCall::Restored
            | RecordedCall::Unknown => true,
        }
    }
}

/// The records of calls that a former process, or the original of a copied journal, left behind.
pub(super) struct RestoredCalls {
    /// By the event that was the head of the call's lane.
    by_head: HashMap<Position, InFlightRecord>,
    lost: Option<InFlightRecord>,
    copied: Option<InFlightRecord>,
    below: u64,
}

impl RestoredCalls {
    pub(super) fn new(records: Vec<InFlightRecord>) -> RestoredCalls {
        let mut all = RestoredCalls { by_head: HashMap::new(), lost: None, copied: None, below: 0 };
        for record in records {
            let request = record.head.request;
            let below = match RecordedCall::read(&record.call) {
                // These two stand for the events below their head, not for the head.
                RecordedCall::Lost => {
                    all.lost.get_or_insert(record);
                    request
                }
                RecordedCall::Restored => {
                    all.copied.get_or_insert(record);
                    request
                }
                _ => {
                    all.by_head.insert(record.head, record);
                    request + 1
                }
            };
            all.below = all.below.max(below);
        }
        all
    }

    /// Every event that one of the records is about belongs to a request below this one.
    pub(super) fn below(&self) -> u64 {
        self.below
    }

    /// The event is not going to be delivered: takes the record of its call out, if there is one.
    pub(super) fn forget(&mut self, position: Position) -> Option<InFlightRecord> {
        self.by_head.remove(&position)
    }

    /// When the original of a copied journal may have sent this answer, at the earliest.
    pub(super) fn perhaps_sent_by_original(&self, position: Position) -> Option<Millis> {
        let copied = self.copied.as_ref().filter(|copied| position.request < copied.head.request)?;
        Some(copied.started_at)
    }

    /// The event has just been added to its lane: if a call of it was in flight, or may have been, the lane takes up the
    /// record, and the doubt if the call may have sent the answer at its head.
    pub(super) fn take_up(&mut self, lane: &mut Lane, position: Position) {
        let answer_at_head =
            lane.items.front().is_some_and(|head| !head.is_upsert() && head.first().position == position);
        if let Some(record) = self.by_head.remove(&position) {
            if answer_at_head && RecordedCall::read(&record.call).may_have_sent_answer() {
                lane.progress.ambiguous_since = Some(Sent::Before(record.started_at));
            }
            lane.in_flight_recorded = Some(record.lane);
        } else if let Some(lost) = self.lost.as_ref().filter(|lost| position.request < lost.head.request)
            && answer_at_head
        {
            lane.progress.ambiguous_since = Some(Sent::Before(lost.started_at));
            // The journal has no record under this key, so that removing it removes nothing.
            lane.in_flight_recorded = Some(format!("lost {}.{}", position.request, position.index));
        }
    }

    /// The cursor has moved: removes the records that stand for many events once all of these have their fates.
    pub(super) fn are_over(&mut self, cursor: u64) -> impl Iterator<Item = Change> + use<> {
        let over = |record: &mut InFlightRecord| cursor >= record.head.request;
        let records = [self.lost.take_if(over), self.copied.take_if(over)];
        records.into_iter().flatten().map(|record| Change::Landed(record.lane))
    }
}

impl Lane {
    /// The record of a write that is about to be announced for the head; it takes the place of the head's former one.
    pub(super) fn record_call(&mut self, call: &Call, started_at: Millis, changes: &mut Vec<Change>) {
        // The conflict that an item settles is kept itself, and no event has to be found again.
        let Some(head) = self.items.front().filter(|head| head.settling.is_none()) else { return };
        let head = head.first().position;
        // One person may have had two lanes before a restart, and what one of them left in flight must not be replaced
        // by the other: so every head has a record of its own.
        let key = format!("{} {}.{}", self.key, head.request, head.index);
        let call = call.kind().to_owned();
        changes.push(Change::InFlight(InFlightRecord { lane: key.clone(), head, call, started_at }));
        let before = self.in_flight_recorded.replace(key.clone());
        changes.extend(before.filter(|before| *before != key).map(Change::Landed));
    }

    /// The head's call was answered, or not made after all: its record is removed, unless its answer is in doubt. An answer that
    /// InMoment may have stays in flight for the journal until it has been looked for: a crash must not forget the doubt.
    pub(super) fn call_is_over(&mut self) -> Option<Change> {
        let in_doubt = self.progress.ambiguous_since.is_some();
        self.in_flight_recorded.take_if(|_| !in_doubt).map(Change::Landed)
    }
}

impl Flight {
    /// It carries an answer, and this outcome does not say whether InMoment has the answer now.
    pub(super) fn leaves_doubt(&self, outcome: &Outcome) -> bool {
        let answer = matches!(self.call, Call::CreateResponse { .. } | Call::CreateDecline { .. });
        answer && matches!(outcome, Err(error) if error.executed == Executed::Maybe)
    }
}

impl Machine {
    /// An announced call is not made after all: its lane is as it was before the announcement. Returns the lane, which
    /// must be looked at again.
    pub(super) fn take_back(&mut self, call: CallId, effects: &mut Effects) -> Option<u64> {
        let id = self.in_flight.remove(&call)?;
        self.budget.give_back();
        self.counted_ahead += 1;
        let lane = self.lanes.get_mut(&id)?;
        let flight = lane.flight.take()?;
        effects.changes.extend(lane.call_is_over());
        if let Some(end_user_id) = flight.alters() {
            self.known.write_ends(end_user_id);
        }
        self.believe_again(&flight, &mut effects.changes);
        self.stand(id, Stand::Fresh);
        Some(id)
    }

    /// The call was not carried out: what was known before it is so still, unless another write has come between.
    pub(super) fn believe_again(&mut self, flight: &Flight, changes: &mut Vec<Change>) {
        if let Some(known) = &flight.known_before
            && self.known.believes(&known.user.end_user_id, flight.sent_at)
        {
            self.known.learn(known.clone(), changes);
        }
    }

    /// The call may have been carried out, or was, and its reply is lost.
    pub(super) fn unsure(
        &mut self,
        id: u64,
        flight: &Flight,
        error: &CallError,
        now: Now,
        effects: &mut Effects,
    ) {
        let certain = error.executed == Executed::Yes;
        match &flight.call {
            Call::CreateResponse { .. } | Call::CreateDecline { .. } if certain => {
                self.answer_head(id, flight, now, effects);
                return self.look_at(id, now, effects);
            }
            Call::CreateResponse { .. } | Call::CreateDecline { .. } => {
                if let Some(lane) = self.lanes.get_mut(&id) {
                    let sent = Sent::Now(flight.sent_at, flight.sent_wall);
                    lane.progress.ambiguous_since.get_or_insert(sent);
                    lane.progress.email =
                        flight.known_before.as_ref().and_then(|known| known.user.email.clone());
                    lane.progress.read_back_page = 1;
                }
            }
            Call::CreateEndUser(_) => self.forget_absence(id),
            _ => {}
        }
        self.failed(id, error, now, effects);
    }

    /// InMoment has listed the end user's answers: the one whose reply was lost is delivered if it is among them; if it is on
    /// none of the pages, it is sent again.
    pub(super) fn read_back(
        &mut self,
        id: u64,
        flight: &Flight,
        there: &[Feedback],
        now: Now,
        effects: &mut Effects,
    ) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let Some(since) = lane.progress.ambiguous_since else { return };
        let Some(head) = lane.items.front() else { return };
        let since = self.their_clock.tells(since).0.div_euclid(1_000);
        if there.iter().any(|answer| is_ours(&head.work, answer, since)) {
            return self.answer_head(id, flight, now, effects);
        }
        let page = lane.progress.read_back_page.max(1);
        // Newest first by the date of the answer, which may be long ago: a new answer can be on any page.
        if there.len() >= PAGE && page < LAST_PAGE {
            lane.progress.read_back_page = page + 1;
        } else {
            lane.progress.ambiguous_since = None;
        }
    }
}

/// The call that looks for the answer at the head, which may be at InMoment already.
pub(super) fn read_back_call(lane: &Lane, head: &Item, end_user_id: String) -> Call {
    let page = lane.progress.read_back_page.max(1);
    match head.work {
        Work::Decline(..) => Call::ListDeclines { end_user_id, page },
        _ => Call::ListResponses { end_user_id, page },
    }
}

/// The same content, of the same day, and touched since we sent ours.
fn is_ours(work: &Work, there: &Feedback, since: i64) -> bool {
    let touched = there.updated_at.or(there.created_at).is_none_or(|at| at >= since - CLOCK_DIFFERENCE_SECS);
    let (ours, within) = match dated(work) {
        Some(date) => (date, ONE_ANSWER_SECS),
        None => (since, ONE_ANSWER_SECS + CLOCK_DIFFERENCE_SECS),
    };
    let of_that_day = there.created_at.is_none_or(|at| at.abs_diff(ours) <= within.unsigned_abs());
    let text_of = |value: Option<&mapping::FormValue>| value.map(text).filter(|text| !text.is_empty());
    let same = match work {
        Work::Response(_, fields) => {
            there.score.map(|score| score.to_string()) == Some(text(&fields.score))
                && there.text.clone().filter(|text| !text.is_empty()) == text_of(fields.text.as_ref())
                && there.origin_url.as_deref() == Some(text(&fields.origin_url).as_str())
        }
        Work::Decline(_, fields) => there.origin_url == text_of(fields.origin_url.as_ref()),
        Work::Upsert(_) => false,
    };
    same && touched && of_that_day
}

/// When an answer was given, if its event says so.
fn dated(work: &Work) -> Option<i64> {
    let created_at = match work {
        Work::Response(_, fields) => fields.created_at.as_ref(),
        Work::Decline(_, fields) => fields.created_at.as_ref(),
        Work::Upsert(_) => None,
    };
    created_at.and_then(|at| text(at).parse().ok())
}

#[cfg(test)]
mod tests;
