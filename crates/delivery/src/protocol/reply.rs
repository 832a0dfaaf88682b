//! Decides what a reply, or a missing reply, means for the lane that made the call.

use super::intents::{Flight, Lane, SURPRISES};
use super::knowledge::Knowledge;
use super::meaning::Meaning;
use super::taken::taken_field;
use super::their_clock::TheirClock;
use crate::clock::Now;
use inmoment::{Call, CallError, CallOutcome, CallReply, CallReplyBody, Executed, FailureClass, Lookup};
use journal::Change;
use mapping::DeadReason;

/// The context of a reply, besides the lane.
pub(crate) struct Beside<'a> {
    pub(crate) their_clock: &'a TheirClock,
    /// The external id of another lane that is about to take over this end user, which has no external id yet.
    pub(crate) claimant: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) now: Now,
}

impl Knowledge {
    /// Takes in the outcome of the head's call: updates the knowledge, and returns the meaning for the head.
    pub(crate) fn take_outcome(
        &mut self,
        lane: &mut Lane,
        flight: &Flight,
        outcome: CallOutcome,
        beside: &Beside<'_>,
        changes: &mut Vec<Change>,
    ) -> Meaning {
        match outcome {
            Ok(reply) => self.answered(lane, flight, reply, beside, changes),
            Err(error) => self.errored(lane, flight, error, beside.now, changes),
        }
    }

    fn answered(
        &mut self,
        lane: &mut Lane,
        flight: &Flight,
        reply: CallReply,
        beside: &Beside<'_>,
        changes: &mut Vec<Change>,
    ) -> Meaning {
        let now = beside.now;
        match (&flight.call, reply.body) {
            (Call::GetEndUser(Lookup::Email(_) | Lookup::Phone(_)), CallReplyBody::EndUser(user)) => {
                return self.holder_found(lane, user, flight.sent_at, beside.claimant, now, changes);
            }
            (Call::GetEndUser(lookup), CallReplyBody::EndUser(user)) => {
                let believed = self.learn_found(lane, lookup, user, flight.sent_at, now, changes);
                let by_external_id = matches!(lookup, Lookup::ExternalId(_));
                return match believed {
                    _ if !by_external_id => Meaning::Found { outdated: !believed },
                    true => Meaning::Learned,
                    false => Meaning::Outdated,
                };
            }
            (Call::GetEndUser(lookup), _) => self.not_found(lane, lookup, now, changes),
            (Call::UpdateEndUser { end_user_id, .. }, _) if lane.gives_up(end_user_id) => {}
            (Call::CreateEndUser(_) | Call::UpdateEndUser { .. }, CallReplyBody::EndUser(user)) => {
                self.fields_written(lane, flight, changes);
                self.know(lane, user, flight.sent_at, now, changes);
                return Meaning::CarriedOut(None);
            }
            (Call::ListResponses { .. } | Call::ListDeclines { .. }, CallReplyBody::Feedback(there)) => {
                if lane.read_back(&there, beside.their_clock) {
                    return self.answer_came(lane, flight, now);
                }
            }
            (Call::ListResponses { end_user_id, .. } | Call::ListDeclines { end_user_id, .. }, _) => {
                self.is_gone(lane, end_user_id, changes);
                // The end user's answers were removed with the end user.
                lane.intents.progress.ambiguous_since = None;
            }
            (Call::CreateResponse { end_user_id, .. } | Call::CreateDecline { end_user_id, .. }, _) => {
                self.properties_sent(end_user_id, flight, now, changes);
                return self.answer_came(lane, flight, now);
            }
            (Call::UpdateEndUser { .. }, _) => {
                self.fields_written(lane, flight, changes);
                return Meaning::CarriedOut(None);
            }
            // The end user was created, but the reply has no usable data; the next look-up returns them.
            (Call::CreateEndUser(_) | Call::Authenticate, _) => lane.intents.progress.absent_at = None,
        }
        Meaning::Learned
    }

    /// Handles that the answer at the head is at InMoment.
    fn answer_came(&self, lane: &Lane, flight: &Flight, now: Now) -> Meaning {
        Meaning::CarriedOut(self.answer(lane, flight, now).map(Box::new))
    }

    fn errored(
        &mut self,
        lane: &mut Lane,
        flight: &Flight,
        error: CallError,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Meaning {
        let brings_answer = matches!(flight.call, Call::CreateResponse { .. } | Call::CreateDecline { .. });
        match (error.class, error.executed) {
            (FailureClass::Wait, _) if error.status == Some(429) => Meaning::Throttled,
            (FailureClass::Wait, Executed::No) => Meaning::Failed(error),
            (FailureClass::Wait, Executed::Yes) if brings_answer => self.answer_came(lane, flight, now),
            (FailureClass::Wait, _) => {
                lane.doubt(flight);
                Meaning::Failed(error)
            }
            (FailureClass::Refresh | FailureClass::Deny, _) => Meaning::Denied(error),
            (FailureClass::Halt, _) => Meaning::Halted(error),
            (FailureClass::Reject, _) => self.refused(lane, &flight.call, error, now, changes),
        }
    }

    /// Handles a refusal of this intent, or a reply that contradicts an earlier one.
    fn refused(
        &mut self,
        lane: &mut Lane,
        call: &Call,
        error: CallError,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Meaning {
        let written = matches!(call, Call::CreateEndUser(_) | Call::UpdateEndUser { .. });
        if let Some(field) = taken_field(error.code).filter(|_| written)
            && self.field_taken(lane, field, now)
        {
            return Meaning::Learned;
        }
        let progress = &mut lane.intents.progress;
        progress.surprises += 1;
        match (call, error.code) {
            _ if progress.surprises > SURPRISES => {}
            (Call::CreateEndUser(_), "external_id_taken") => {
                progress.absent_at = None;
                return Meaning::Learned;
            }
            (
                Call::UpdateEndUser { end_user_id, .. }
                | Call::CreateResponse { end_user_id, .. }
                | Call::CreateDecline { end_user_id, .. },
                "not_found",
            ) => {
                self.is_gone(lane, end_user_id, changes);
                return Meaning::Learned;
            }
            _ => {}
        }
        Meaning::Refused(DeadReason { code: error.code, reason: error.message })
    }
}
