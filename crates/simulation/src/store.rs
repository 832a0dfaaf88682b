//! The journal of a history: one in memory that never fails by itself, or the durable one on a disk that does.

mod files;
mod on_disk;

pub(crate) use on_disk::{End, OnDisk};

use crate::report::Broken;
use journal::{
    Archive, DeadLetterFilter, DeadLetterPage, DestinationId, Fates, Journal, JournalError, Ledger,
    MemoryJournal, Position, ReadLimit, ReadPage, RestoredDelivery, Storage,
};
use std::sync::Arc;

/// See the module. What the judge asks is never disturbed by the disk.
pub(crate) enum Store {
    Memory(Arc<MemoryJournal>),
    Sqlite(Box<OnDisk>),
}

/// Every event of a request, whatever it holds.
const ALL: ReadLimit = ReadLimit { events: usize::MAX, bytes: usize::MAX };

impl Store {
    /// The journal, as long as a process has it open.
    pub(crate) fn open(&self) -> Option<Arc<dyn Journal>> {
        match self {
            Store::Memory(journal) => Some(Arc::clone(journal) as _),
            Store::Sqlite(disk) => disk.journal().map(|journal| journal as _),
        }
    }

    /// Nothing can be stored now, as far as the journal knows.
    pub(crate) fn is_in_trouble(&self) -> bool {
        match self {
            Store::Memory(journal) => journal.healthy() == Err(JournalError::Full),
            Store::Sqlite(disk) => disk.journal().is_some_and(|journal| journal.healthy().is_err()),
        }
    }

    /// Is this what a disk may answer that fails?
    pub(crate) fn may_say(&self, error: &JournalError) -> bool {
        let of_a_disk = |error: &JournalError| {
            matches!(
                error,
                JournalError::Full
                    | JournalError::Disk(_)
                    | JournalError::Storage(_)
                    | JournalError::Unusable(_)
            )
        };
        match self {
            Store::Memory(_) => *error == JournalError::Full,
            Store::Sqlite(_) => of_a_disk(error),
        }
    }

    /// To look at everything takes its time on a disk: not each time there is an occasion.
    pub(crate) fn is_due_for_a_look(&self) -> bool {
        match self {
            Store::Memory(_) => true,
            Store::Sqlite(disk) => disk.is_due_for_a_look(),
        }
    }

    /// One more than the newest request's number.
    pub(crate) fn end(&self) -> Result<u64, Broken> {
        self.look(|journal| Ok(*journal.appended().borrow()))
    }

    pub(crate) fn ledger(&self) -> Result<Ledger, Broken> {
        self.look(Fates::ledger)
    }

    pub(crate) fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, Broken> {
        self.look(|journal| journal.restore(destination))
    }

    pub(crate) fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, Broken> {
        self.look(|journal| journal.read(destination, from, limit))
    }

    pub(crate) fn dead_letters(&self) -> Result<DeadLetterPage, Broken> {
        self.look(|journal| journal.dead_letters(&DeadLetterFilter::default(), usize::MAX))
    }

    /// How many survey answers are kept of what was delivered to this destination.
    pub(crate) fn answers(&self, destination: DestinationId) -> Result<usize, Broken> {
        match self {
            Store::Memory(journal) => {
                Ok(journal.answers().iter().filter(|(id, _)| *id == destination).count())
            }
            Store::Sqlite(disk) => {
                let filter = journal::AnswerFilter { destination: Some(destination), ..Default::default() };
                let journal = disk.journal().ok_or_else(closed)?;
                let page = disk.look(|| Archive::answers(&*journal, &filter, usize::MAX));
                Ok(page.map_err(broken)?.items.len())
            }
        }
    }

    /// The number of the request with this id, which was routed to this destination, if it is stored and has an event pending.
    pub(crate) fn find_request(
        &self,
        destination: DestinationId,
        from: u64,
        request_id: [u8; 16],
    ) -> Result<Option<u64>, Broken> {
        let page = self.read(destination, from, ALL)?;
        Ok(page
            .requests
            .iter()
            .find(|request| request.request_id == request_id)
            .map(|request| request.number))
    }

    /// Whether this event, which was stored, has met its fate.
    pub(crate) fn is_decided(&self, destination: DestinationId, position: Position) -> Result<bool, Broken> {
        let page = self.read(destination, position.request, ReadLimit { events: 1, bytes: 1 })?;
        let Some(request) = page.requests.first().filter(|request| request.number == position.request) else {
            return Ok(true);
        };
        let place = usize::try_from(position.index).unwrap_or(usize::MAX);
        Ok(request.fates.get(place).is_some_and(|byte| *byte != journal::Fate::PENDING))
    }

    fn look<T>(&self, work: impl FnOnce(&dyn Journal) -> Result<T, JournalError>) -> Result<T, Broken> {
        let journal = self.open().ok_or_else(closed)?;
        let result = match self {
            Store::Memory(_) => work(&*journal),
            Store::Sqlite(disk) => disk.look(|| work(&*journal)),
        };
        result.map_err(broken)
    }
}

fn broken(error: JournalError) -> Broken {
    Broken(error.to_string())
}

fn closed() -> Broken {
    Broken("the journal was looked at while no process has it open".to_owned())
}
