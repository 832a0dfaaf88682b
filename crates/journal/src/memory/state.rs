//! What the journal in memory holds: the log, and the state of each destination.

use super::letter::Letter;
use crate::error::JournalError;
use crate::port::{Appended, ReadLimit, ReadPage};
use crate::records::{
    ConflictRecord, DestinationId, Fate, InFlightRecord, KnownUser, LaneRecord, Ledger, LedgerTotals,
    MessageKey, NewRequest, NewSurveyAnswer, SourceId, StandingRecord, StoredRequest, UniqueField,
};
use event::{Millis, SourceKind};
use std::collections::{BTreeMap, HashMap};

/// One more than the newest request's number in an empty journal: requests are numbered from 1.
pub(super) const FIRST_NUMBER: u64 = 1;

pub(super) struct State {
    pub(super) sources: Vec<(String, SourceKind)>,
    pub(super) destinations: Vec<Destination>,
    pub(super) log: BTreeMap<u64, Logged>,
    pub(super) end: u64,
    pub(super) unrouted: u64,
    pub(super) letters: BTreeMap<u64, Letter>,
    pub(super) next_letter: u64,
    /// the bytes of bodies by source; each append needs them, and nothing is ever removed from the log
    pub(super) stored: BTreeMap<SourceId, u64>,
    pub(super) answers: Vec<(DestinationId, NewSurveyAnswer)>,
    pub(super) fault: Option<Fault>,
}

/// Writes that are made to fail.
pub(super) struct Fault {
    pub(super) error: JournalError,
    /// how many more writes fail; `None` means all
    pub(super) left: Option<u32>,
}

pub(super) struct Logged {
    pub(super) request: NewRequest,
    pub(super) first_index: u32,
    pub(super) requeued: bool,
    /// one byte for each event, for each destination that the request is routed to
    pub(super) fates: BTreeMap<DestinationId, Vec<u8>>,
}

#[derive(Default)]
pub(super) struct Destination {
    pub(super) name: String,
    pub(super) cursor: u64,
    pub(super) record: StandingRecord,
    pub(super) lanes: BTreeMap<String, LaneRecord>,
    pub(super) in_flight: BTreeMap<String, InFlightRecord>,
    pub(super) seen: BTreeMap<MessageKey, Millis>,
    pub(super) users: HashMap<String, KnownUser>,
    pub(super) links: HashMap<String, String>,
    pub(super) conflicts: BTreeMap<(String, UniqueField), ConflictRecord>,
    /// every count except `pending`
    pub(super) totals: LedgerTotals,
}

impl State {
    /// The state of an empty journal.
    pub(super) fn new() -> State {
        State {
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
        }
    }

    pub(super) fn take_fault(&mut self) -> Option<JournalError> {
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

    pub(super) fn at(&self, id: DestinationId) -> Result<&Destination, JournalError> {
        self.destinations.get(place(id.0)).ok_or_else(|| no_destination(id))
    }

    pub(super) fn at_mut(&mut self, id: DestinationId) -> Result<&mut Destination, JournalError> {
        self.destinations.get_mut(place(id.0)).ok_or_else(|| no_destination(id))
    }

    pub(super) fn append(&mut self, request: NewRequest) -> Result<Appended, JournalError> {
        if place(request.source.0) >= self.sources.len() {
            return Err(JournalError::NotFound(format!("source {}", request.source.0)));
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

    pub(super) fn push(&mut self, logged: Logged) -> u64 {
        let number = self.end;
        *self.stored.entry(logged.request.source).or_default() += logged.request.body.len() as u64;
        self.log.insert(number, logged);
        self.end += 1;
        number
    }

    pub(super) fn read(
        &self,
        id: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
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

    pub(super) fn oldest_pending(&self, id: DestinationId) -> Result<Option<Millis>, JournalError> {
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

    pub(super) fn stored_bytes(&self, source: SourceId) -> u64 {
        let letters = self.letters.values().map(|letter| letter.stored_bytes(source)).sum::<u64>();
        self.stored.get(&source).copied().unwrap_or(0) + letters
    }

    pub(super) fn ledger(&self) -> Ledger {
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
    pub(super) fn new(request: NewRequest, first_index: u32, requeued: bool) -> Self {
        let pending = vec![Fate::PENDING; place_of_event(request.events)];
        let fates = request.destinations.iter().map(|id| (*id, pending.clone())).collect();
        Logged { request, first_index, requeued, fates }
    }
}

impl LedgerTotals {
    /// The count that a fate is added to.
    pub(super) fn of(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::Delivered => &mut self.delivered,
            Fate::Dead => &mut self.dead,
            Fate::Skipped(code) => self.skipped.entry(code).or_default(),
        }
    }
}

/// The index in its list of the entry with this number (from 1).
pub(super) fn place(number: u32) -> usize {
    number.checked_sub(1).map_or(usize::MAX, |place| usize::try_from(place).unwrap_or(usize::MAX))
}

pub(super) fn place_of_event(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn no_destination(id: DestinationId) -> JournalError {
    JournalError::NotFound(format!("destination {}", id.0))
}

pub(super) fn number_at(place: usize) -> u32 {
    u32::try_from(place + 1).unwrap_or(u32::MAX)
}
