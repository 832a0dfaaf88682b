//! The trait every journal implements, and what a commit can change.

pub use crate::error::JournalError;

use crate::receipt::Receipt;
use crate::records::{
    BudgetRecord, ConflictRecord, DeadLetterFilter, DeadLetterPage, DestinationId, Fate, InFlightRecord,
    KnownUser, LaneRecord, Ledger, MessageKey, NewAnswer, NewAttempt, NewAudit, NewDeadLetter, NewRequest,
    Position, Requeued, Restored, SavedCalls, Seen, SourceId, StoredRequest, UniqueField,
};
use bytes::Bytes;
use event::{Millis, SourceKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// One change of delivery state; a commit makes a list of them true at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An event has met its fate. Counted in the ledger by the journal. Refused unless the event is pending here.
    Fate(Position, Fate),
    /// Every event of requests below this number has its fate; refused when that is not so. Never goes back.
    Cursor(u64),
    /// This event has been dealt with; its message id and content are remembered for 24 hours from then.
    Seen(MessageKey, Millis),
    /// An event that is delivered or dead in this commit had the message id of another one, and other content. Counted in
    /// the ledger.
    MessageIdReused,
    /// What InMoment now holds of an end user; also links its external id to it.
    KnowUser(KnownUser),
    /// What was known of this end user (by its end-user id) may no longer be true. Links stay.
    DoubtUser(String),
    /// This external id belongs to this end user.
    Link(String, String),
    /// This external id belongs to nobody we know of.
    Unlink(String),
    /// A call is about to be made; replaces what was in flight for the lane.
    InFlight(InFlightRecord),
    /// The lane's call has been answered.
    Landed(String),
    /// A lane is in trouble or waiting.
    LaneTrouble(String, LaneRecord),
    /// It no longer is.
    LaneClear(String),
    /// An event is kept as a dead letter. Comes with its `Fate(position, Dead)` in the same commit: neither is taken
    /// without the other.
    DeadLetter(NewDeadLetter),
    /// An end user was delivered without a field that somebody else holds; replaces what was known of that.
    Conflict(ConflictRecord),
    /// The conflict of this lane about this field is over.
    ConflictEnds(String, UniqueField),
    /// An operator paused the destination, at this time, or resumed it.
    Paused(Option<Millis>),
    /// The destination is halted for this reason, or no longer.
    Halted(Option<String>),
    /// The budget as of the calls this commit lets out.
    Budget(BudgetRecord),
    /// So many more calls made and saved.
    Calls {
        /// made
        made: u64,
        /// saved
        saved: SavedCalls,
    },
    /// A call was made and answered, or failed; kept with the events it was made for. Of events that are no longer
    /// stored nothing is kept.
    Attempt(NewAttempt),
    /// InMoment now has a survey response or decline. Comes with its `Fate(position, Delivered)`.
    Answer(NewAnswer),
    /// Who ordered what this commit makes true, and when.
    Audit(NewAudit, Millis),
}

/// What an append came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// the request's number
    pub number: u64,
}

/// How much to read at once.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimit {
    /// events, at most (one request more than this may come, never less than one request)
    pub events: usize,
    /// bytes of bodies, at most (likewise)
    pub bytes: usize,
}

/// Requests read for one destination.
#[derive(Debug, Clone, Default)]
pub struct ReadPage {
    /// those routed to the destination with at least one event pending
    pub requests: Vec<StoredRequest>,
    /// where to read on
    pub next: u64,
    /// one more than the newest request's number, when this was read
    pub end: u64,
}

/// The durable log and delivery state. Reads block the calling thread for as long as the storage takes; writes are
/// handed to a writer and answered by a [`Receipt`].
pub trait Journal: Send + Sync + 'static {
    /// The number of the source with this name, made at its first use.
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError>;

    /// The number of the destination with this name, made at its first use.
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError>;

    /// Stores a request; resolves when it is durable.
    fn append(&self, request: NewRequest) -> Receipt<Appended>;

    /// Makes all changes true at once; resolves when they are durable. Commits of one destination become true in the
    /// order they are handed in. One that fails is not true, and a later one may be: who must keep the order waits for
    /// the answer, and hands the same commit in again after [`JournalError::Full`]. A commit that contradicts what is there is
    /// [`JournalError::Refused`]: a fate for what is not pending, a dead letter without its fate, a cursor that passes one.
    fn commit(&self, destination: DestinationId, changes: Vec<Change>) -> Receipt<()> {
        self.commit_shared(destination, changes.into())
    }

    /// The same, for one who keeps the changes to hand them in again.
    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()>;

    // What people order comes with its audit entry: the two become true in one commit, or neither does.

    /// Takes the dead letters that match and, in the same commit, stores each as a new request for its destination at
    /// the end of the log: dead becomes pending. Many are taken in several commits, so that others pass between them;
    /// after an error some may have been taken, and asking again takes the rest. What is damaged (`event_unreadable`)
    /// stays: it can only be edited or discarded. The audit entry is in the first commit.
    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Takes the dead letters that match away: dead becomes skipped (`discarded`).
    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Takes one dead letter and, in the same commit, stores its edited text as a new request for its destination at the
    /// end of the log: dead becomes pending. The text as it was is kept beside the new request
    /// ([`Archive::original`](crate::Archive::original)).
    ///
    /// [`JournalError::NotFound`] if there is no such dead letter, [`JournalError::Refused`] if the text is not one JSON
    /// object.
    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position>;

    /// Stores a stored event once more, as a new request of one event for this destination; counted as accepted. Its
    /// message id does not stop it.
    ///
    /// [`JournalError::NotFound`] if the event is no longer stored.
    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position>;

    /// Everything a destination's delivery starts from.
    fn restore(&self, destination: DestinationId) -> Result<Restored, JournalError>;

    /// Requests numbered `from` and up that are routed to the destination and have an event pending.
    fn read(&self, destination: DestinationId, from: u64, limit: ReadLimit)
    -> Result<ReadPage, JournalError>;

    /// Which of these events have been dealt with at this destination since `since`, in the order asked.
    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError>;

    /// The end-user id linked to each external id, in the order asked.
    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError>;

    /// What is known of each end user (by end-user id), in the order asked.
    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError>;

    /// How long ago, at most, what is stamped so in this journal was stamped, by the time that truly passed: a wall clock that was
    /// set since says nothing of that. None where nobody can tell.
    fn age(&self, stamp: Millis) -> Option<Duration>;

    /// Dead letters that match, oldest first, at most `limit`; fewer when their texts are large (8 MiB together).
    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError>;

    /// When the oldest request (by its number) arrived that has an event pending at this destination.
    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError>;

    /// All counts; `pending` is counted from the log.
    fn ledger(&self) -> Result<Ledger, JournalError>;

    /// Destinations ever used, by name.
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError>;

    /// Tells of appends: the value is one more than the newest request's number. Requeued requests count as appends.
    fn appended(&self) -> watch::Receiver<u64>;

    /// The request that holds an event, and the event's own text.
    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError>;

    /// How much a source takes of the disk: its requests as they are stored, with the calls made for them, and its dead
    /// letters, in bytes. Does not block.
    fn stored_bytes(&self, source: SourceId) -> u64;

    /// Can an append succeed right now, as far as is known? (For health.)
    fn healthy(&self) -> Result<(), JournalError>;
}
