//! A journal in memory: the model the durable one is compared with, and the journal of tests and simulation.
//!
//! # Policy
//! * Everything happens under one lock and every [`Receipt`] is ready when it is handed out: a test sees no threads.
//! * "Durable" means held by the value: a simulated crash drops whoever uses the journal, not the journal.
//! * Written for plainness, not speed: no counter is kept that could be counted, no retention, no caches. Where the two
//!   journals differ, suspect the other one.
//! * A write can be told to fail ([`MemoryJournal::fail_writes`]): it then changes nothing, as on a full disk.

mod commit;
mod letters;
#[cfg(test)]
mod tests;

use crate::port::{Appended, Change, Journal, JournalError, ReadLimit, ReadPage};
use crate::receipt::Receipt;
use crate::records::{
    DeadLetterFilter, DeadLetterPage, DestinationId, DestinationRecord, Fate, InFlightRecord, KnownUser,
    LaneRecord, Ledger, LedgerTotals, MessageKey, NewAnswer, NewRequest, Position, Requeued, Restored,
    SourceId, StoredRequest,
};
use crate::text;
use bytes::Bytes;
use event::{Millis, SourceKind};
use letters::Letter;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// See the module.
pub struct MemoryJournal {
    state: Mutex<State>,
    appended: watch::Sender<u64>,
}

/// One more than the newest request's number in an empty journal: requests are numbered from 1.
const FIRST_NUMBER: u64 = 1;

struct State {
    sources: Vec<(String, SourceKind)>,
    destinations: Vec<Destination>,
    log: BTreeMap<u64, Logged>,
    end: u64,
    unrouted: u64,
    letters: BTreeMap<u64, Letter>,
    next_letter: u64,
    answers: Vec<(DestinationId, NewAnswer)>,
    fault: Option<Fault>,
}

/// Writes that are made to fail.
struct Fault {
    error: JournalError,
    /// how many more; `None` until told otherwise
    left: Option<u32>,
}

struct Logged {
    request: NewRequest,
    first_index: u32,
    requeued: bool,
    /// for each destination the request is routed to, one byte an event
    fates: BTreeMap<DestinationId, Vec<u8>>,
}

#[derive(Default)]
struct Destination {
    name: String,
    cursor: u64,
    record: DestinationRecord,
    lanes: BTreeMap<String, LaneRecord>,
    in_flight: BTreeMap<String, InFlightRecord>,
    seen: HashMap<MessageKey, Millis>,
    users: HashMap<String, KnownUser>,
    links: HashMap<String, String>,
    /// every count but `pending`
    totals: LedgerTotals,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        let state = State {
            sources: Vec::new(),
            destinations: Vec::new(),
            log: BTreeMap::new(),
            end: FIRST_NUMBER,
            unrouted: 0,
            letters: BTreeMap::new(),
            next_letter: 1,
            answers: Vec::new(),
            fault: None,
        };
        MemoryJournal { state: Mutex::new(state), appended: watch::Sender::new(FIRST_NUMBER) }
    }

    /// For tests and simulation: every write fails with this error and changes nothing, until called with `None`.
    pub fn fail_writes(&self, error: Option<JournalError>) {
        self.locked().fault = error.map(|error| Fault { error, left: None });
    }

    /// For tests and simulation: the next `count` writes fail with this error and change nothing.
    pub fn fail_next_writes(&self, count: u32, error: JournalError) {
        self.locked().fault = (count > 0).then_some(Fault { error, left: Some(count) });
    }

    /// For tests and simulation: the survey answers committed so far.
    pub fn answers(&self) -> Vec<(DestinationId, NewAnswer)> {
        self.locked().answers.clone()
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the lock has failed already; the others may as well look.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, work: impl FnOnce(&mut State) -> Result<T, JournalError>) -> Result<T, JournalError> {
        let mut state = self.locked();
        if let Some(error) = state.take_fault() {
            return Err(error);
        }
        let result = work(&mut state);
        let end = state.end;
        drop(state);
        self.appended.send_if_modified(|known| std::mem::replace(known, end) != end);
        result
    }
}

