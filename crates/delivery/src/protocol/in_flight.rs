//! Calls in doubt, of which it is not known whether InMoment carried them out: the protocol from the record before a
//! call (a write-ahead record) to the reading back.
//!
//! # Policy
//! * **Before a write is sent**, the journal holds a record of it: the lane, the event, the kind of call, the time.
//!   The call waits until that is durable (`engine/gate.rs`). The same commit puts the knowledge of the end user in
//!   doubt.
//! * **A reply that is understood** ends the call: the record is removed in the commit of what follows from the reply.
//!   After a call that certainly was not carried out, the former knowledge applies again
//!   ([`Knowledge::believe_again`]).
//! * **No understandable reply** (time-out, broken connection, an unreadable body): a call that only reads is made
//!   again. A create or an update of an end user is decided again after a look-up, so it is idempotent. An answer is
//!   *in doubt*: if it were sent twice, it would count twice. Its record stays until the doubt is over, so that it
//!   survives a crash.
//! * **An answer in doubt is looked for** before it is sent again: `GET .../responses` or `.../declines`, page by page.
//!   It counts as found if InMoment holds one with the same content, dated the same day, and updated since ours was
//!   sent ([`is_ours`]); then it is delivered. If no page has it, it is sent again.
//! * **After a restart** each record that is left puts the head that it names in doubt. A record of a kind that this
//!   version does not know ([`RecordedCall::Unknown`]) is treated as one of an answer: a needless look-up costs a call,
//!   but an answer that was sent twice cannot be removed.
//! * **Damaged records** ([`RecordedCall::Lost`]): every lane's first answer below the end of the log at that time is
//!   in doubt, because only the head of a lane can have been under way.
//! * **A restored copy of a journal** ([`RecordedCall::Restored`]): every answer below the end of the copy is in doubt
//!   when it becomes the head of its lane, because the original went on sending. These last two kinds of records are
//!   removed when every event below them has its fate.

use super::intents::{Flight, Lane};
use super::item::{Item, Work};
use super::knowledge::Knowledge;
use super::merge::text;
use super::their_clock::{Sent, TheirClock};
use event::Millis;
use inmoment::{Call, CallOutcome, Executed, Feedback};
use journal::{Change, InFlightRecord, Position};
use std::collections::HashMap;

/// The tolerance for the difference between InMoment's clock and ours when an answer is looked for, in seconds.
///
/// It is generous, because a clock that is wrong by hours must not make an answer be sent again and again. It can only
/// confuse an answer with the same answer of the same day, and InMoment itself merges those
/// (docs/facts/mapping.md#second-answer).
const CLOCK_DIFFERENCE_SECS: i64 = 12 * 3_600;
/// InMoment merges answers of one end user whose dates differ by less than this, in seconds
/// (docs/facts/mapping.md#second-answer).
const ONE_ANSWER_SECS: i64 = 24 * 3_600;
/// The number of answers on one page of a read-back; a page with fewer is the last one.
const PAGE: usize = 50;
/// The last page that InMoment serves.
const LAST_PAGE: u32 = 30;

/// The kind of call in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordedCall {
    CreateEndUser,
    UpdateEndUser,
    CreateResponse,
    CreateDecline,
    /// Stands for one or more damaged records.
    Lost,
    /// Says that the journal is a restored copy.
    Restored,
    /// A kind that another version wrote.
    Unknown,
}

