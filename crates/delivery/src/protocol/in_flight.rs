//! Calls of which it is not known whether InMoment carried them out, from the record before a call to the reading back.
//!
//! # Policy
//! * **Before a write goes out**, the journal holds a record of it: which lane, for which event, what kind of call, when. The
//!   call waits until that is durable (`engine/gate.rs`). In the same commit, what was known of the end user is doubted.
//! * **A reply that is understood** ends the call: the record is removed in the commit of what follows from the reply. A call
//!   that certainly was not carried out leaves what was known before it true ([`Knowledge::believe_again`]).
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

use super::intents::{Flight, Lane};
use super::item::{Item, Work};
use super::knowledge::Knowledge;
use super::merge::text;
use super::their_clock::{Sent, TheirClock};
use event::Millis;
use inmoment::{Call, CallOutcome, Executed, Feedback};
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
pub(crate) enum RecordedCall {
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
pub(crate) struct RestoredCalls {
    /// By the event that was the head of the call's lane.
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
    pub(crate) fn below(&self) -> u64 {
        self.below
    }

    /// The event is not going to be delivered: takes the record of its call out, if there is one.
    pub(crate) fn forget(&mut self, position: Position) -> Option<InFlightRecord> {
        self.by_head.remove(&position)
    }

    /// When the original of a copied journal may have sent this answer, at the earliest.
    pub(crate) fn perhaps_sent_by_original(&self, position: Position) -> Option<Millis> {
        let copied = self.copied.as_ref().filter(|copied| position.request < copied.head.request)?;
        Some(copied.started_at)
    }

    /// The event has just been added to its lane: if a call of it was in flight, or may have been, the lane takes up the
    /// record, and the doubt if the call may have sent the answer at its head.
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
            // The journal has no record under this key, so that removing it removes nothing.
            lane.intents.in_flight_recorded = Some(format!("lost {}.{}", position.request, position.index));
        }
    }

    /// The cursor has moved: removes the records that stand for many events once all of these have their fates.
    pub(crate) fn are_over(&mut self, cursor: u64) -> impl Iterator<Item = Change> + use<> {
        let over = |record: &mut InFlightRecord| cursor >= record.head.request;
        let records = [self.lost.take_if(over), self.copied.take_if(over)];
        records.into_iter().flatten().map(|record| Change::Landed(record.lane))
    }
}

impl Lane {
    /// The record of a write that is about to be announced for the head; it takes the place of the head's former one.
    pub(crate) fn record_call(&mut self, call: &Call, started_at: Millis, changes: &mut Vec<Change>) {
        // The conflict that an item settles is kept itself, and no event has to be found again.
        let Some(head) = self.intents.items.front().filter(|head| head.settling.is_none()) else { return };
        let head = head.first().position;
        // One person may have had two lanes before a restart, and what one of them left in flight must not be replaced
        // by the other: so every head has a record of its own.
        let key = format!("{} {}.{}", self.key(), head.request, head.index);
        let call = call.kind().to_owned();
        changes.push(Change::InFlight(InFlightRecord { lane: key.clone(), head, call, started_at }));
        let before = self.intents.in_flight_recorded.replace(key.clone());
        changes.extend(before.filter(|before| *before != key).map(Change::Landed));
    }

    /// The head's call was answered, or not made after all: its record is removed, unless its answer is in doubt. An answer that
    /// InMoment may have stays in flight for the journal until it has been looked for: a crash must not forget the doubt.
    pub(crate) fn call_is_over(&mut self) -> Option<Change> {
        let in_doubt = self.intents.progress.ambiguous_since.is_some();
        self.intents.in_flight_recorded.take_if(|_| !in_doubt).map(Change::Landed)
    }
}

impl Flight {
    /// It carries an answer, and this outcome does not say whether InMoment has the answer now.
    pub(crate) fn leaves_doubt(&self, outcome: &CallOutcome) -> bool {
        let answer = matches!(self.call, Call::CreateResponse { .. } | Call::CreateDecline { .. });
        answer && matches!(outcome, Err(error) if error.executed == Executed::Maybe)
    }
}

impl Knowledge {
    /// A call is about to be announced: what is known of the end user it alters is doubted from now on.
    pub(crate) fn call_begins(&mut self, flight: &mut Flight, changes: &mut Vec<Change>) {
        if let Some(end_user_id) = flight.alters().map(str::to_owned) {
            flight.known_before = self.known(&end_user_id).cloned();
            self.write_begins(&end_user_id);
            self.doubt(&end_user_id, changes);
        }
    }

    /// An announced call is not made after all: its lane is as it was before the announcement.
    pub(crate) fn call_not_made(&mut self, lane: &mut Lane, changes: &mut Vec<Change>) {
        let Some(flight) = lane.intents.flight.take() else { return };
        changes.extend(lane.call_is_over());
        if let Some(end_user_id) = flight.alters() {
            self.write_ends(end_user_id);
        }
        self.believe_again(&flight, changes);
    }

    /// The call was not carried out: what was known before it is so still, unless another write has come between.
    pub(crate) fn believe_again(&mut self, flight: &Flight, changes: &mut Vec<Change>) {
        if let Some(known) = &flight.known_before
            && self.believes(&known.user.end_user_id, flight.sent_at)
        {
            self.learn(known.clone(), changes);
        }
    }
}

impl Lane {
    /// The head's call may have been carried out, and its reply is lost: if it brought an answer, that is in doubt now.
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

    /// InMoment has listed the end user's answers: true if the one whose reply was lost is among them. If it is on none of the
    /// pages, it is sent again.
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
        // Newest first by the date of the answer, which may be long ago: a new answer can be on any page.
        if there.len() >= PAGE && page < LAST_PAGE {
            progress.read_back_page = page + 1;
        } else {
            progress.ambiguous_since = None;
        }
        false
    }
}

/// The call that looks for the answer at the head, which may be at InMoment already.
pub(crate) fn read_back_call(lane: &Lane, head: &Item, end_user_id: String) -> Call {
    let page = lane.intents.progress.read_back_page.max(1);
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
