//! What is kept for people: each answer that came to InMoment, once and as it was given, and the calls made for events.

use super::book::{Book, Facts};
use crate::script::{Message, What};
use journal::{AnswerKind, Change, Fate, NewAttempt, NewSurveyAnswer, Position};
use serde_json::Value;
use std::collections::BTreeMap;

impl Book {
    /// A commit has become true; its fates have not been taken in yet.
    pub(super) fn judge_stories(&mut self, changes: &[Change], facts: &Facts<'_>) -> Result<(), String> {
        let mut delivered: Vec<Position> = Vec::new();
        let mut called: Vec<Position> = Vec::new();
        let mut answered: BTreeMap<Position, &NewSurveyAnswer> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Fate(position, Fate::Delivered) => delivered.push(*position),
                Change::Attempt(attempt) => {
                    self.attempted(attempt, facts)?;
                    called.extend(&attempt.events);
                }
                Change::Answer(answer) => {
                    let first = answered.insert(answer.position, answer).is_none();
                    let twice = || format!("{} is kept twice", self.tell(answer.position, facts));
                    first.then_some(()).ok_or_else(twice)?;
                }
                Change::Conflict(conflict) => self.settlements += u32::from(conflict.settlement.is_some()),
                _ => {}
            }
        }
        for position in delivered {
            let Some(message) = self.message(position, facts) else { continue };
            if !matches!(message.what, What::Response | What::Decline) {
                continue;
            }
            let right = match answered.remove(&position) {
                None => Err("no answer is kept"),
                Some(_) if !called.contains(&position) => Err("no call is kept"),
                Some(answer) => is_of(answer, message),
            };
            right.map_err(|why| format!("{} is delivered: {why}", self.tell(position, facts)))?;
            self.answers += 1;
        }
        match answered.keys().next() {
            Some(position) => {
                Err(format!("an answer is kept, but not delivered: {}", self.tell(*position, facts)))
            }
            None => Ok(()),
        }
    }

    /// A call is made for events that want their fate.
    fn attempted(&self, attempt: &NewAttempt, facts: &Facts<'_>) -> Result<(), String> {
        let over =
            |position: &&Position| !self.accepted.contains_key(position) || self.fates.contains_key(position);
        if let Some(position) = attempt.events.iter().find(over) {
            return Err(format!("{} was made for {}", attempt.call, self.tell(*position, facts)));
        }
        match attempt.events.is_empty() {
            true if self.settlements > 0 && attempt.call.ends_with("_end_user") => Ok(()),
            true => Err(format!("{} was made for no event", attempt.call)),
            false => Ok(()),
        }
    }

    /// All that the journal keeps in the end has been seen to be right.
    pub(super) fn check_kept(&self, kept: usize) -> Result<(), String> {
        let delivered = self.answers;
        if kept == delivered { Ok(()) } else { Err(format!("{kept} answers kept, {delivered} delivered")) }
    }

    fn message<'a>(&self, position: Position, facts: &'a Facts<'_>) -> Option<&'a Message> {
        self.accepted.get(&position).map(|accepted| &facts.script.messages[accepted.message])
    }
}

/// What is kept is what was said.
fn is_of(answer: &NewSurveyAnswer, message: &Message) -> Result<(), &'static str> {
    let event: Value = serde_json::from_str(&message.text).map_err(|_| "it is no event")?;
    let properties = &event["properties"];
    let (kind, text) = match message.what {
        What::Response => (AnswerKind::Response, Some(message.token.as_str())),
        _ => (AnswerKind::Decline, None),
    };
    let score = properties["feedbackScore"].as_u64();
    let external_id = event["userId"].as_str();
    let of_another = external_id.is_some() && answer.external_id.as_deref() != external_id;
    match () {
        () if answer.kind != kind => Err("it is kept as what it is not"),
        () if answer.score.map(u64::from) != score => Err("it is kept with another score"),
        () if answer.text.as_deref() != text => Err("it is kept with another text"),
        () if of_another || answer.end_user_id.is_empty() => Err("it is kept as another's"),
        () => Ok(()),
    }
}
