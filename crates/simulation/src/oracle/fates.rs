//! Which fates an event may meet, by the specifications alone (docs/facts/mapping.md#which-events, #identity, #identify, #track).

use super::book::{Accepted, Book, Facts};
use crate::crowd::PersonKind;
use crate::script::{Message, What};
use journal::{Fate, Position, SkipCode};
use std::collections::{BTreeSet, HashMap};

/// A look-up that said "unknown" may be this old when an answer is given up for it: its reply may be slow, the commit
/// may have to wait for a full disk.
const LOOKUP_AGE: u64 = 20 * 60_000;
/// A look-up made for another event of the same person shortly before the end of a wait will do.
const LATE_ENOUGH: u64 = 60_000;

impl Book {
    /// An event has met its fate.
    pub(super) fn fate(
        &mut self,
        position: Position,
        fate: Fate,
        code: Option<&str>,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let Some(accepted) = self.accepted.get(&position).copied() else {
            return Err(format!("{fate:?} for {}, which was never accepted", self.tell(position, facts)));
        };
        if let Some(former) = self.fates.get(&position) {
            return Err(format!("{} was {former:?} and is {fate:?}", self.tell(position, facts)));
        }
        let message = &facts.script.messages[accepted.message];
        let judgement = match fate {
            Fate::Skipped(skip) => self.skipped(position, accepted.requeued, message, skip),
            Fate::Dead => self.dead(&accepted, message, code.unwrap_or(""), facts),
            Fate::Delivered => self.delivered(position, accepted.requeued, message),
        };
        judgement.map_err(|why| format!("{} is {fate:?}: {why}", self.tell(position, facts)))?;
        self.fates.insert(position, fate);
        Ok(())
    }

    /// Whether its message id came before, from the same source.
    fn repeats(&self, position: Position, requeued: bool, message: &Message) -> bool {
        let remembered =
            !matches!(message.what, What::Page | What::OptedOut | What::OrdinaryTrack | What::NotAnObject);
        let identity = (message.message_id.clone(), message.content);
        remembered && !requeued && self.first.get(&identity) != Some(&position)
    }

    /// Message ids that stand for several events are counted: once for each event but the first. Events of which it is open
    /// which one came first (the fate of a later one may be durable when that of the first is not) may count as well.
    pub(super) fn check_reuse(&self, counted: u64, facts: &Facts<'_>) -> Result<(), String> {
        let mut contents: HashMap<&str, BTreeSet<usize>> = HashMap::new();
        let (mut least, mut most) = (0, 0);
        let mut shared: HashMap<&str, u64> = HashMap::new();
        for (position, accepted) in &self.accepted {
            let message = &facts.script.messages[accepted.message];
            if matches!(message.what, What::Page | What::OptedOut | What::OrdinaryTrack | What::NotAnObject)
                || accepted.requeued
            {
                continue;
            }
            let of_id = contents.entry(&message.message_id).or_default();
            let others = of_id.iter().any(|content| *content != message.content);
            of_id.insert(message.content);
            // One that was discarded was dead before.
            let ended = match self.fates.get(position) {
                Some(Fate::Delivered | Fate::Dead | Fate::Skipped(SkipCode::Discarded)) => 1,
                _ => 0,
            };
            least += if others { ended } else { 0 };
            *shared.entry(&message.message_id).or_default() += ended;
        }
        for (id, contents) in &contents {
            most += if contents.len() > 1 { shared.get(id).copied().unwrap_or(0) } else { 0 };
        }
        if (least..=most).contains(&counted) {
            return Ok(());
        }
        Err(format!("{counted} message ids are said to be reused, and it was {least}, at most {most}"))
    }

    fn skipped(
        &self,
        position: Position,
        requeued: bool,
        message: &Message,
        skip: SkipCode,
    ) -> Result<(), String> {
        let right = match skip {
            SkipCode::UnsupportedType => message.what == What::Page,
            SkipCode::IntegrationDisabled => message.what == What::OptedOut,
            SkipCode::NotASurvey => message.what == What::OrdinaryTrack,
            SkipCode::Duplicate => self.repeats(position, requeued, message),
            _ => false,
        };
        if right { Ok(()) } else { Err("it should have been delivered, or kept".to_owned()) }
    }

