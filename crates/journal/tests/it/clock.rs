//! A wall clock that is set: what is kept does not go by it.

use crate::sample::{answer, batch, fate, key, position, wired};
use event::{Clock, Millis};
use journal::{
    AnswerFilter, Archive, AuditFilter, Change, DeliveryStore, DocumentChange, Elapsed, Fate, Intake,
    NewAudit, Options, Sample, Seen, SqliteJournal, Storage, Uptime,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
const START: i64 = 1_700_000_000_000;

/// Clocks that a test sets.
#[derive(Default)]
struct Clocks {
    truth: AtomicI64,
    offset: AtomicI64,
    boot: AtomicU32,
}

impl Clocks {
    fn wall(&self) -> i64 {
        START + self.truth.load(Ordering::SeqCst) + self.offset.load(Ordering::SeqCst)
    }

    fn options(self: &Arc<Self>) -> Options {
        let (one, other) = (Arc::clone(self), Arc::clone(self));
        let clock: Clock = Arc::new(move || Millis(one.wall()));
        let uptime: Uptime = Arc::new(move || Elapsed {
            run: other.boot.load(Ordering::SeqCst).to_string(),
            millis: other.truth.load(Ordering::SeqCst),
        });
        Options { uptime, ..Options::new(clock) }
    }

    fn open(self: &Arc<Self>, folder: &Path) -> SqliteJournal {
        SqliteJournal::open(folder, self.options()).unwrap()
    }

    /// Sets the wall clock so far from the truth.
    fn set(&self, offset: i64) {
        self.offset.store(offset, Ordering::SeqCst);
    }

    /// Lets time pass while nobody looks.
    fn skip(&self, millis: i64) {
        self.truth.fetch_add(millis, Ordering::SeqCst);
    }

    /// Boots the machine; its wall clock is ahead by so much more then.
    fn boot(&self, ahead: i64) {
        self.boot.fetch_add(1, Ordering::SeqCst);
        self.offset.fetch_add(ahead, Ordering::SeqCst);
    }

    /// Lets time pass, a maintenance each hour.
    fn pass(&self, journal: &SqliteJournal, hours: i64) {
        for _ in 0..hours {
            self.skip(HOUR);
            journal.maintain_now().unwrap();
        }
    }
}

/// A new journal with its clocks.
fn begun() -> (TempDir, Arc<Clocks>, SqliteJournal) {
    let folder = tempfile::tempdir().unwrap();
    let clocks = Arc::new(Clocks::default());
    let journal = clocks.open(folder.path());
    (folder, clocks, journal)
}

/// The same, with the first of everything in it.
fn stored() -> (TempDir, Arc<Clocks>, SqliteJournal) {
    let (folder, clocks, journal) = begun();
    store(&journal, &clocks, 1);
    (folder, clocks, journal)
}

/// Stores one of everything that has an age, stamped now: a finished request, a message id, an answer, an audit entry, a
/// sample. And one request more, because the newest always stays.
fn store(journal: &SqliteJournal, clocks: &Clocks, tag: u8) {
    let (source, here) = wired(journal);
    let now = Millis(clocks.wall());
    let request = journal::NewRequest { received_at: now, ..batch(source, &[here], 1, tag) };
    let number = journal.append(request.clone()).wait().unwrap().number;
    let mut kept = answer(number, 0, tag % 11);
    kept.delivered_at = now;
    let changes = vec![
        fate(number, 0, Fate::Delivered),
        Change::Answer(kept),
        Change::Seen(key(source, u128::from(tag)), now),
    ];
    journal.commit(here, changes).wait().unwrap();
    journal.append(request).wait().unwrap();
    let entry = NewAudit {
        who: "ada".to_owned(),
        action: "test".to_owned(),
        subject: tag.to_string(),
        detail: "{}".to_owned(),
        address: None,
    };
    journal.write_documents(vec![DocumentChange::Audit(entry)]).wait().unwrap();
    let sample = Sample {
        at: Millis(now.0 / 60_000 * 60_000),
        destination: here,
        accepted: 1,
        delivered: 1,
        skipped: 0,
        dead: 0,
        pending: 0,
        calls: 1,
        calls_saved: 0,
        oldest_pending_ms: 0,
        limit: 0,
        state: "running".to_owned(),
    };
    journal.record_samples(vec![sample]).wait().unwrap();
}

/// How many of each are there: finished requests, message ids, answers, audit entries, samples.
fn there(journal: &SqliteJournal, tags: &[u8]) -> [usize; 5] {
    let (source, here) = wired(journal);
    let keys: Vec<_> = tags.iter().map(|tag| key(source, u128::from(*tag))).collect();
    let numbers = 0..=2 * tags.len() as u64;
    [
        numbers
            .filter(|number| number % 2 == 1 && journal.event(position(*number, 0)).unwrap().is_some())
            .count(),
        journal
            .seen(here, &keys, Millis(i64::MIN))
            .unwrap()
            .iter()
            .filter(|seen| **seen == Seen::Same)
            .count(),
        journal.answers(&AnswerFilter::default(), 100).unwrap().items.len(),
        journal.audit(&AuditFilter::default(), 100).unwrap().items.len(),
        journal.samples(None, Millis(i64::MIN), Millis(i64::MAX)).unwrap().len(),
    ]
}

#[test]
fn a_minute_of_a_clock_two_years_ahead_removes_nothing_and_duplicates_are_still_known() {
    let (_folder, clocks, journal) = stored();
    clocks.pass(&journal, 1);
    clocks.set(2 * YEAR);
    journal.maintain_now().unwrap();
    let (source, here) = wired(&journal);
    let a_day = |clocks: &Clocks| Millis(clocks.wall() - DAY);
    assert_eq!(
        journal.seen(here, &[key(source, 1)], a_day(&clocks)).unwrap(),
        [Seen::Same],
        "an hour ago, truly"
    );
    store(&journal, &clocks, 2);
    assert_eq!(there(&journal, &[1, 2]), [2, 2, 2, 2, 2]);
    let status = journal.status();
    assert_eq!((status.clock_steps, status.clock_doubted), (1, true));
    clocks.set(0);
    journal.maintain_now().unwrap();
    assert_eq!(there(&journal, &[1, 2]), [2, 2, 2, 2, 2]);
    // Message ids go after a day, requests after a week, samples after a month, the rest after 400 days.
    clocks.pass(&journal, 26);
    assert_eq!(there(&journal, &[1, 2]), [2, 0, 2, 2, 2]);
    assert!(!journal.status().clock_doubted);
    clocks.pass(&journal, 7 * 24);
    assert_eq!(there(&journal, &[1, 2]), [0, 0, 2, 2, 2]);
}

#[test]
fn the_first_look_at_message_ids_after_a_step_does_not_go_by_it() {
    let (_folder, clocks, journal) = stored();
    let (source, here) = wired(&journal);
    clocks.set(2 * YEAR);
    let since = Millis(clocks.wall() - DAY);
    assert_eq!(journal.seen(here, &[key(source, 1)], since).unwrap(), [Seen::Same]);
}

/// What is over by the time that passed, for whoever keeps something for a while.
#[test]
fn what_is_over_is_over_whatever_the_wall_clock_does() {
    let (_folder, clocks, journal) = begun();
    let day = Duration::from_millis(DAY as u64);
    let stamp = Millis(clocks.wall());
    for offset in [2 * YEAR, -2 * YEAR, 0] {
        clocks.set(offset);
        assert!(!journal.is_over(stamp, day), "{offset}");
    }
    clocks.pass(&journal, 23);
    let later = Millis(clocks.wall());
    clocks.set(-2 * YEAR);
    assert!(!journal.is_over(stamp, day));
    clocks.pass(&journal, 2);
    assert!(journal.is_over(stamp, day), "a day has passed, whatever the clock says");
    assert!(!journal.is_over(later, day));
    // With an honest clock it is over to the millisecond, and after a time off as well.
    let (folder, clocks, journal) = begun();
    let stamp = Millis(clocks.wall());
    clocks.skip(DAY - 1);
    assert!(!journal.is_over(stamp, day));
    clocks.skip(1);
    assert!(journal.is_over(stamp, day));
    drop(journal);
    clocks.boot(2 * DAY);
    let stamp = Millis(clocks.wall() - DAY - 1);
    assert!(clocks.open(folder.path()).is_over(stamp, day), "the machine may have been off");
}

#[test]
fn a_start_with_a_clock_years_ahead_removes_nothing_and_a_long_rest_is_made_up_for() {
    let (folder, clocks, journal) = stored();
    journal.maintain_now().unwrap();
    drop(journal);
    // Off for a year, or a clock that is a year ahead: nobody can tell.
    clocks.boot(YEAR);
    let journal = clocks.open(folder.path());
    journal.maintain_now().unwrap();
    store(&journal, &clocks, 2);
    assert_eq!(there(&journal, &[1, 2]), [2, 2, 2, 2, 2]);
    clocks.pass(&journal, 25);
    assert_eq!(there(&journal, &[1, 2]), [2, 0, 2, 2, 2]);
    clocks.pass(&journal, 7 * 24);
    assert_eq!(there(&journal, &[1, 2]), [0, 0, 2, 2, 2]);
}

#[test]
fn time_counts_on_while_the_process_is_away_in_the_same_boot() {
    let (folder, clocks, journal) = stored();
    journal.maintain_now().unwrap();
    drop(journal);
    clocks.skip(8 * DAY);
    let journal = clocks.open(folder.path());
    journal.maintain_now().unwrap();
    assert_eq!(there(&journal, &[1]), [0, 0, 1, 1, 1]);
}

#[test]
fn a_journal_of_an_older_version_measures_the_clock_against_what_it_holds() {
    let (folder, clocks, journal) = stored();
    drop(journal);
    let database = rusqlite::Connection::open(folder.path().join("journal.sqlite3")).unwrap();
    database.execute("DELETE FROM documents", []).unwrap();
    drop(database);
    clocks.set(2 * YEAR);
    let journal = clocks.open(folder.path());
    journal.maintain_now().unwrap();
    assert_eq!(there(&journal, &[1]), [1, 1, 1, 1, 1]);
}

/// A clock that panics, as anything may that a thread of the journal comes upon.
#[test]
fn a_thread_that_panics_starts_again_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let broken = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&broken);
    let clock: Clock = Arc::new(move || {
        assert!(seen.load(Ordering::SeqCst) == 0, "on purpose");
        Millis(0)
    });
    let options = Options::new(clock);
    let supervisor = options.supervisor.clone();
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    let (source, here) = wired(&journal);
    broken.store(1, Ordering::SeqCst);
    while supervisor.restarts().get("journal-maintenance").copied().unwrap_or(0) == 0 {
        std::thread::yield_now();
    }
    broken.store(0, Ordering::SeqCst);
    journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
    journal.maintain_now().unwrap();
    assert_eq!(journal.healthy(), Ok(()));
    drop(journal);
    assert!(supervisor.snapshot().is_empty(), "every thread has stopped: {:?}", supervisor.snapshot());
}