impl RecordedCall {
    /// Reads the kind from a record's [`InFlightRecord::call`].
    pub(crate) fn read(word: &str) -> RecordedCall {
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

    /// Whether this call may have sent an answer.
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

/// The records of calls that a former process, or the original of a copied journal, has left.
pub(crate) struct RestoredCalls {
    /// The records by the event that was the head of the call's lane.
    by_head: HashMap<Position, InFlightRecord>,
    lost: Option<InFlightRecord>,
    copied: Option<InFlightRecord>,
    below: u64,
}

impl RestoredCalls {
    pub(crate) fn new(records: Vec<InFlightRecord>) -> RestoredCalls {
        let mut all = RestoredCalls { by_head: HashMap::new(), lost: None, copied: None, below: 0 };
        for record in records {
            let request = record.head.request;
            let below = match RecordedCall::read(&record.call) {
                // These two kinds concern the events below their position, not one head.
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

    /// A bound: every event of these records belongs to a request below this one.
    pub(crate) fn below(&self) -> u64 {
        self.below
    }

    /// Removes the record of an event that will not be delivered, if there is one.
    pub(crate) fn forget(&mut self, position: Position) -> Option<InFlightRecord> {
        self.by_head.remove(&position)
    }

    /// The earliest time at which the original of a copied journal may have sent this answer.
    pub(crate) fn perhaps_sent_by_original(&self, position: Position) -> Option<Millis> {
        let copied = self.copied.as_ref().filter(|copied| position.request < copied.head.request)?;
        Some(copied.started_at)
    }

    /// Moves the record of an event that was just added to its lane into the lane, if a call for it was or may have
    /// been in flight; if that call may have sent the answer at the head, the answer is in doubt.
    pub(crate) fn take_up(&mut self, lane: &mut Lane, position: Position) {
        let answer_at_head = lane
            .intents
            .items
            .front()
            .is_some_and(|head| !head.is_upsert() && head.first().position == position);
        if let Some(record) = self.by_head.remove(&position) {
            if answer_at_head && RecordedCall::read(&record.call).may_have_sent_answer() {
                lane.intents.progress.ambiguous_since = Some(Sent::Before(record.started_at));
            }
            lane.intents.in_flight_recorded = Some(record.lane);
        } else if let Some(lost) = self.lost.as_ref().filter(|lost| position.request < lost.head.request)
            && answer_at_head
        {
            lane.intents.progress.ambiguous_since = Some(Sent::Before(lost.started_at));
            // The journal has no record under this key, so its removal does nothing.
            lane.intents.in_flight_recorded = Some(format!("lost {}.{}", position.request, position.index));
        }
    }

    /// After a move of the cursor: removes the records that concern many events once all of these have their fates.
    pub(crate) fn are_over(&mut self, cursor: u64) -> impl Iterator<Item = Change> + use<> {
        let over = |record: &mut InFlightRecord| cursor >= record.head.request;
        let records = [self.lost.take_if(over), self.copied.take_if(over)];
        records.into_iter().flatten().map(|record| Change::Landed(record.lane))
    }
}

impl Lane {
    /// Makes the record of a write that is about to be announced for the head. It replaces the head's former record.
    pub(crate) fn record_call(&mut self, call: &Call, started_at: Millis, changes: &mut Vec<Change>) {
        // An item that settles a conflict needs no record, because the conflict itself is in the journal.
        let Some(head) = self.intents.items.front().filter(|head| head.settling.is_none()) else { return };
        let head = head.first().position;
        // One end user may have had two lanes before a restart, and neither may replace the other's record, so the key
        // contains the head's event.
        let key = format!("{} {}.{}", self.key(), head.request, head.index);
        let call = call.kind().to_owned();
        changes.push(Change::InFlight(InFlightRecord { lane: key.clone(), head, call, started_at }));
        let before = self.intents.in_flight_recorded.replace(key.clone());
        changes.extend(before.filter(|before| *before != key).map(Change::Landed));
    }

    /// Removes the record of the head's call, which was answered or not made, unless its answer is in doubt. The record
    /// of an answer in doubt stays until the answer has been looked for, so that the doubt survives a crash.
    pub(crate) fn call_is_over(&mut self) -> Option<Change> {
        let in_doubt = self.intents.progress.ambiguous_since.is_some();
        self.intents.in_flight_recorded.take_if(|_| !in_doubt).map(Change::Landed)
    }
}

impl Flight {
    /// Whether the call carries an answer, and this outcome does not say whether InMoment has the answer now.
    pub(crate) fn leaves_doubt(&self, outcome: &CallOutcome) -> bool {
        let answer = matches!(self.call, Call::CreateResponse { .. } | Call::CreateDecline { .. });
        answer && matches!(outcome, Err(error) if error.executed == Executed::Maybe)
    }
}

impl Knowledge {
    /// Puts the knowledge of the end user whom the call alters in doubt, because the call is about to be announced.
    pub(crate) fn call_begins(&mut self, flight: &mut Flight, changes: &mut Vec<Change>) {
        if let Some(end_user_id) = flight.alters().map(str::to_owned) {
            flight.known_before = self.known(&end_user_id).cloned();
            self.write_begins(&end_user_id);
            self.doubt(&end_user_id, changes);
        }
    }

    /// Undoes the announcement of a call that is not made.
    pub(crate) fn call_not_made(&mut self, lane: &mut Lane, changes: &mut Vec<Change>) {
        let Some(flight) = lane.intents.flight.take() else { return };
        changes.extend(lane.call_is_over());
        if let Some(end_user_id) = flight.alters() {
            self.write_ends(end_user_id);
        }
        self.believe_again(&flight, changes);
    }

    /// Restores the knowledge from before a call that was not carried out, unless another write has come between.
    pub(crate) fn believe_again(&mut self, flight: &Flight, changes: &mut Vec<Change>) {
        if let Some(known) = &flight.known_before
            && self.believes(&known.user.end_user_id, flight.sent_at)
        {
            self.learn(known.clone(), changes);
        }
    }
}

impl Lane {
    /// Handles a call whose reply is lost and which may have been carried out: if it carries an answer, the answer is
    /// in doubt now.
    pub(crate) fn doubt(&mut self, flight: &Flight) {
        let progress = &mut self.intents.progress;
        match &flight.call {
            Call::CreateResponse { .. } | Call::CreateDecline { .. } => {
                progress.ambiguous_since.get_or_insert(Sent::Now(flight.sent_at, flight.sent_wall));
                progress.email = flight.known_before.as_ref().and_then(|known| known.user.email.clone());
                progress.read_back_page = 1;
            }
            Call::CreateEndUser(_) => progress.absent_at = None,
            _ => {}
        }
    }

    /// Takes a page of the end user's answers: true if the answer in doubt is among them. If it is on no page, it is
    /// sent again.
    pub(crate) fn read_back(&mut self, there: &[Feedback], their_clock: &TheirClock) -> bool {
        let progress = &mut self.intents.progress;
        let Some((since, head)) = progress.ambiguous_since.zip(self.intents.items.front()) else {
            return false;
        };
        let since = their_clock.tells(since).0.div_euclid(1_000);
        if there.iter().any(|answer| is_ours(&head.work, answer, since)) {
            return true;
        }
        let page = progress.read_back_page.max(1);
        // Pages are sorted by the date of the answer, newest first. That date may be long ago, so a new answer can be
        // on any page.
        if there.len() >= PAGE && page < LAST_PAGE {
            progress.read_back_page = page + 1;
        } else {
            progress.ambiguous_since = None;
        }
        false
    }
}

/// The call that looks for the answer in doubt at the head.
pub(crate) fn read_back_call(lane: &Lane, head: &Item, end_user_id: String) -> Call {
    let page = lane.intents.progress.read_back_page.max(1);
    match head.work {
        Work::Decline(..) => Call::ListDeclines { end_user_id, page },
        _ => Call::ListResponses { end_user_id, page },
    }
}

/// Whether this is our answer: the same content, dated the same day, and updated since we sent ours.
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

/// The date of an answer, if its event has one.
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
