//! Dead letters, which are kept whole, listed, requeued or discarded; and the replay of any event.

use super::letter::Letter;
use super::state::{Logged, State, place, place_of_event};
use crate::error::JournalError;
use crate::records::{
    DeadLetter, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, DestinationId, Fate,
    NewDeadLetter, NewRequest, Position, Requeued, SkipCode,
};
use crate::text::{self, PAGE_BYTES};
use event::Cut;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The requests of a commit's dead letters; each body is cut into events once.
pub(super) type Cuts = HashMap<u64, Option<Cut>>;

impl State {
    /// Keeps a letter. Its request exists, because the fate would have been refused otherwise.
    pub(super) fn bury(
        &mut self,
        destination: DestinationId,
        about: NewDeadLetter,
        cuts: &mut Cuts,
    ) -> Result<(), JournalError> {
        let logged = self.log.get(&about.position.request);
        let logged = logged.ok_or_else(|| JournalError::Refused("a dead letter of no request".to_owned()))?;
        let original = &logged.request;
        let cut = cuts
            .entry(about.position.request)
            .or_insert_with(|| Cut::new(original.body.to_vec(), original.shape).ok());
        let event = match cut {
            Some(cut) => Cow::Borrowed(cut.event(about.position.index).unwrap_or_default()),
            // If a body cannot be cut, the first letter keeps all of it.
            None if about.position.index == 0 => String::from_utf8_lossy(&original.body),
            None => Cow::Borrowed(""),
        };
        let letter = Letter {
            destination,
            first_index: logged.first_index.saturating_add(about.position.index),
            request: NewRequest {
                events: 1,
                rejected: Vec::new(),
                destinations: Arc::from([destination]),
                body: text::body_of_one(&event, original.shape),
                ..original.clone()
            },
            event: event.into_owned(),
            about,
        };
        self.letters.insert(self.next_letter, letter);
        self.next_letter += 1;
        Ok(())
    }

    pub(super) fn requeue(&mut self, filter: &DeadLetterFilter) -> Result<Requeued, JournalError> {
        let taken = self.take(filter)?;
        let count = taken.len() as u64;
        for letter in taken {
            self.push(Logged::new(letter.request, letter.first_index, true));
        }
        Ok(Requeued { count })
    }

    pub(super) fn requeue_edited(&mut self, id: u64, event: &str) -> Result<Position, JournalError> {
        let only = DeadLetterFilter { ids: Some(vec![id]), ..DeadLetterFilter::default() };
        let letter = self.take(&only)?.pop();
        let letter = letter.ok_or_else(|| JournalError::NotFound(format!("dead letter {id}")))?;
        let body = text::body_of_one(event, letter.request.shape);
        let request = NewRequest { body, ..letter.request };
        Ok(Position { request: self.push(Logged::new(request, letter.first_index, true)), index: 0 })
    }

    pub(super) fn replay(
        &mut self,
        position: Position,
        destination: DestinationId,
    ) -> Result<Position, JournalError> {
        self.at(destination)?;
        let Position { request, index } = position;
        let gone = || JournalError::NotFound(format!("event {index} of request {request}"));
        let logged = self.log.get(&request).ok_or_else(gone)?;
        let stored = &logged.request;
        let event = text::event_text(&stored.body, stored.shape, index).ok_or_else(gone)?;
        let again = NewRequest {
            events: 1,
            rejected: Vec::new(),
            destinations: Arc::from([destination]),
            body: text::body_of_one(&event, stored.shape),
            ..stored.clone()
        };
        let first_index = logged.first_index.saturating_add(index);
        self.at_mut(destination)?.totals.accepted += 1;
        Ok(Position { request: self.push(Logged::new(again, first_index, true)), index: 0 })
    }

    pub(super) fn discard(&mut self, filter: &DeadLetterFilter) -> Result<Requeued, JournalError> {
        let taken = self.take(filter)?;
        let discarded = Fate::Skipped(SkipCode::Discarded);
        for letter in &taken {
            let position = letter.about.position;
            let logged = self.log.get_mut(&position.request);
            let fates = logged.and_then(|logged| logged.fates.get_mut(&letter.destination));
            if let Some(byte) = fates.and_then(|fates| fates.get_mut(place_of_event(position.index))) {
                *byte = discarded.byte();
            }
            *self.at_mut(letter.destination)?.totals.of(discarded) += 1;
        }
        Ok(Requeued { count: taken.len() as u64 })
    }

    /// Removes the letters that match, and subtracts them from the count of the dead.
    fn take(&mut self, filter: &DeadLetterFilter) -> Result<Vec<Letter>, JournalError> {
        let matching = |id: &u64, letter: &mut Letter| letter.matches(*id, filter);
        let taken: Vec<Letter> = self.letters.extract_if(.., matching).map(|(_, letter)| letter).collect();
        for letter in &taken {
            *self.at_mut(letter.destination)?.totals.of(Fate::Dead) -= 1;
        }
        Ok(taken)
    }

    pub(super) fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> DeadLetterPage {
        let mut matching = self.letters.iter().filter(|(id, letter)| letter.matches(**id, filter)).peekable();
        let mut page = DeadLetterPage::default();
        let mut bytes = 0;
        while page.items.len() < limit && bytes < PAGE_BYTES {
            let Some((id, letter)) = matching.next() else { break };
            bytes += letter.event.len();
            page.items.push(self.to_dead_letter(*id, letter));
        }
        page.more = matching.peek().is_some();
        page
    }

    /// The letters that match, counted by destination and code.
    pub(super) fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Vec<DeadLetterGroup> {
        let mut groups: BTreeMap<(&str, &str), Vec<(u64, &Letter)>> = BTreeMap::new();
        for (id, letter) in self.letters.iter().filter(|(id, letter)| letter.matches(**id, filter)) {
            let name = self.destinations[place(letter.destination.0)].name.as_str();
            groups.entry((name, &letter.about.code)).or_default().push((*id, letter));
        }
        let group = |((destination, code), letters): ((&str, &str), Vec<(u64, &Letter)>)| {
            let died_at = || letters.iter().map(|(_, letter)| letter.about.died_at);
            let users: BTreeSet<&String> =
                letters.iter().filter_map(|(_, letter)| letter.about.user.as_ref()).collect();
            DeadLetterGroup {
                destination: destination.to_owned(),
                code: code.to_owned(),
                count: letters.len() as u64,
                users: users.len() as u64,
                first: died_at().min().unwrap_or_default(),
                last: died_at().max().unwrap_or_default(),
                sample: letters.last().map_or(0, |(id, _)| *id),
            }
        };
        groups.into_iter().map(group).collect()
    }

    /// How many letters match, and the highest number among them.
    pub(super) fn count_dead_letters(&self, filter: &DeadLetterFilter) -> DeadLetterCount {
        let matching = self.letters.iter().filter(|(id, letter)| letter.matches(**id, filter));
        let (count, up_to) = matching.fold((0, None), |(count, _), (id, _)| (count + 1, Some(*id)));
        DeadLetterCount { count, up_to }
    }

    fn to_dead_letter(&self, id: u64, letter: &Letter) -> DeadLetter {
        let NewDeadLetter { code, reason, message_id, kind, user, died_at, .. } = letter.about.clone();
        DeadLetter {
            id,
            code,
            reason,
            message_id,
            kind,
            user,
            destination: self.destinations[place(letter.destination.0)].name.clone(),
            source: self.sources[place(letter.request.source.0)].0.clone(),
            received_at: letter.request.received_at,
            died_at,
            event: letter.event.clone(),
        }
    }
}
