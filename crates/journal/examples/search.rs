//! How fast events are found, as JSON: `cargo run --release --example search -p journal -- [FOLDER] [EVENTS]`.
//!
//! Half of the events come in batches of 100, half alone; each user has about ten. What the search thread takes of a core
//! while they come, how long it needs after them, how large its database is; then searches, each for something else.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for developers, told apart by its numbers"
)]

use bytes::Bytes;
use event::{EventKind, Millis, RequestShape, SourceKind};
use journal::{
    Archive, Change, DeliveryStore, DestinationId, EventFilter, Fate, Intake, NewDeadLetter, NewRequest,
    Options, OutcomeKind, Position, SkipCode, SourceId, SqliteJournal,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

const BATCH: u64 = 100;
const SEARCHES: u64 = 200;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("journal-search"), PathBuf::from);
    let events = arguments.next().map_or(1_000_000, |text| text.parse().unwrap());
    let _ = std::fs::remove_dir_all(&folder);
    let journal = open(&folder);
    let source = journal.source("website", SourceKind::Web).unwrap();
    let here = journal.destination("inmoment").unwrap();
    let mut report = filled(&journal, source, here, events);
    report.push(format!("\"index_mib\": {}", size(&folder) >> 20));
    decide(&journal, here);
    report.extend(searches(&journal, events));
    report.extend(restart(journal, &folder));
    let _ = std::fs::remove_dir_all(&folder);
    println!("{{{}}}", report.join(", "));
}

fn open(folder: &Path) -> SqliteJournal {
    SqliteJournal::open(folder, Options::new(Arc::new(|| Millis(0)))).unwrap()
}

/// About 1 KB, as real ones are.
fn event(number: u64, events: u64) -> String {
    let pad: String = (0..44).map(|word| format!("{:016x}", (number + word) * 0x9e37)).collect();
    let user = number * 7_919 % (events / 10).max(1);
    let kind = if number.is_multiple_of(5) { "identify" } else { "track" };
    format!(
        r#"{{"type":"{kind}","messageId":"m-{number}","userId":"u{user}","anonymousId":"a{user}","event":"Submit","context":{{"traits":{{"email":"u{user}@example.com"}},"pad":"{pad}"}}}}"#
    )
}