impl State {
    fn take_fault(&mut self) -> Option<JournalError> {
        let fault = self.fault.as_mut()?;
        let error = fault.error.clone();
        if let Some(left) = &mut fault.left {
            *left -= 1;
            if *left == 0 {
                self.fault = None;
            }
        }
        Some(error)
    }

    fn at(&self, id: DestinationId) -> Result<&Destination, JournalError> {
        self.destinations.get(place(id.0)).ok_or_else(|| no_destination(id))
    }

    fn at_mut(&mut self, id: DestinationId) -> Result<&mut Destination, JournalError> {
        self.destinations.get_mut(place(id.0)).ok_or_else(|| no_destination(id))
    }

    fn append(&mut self, request: NewRequest) -> Result<Appended, JournalError> {
        if place(request.source.0) >= self.sources.len() {
            return Err(JournalError::Storage(format!("no source has the number {}", request.source.0)));
        }
        for id in request.destinations.iter() {
            self.at(*id)?;
        }
        let events = request.events;
        let number = self.push(Logged::new(request, 0, false));
        let routed: Vec<DestinationId> = self.log[&number].fates.keys().copied().collect();
        if routed.is_empty() {
            self.unrouted += u64::from(events);
        }
        for id in routed {
            self.at_mut(id)?.totals.accepted += u64::from(events);
        }
        Ok(Appended { number })
    }

    fn push(&mut self, logged: Logged) -> u64 {
        let number = self.end;
        self.log.insert(number, logged);
        self.end += 1;
        number
    }

    fn read(&self, id: DestinationId, from: u64, limit: ReadLimit) -> Result<ReadPage, JournalError> {
        self.at(id)?;
        let mut page = ReadPage { requests: Vec::new(), next: self.end, end: self.end };
        let (mut events, mut bytes) = (0, 0);
        for (number, logged) in self.log.range(from..) {
            let Some(fates) = logged.fates.get(&id).filter(|fates| fates.contains(&Fate::PENDING)) else {
                continue;
            };
            page.requests.push(self.stored(*number, logged, fates));
            events += fates.len();
            bytes += logged.request.body.len();
            if events >= limit.events || bytes >= limit.bytes {
                page.next = number + 1;
                break;
            }
        }
        Ok(page)
    }

    fn oldest_pending(&self, id: DestinationId) -> Result<Option<Millis>, JournalError> {
        self.at(id)?;
        let pending = |logged: &&Logged| logged.fates.get(&id).is_some_and(|f| f.contains(&Fate::PENDING));
        Ok(self.log.values().find(pending).map(|logged| logged.request.received_at))
    }

    fn stored(&self, number: u64, logged: &Logged, fates: &[u8]) -> StoredRequest {
        let request = &logged.request;
        let undecided = fates.iter().all(|byte| *byte == Fate::PENDING);
        StoredRequest {
            number,
            source: request.source,
            source_kind: self.sources[place(request.source.0)].1,
            shape: request.shape,
            first_index: logged.first_index,
            request_id: request.request_id,
            received_at: request.received_at,
            request_ip: request.request_ip.clone(),
            events: request.events,
            rejected: request.rejected.clone(),
            requeued: logged.requeued,
            fates: if undecided { Vec::new() } else { fates.to_vec() },
            body: request.body.clone(),
        }
    }

    fn ledger(&self) -> Ledger {
        let mut ledger = Ledger { unrouted: self.unrouted, ..Ledger::default() };
        for (id, destination) in (1..).map(DestinationId).zip(&self.destinations) {
            let pending = self.log.values().filter_map(|logged| logged.fates.get(&id)).flatten();
            let pending = pending.filter(|byte| **byte == Fate::PENDING).count();
            let totals = LedgerTotals { pending: pending as u64, ..destination.totals.clone() };
            ledger.destinations.insert(destination.name.clone(), totals);
        }
        ledger
    }
}

