use super::*;
use crate::change::Change;
use crate::error::JournalError;
use crate::packed::Packed;
use crate::port::Appended;
use crate::records::{
    DeadLetterFilter, DestinationId, Fate, NewAudit, NewRequest, Position, Requeued, SourceId,
};
use crate::sqlite::chore::Chore;
use crate::sqlite::cuts::Sources;
use crate::sqlite::file_system::FileSystem;
use crate::sqlite::native::Native;
use crate::sqlite::work::Audited;
use crate::sqlite::{retention, schema};
use bytes::Bytes;
use event::{Millis, RequestShape, SourceKind};
use std::path::PathBuf;
use tokio::sync::oneshot::Receiver;

struct Bench {
    shared: WriterShared,
    writer: Writer,
    _folder: tempfile::TempDir,
}

fn reserve(file: PathBuf, bytes: u64) -> Reserve {
    let native: Arc<dyn FileSystem> = Arc::new(Native);
    Reserve::new(file, bytes, &native)
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    std::fs::write(&path, "").unwrap();
    let mut writer = Writer::new(schema::open_writer(&path.as_path().into()).unwrap()).unwrap();
    let connection = &writer.connection;
    writer.catalogue.source(connection, "website", SourceKind::Web).unwrap();
    writer.catalogue.destination(connection, "inmoment").unwrap();
    Bench { shared: WriterShared::new(1), writer, _folder: folder }
}

impl Bench {
    fn append(&self, source: u32, bytes: usize) -> (Job, Receiver<Result<Appended, JournalError>>) {
        let request = NewRequest {
            source: SourceId(source),
            shape: RequestShape::Batch,
            request_id: [0; 16],
            received_at: Millis(0),
            request_ip: None,
            events: 2,
            rejected: Vec::new(),
            destinations: [DestinationId(1)].into(),
            body: Bytes::new(),
        };
        let body = Packed { bytes: vec![b' '; bytes].into(), length: None };
        let room = self.shared.queue.room(&body).unwrap().unwrap();
        let (job, answer) = Job::new(Work::Append { request, body });
        (job.with_room(room), answer)
    }

    fn write(&mut self, jobs: Vec<Job>) {
        self.writer.write(jobs, &self.shared);
    }