fn filled(journal: &SqliteJournal, source: SourceId, here: DestinationId, events: u64) -> Vec<String> {
    let request = |texts: Vec<String>, first: u64| NewRequest {
        source,
        shape: if texts.len() == 1 { RequestShape::Single(EventKind::Track) } else { RequestShape::Batch },
        request_id: u128::from(first).to_be_bytes(),
        received_at: Millis(i64::try_from(first).unwrap()),
        request_ip: Some("192.0.2.1".to_owned()),
        events: u32::try_from(texts.len()).unwrap(),
        rejected: Vec::new(),
        destinations: [here].into(),
        body: match &texts[..] {
            [alone] => Bytes::from(alone.clone()),
            many => Bytes::from(format!(r#"{{"batch":[{}]}}"#, many.join(","))),
        },
    };
    let begun = Instant::now();
    let before = search_cpu_ms();
    let mut receipts = Vec::new();
    for batch in 0..events / BATCH {
        let first = batch * BATCH;
        let texts: Vec<String> = (first..first + BATCH).map(|number| event(number, events)).collect();
        if batch.is_multiple_of(2) {
            receipts.push(journal.append(request(texts, first)));
        } else {
            let alone = texts.into_iter().zip(first..);
            receipts.extend(alone.map(|(text, number)| journal.append(request(vec![text], number))));
        }
        if receipts.len() >= 1_000 {
            receipts.drain(..).for_each(|receipt| assert!(receipt.wait().is_ok()));
        }
    }
    receipts.into_iter().for_each(|receipt| assert!(receipt.wait().is_ok()));
    let filling = begun.elapsed();
    let share = (search_cpu_ms() - before) / (filling.as_secs_f64() * 1_000.0);
    let page = journal.events(&EventFilter::default(), 1).unwrap();
    let behind = page.end - page.indexed_to;
    let begun = Instant::now();
    journal.await_search().unwrap();
    vec![
        format!("\"append_events_per_s\": {:.0}", events as f64 / filling.as_secs_f64()),
        format!("\"search_thread_share_of_a_core\": {share:.2}"),
        format!("\"requests_behind_then\": {behind}"),
        format!("\"caught_up_after_ms\": {}", begun.elapsed().as_millis()),
    ]
}

/// The first half gets its fates: every thousandth request has a dead event, every fiftieth is skipped.
fn decide(journal: &SqliteJournal, here: DestinationId) {
    let end = *journal.appended().borrow();
    for number in 1..end / 2 {
        let page = journal.read(here, number, journal::ReadLimit { events: 1, bytes: 1 }).unwrap();
        let Some(request) = page.requests.first().filter(|request| request.number == number) else {
            continue;
        };
        let mut changes: Vec<Change> = (0..request.events)
            .map(|index| {
                let skipped = Fate::Skipped(SkipCode::UnsupportedType);
                let fate = if number % 50 == 7 { skipped } else { Fate::Delivered };
                Change::Fate(Position { request: number, index }, fate)
            })
            .collect();
        if number % 1_000 == 0 {
            let position = Position { request: number, index: 0 };
            changes[0] = Change::Fate(position, Fate::Dead);
            changes.push(Change::DeadLetter(NewDeadLetter {
                position,
                code: "bad_score".to_owned(),
                reason: "no score".to_owned(),
                message_id: String::new(),
                kind: "track".to_owned(),
                user: None,
                died_at: Millis(0),
            }));
        }
        drop(journal.commit(here, changes));
    }
    journal.commit(here, Vec::new()).wait().unwrap();
}

fn searches(journal: &SqliteJournal, events: u64) -> Vec<String> {
    let none = EventFilter::default;
    let user = |text: String| EventFilter { user: Some(text), ..none() };
    let at = |number: u64| (number * 104_729) % events;
    let users = (events / 10).max(1);
    let by_user = |number| user(format!("u{}", at(number) % users));
    let by_email = |number| user(format!("u{}@example.com", at(number) % users));
    let by_message = |number| EventFilter { message_id: Some(format!("m-{}", at(number))), ..none() };
    let by_time = |number| {
        let from = i64::try_from(at(number)).unwrap();
        EventFilter { from: Some(Millis(from)), to: Some(Millis(from + 100)), ..none() }
    };
    let dead = |_| EventFilter { outcome: Some(OutcomeKind::Dead), ..none() };
    let skipped = |_| EventFilter { code: Some("unsupported_type".to_owned()), ..none() };
    let by_code = |_| EventFilter { code: Some("bad_score".to_owned()), ..none() };
    let strange = |_| EventFilter { source: Some(SourceId(9)), ..none() };
    let newest = |_| none();
    let questions: [(&str, &dyn Fn(u64) -> EventFilter); 9] = [
        ("user", &by_user),
        ("email", &by_email),
        ("message_id", &by_message),
        ("time", &by_time),
        ("dead", &dead),
        ("skip_code", &skipped),
        ("dead_letter_code", &by_code),
        ("nothing_matches", &strange),
        ("newest", &newest),
    ];
    questions.iter().flat_map(|(name, question)| measured(journal, name, question)).collect()
}

/// The median and the slowest of single pages, how many were found on the first, and the time of a walk to the end.
fn measured(journal: &SqliteJournal, name: &str, question: &dyn Fn(u64) -> EventFilter) -> Vec<String> {
    let mut times = Vec::new();
    let mut found = 0;
    for number in 0..SEARCHES {
        let filter = question(number);
        let begun = Instant::now();
        found = found.max(journal.events(&filter, 100).unwrap().items.len());
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    let begun = Instant::now();
    let (mut filter, mut pages) = (question(0), 0);
    while pages < 100 {
        pages += 1;
        let page = journal.events(&filter, 1_000).unwrap();
        filter.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    let walk = begun.elapsed().as_millis();
    vec![format!(
        "\"{name}\": {{\"found\": {found}, \"median_ms\": {:.2}, \"slowest_ms\": {:.2}, \"walk_ms\": {walk}, \"pages\": {pages}}}",
        times[times.len() / 2],
        times[times.len() - 1]
    )]
}

/// Opening it again, and making the index anew.
fn restart(journal: SqliteJournal, folder: &Path) -> Vec<String> {
    let timed = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_millis()
    };
    drop(journal);
    let again = timed(&|| open(folder).await_search().unwrap());
    std::fs::remove_file(folder.join("search.sqlite3")).unwrap();
    let anew = timed(&|| open(folder).await_search().unwrap());
    vec![format!("\"restart_ms\": {again}"), format!("\"made_anew_ms\": {anew}")]
}

fn size(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("search.sqlite3")).unwrap().len()
}

/// What the search thread has used of the processor so far; ticks are 10 ms on Linux.
fn search_cpu_ms() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    let mut used = 0;
    for stat in stats.filter(|stat| stat.contains("(journal-search)")) {
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        used += fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    }
    used as f64 * 10.0
}
