//! The durable journal: one SQLite database in a folder of its own.
//!
//! # Layout
//! | in the folder | |
//! |---|---|
//! | `lock` | says who has the journal open; held meanwhile, as the folder itself is ([folder]) |
//! | `reserve` | room that is let go of when the disk is full ([reserve]) |
//! | `journal.sqlite3` | everything (with `-wal` and `-shm` beside it while open) |
//! | `search.sqlite3` | what events are found by; made from the former, and anew whenever it is gone or damaged ([search]) |
//!
//! Open it with `sqlite3` and look: columns are words and numbers, records are JSON; a body or event with a `length` is
//! compressed with zstd, and that is how long its text is. Reading is safe at any time. `sum` is a row's checksum
//! ([sum]); rows of before format 3 have none. Rows that say where events go are mended when the journal is opened ([mend]).
//!
//! | table | a row is |
//! |---|---|
//! | `sources`, `destinations` | a name and its number; a destination's row holds its standing state and cursor |
//! | `routes` | route 3 goes to destination 1. A request's `route` is decided when it is accepted; 0 goes nowhere |
//! | `requests` | the slim half of a request: what counting and retention need. `bytes` is what its body and the calls made for it take; `open` is the number of destinations that have an event of it pending |
//! | `bodies` | the other half, with the same number. `kind` is the type its route forced, NULL for a batch |
//! | `fates` | what became of a request's events at a destination: a byte for each (0 pending, 1 delivered, 2 dead, 16 and up skipped); `hex(fates)` shows them. No row: nothing decided |
//! | `seen` | a message id of a source dealt with at a destination, hashed, and when |
//! | `links`, `users` | external id to end-user id; what InMoment was last known to hold of an end user |
//! | `conflicts` | end users who go without an e-mail or phone number, who holds it, and what is still to be done about that |
//! | `lanes`, `in_flight` | lanes in trouble; calls whose reply has not been seen |
//! | `attempts`, `attempt_events` | a call that was made; the events it was made for |
//! | `answers` | a survey response or decline that InMoment has |
//! | `originals` | what a dead letter was before it was edited, by the request that it became |
//! | `documents`, `audit` | a setting made at run time; what a person did |
//! | `samples` | how a destination was doing at a minute |
//! | `dead_letters` | an event given up, whole, with what it takes to try it again |
//! | `stored` | what a source takes of the disk, in bytes ([stored]) |
//! | `ledger` | how many events were accepted, delivered, dead, or skipped for which reason; destination 0 is none |
//!
//! # Life of a request
//! Appended at the end of `requests` and `bodies` and counted as accepted. As delivery commits fates, its row in `fates`
//! fills; when a destination's last event has its fate, `open` falls by one. At 0 it is finished, and retention removes it
//! from all three tables, with the calls made for it. The ledger's counts stay; what is pending is counted from `requests` and `fates`, so that a
//! wrong count shows. A dead letter that is requeued leaves its table and enters the log as a new request of one event.
//!
//! # Threads
//! One [writes](writer), in groups of whatever has queued; one [copies the log](checkpoint); one does what is due
//! ([retention]); one [indexes](search) for searching; readers have connections of their own. Write-ahead logging with `synchronous=FULL`: a write that is
//! answered has been through fsync. There is no random index on the way of an append.
//!
//! # Life of the journal
//! Opening takes the lock, makes durable what the log holds, migrates the tables, and starts the threads. Dropping it writes what is queued, folds the
//! log into the database, and lets go of the lock. A crash at any point loses nothing that was answered.

mod ages;
mod answers;
mod append;
mod apply;
mod archive;
mod attempts;
mod bodies;
mod by_hand;
mod catalogue;
mod checkpoint;
mod chore;
mod commit;
mod condition;
mod conflicts;
mod copy;
mod cuts;
mod documents;
mod fates;
mod fault;
mod file_system;
mod folder;
mod group;
mod housekeeping;
mod keeper;
mod letters;
mod mend;
mod native;
mod numbers;
mod offline;
mod options;
mod port;
mod queue;
mod read;
mod readers;
mod record;
mod replica;
mod reserve;
mod retention;
mod row;
mod samples;
mod schema;
mod search;
mod seen;
mod standing;
mod state;
mod stored;
mod sum;
mod work;
mod writer;

