//! What a reply, or its absence, means for the lane that asked.

use super::intents::{Flight, Lane, SURPRISES};
use super::knowledge::Knowledge;
use super::meaning::Meaning;
use super::taken::taken_field;
use super::their_clock::TheirClock;
use crate::clock::Now;
use inmoment::{Call, CallError, CallOutcome, CallReply, CallReplyBody, Executed, FailureClass, Lookup};
use journal::Change;
use mapping::DeadReason;

/// What a reply is read with, besides the lane that asked.
pub(crate) struct Beside<'a> {
    pub(crate) their_clock: &'a TheirClock,
    /// Who else is about to become this end user, which has no external id yet.
    pub(crate) claimant: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) now: Now,
}

impl Knowledge {
    /// The head's call has an outcome: what was known is changed by it, and what it means for the head is returned.
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
                // Its answers went with it.
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
            // Created, but what came back is of no use: the next look-up tells.
            (Call::CreateEndUser(_) | Call::Authenticate, _) => lane.intents.progress.absent_at = None,
        }
        Meaning::Learned
    }

    /// The answer at the head is at InMoment.
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

    /// InMoment refuses this intent, or contradicts what it said before.
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