/// How long ago something was stamped is told by the time that passed, and not beyond a boot.
#[test]
fn how_long_ago_something_was_is_not_told_by_the_wall_clock() {
    let (folder, clocks, journal) = begun();
    let stamp = Millis(clocks.wall());
    let hours = |count: u64| Some(Duration::from_secs(count * 3_600));
    clocks.pass(&journal, 3);
    for offset in [0, -3 * HOUR, 2 * YEAR, -2 * YEAR] {
        clocks.set(offset);
        assert_eq!(journal.age(stamp), hours(3), "{offset}");
        journal.maintain_now().unwrap();
    }
    drop(journal);
    clocks.skip(HOUR);
    let journal = clocks.open(folder.path());
    assert_eq!(journal.age(stamp), hours(4), "a restart in the same boot counts exactly");
    drop(journal);
    clocks.boot(0);
    assert_eq!(clocks.open(folder.path()).age(stamp), None, "the machine may have been off");
}

/// A process may die before its first second is over: what it stamps meanwhile must be known to the next one.
#[test]
fn a_clock_that_differs_at_a_start_is_noted_before_anything_is_stamped() {
    let (folder, clocks, journal) = begun();
    drop(journal);
    clocks.boot(-2 * YEAR);
    let journal = clocks.open(folder.path());
    let noted = journal.document("clock", "timeline").unwrap().unwrap().record;
    assert!(noted.contains(&clocks.wall().to_string()), "{noted}");
}

/// The timeline has begun over what was stored already, so stamps of before its beginning are believed.
#[test]
fn what_was_stamped_right_after_a_start_with_a_wrong_clock_is_not_old_for_the_next_start() {
    let (folder, clocks, journal) = stored();
    let lost = DocumentChange::Remove { kind: "clock".to_owned(), key: "timeline".to_owned() };
    journal.write_documents(vec![lost]).wait().unwrap();
    drop(journal);
    drop(clocks.open(folder.path()));
    clocks.boot(-2 * YEAR);
    let journal = clocks.open(folder.path());
    store(&journal, &clocks, 2);
    drop(journal);
    clocks.boot(2 * YEAR);
    let journal = clocks.open(folder.path());
    let before = there(&journal, &[1, 2]);
    journal.maintain_now().unwrap();
    assert_eq!(there(&journal, &[1, 2]), before);
    assert_eq!(before[1], 2, "both message ids are there");
}
