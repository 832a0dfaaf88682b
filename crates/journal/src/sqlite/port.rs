//! The journal's trait: writes go to the writer's queue, reads to a reader's connection.

use super::queue::{self, Job};
use super::replica::Proposals;
use super::work::{Act, Audited, Work};
use super::writer::WriterShared;
use super::{SqliteJournal, letters, read, retention, seen};
use crate::change::Change;
use crate::error::JournalError;
use crate::packed::Packed;
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
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

impl Storage for SqliteJournal {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.ages.age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        if self.shared.queue.is_closed() {
            return Err(JournalError::Closed);
        }
        self.shared.trouble().or_else(|| self.shared.damage.known()).map_or(Ok(()), Err)?;
        self.proposals.as_ref().map_or(Ok(()), |proposals| proposals.healthy())
    }
}

impl Intake for SqliteJournal {
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError> {
        match self.known_to_replica(|connection| read::source(connection, name, kind))? {
            Some(id) => Ok(id),
            None => self.ask(Work::Source { name: name.to_owned(), kind }),
        }
    }

    fn append(&self, mut request: NewRequest) -> Receipt<Appended> {
        // Here, on the thread of whoever appends: the writer has everybody's rows to write.
        let body = Packed::new(std::mem::take(&mut request.body));
        let proposals = self.proposals.clone();
        match self.shared.queue.room(&body) {
            Ok(Some(room)) => {
                let work = Work::Append { request, body };
                Receipt::waiting(hand_in(&self.shared, proposals.as_deref(), work, room))
            }
            Ok(None) => {
                let (shared, room) = (Arc::clone(&self.shared), self.shared.queue.wait_for_room(&body));
                Receipt::deferred(async move {
                    let (room, work) = (room.await?, Work::Append { request, body });
                    let answer = hand_in(&shared, proposals.as_deref(), work, room);
                    answer.await.unwrap_or(Err(JournalError::Closed))
                })
            }
            Err(error) => Receipt::ready(Err(error)),
        }
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        self.shared.stored.of(source)
    }
}

impl DeliveryStore for SqliteJournal {
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        match self.known_to_replica(|connection| read::destination(connection, name))? {
            Some(id) => Ok(id),
            None => self.ask(Work::Destination { name: name.to_owned() }),
        }
    }

    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError> {
        self.readers.read(|connection| read::restore(connection, destination))
    }

    fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
        self.readers.read(|connection| read::read(connection, destination, from, limit))
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        let since = self.ages.since(since, retention::SEEN_AGE);
        self.readers.read(|connection| seen::seen(connection, destination, keys, since))
    }

    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError> {
        self.readers.read(|connection| read::links(connection, destination, external_ids))
    }

    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        self.readers.read(|connection| read::users(connection, destination, end_user_ids))
    }

    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        let sources = self.shared.cuts.of(&self.readers, &changes);
        self.tell(Work::Commit { destination, changes, sources })
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.shared.appended.subscribe()
    }
}

impl Fates for SqliteJournal {
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError> {
        self.readers.read(read::destinations)
    }

    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError> {
        self.readers.read(|connection| read::oldest_pending(connection, destination))
    }

    fn ledger(&self) -> Result<Ledger, JournalError> {
        self.readers.read(read::ledger)
    }

    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError> {
        self.readers.read(|connection| letters::list(connection, filter, limit))
    }

    fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetterGroup>, JournalError> {
        self.readers.read(|connection| letters::groups(connection, filter))
    }

    fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<DeadLetterCount, JournalError> {
        self.readers.read(|connection| letters::count(connection, filter))
    }

    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        let audit = self.audited(audit);
        self.tell(Work::Requeue { filter, audit: Some(audit) })
    }

    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        let audit = self.audited(audit);
        self.tell(Work::Discard { filter, audit: Some(audit) })
    }

    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position> {
        let audit = self.audited(audit);
        match text::edited(&event).map(str::to_owned) {
            Ok(event) => self.tell(Work::RequeueEdited { id, event, audit }),
            Err(error) => Receipt::ready(Err(error)),
        }
    }

    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position> {
        let audit = self.audited(audit);
        self.tell(Work::Replay { position, destination, audit })
    }

    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError> {
        self.readers.read(|connection| read::event_text(connection, position))
    }
}

/// Hands an append to the writer, or proposes it to all machines that share the journal.
fn hand_in(
    shared: &WriterShared,
    proposals: Option<&Proposals>,
    work: Work,
    room: OwnedSemaphorePermit,
) -> oneshot::Receiver<Result<Appended, JournalError>> {
    if let Some(proposals) = proposals {
        let (reply, answer) = queue::reply();
        proposals.propose(Act::Work(work), None, reply, Some(room));
        return answer;
    }
    let (job, answer) = Job::new(work);
    shared.queue.push(job.with_room(room));
    answer
}

impl SqliteJournal {
    /// An order is dated when it is handed in.
    fn audited(&self, audit: NewAudit) -> Audited {
        Audited { at: (self.options.clock)(), audit }
    }
}
