//! What one open read transaction of another program costs ingest, as JSON:
//! `cargo run --release --example reader -p journal -- [FOLDER] [SECONDS] [APPENDS_PER_S]`.
//!
//! The same load twice, by callers that each wait for their answer: once alone, and once while a reader keeps the state
//! of the beginning open, as `sqlite3` or a backup does. After each the log is as large as it ever was.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for developers, told apart by its numbers"
)]

use bytes::Bytes;
use event::{EventKind, Millis, RequestShape, SourceKind};
use journal::{Archive, DeliveryStore, Intake, NewRequest, Options, SqliteJournal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CALLERS: u32 = 8;
const BODY_BYTES: usize = 2_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("journal-reader"), PathBuf::from);
    let seconds = arguments.next().map_or(60, |text| text.parse().unwrap());
    let per_second = arguments.next().map_or(2_000, |text| text.parse().unwrap());
    let alone = measure(&folder, seconds, per_second, false);
    let read = measure(&folder, seconds, per_second, true);
    let _ = std::fs::remove_dir_all(&folder);
    println!(
        "{{\"seconds\": {seconds}, \"appends_per_s\": {per_second}, \"alone\": {alone}, \"with_reader\": {read}}}"
    );
}

fn measure(folder: &Path, seconds: u64, per_second: u32, with_reader: bool) -> String {
    let _ = std::fs::remove_dir_all(folder);
    let journal = SqliteJournal::open(folder, Options::new(Arc::new(|| Millis(0)))).unwrap();
    let source = journal.source("website", SourceKind::Web).unwrap();
    let destination = journal.destination("inmoment").unwrap();
    let request = NewRequest {
        source,
        shape: RequestShape::Single(EventKind::Track),
        request_id: [7; 16],
        received_at: Millis(0),
        request_ip: None,
        events: 1,
        rejected: Vec::new(),
        destinations: [destination].into(),
        body: Bytes::from(format!(r#"{{"type":"track","userId":"u","x":"{}"}}"#, "x".repeat(BODY_BYTES))),
    };
    journal.append(request.clone()).wait().unwrap();
    let other = rusqlite::Connection::open(folder.join("journal.sqlite3")).unwrap();
    if with_reader {
        other.execute_batch("BEGIN").unwrap();
        other.query_row("SELECT count(*) FROM requests", [], |row| row.get::<_, i64>(0)).unwrap();
    }
    let begun = Instant::now();
    let interval = Duration::from_secs(1) * CALLERS / per_second;
    let mut took: Vec<Duration> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (journal, request) = (&journal, &request);
                scope.spawn(move || {
                    let mut took = Vec::new();
                    let mut due = begun + interval * caller / CALLERS;
                    while begun.elapsed() < Duration::from_secs(seconds) {
                        if let Some(left) = due.checked_duration_since(Instant::now()) {
                            std::thread::park_timeout(left);
                        }
                        let asked = Instant::now();
                        journal.append(request.clone()).wait().unwrap();
                        took.push(asked.elapsed());
                        due += interval;
                    }
                    took
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1000].as_secs_f64() * 1000.0;
    let status = journal.status();
    format!(
        "{{\"appends\": {}, \"p50_ms\": {:.2}, \"p99_ms\": {:.2}, \"p999_ms\": {:.2}, \"slowest_ms\": {:.1}, \
         \"log_mib\": {}, \"held_s\": {}, \"descriptors\": {}}}",
        took.len(),
        at(500),
        at(990),
        at(999),
        at(1000),
        status.log_bytes >> 20,
        status.log_held_ms.unwrap_or(0) / 1000,
        std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
    )
}