impl Logged {
    fn new(request: NewRequest, first_index: u32, requeued: bool) -> Self {
        let pending = vec![Fate::PENDING; place_of_event(request.events)];
        let fates = request.destinations.iter().map(|id| (*id, pending.clone())).collect();
        Logged { request, first_index, requeued, fates }
    }
}

impl LedgerTotals {
    /// The count a fate goes into.
    fn of(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::Delivered => &mut self.delivered,
            Fate::Dead => &mut self.dead,
            Fate::Skipped(code) => self.skipped.entry(code).or_default(),
        }
    }
}

/// Where the thing with this number (from 1) lies in its list.
fn place(number: u32) -> usize {
    number.checked_sub(1).map_or(usize::MAX, |place| usize::try_from(place).unwrap_or(usize::MAX))
}

fn place_of_event(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn no_destination(id: DestinationId) -> JournalError {
    JournalError::Storage(format!("no destination has the number {}", id.0))
}

fn number_at(place: usize) -> u32 {
    u32::try_from(place + 1).unwrap_or(u32::MAX)
}

impl Journal for MemoryJournal {
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

    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.write(|state| {
            let place = state.destinations.iter().position(|known| known.name == name).unwrap_or_else(|| {
                // What was appended before it existed cannot be routed to it.
                let fresh =
                    Destination { name: name.to_owned(), cursor: state.end, ..Destination::default() };
                state.destinations.push(fresh);
                state.destinations.len() - 1
            });
            Ok(DestinationId(number_at(place)))
        })
    }

    fn append(&self, request: NewRequest) -> Receipt<Appended> {
        Receipt::ready(self.write(|state| state.append(request)))
    }

    fn commit(&self, destination: DestinationId, changes: Vec<Change>) -> Receipt<()> {
        Receipt::ready(self.write(|state| state.commit(destination, changes)))
    }

    fn requeue(&self, filter: DeadLetterFilter) -> Receipt<Requeued> {
        Receipt::ready(self.write(|state| state.requeue(&filter)))
    }

    fn discard(&self, filter: DeadLetterFilter) -> Receipt<Requeued> {
        Receipt::ready(self.write(|state| state.discard(&filter)))
    }

    fn requeue_edited(&self, id: u64, event: Bytes) -> Receipt<Position> {
        Receipt::ready(self.write(|state| state.requeue_edited(id, text::edited(&event)?)))
    }

    fn replay(&self, position: Position, destination: DestinationId) -> Receipt<Position> {
        Receipt::ready(self.write(|state| state.replay(position, destination)))
    }

    fn restore(&self, destination: DestinationId) -> Result<Restored, JournalError> {
        let state = self.locked();
        let known = state.at(destination)?;
        Ok(Restored {
            cursor: known.cursor,
            end: state.end,
            destination: known.record.clone(),
            lanes: known.lanes.clone(),
            in_flight: known.in_flight.values().cloned().collect(),
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
    ) -> Result<Vec<bool>, JournalError> {
        let state = self.locked();
        let seen = &state.at(destination)?.seen;
        Ok(keys.iter().map(|key| seen.get(key).is_some_and(|at| *at >= since)).collect())
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

    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError> {
        Ok(self.locked().dead_letters(filter, limit))
    }

    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError> {
        self.locked().oldest_pending(destination)
    }

    fn ledger(&self) -> Result<Ledger, JournalError> {
        Ok(self.locked().ledger())
    }

    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError> {
        let state = self.locked();
        let names = state.destinations.iter().map(|known| known.name.clone());
        let mut all: Vec<_> = names.zip((1..).map(DestinationId)).collect();
        all.sort();
        Ok(all)
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.appended.subscribe()
    }

    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError> {
        let state = self.locked();
        Ok(state.log.get(&position.request).and_then(|logged| {
            let text = text::event_text(&logged.request.body, logged.request.shape, position.index)?;
            Some(text.into_owned())
        }))
    }

    fn healthy(&self) -> Result<(), JournalError> {
        match &self.locked().fault {
            Some(fault) => Err(fault.error.clone()),
            None => Ok(()),
        }
    }
}