use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::JournalStatus;
use ages::Ages;
use checkpoint::Checkpointer;
pub use copy::{COPY, ITSELF};
use event::Millis;
use fault::{Fault, unusable};
use file_system::Database;
pub use file_system::{FileSystem, HeldFolder};
use keeper::{Keeper, Watch};
pub use offline::{Contents, Finding, Offline};
pub use options::{Options, Uptime};
use readers::Readers;
use replica::{Follower, Proposals};
pub use replica::{Lead, ReplicaOptions};
use reserve::Reserve;
use retention::Chores;
use rusqlite::Connection;
use schema::ConnectionRole;
use search::Indexer;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use supervise::{Restart, Thread};
use tokio::sync::watch;
use work::{Act, FromDone, Work};
use writer::{Writer, WriterShared};

/// The thread that stores what comes in, as the supervisor names it.
pub const WRITER: &str = "journal-writer";

/// See the module.
pub struct SqliteJournal {
    shared: Arc<WriterShared>,
    readers: Arc<Readers>,
    options: Options,
    ages: Arc<Ages>,
    watch: Arc<Watch>,
    /// where writes are proposed, of a journal that several machines share
    proposals: Option<Arc<Proposals>>,
    /// who does the work; none once this is being closed
    workers: Option<Workers>,
    /// declared last: the lock is let go of when everything else is closed
    folder: HeldFolder,
}

/// Who does the journal's work.
enum Workers {
    Threads(Threads),
    /// whoever uses the journal ([by_hand])
    Caller(Mutex<Checkpointer>),
}

struct Threads {
    writer: Thread<Connection>,
    checkpointer: Thread,
    maintenance: Thread,
    search: Thread,
    /// reads the log that several machines share
    follower: Option<Following>,
}

struct Following {
    stop: watch::Sender<bool>,
    thread: Thread,
}

impl SqliteJournal {
    /// Opens the journal in this folder, making both as needed.
    ///
    /// [`JournalError::Locked`] if another process has it open, [`JournalError::Newer`] if a newer version wrote it,
    /// [`JournalError::Unusable`] if it cannot be used at all.
    pub fn open(path: &Path, options: Options) -> Result<SqliteJournal, JournalError> {
        Self::open_as(path, options, WorkedBy::Threads(None))
    }

    /// Opens this machine's copy of the journal that several machines share, and follows their log. It has all of it when
    /// [`SqliteJournal::caught_up`] says so.
    ///
    /// Errors as with [`SqliteJournal::open`]; a journal that has stood alone, or follows another shard, is
    /// [`JournalError::Unusable`].
    pub fn open_replica(
        path: &Path,
        options: Options,
        replica: ReplicaOptions,
    ) -> Result<SqliteJournal, JournalError> {
        Self::open_as(path, options, WorkedBy::Threads(Some(replica)))
    }

    fn open_as(path: &Path, options: Options, by: WorkedBy) -> Result<SqliteJournal, JournalError> {
        let kept = path.join("reserve");
        let reserve = Reserve::new(kept.clone(), options.reserve_bytes, &options.file_system);
        match Self::open_once(path, options.clone(), by.clone()).map_err(|error| reserve.tell(error)) {
            // Room is kept aside for this.
            Err(JournalError::Full) if options.file_system.remove(&kept).is_ok() => {
                tracing::warn!("the disk is full; the room kept aside is used to start");
                Self::open_once(path, options, by)
            }
            opened => opened,
        }
    }