    fn delivered(&self, position: Position, requeued: bool, message: &Message) -> Result<(), String> {
        if self.repeats(position, requeued, message) {
            return Err("its message id came before".to_owned());
        }
        match message.what {
            What::Identify => Ok(()),
            What::Response | What::Decline if self.writes.carried_out(&message.token) > 0 => Ok(()),
            What::Response | What::Decline => Err("InMoment never carried it out".to_owned()),
            _ => Err("it can never be delivered".to_owned()),
        }
    }

    fn dead(
        &self,
        accepted: &Accepted,
        message: &Message,
        code: &str,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let certain = match message.what {
            What::NotAnObject => &["event_not_an_object"][..],
            What::WithoutIds => &["event_without_ids", "identity_missing"],
            What::AnonymousOnly => &["identity_missing"],
            What::WithoutType => &["type_missing"],
            What::WithoutScore => &["score_missing"],
            What::BadScore => &["score_invalid"],
            What::WithoutEventType => &["event_type_missing"],
            _ => &[],
        };
        if certain.contains(&code) {
            return Ok(());
        }
        let Some(place) = message.person else { return Err(format!("of {code}, which it does not deserve")) };
        let kind = facts.people[place].kind;
        let doubtful = self.may_be_unknown(place, facts);
        // Who fails for longer than the limit may be given up; outages do not count.
        let failed_long =
            facts.reachable[self.d].saturating_sub(accepted.reachable) >= self.writes.give_up_after;
        let right = match code {
            "gave_up" => failed_long,
            // Whose calls a firewall turns away while others' go through.
            "permission_denied" | "turned_away" | "redirected" => facts.turned_away(self.d, place),
            // The e-mail of one whom InMoment knows by that alone leads to it, unless that cannot be asked.
            "email_belongs_to_another_user" => {
                let found_in_vain = kind == PersonKind::Adopted && failed_long;
                message.what == What::Identify && (message.contested() || found_in_vain)
            }
            "email_or_phone_missing" => {
                let addressed = message.email.is_some() || message.phone.is_some();
                message.what == What::Identify && !addressed && doubtful
            }
            "external_id_missing" => message.what == What::Identify && kind == PersonKind::Phantom,
            "end_user_unknown" if message.what != What::Identify && doubtful => {
                return self.waited(accepted.at, place, facts);
            }
            _ => false,
        };
        if right { Ok(()) } else { Err(format!("of {code}, which it does not deserve")) }
    }

    /// Whether InMoment may not know a person when its answers come: never identified, or only in vain.
    pub(super) fn may_be_unknown(&self, place: usize, facts: &Facts<'_>) -> bool {
        let person = &facts.people[place];
        let of_person = |position: &Position| {
            let accepted = self.accepted.get(position);
            accepted
                .map(|accepted| &facts.script.messages[accepted.message])
                .filter(|m| m.person == Some(place))
        };
        let died = |position: &Position| of_person(position).is_some_and(|m| m.what == What::Identify);
        !person.must_be_known() || self.codes.keys().any(died)
    }

    /// An answer may only be given up for want of its end user when InMoment was asked after a full wait.
    fn waited(&self, accepted_at: u64, place: usize, facts: &Facts<'_>) -> Result<(), String> {
        let Some(asked) = self.writes.unknown_at(place) else {
            return Err("InMoment knows its end user, or was never asked".to_owned());
        };
        if facts.now.saturating_sub(asked) > LOOKUP_AGE {
            return Err("InMoment was asked for its end user too long ago".to_owned());
        }
        let wait = u64::try_from(self.writes.unknown_user_wait.as_millis()).unwrap_or(u64::MAX);
        let until = accepted_at.saturating_add(wait);
        if !facts.waits_blurred && (facts.now < until || asked + LATE_ENOUGH + facts.timeout < until) {
            return Err("its wait was cut short".to_owned());
        }
        Ok(())
    }
}
