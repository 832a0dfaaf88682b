//! How fast the durable journal is, as JSON: `cargo run --release --example ingest -p journal -- [FOLDER] [SECONDS]`.
//!
//! Appends by 64 callers that each wait for their answer, batches and single events; commits as delivery makes them;
//! the ledger and the start with a million requests pending; memory by then.
#![allow(clippy::disallowed_methods, reason = "not part of the server: a failure ends the run")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for developers, told apart by its numbers"
)]

use bytes::Bytes;
use event::{EventKind, Millis, RequestShape, SourceKind};
use journal::{
    Change, DeliveryStore, DestinationId, Fate, Fates, Intake, MessageKey, NewRequest, Options, Position,
    ReadLimit, SavedCalls, SourceId, SqliteJournal,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CALLERS: usize = 64;
const PENDING: u64 = 1_000_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("journal-ingest"), PathBuf::from);
    let seconds = arguments.next().map_or(5, |text| text.parse().unwrap());
    let report = [
        appends(&folder, Duration::from_secs(seconds), 20),
        appends(&folder, Duration::from_secs(seconds), 1),
        commits(&folder, Duration::from_secs(seconds)),
        pending(&folder),
    ];
    let _ = std::fs::remove_dir_all(&folder);
    println!("{{{}}}", report.concat().join(", "));
}

fn open(folder: &Path) -> (Arc<SqliteJournal>, SourceId, DestinationId) {
    let journal = SqliteJournal::open(folder, Options::new(Arc::new(|| Millis(0)))).unwrap();
    let source = journal.source("website", SourceKind::Web).unwrap();
    let destination = journal.destination("inmoment").unwrap();
    (Arc::new(journal), source, destination)
}

fn fresh(folder: &Path) -> (Arc<SqliteJournal>, SourceId, DestinationId) {
    let _ = std::fs::remove_dir_all(folder);
    open(folder)
}

/// Events of about 1 KB that differ, as real ones do.
fn request(source: SourceId, destination: DestinationId, events: u32, seed: u64) -> NewRequest {
    let one = |index: u32| {
        let pad =
            (0..56).map(|word| format!("{:016x}", (seed + word) ^ u64::from(index))).collect::<String>();
        format!(r#"{{"type":"track","userId":"u{seed}","event":"x","properties":{{"pad":"{pad}"}}}}"#)
    };
    let texts: Vec<String> = (0..events).map(one).collect();
    let (shape, body) = match events {
        1 => (RequestShape::Single(EventKind::Track), texts.concat()),
        _ => (RequestShape::Batch, format!(r#"{{"batch":[{}]}}"#, texts.join(","))),
    };
    NewRequest {
        source,
        shape,
        request_id: [7; 16],
        received_at: Millis(0),
        request_ip: Some("192.0.2.1".to_owned()),
        events,
        rejected: Vec::new(),
        destinations: [destination].into(),
        body: Bytes::from(body),
    }
}

fn appends(folder: &Path, length: Duration, events: u32) -> Vec<String> {
    let (journal, source, destination) = fresh(folder);
    let request = request(source, destination, events, 3);
    let begun = Instant::now();
    let mut slowest = Duration::ZERO;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let total: u64 = runtime.block_on(async {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (journal, request) = (Arc::clone(&journal), request.clone());
                tokio::spawn(async move {
                    let (mut count, mut slowest) = (0, Duration::ZERO);
                    while begun.elapsed() < length {
                        let asked = Instant::now();
                        journal.append(request.clone()).await.unwrap();
                        slowest = slowest.max(asked.elapsed());
                        count += 1;
                    }
                    (count, slowest)
                })
            })
            .collect();
        let mut total = 0;
        for caller in callers {
            let (count, slow) = caller.await.unwrap();
            total += count;
            slowest = slowest.max(slow);
        }
        total
    });
    let seconds = begun.elapsed().as_secs_f64();
    // The file is never cut while there is traffic: its length is the most the log ever held.
    let log = std::fs::metadata(folder.join("journal.sqlite3-wal")).unwrap().len();
    let per_second = total as f64 / seconds;
    let name = format!("append_{events}");
    vec![
        format!("\"{name}_per_s\": {per_second:.0}"),
        format!("\"{name}_events_per_s\": {:.0}", per_second * f64::from(events)),
        format!("\"{name}_slowest_ms\": {}", slowest.as_millis()),
        format!("\"{name}_log_mib\": {}", log >> 20),
    ]
}

/// What delivery commits for one event: in flight, then its fate and all that goes with it; 8 lanes at once.
fn commits(folder: &Path, length: Duration) -> Vec<String> {
    let (journal, source, destination) = fresh(folder);
    for seed in 0..5_000 {
        drop(journal.append(request(source, destination, 20, seed)));
    }
    let last = journal.append(request(source, destination, 20, 5_000)).wait().unwrap().number;
    let begun = Instant::now();
    let mut events = 0_u64;
    'all: for number in 1..=last {
        for index in (0..20).step_by(10) {
            let receipts: Vec<_> = (index..index + 10)
                .map(|index| {
                    let key = MessageKey {
                        source,
                        id: u128::from(number) << 70 | u128::from(index) << 20,
                        content: 7,
                    };
                    let mut changes = vec![
                        Change::Fate(Position { request: number, index }, Fate::Delivered),
                        Change::Seen(key, Millis(1)),
                        Change::Calls { made: 1, saved: SavedCalls::default() },
                    ];
                    if index == 19 {
                        changes.push(Change::Cursor(number + 1));
                    }
                    journal.commit(destination, changes)
                })
                .collect();
            receipts.into_iter().for_each(|receipt| receipt.wait().unwrap());
            events += 10;
            if begun.elapsed() > length {
                break 'all;
            }
        }
    }
    let per_second = events as f64 / begun.elapsed().as_secs_f64();
    vec![format!("\"commits_per_s_10_at_once\": {per_second:.0}")]
}

fn pending(folder: &Path) -> Vec<String> {
    let (journal, source, destination) = fresh(folder);
    let request = request(source, destination, 1, 3);
    for _ in 0..PENDING / 1000 {
        let receipts: Vec<_> = (0..1000).map(|_| journal.append(request.clone())).collect();
        receipts.into_iter().for_each(|receipt| assert!(receipt.wait().is_ok()));
    }
    let time = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64() * 1000.0
    };
    let ledger = time(&|| assert_eq!(journal.ledger().unwrap().destinations["inmoment"].pending, PENDING));
    let limit = ReadLimit { events: 512, bytes: 4 << 20 };
    let read = time(&|| assert_eq!(journal.read(destination, 500_000, limit).unwrap().requests.len(), 512));
    let memory = resident_mib();
    drop(journal);
    let begun = Instant::now();
    let (journal, ..) = open(folder);
    let restored = journal.restore(destination).unwrap();
    let start = begun.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(restored.end, PENDING + 1);
    vec![
        format!("\"pending_ledger_ms\": {ledger:.1}"),
        format!("\"pending_read_512_ms\": {read:.1}"),
        format!("\"pending_start_ms\": {start:.1}"),
        format!("\"resident_mib\": {memory}"),
    ]
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