    fn open_once(path: &Path, options: Options, by: WorkedBy) -> Result<SqliteJournal, JournalError> {
        let mut folder = options.file_system.hold(path, (options.clock)())?;
        let database = Database { path: folder.database.clone(), vfs: options.file_system.vfs() };
        database.settle_log(&*options.file_system)?;
        let mut connection = schema::open_writer(&database)?;
        if let Some(pages) = options.max_pages {
            connection
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .map_err(Fault::from)?;
        }
        match &by {
            WorkedBy::Threads(Some(replica)) => replica.prepare(&connection)?,
            WorkedBy::Threads(None) | WorkedBy::Caller => replica::stand_alone(&connection)?,
        }
        let ages = Arc::new(Ages::load(&connection, &options)?);
        let copier = schema::connect(&database, ConnectionRole::Checkpointer).map_err(Fault::from)?;
        let checkpointer = Checkpointer::new(&mut connection, copier).map_err(Fault::from)?;
        let in_place = std::mem::replace(&mut folder.in_place, Box::new(|| Ok(())));
        let watch = Arc::new(Watch::new(checkpointer.held(), in_place));
        let writer = Writer::new(connection)?;
        let reserve = Reserve::new(folder.path.join("reserve"), options.reserve_bytes, &options.file_system);
        let shared = Arc::new(WriterShared::new(writer.end()).with_reserve(reserve));
        writer.publish(&shared);
        shared.damage.look();
        if shared.reserve.make().is_err() {
            shared.set_trouble(Some(JournalError::Full));
        }
        let readers = Arc::new(Readers::new(database, Arc::clone(&shared.damage)));
        let follower = match &by {
            WorkedBy::Threads(replica) => replica.clone().map(|to| Follower::new(to, Arc::clone(&shared))),
            WorkedBy::Caller => None,
        };
        let proposals = follower.as_ref().map(Follower::proposals);
        let mut journal =
            SqliteJournal { shared, readers, options, ages, watch, proposals, workers: None, folder };
        journal.workers = Some(match by {
            WorkedBy::Threads(_) => {
                let indexer = Indexer::new(journal.folder.path.join("search.sqlite3"));
                let threads = Threads::start(writer, checkpointer, indexer, journal.keeper(), follower);
                Workers::Threads(threads.map_err(|error| unusable(path, &error))?)
            }
            WorkedBy::Caller => {
                journal.shared.work_by_hand(writer);
                Workers::Caller(Mutex::new(checkpointer))
            }
        });
        Ok(journal)
    }

    fn keeper(&self) -> Keeper {
        Keeper {
            shared: Arc::clone(&self.shared),
            readers: Arc::clone(&self.readers),
            options: self.options.clone(),
            ages: Arc::clone(&self.ages),
            watch: Arc::clone(&self.watch),
            proposals: self.proposals.clone(),
        }
    }

    /// Removes what retention no longer keeps if this is the time and every stamp is true, and gives room back; blocks.
    /// For tests and tools: the journal does by itself every minute what is due by its own timeline.
    pub fn maintain(&self, now: Millis) -> Result<(), JournalError> {
        let older_than = |age: Duration| {
            let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
            vec![(i64::MIN, now.0.saturating_sub(age).saturating_sub(1))]
        };
        let chores = Chores { shared: &self.shared, proposals: self.proposals.as_deref() };
        retention::maintain(&chores, &self.readers, &self.options, &older_than)
    }

    /// Does what the journal does by itself every minute: reads the clocks, keeps the timeline, and removes what is truly
    /// old; blocks.
    pub fn maintain_now(&self) -> Result<(), JournalError> {
        self.keeper().maintain()
    }

    fn state(&self) -> JournalStatus {
        let SqliteJournal { shared, readers, ages, watch, .. } = self;
        state::read(shared, readers, ages, watch)
    }

    /// Waits until everything appended and removed so far shows in [`Archive::events`](crate::Archive::events). For
    /// tests and tools: while the disk is full, that may be long.
    pub fn await_search(&self) -> Result<(), JournalError> {
        self.shared.search.signals.settled()
    }

