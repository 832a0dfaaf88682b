//! A journal in memory: the model the durable one is compared with, and the journal of tests and simulation.
//!
//! # Policy
//! * Everything happens under one lock and every [`Receipt`] is ready when it is handed out: a test sees no threads.
//! * "Durable" means held by the value: a simulated crash drops whoever uses the journal, not the journal.
//! * Written for plainness, not speed: no counter is kept that could be counted, no retention, no caches. Where the two
//!   journals differ, suspect the other one.
//! * It keeps no audit, for nobody can read one in it; whoever wants the entries is told them ([`MemoryJournal::with_audit`]).
//! * A write can be told to fail ([`MemoryJournal::fail_writes`]): it then changes nothing, as on a full disk.

mod commit;
mod letters;
mod port;
#[cfg(test)]
mod tests;

use crate::port::{Appended, JournalError, ReadLimit, ReadPage};
use crate::records::{
    ConflictRecord, DestinationId, DestinationRecord, Fate, InFlightRecord, KnownUser, LaneRecord, Ledger,
    LedgerTotals, MessageKey, NewAnswer, NewAudit, NewRequest, SourceId, StoredRequest, UniqueField,
};
use event::{Millis, SourceKind};
use letters::Letter;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// See the module.
pub struct MemoryJournal {
    state: Mutex<State>,
    appended: watch::Sender<u64>,
    audit: Option<Box<KeepAudit>>,
    ages: Option<Box<TellAge>>,
}

/// Takes the audit entry of a write before it is done; an error makes the write fail.
type KeepAudit = dyn Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync;

/// How long ago something was stamped.
type TellAge = dyn Fn(Millis) -> Option<Duration> + Send + Sync;

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
    /// bodies by source; nothing of the log is ever removed, and it is asked for at each append
    stored: BTreeMap<SourceId, u64>,
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
    seen: BTreeMap<MessageKey, Millis>,
    users: HashMap<String, KnownUser>,
    links: HashMap<String, String>,
    conflicts: BTreeMap<(String, UniqueField), ConflictRecord>,
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
            stored: BTreeMap::new(),
            answers: Vec::new(),
            fault: None,
        };
        MemoryJournal {
            state: Mutex::new(state),
            appended: watch::Sender::new(FIRST_NUMBER),
            audit: None,
            ages: None,
        }
    }

    /// For tests: the audit entries of writes are handed to `keep`, each before its write is done; where that fails, the
    /// write fails and changes nothing.
    #[must_use]
    pub fn with_audit(
        self,
        keep: impl Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync + 'static,
    ) -> Self {
        MemoryJournal { audit: Some(Box::new(keep)), ..self }
    }

    /// For tests and simulation: how long ago something was stamped is asked here. Without it everything counts as stamped just now,
    /// for this journal has no clock.
    #[must_use]
    pub fn with_ages(self, age: impl Fn(Millis) -> Option<Duration> + Send + Sync + 'static) -> Self {
        MemoryJournal { ages: Some(Box::new(age)), ..self }
    }

    fn keep_audit(&self, entry: &NewAudit) -> Result<(), JournalError> {
        self.audit.as_ref().map_or(Ok(()), |keep| keep(entry))
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
        *self.stored.entry(logged.request.source).or_default() += logged.request.body.len() as u64;
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
            source_name: self.sources[place(request.source.0)].0.as_str().into(),
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
            damaged: false,
            body: request.body.clone(),
        }
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        let letters = self.letters.values().map(|letter| letter.stored_bytes(source)).sum::<u64>();
        self.stored.get(&source).copied().unwrap_or(0) + letters
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
