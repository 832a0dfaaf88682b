//! The records of delivered survey answers, for the console.

use super::intents::{Flight, Lane};
use super::item::Work;
use super::knowledge::Knowledge;
use super::merge::text;
use crate::clock::Now;
use journal::{AnswerKind, NewSurveyAnswer};
use mapping::{Action, FormValue};

impl Knowledge {
    /// The record of the answer at the lane's head, which this call delivered to InMoment or found there.
    pub(crate) fn answer(&self, lane: &Lane, flight: &Flight, now: Now) -> Option<NewSurveyAnswer> {
        let head = lane.intents.head()?;
        let (kind, said, dating) = match &head.work {
            Work::Response(_, fields) => {
                let said = (score(&fields.score), fields.text.as_ref().map(text));
                (AnswerKind::Response, said, (&fields.created_at, &fields.event_time))
            }
            Work::Decline(_, fields) => {
                (AnswerKind::Decline, (None, None), (&fields.created_at, &fields.event_time))
            }
            Work::Upsert(_) => return None,
        };
        let end_user_id = flight.end_user_id()?;
        let known = self.user(end_user_id).or(flight.known_before.as_ref().map(|before| &before.user));
        let owner = || self.owner(end_user_id).map(str::to_owned);
        // The date that it had when it was sent, by the knowledge of that time (next.rs).
        let signed_up = flight
            .known_before
            .as_ref()
            .map(|before| &before.user)
            .or(known)
            .and_then(|user| user.external_created_at);
        let dated_at = Action::date(dating.0.as_ref(), dating.1.as_ref(), signed_up);
        let dated_at = dated_at.and_then(|at| text(at).parse().ok());
        Some(NewSurveyAnswer {
            position: head.first().position,
            kind,
            score: said.0,
            text: said.1.filter(|text| !text.is_empty()),
            external_id: head.who.external_id.clone().or_else(owner),
            email: known.and_then(|user| user.email.clone()).or_else(|| lane.intents.progress.email.clone()),
            end_user_id: end_user_id.to_owned(),
            answered_at: dated_at.or(head.first().happened_at),
            dated_at,
            delivered_at: now.wall,
        })
    }
}

/// A score as InMoment reads it. The profile `rudderstack` also sends scores other than 0 to 10, and `9.0`.
fn score(value: &FormValue) -> Option<u8> {
    let text = text(value);
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}
