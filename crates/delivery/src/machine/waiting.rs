//! The reason why one event has no fate yet, for its page in the console.

use super::Machine;
use crate::clock::Now;
use crate::code;
use crate::engine::Stand;
use event::Millis;
use journal::Position;

/// What one event waits for, without secrets and personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// the code of the reason (docs/errors.md)
    pub code: &'static str,
    /// the earlier event of the same end user, if the reason concerns that one
    pub behind: Option<Position>,
    /// how many calls for it have failed in a row
    pub tries: u32,
    /// the last failure, or what the event waits for, in a sentence
    pub last_words: String,
    /// the earliest time of the next call for it; `None` if that is not known, or no call is tried
    pub next_try: Option<Millis>,
}

impl Machine {
    /// What this event waits for; `None` if it is not in memory, because it has its fate or has not been read yet.
    pub(crate) fn waiting(&self, position: Position, now: Now) -> Option<Waiting> {
        let lane =
            self.engine.lanes.iter().find(|lane| lane.intents.items.iter().any(|item| item.has(position)))?;
        let head = lane.intents.head()?;
        let behind = Some(head.first().position).filter(|_| !head.has(position));
        let tries = lane.failures.as_ref().map_or(0, |failures| failures.attempts);
        let at = match lane.stand() {
            Stand::Asleep(at) => Some(now.wall_at(at)),
            _ => None,
        };
        let say = |code: &'static str, last_words: &str, next_try: Option<Millis>| Waiting {
            code,
            behind,
            tries,
            last_words: last_words.to_owned(),
            next_try,
        };
        let (_, destination) = self.engine.condition(now);
        if lane.intents.flight.is_some() {
            return Some(say(code::CALLING, "a call for it is under way", None));
        }
        if let Some(failures) = &lane.failures {
            // The trouble of the destination may keep the event waiting for longer than its own back-off.
            let everybody = destination.filter(|trouble| trouble.next_try.is_none() || trouble.next_try > at);
            let next = everybody.map_or(at, |trouble| trouble.next_try);
            return Some(say(failures.code, &failures.last_message, next));
        }
        if lane.waits_for_user() {
            let words = "InMoment does not know its end user yet; it is looked for once more, then the event is given up";
            return Some(say(code::END_USER_AWAITED, words, at));
        }
        Some(match destination {
            Some(trouble) => say(trouble.code, &trouble.last_words, trouble.next_try),
            None => say(code::QUEUED, "its turn has not come yet", at),
        })
    }
}