    fn number(&self, sql: &str) -> i64 {
        self.writer.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

fn commit(changes: Vec<Change>) -> (Job, Receiver<Result<(), JournalError>>) {
    let sources = Sources::new();
    Job::new(Work::Commit { destination: DestinationId(1), changes: changes.into(), sources })
}

fn delivered(request: u64, index: u32) -> Change {
    Change::Fate(Position { request, index }, Fate::Delivered)
}

#[test]
fn a_job_that_is_refused_fails_alone() {
    let mut bench = bench();
    let (first, mut first_answer) = bench.append(1, 10);
    let (stranger, mut stranger_answer) = bench.append(9, 10);
    let (good, mut good_answer) = commit(vec![delivered(1, 0)]);
    let (bad, mut bad_answer) = commit(vec![delivered(1, 1), delivered(1, 0)]);
    let (early, mut early_answer) = commit(vec![delivered(1, 1), Change::Cursor(3)]);
    let (last, mut last_answer) = bench.append(1, 10);
    bench.write(vec![first, stranger, good, bad, early, last]);
    assert_eq!(first_answer.try_recv().unwrap().unwrap().number, 1);
    assert!(matches!(stranger_answer.try_recv().unwrap(), Err(JournalError::NotFound(_))));
    good_answer.try_recv().unwrap().unwrap();
    assert!(matches!(bad_answer.try_recv().unwrap(), Err(JournalError::Refused(_))));
    assert!(matches!(early_answer.try_recv().unwrap(), Err(JournalError::Refused(_))));
    assert_eq!(last_answer.try_recv().unwrap().unwrap().number, 2, "no number is lost to those that failed");
    assert_eq!(*bench.shared.appended.borrow(), 3);
    assert_eq!(bench.number("SELECT events FROM ledger WHERE what = 'delivered'"), 1);
    assert_eq!(bench.number("SELECT sum(decided) FROM fates"), 1);
}

#[test]
fn a_good_group_is_one_transaction() {
    let mut bench = bench();
    let commits = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = std::sync::Arc::clone(&commits);
    let hook = move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        false
    };
    bench.writer.connection.commit_hook(Some(hook)).unwrap();
    let (jobs, mut answers): (Vec<_>, Vec<_>) = (0..50).map(|_| bench.append(1, 10)).unzip();
    bench.write(jobs);
    answers.iter_mut().for_each(|answer| assert!(answer.try_recv().unwrap().is_ok()));
    assert_eq!(commits.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(bench.number("SELECT count(*) FROM requests"), 50);
}

#[test]
fn a_group_without_room_fails_whole_and_the_next_one_that_fits_succeeds() {
    let mut bench = bench();
    let pages = bench.number("PRAGMA page_count") + 4;
    bench.writer.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    let (small, mut small_answer) = bench.append(1, 10);
    let (large, mut large_answer) = bench.append(1, 1_000_000);
    let (state, mut state_answer) = commit(vec![Change::Paused(Some(Millis(5)))]);
    bench.write(vec![small, large, state]);
    assert_eq!(small_answer.try_recv().unwrap(), Err(JournalError::Full));
    assert_eq!(large_answer.try_recv().unwrap(), Err(JournalError::Full));
    assert_eq!(state_answer.try_recv().unwrap(), Err(JournalError::Full));
    assert_eq!(bench.shared.trouble(), Some(JournalError::Full));
    assert_eq!(bench.number("SELECT count(*) FROM requests"), 0);

    let (state, mut state_answer) = commit(vec![Change::Paused(Some(Millis(5)))]);
    bench.write(vec![state]);
    state_answer.try_recv().unwrap().unwrap();
    assert_eq!(
        bench.shared.trouble(),
        Some(JournalError::Full),
        "a small commit proves no room for a request"
    );
    let (small, mut small_answer) = bench.append(1, 10);
    bench.write(vec![small]);
    assert_eq!(small_answer.try_recv().unwrap().unwrap().number, 1);
    assert_eq!(bench.shared.trouble(), None);
}

#[test]
fn a_probe_finds_out_that_there_is_room_again() {
    let mut bench = bench();
    let connection = &bench.writer.connection;
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = |pages: i64| format!("PRAGMA max_page_count = {pages}");
    connection.query_row(&limit(pages + 1), [], |_| Ok(())).unwrap();
    let (large, _answer) = bench.append(1, 1_000_000);
    bench.write(vec![large]);
    let probe = |bench: &mut Bench| {
        let (job, mut answer) = Job::new::<u64>(Work::Chore(Chore::Probe));
        bench.write(vec![job]);
        answer.try_recv().unwrap().map(drop)
    };
    assert_eq!(probe(&mut bench), Err(JournalError::Full));
    assert_eq!(bench.shared.trouble(), Some(JournalError::Full));
    bench.writer.connection.query_row(&limit(pages + 1000), [], |_| Ok(())).unwrap();
    for _ in 0..3 {
        assert_eq!(probe(&mut bench), Ok(()));
        assert_eq!(
            bench.number("SELECT count(*) FROM probe"),
            1,
            "probing leaves one row behind, however often"
        );
    }
    assert_eq!(bench.shared.trouble(), None);
}

#[test]
fn a_probe_that_finds_no_room_does_not_stop_what_it_was_grouped_with() {
    for kept_aside in [0, 1 << 20] {
        let mut bench = bench();
        let folder = tempfile::tempdir().unwrap();
        let reserve = reserve(folder.path().join("reserve"), kept_aside);
        bench.shared = WriterShared::new(bench.writer.end()).with_reserve(reserve);
        bench.shared.reserve.make().unwrap();
        let limit = format!("PRAGMA max_page_count = {}", bench.number("PRAGMA page_count") + 1);
        bench.writer.connection.query_row(&limit, [], |_| Ok(())).unwrap();
        let (probe, mut probe_answer) = Job::new::<u64>(Work::Chore(Chore::Probe));
        let (removal, mut removal_answer) = Job::new::<u64>(Work::Chore(Chore::Remove(Vec::new())));
        let (state, mut state_answer) = commit(vec![Change::Paused(Some(Millis(5)))]);
        bench.write(vec![probe, removal, state]);
        assert_eq!(probe_answer.try_recv().unwrap(), Err(JournalError::Full));
        assert_eq!(removal_answer.try_recv().unwrap(), Ok(0));
        assert_eq!(state_answer.try_recv().unwrap(), Ok(()));
        assert_eq!(bench.shared.trouble(), Some(JournalError::Full));
    }
}

#[test]
fn while_the_room_kept_aside_is_spent_requests_are_refused_and_the_rest_goes_on() {
    let mut bench = bench();
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().join("disk");
    std::fs::create_dir(&folder).unwrap();
    bench.shared =
        WriterShared::new(bench.writer.end()).with_reserve(reserve(folder.join("reserve"), 1 << 20));
    bench.shared.reserve.make().unwrap();
    let pages = bench.number("PRAGMA page_count");
    let limit = |bench: &Bench, pages: i64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        bench.writer.connection.query_row(&sql, [], |_| Ok(())).unwrap();
    };
    limit(&bench, pages + 4);
    let (large, mut large_answer) = bench.append(1, 1_000_000);
    let (state, mut state_answer) = commit(vec![Change::Paused(Some(Millis(5)))]);
    bench.write(vec![large, state]);
    assert_eq!(large_answer.try_recv().unwrap(), Err(JournalError::Full));
    state_answer.try_recv().unwrap().unwrap();
    assert_eq!(bench.shared.trouble(), Some(JournalError::Full));

    // The disk gives no room for the reserve: a request that would fit is refused all the same.
    bench.shared.reserve.release();
    std::fs::rename(&folder, kept.path().join("away")).unwrap();
    limit(&bench, pages + 1_000);
    let (small, mut small_answer) = bench.append(1, 10);
    let (state, mut state_answer) = commit(vec![Change::Paused(None)]);
    bench.write(vec![small, state]);
    assert_eq!(small_answer.try_recv().unwrap(), Err(JournalError::Full));
    state_answer.try_recv().unwrap().unwrap();
    assert_eq!(bench.shared.trouble(), Some(JournalError::Full));

    std::fs::rename(kept.path().join("away"), &folder).unwrap();
    let (small, mut small_answer) = bench.append(1, 10);
    bench.write(vec![small]);
    assert_eq!(small_answer.try_recv().unwrap().unwrap().number, 1);
    assert_eq!(bench.shared.trouble(), None);
    assert!(folder.join("reserve").exists());
}

#[test]
fn a_writer_that_panics_leaves_nobody_waiting_and_is_known() {
    let bench = bench();
    let shared = std::sync::Arc::new(bench.shared);
    let (job, answer) = Job::new::<()>(Work::Documents { changes: Vec::new(), at: Millis(0) });
    shared.queue.push(job);
    let of_writer = std::sync::Arc::clone(&shared);
    let supervisor = supervise::Supervisor::new();
    let thread = supervisor.essential_thread("writer", move |_| {
        let _abandon = AbandonOnPanic(&of_writer);
        of_writer.gate.enter();
        panic!("on purpose");
    });
    assert!(answer.blocking_recv().is_err(), "a dropped sender is the answer `Closed`");
    assert_eq!(retention::probe(&shared), Err(JournalError::Closed));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(&*runtime.block_on(supervisor.failed()).name, "writer", "the process ends with it");
    assert_eq!(thread.unwrap().join(), None::<()>);
}

#[test]
fn a_writer_that_is_gone_leaves_nobody_waiting() {
    let bench = bench();
    let (job, answer) = bench.append(1, 10);
    bench.shared.queue.push(job);
    bench.shared.queue.abandon();
    assert!(answer.blocking_recv().is_err(), "a dropped sender is the answer `Closed`");
    assert_eq!(retention::probe(&bench.shared), Err(JournalError::Closed));
    let audit = Audited {
        at: Millis(0),
        audit: NewAudit {
            who: String::new(),
            action: String::new(),
            subject: String::new(),
            detail: String::new(),
            address: None,
        },
    };
    let order = Work::Requeue { filter: DeadLetterFilter::default(), audit: Some(audit) };
    let (job, answer) = Job::new::<Requeued>(order);
    bench.shared.queue.push(job);
    assert!(answer.blocking_recv().is_err());
}