    /// Hands work to the writer, and blocks until it is done.
    fn ask<T: FromDone + Send + 'static>(&self, work: Work) -> Result<T, JournalError> {
        let receipt = self.tell(work);
        self.shared.write_if_by_hand();
        receipt.wait()
    }

    /// Hands work to the writer, or proposes it to all machines that share this journal.
    fn tell<T: FromDone + Send + 'static>(&self, work: Work) -> Receipt<T> {
        if self.proposals.is_some() {
            return self.propose(Act::Work(work), None);
        }
        self.shared.tell(work)
    }
}

impl Threads {
    #[allow(clippy::disallowed_methods, reason = "they are joined when the journal is closed")]
    fn start(
        writer: Writer,
        mut checkpointer: Checkpointer,
        mut indexer: Indexer,
        keeper: Keeper,
        follower: Option<Follower>,
    ) -> std::io::Result<Threads> {
        let supervisor = keeper.options.supervisor.clone();
        let shared_by = || Arc::clone(&keeper.shared);
        let (to_writer, to_checkpointer) = (shared_by(), shared_by());
        let (to_search, to_index) = (shared_by(), Arc::clone(&keeper.readers));
        let again = Restart::ALWAYS;
        let follower = follower.map(|follower| -> std::io::Result<Following> {
            let (stop, mut runs) = follower.on_thread()?;
            let thread = supervisor.thread("journal-follower", again, move |_| runs())?;
            Ok(Following { stop, thread })
        });
        Ok(Threads {
            follower: follower.transpose()?,
            writer: supervisor.essential_thread(WRITER, move |_| writer.run(&to_writer))?,
            checkpointer: supervisor
                .thread("journal-checkpoint", again, move |_| checkpointer.run(&to_checkpointer.gate))?,
            search: supervisor
                .thread("journal-search", again, move |_| indexer.run(&to_search.search, &to_index))?,
            maintenance: supervisor
                .thread("journal-maintenance", again, move |stopping| keeper.run(stopping))?,
        })
    }
}

/// Who is to do the work of a journal that is opened.
#[derive(Clone)]
enum WorkedBy {
    /// threads of its own, which also follow the log if several machines share the journal
    Threads(Option<ReplicaOptions>),
    Caller,
}

impl Drop for SqliteJournal {
    fn drop(&mut self) {
        match self.workers.take() {
            Some(Workers::Threads(threads)) => self.end(threads),
            Some(Workers::Caller(checkpointer)) => self.end_by_hand(checkpointer),
            None => {}
        }
    }
}

impl SqliteJournal {
    fn end(&self, threads: Threads) {
        let Threads { writer, checkpointer, maintenance, search, follower } = threads;
        // All are asked before any is told to end, so that no end is one that nobody asked for.
        [&checkpointer, &maintenance, &search].into_iter().for_each(Thread::stop);
        writer.stop();
        if let Some(proposals) = &self.proposals {
            proposals.close();
        }
        if let Some(Following { stop, thread }) = follower {
            thread.stop();
            stop.send_replace(true);
            thread.join();
        }
        maintenance.join();
        self.shared.search.signals.stop();
        search.join();
        self.shared.queue.close();
        if let Some(connection) = writer.join() {
            self.close(connection, || {
                checkpointer.join();
            });
        } else {
            tracing::error!("the journal's writer had broken off; what was acknowledged is kept");
        }
    }

    /// Closes the writer's connection last, so that the log is folded in.
    fn close(&self, mut connection: Connection, end_checkpointer: impl FnOnce()) {
        // Its end ends the checkpointer; then this connection is the last, and closing it folds the log in.
        if checkpoint::stop_listening(&mut connection).is_err() {
            tracing::error!("the journal's log could not be left alone; it is copied at the next start");
        }
        self.readers.close();
        end_checkpointer();
        if let Err((_, error)) = connection.close() {
            tracing::warn!(%error, "the journal could not be closed cleanly; nothing is lost");
        }
    }
}

impl std::fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteJournal").field("options", &self.options).finish_non_exhaustive()
    }
}
