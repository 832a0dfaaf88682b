//! The journal's ports: everything happens under the one lock.

use super::MemoryJournal;
use super::state::{Destination, number_at};
use crate::change::Change;
use crate::error::JournalError;
use crate::port::{Appended, DeliveryStore, Fates, Intake, ReadLimit, ReadPage, Storage};
use crate::receipt::Receipt;
use crate::records::{
    DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, DestinationId, KnownUser, Ledger,
    MessageKey, NewAudit, NewRequest, Position, Requeued, RestoredDelivery, Seen, SourceId,
};
use crate::text;
use bytes::Bytes;
use event::{Millis, SourceKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

impl Storage for MemoryJournal {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.ages.as_ref().map_or(Some(Duration::ZERO), |age| age(stamp))
    }

    fn healthy(&self) -> Result<(), JournalError> {
        match &self.locked().fault {
            Some(fault) => Err(fault.error.clone()),
            None => Ok(()),
        }
    }
}

impl Intake for MemoryJournal {
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError> {
        self.write(|state| {
            let place = state.sources.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                state.sources.push((name.to_owned(), kind));
                state.sources.len() - 1
            });
            state.sources[place].1 = kind;
            Ok(SourceId(number_at(place)))
        })
    }

    fn append(&self, request: NewRequest) -> Receipt<Appended> {
        Receipt::ready(self.write(|state| state.append(request)))
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        self.locked().stored_bytes(source)
    }
}

impl DeliveryStore for MemoryJournal {
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.write(|state| {
            let place = state.destinations.iter().position(|known| known.name == name).unwrap_or_else(|| {
                // Requests that were appended before the destination existed cannot be routed to it.
                let fresh =
                    Destination { name: name.to_owned(), cursor: state.end, ..Destination::default() };
                state.destinations.push(fresh);
                state.destinations.len() - 1
            });
            Ok(DestinationId(number_at(place)))
        })
    }

    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError> {
        let state = self.locked();
        let known = state.at(destination)?;
        Ok(RestoredDelivery {
            cursor: known.cursor,
            end: state.end,
            destination: known.record.clone(),
            lanes: known.lanes.clone(),
            in_flight: known.in_flight.values().cloned().collect(),
            conflicts: known.conflicts.values().cloned().collect(),
        })
    }

    fn read(&self, id: DestinationId, from: u64, limit: ReadLimit) -> Result<ReadPage, JournalError> {
        self.locked().read(id, from, limit)
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        let state = self.locked();
        let seen = &state.at(destination)?.seen;
        let of = |key: &MessageKey| {
            let of_id = MessageKey { content: 0, ..*key }..=MessageKey { content: u128::MAX, ..*key };
            let remembered = |key: &MessageKey| seen.get(key).is_some_and(|at| *at >= since);
            match remembered(key) {
                true => Seen::Same,
                false if seen.range(of_id).any(|(other, _)| remembered(other)) => Seen::Reused,
                false => Seen::Never,
            }
        };
        Ok(keys.iter().map(of).collect())
    }

    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError> {
        let state = self.locked();
        let links = &state.at(destination)?.links;
        Ok(external_ids.iter().map(|id| links.get(*id).cloned()).collect())
    }

    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        let state = self.locked();
        let users = &state.at(destination)?.users;
        Ok(end_user_ids.iter().map(|id| users.get(*id).cloned()).collect())
    }

    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        Receipt::ready(self.write(|state| {
            for change in changes.iter() {
                if let Change::Audit(entry, _) = change {
                    self.keep_audit(entry)?;
                }
            }
            state.commit(destination, &changes)
        }))
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.appended.subscribe()
    }
}

impl Fates for MemoryJournal {
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError> {
        let state = self.locked();
        let names = state.destinations.iter().map(|known| known.name.clone());
        let mut all: Vec<_> = names.zip((1..).map(DestinationId)).collect();
        all.sort();
        Ok(all)
    }

    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError> {
        self.locked().oldest_pending(destination)
    }

    fn ledger(&self) -> Result<Ledger, JournalError> {
        Ok(self.locked().ledger())
    }

    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError> {
        Ok(self.locked().dead_letters(filter, limit))
    }

    fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetterGroup>, JournalError> {
        Ok(self.locked().dead_letter_groups(filter))
    }

    fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<DeadLetterCount, JournalError> {
        Ok(self.locked().count_dead_letters(filter))
    }

    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        Receipt::ready(self.write(|state| {
            self.keep_audit(&audit)?;
            state.requeue(&filter)
        }))
    }

    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        Receipt::ready(self.write(|state| {
            self.keep_audit(&audit)?;
            state.discard(&filter)
        }))
    }

    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position> {
        Receipt::ready(self.write(|state| {
            let edited = text::edited(&event)?;
            self.keep_audit(&audit)?;
            state.requeue_edited(id, edited)
        }))
    }

    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position> {
        Receipt::ready(self.write(|state| {
            self.keep_audit(&audit)?;
            state.replay(position, destination)
        }))
    }

    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError> {
        let state = self.locked();
        Ok(state.log.get(&position.request).and_then(|logged| {
            let text = text::event_text(&logged.request.body, logged.request.shape, position.index)?;
            Some(text.into_owned())
        }))
    }
}
