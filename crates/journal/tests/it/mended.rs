//! Rows that say where events go and how far they are: damaged on the disk, and told again from the rest.

use crate::sample::{ALL, batch, by, death, durable, fate, position, still, wired};
use event::SourceKind;
use journal::{
    Archive, BudgetRecord, Change, DeliveryStore, DestinationId, EventFilter, Fate, Fates, InFlightRecord,
    Intake, Options, RestoredDelivery, SavedCalls, SkipCode, SqliteJournal, Storage,
};
use rusqlite::Connection;
use std::path::Path;

fn open(folder: &Path) -> SqliteJournal {
    SqliteJournal::open(folder, Options::new(still(1_700_000_300_000))).unwrap()
}

/// Everything that these rows say, for comparison.
fn facts(journal: &SqliteJournal) -> String {
    let (source, here) = wired(journal);
    let there = journal.destination("other").unwrap();
    let requests = |id| {
        let page = journal.read(id, 0, ALL).unwrap();
        page.requests.iter().map(|request| request.number).collect::<Vec<_>>()
    };
    let RestoredDelivery { cursor, end, mut destination, .. } = journal.restore(here).unwrap();
    // InMoment's limit is asked for anew.
    destination.budget = None;
    format!(
        "{source:?} {here:?} {there:?} {:?} {:?} {cursor} {end} {destination:?} {:?} {}",
        requests(here),
        requests(there),
        journal.ledger().unwrap(),
        journal.stored_bytes(source),
    )
}

/// Two destinations; of four requests one is done, one half done.
fn filled() -> (SqliteJournal, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    let there = journal.destination("other").unwrap();
    for tag in 1..=3 {
        journal.append(batch(source, &[here], 3, tag)).wait().unwrap();
    }
    journal.append(batch(source, &[here, there], 3, 4)).wait().unwrap();
    journal.append(batch(source, &[], 2, 5)).wait().unwrap();
    let mut changes: Vec<Change> = (0..2).map(|index| fate(1, index, Fate::Delivered)).collect();
    changes.extend(death(1, 2, "c"));
    changes.push(fate(2, 0, Fate::Skipped(SkipCode::Duplicate)));
    changes.push(Change::Cursor(2));
    changes.push(Change::Paused(Some(event::Millis(1_234))));
    changes.push(Change::Audit(by(), event::Millis(1_234)));
    changes.push(Change::Calls { made: 7, saved: SavedCalls { known: 1, merged: 2, unchanged: 3 } });
    changes.push(Change::Budget(BudgetRecord { limit: 9, remaining: 3, resets_at: event::Millis(5) }));
    journal.commit(here, changes).wait().unwrap();
    (journal, folder)
}

/// Tables with damaged rows that were met, and how many.
fn damaged(journal: &SqliteJournal) -> Vec<(&'static str, u64)> {
    journal.status().damaged_rows.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn change(folder: &Path, sql: &str) {
    let connection = Connection::open(folder.join("journal.sqlite3")).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

#[test]
fn a_damaged_row_is_told_again_from_the_rest_and_said() {
    let damages = [
        ("UPDATE sources SET kind = 'mobile'", "sources"),
        ("UPDATE sources SET kind = 'wec'", "sources"),
        ("UPDATE sources SET name = 'websitf'", "sources"),
        ("UPDATE sources SET sum = sum + 1", "sources"),
        ("UPDATE destinations SET name = 'inmomenu' WHERE id = 1", "destinations"),
        ("UPDATE destinations SET cursor = 4 WHERE id = 1", "destinations"),
        ("UPDATE destinations SET cursor = 0 WHERE id = 1", "destinations"),
        ("UPDATE destinations SET paused = 0 WHERE id = 1", "destinations"),
        ("UPDATE destinations SET budget = '{' WHERE id = 1", "destinations"),
        ("UPDATE destinations SET sum = 5 WHERE id = 1", "destinations"),
        ("UPDATE routes SET destination = 2 WHERE destination = 1 AND route = 1", "routes"),
        ("UPDATE routes SET destination = 9 WHERE destination = 1 AND route = 1", "routes"),
        ("UPDATE routes SET route = 7 WHERE route = 1", "routes"),
        ("UPDATE routes SET sum = 5 WHERE route = 1", "routes"),
        ("UPDATE ledger SET events = events + 64 WHERE what = 'accepted' AND destination = 1", "ledger"),
        ("UPDATE ledger SET events = 0 WHERE what = 'delivered'", "ledger"),
        ("UPDATE ledger SET events = 9 WHERE what = 'duplicate'", "ledger"),
        ("UPDATE ledger SET events = 9 WHERE what = 'dead'", "ledger"),
        ("UPDATE ledger SET what = 'delivesed' WHERE what = 'delivered'", "ledger"),
        ("UPDATE ledger SET what = 'xxcepted' WHERE what = 'accepted' AND destination = 1", "ledger"),
        ("UPDATE ledger SET destination = 5 WHERE what = 'dead'", "ledger"),
        ("UPDATE ledger SET sum = 1 WHERE what = 'delivered'", "ledger"),
        ("UPDATE ledger SET events = 7 WHERE destination = 0", "ledger"),
        ("UPDATE stored SET bytes = 1", "stored"),
        ("UPDATE stored SET source = 3", "stored"),
    ];
    for (sql, table) in damages {
        let (journal, folder) = filled();
        let before = facts(&journal);
        assert_eq!(damaged(&journal), []);
        drop(journal);
        change(folder.path(), sql);
        let journal = open(folder.path());
        assert_eq!(facts(&journal), before, "{sql}");
        assert_eq!(damaged(&journal), [(table, 1)], "{sql}");
        drop(journal);
        let journal = open(folder.path());
        assert_eq!(facts(&journal), before, "{sql}");
        assert_eq!(damaged(&journal), [], "{sql}: it is well again");
    }
}

/// Fates, bodies and what else was kept of a request go by its number.
#[test]
fn the_number_of_a_request_whose_row_is_lost_is_not_given_to_another() {
    let (journal, folder) = filled();
    drop(journal);
    change(folder.path(), "DELETE FROM requests");
    let journal = open(folder.path());
    let (source, here) = wired(&journal);
    journal.append(batch(source, &[here], 3, 9)).wait().unwrap();
    let page = journal.read(here, 0, ALL).unwrap();
    assert_eq!(page.requests.iter().map(|request| request.number).collect::<Vec<_>>(), [6]);
}

/// A row that is lost whole leaves its number free: who takes it goes on where the log says.
#[test]
fn a_destination_whose_row_is_lost_goes_on_from_the_log() {
    let (journal, folder) = filled();
    drop(journal);
    change(folder.path(), "DELETE FROM destinations");
    let journal = open(folder.path());
    let (_, here) = wired(&journal);
    assert_eq!(here, DestinationId(1));
    assert_eq!(journal.restore(here).unwrap().cursor, 2);
}

#[test]
fn a_record_of_a_call_that_was_damaged_is_not_forgotten() {
    let (journal, folder) = filled();
    let (_, here) = wired(&journal);
    let flight = |lane: &str, index| InFlightRecord {
        lane: lane.to_owned(),
        head: position(2, index),
        call: "create_response".to_owned(),
        started_at: event::Millis(5),
    };
    let changes = vec![Change::InFlight(flight("a", 1)), Change::InFlight(flight("b", 2))];
    journal.commit(here, changes).wait().unwrap();
    drop(journal);
    change(
        folder.path(),
        "UPDATE in_flight SET record = replace(record, 'response', 'rasponse') WHERE lane = 'a'",
    );
    for _ in 0..2 {
        let journal = open(folder.path());
        let flights = journal.restore(here).unwrap().in_flight;
        assert_eq!(flights, [InFlightRecord::lost(6, event::Millis(1_700_000_000_005)), flight("b", 2)]);
    }
    let journal = open(folder.path());
    journal.commit(here, vec![Change::Landed(String::new())]).wait().unwrap();
    assert_eq!(journal.restore(here).unwrap().in_flight, [flight("b", 2)]);
}

/// What has an event pending is not removed, whatever its row says.
#[test]
fn a_request_whose_row_says_finished_wrongly_is_not_removed() {
    let (journal, folder) = filled();
    drop(journal);
    change(folder.path(), "UPDATE requests SET open = 0 WHERE number IN (1, 2)");
    let journal = open(folder.path());
    journal.maintain(event::Millis(1_800_000_000_000)).unwrap();
    assert!(journal.event(position(1, 0)).unwrap().is_none(), "it was finished");
    assert!(journal.event(position(2, 1)).unwrap().is_some());
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].imbalance(), 0);
}

#[test]
fn what_is_read_damaged_while_the_journal_runs_is_counted_once() {
    let (journal, folder) = filled();
    let (_, here) = wired(&journal);
    change(folder.path(), "UPDATE bodies SET request_ip = 'x' WHERE number = 2");
    change(folder.path(), "UPDATE ledger SET events = 3 WHERE what = 'duplicate'");
    for _ in 0..3 {
        journal.read(here, 0, ALL).unwrap();
        journal.ledger().unwrap();
        journal.events(&EventFilter::default(), 9).unwrap();
    }
    assert_eq!(damaged(&journal), [("bodies", 1), ("ledger", 1)]);
    assert_eq!(journal.healthy(), Ok(()), "events are taken in");
    change(folder.path(), "UPDATE routes SET sum = 3");
    assert!(journal.read(here, 0, ALL).is_err(), "no event goes where it may not belong");
}

/// What each source takes is what is there, whatever was done.
#[test]
fn what_a_source_takes_is_exact_through_everything_and_over_restarts() {
    let (journal, folder) = durable();
    let (website, here) = wired(&journal);
    let app = journal.source("app", SourceKind::Mobile).unwrap();
    let counted = |journal: &SqliteJournal| {
        let connection = Connection::open(folder.path().join("journal.sqlite3")).unwrap();
        let of = |id: u32| {
            let sql = "SELECT ifnull((SELECT sum(octet_length(body) + 256) FROM bodies WHERE source = ?1), 0)
                + ifnull((SELECT sum(octet_length(event) + ifnull(octet_length(packed), 0) + 256)
                          FROM dead_letters WHERE source = ?1), 0)
                + ifnull((SELECT sum(octet_length(o.event) + ifnull(octet_length(o.packed), 0)) FROM originals o
                          JOIN bodies b ON b.number = o.request WHERE b.source = ?1), 0)";
            connection.query_row(sql, [id], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
        };
        let told = [website, app].map(|id| journal.stored_bytes(id));
        assert_eq!(told, [of(website.0), of(app.0)]);
        told
    };
    assert_eq!(counted(&journal), [0, 0]);
    let large = format!(r#"{{"batch":[{{"userId":"a","pad":"{}"}},1]}}"#, "x".repeat(50_000));
    for tag in 1..=4 {
        let request = batch(website, &[here], 2, tag);
        journal.append(journal::NewRequest { body: large.clone().into(), ..request }).wait().unwrap();
        journal.append(batch(app, &[here], 2, tag)).wait().unwrap();
    }
    let full = counted(&journal);
    assert!(full.iter().all(|bytes| *bytes > 0));
    for number in 1..=8 {
        let changes = [death(number, 0, "c"), death(number, 1, "c")].concat();
        journal.commit(here, changes).wait().unwrap();
    }
    let with_letters = counted(&journal);
    assert!(with_letters > full);
    let by = crate::sample::by;
    let some = |ids: Vec<u64>| journal::DeadLetterFilter { ids: Some(ids), ..Default::default() };
    journal.requeue(some(vec![1, 2, 3]), by()).wait().unwrap();
    counted(&journal);
    journal.discard(some(vec![4, 5]), by()).wait().unwrap();
    counted(&journal);
    journal.requeue_edited(6, large.clone().into(), by()).wait().unwrap();
    journal.replay(position(1, 0), here, by()).wait().unwrap();
    let before = counted(&journal);
    drop(journal);
    let journal = open(folder.path());
    assert_eq!(counted(&journal), before);
    // A letter that was damaged is kept, marked; then it takes what it takes then.
    change(folder.path(), "UPDATE dead_letters SET event = event || ' ' WHERE id = 7");
    journal.requeue(some(vec![7]), by()).wait().unwrap();
    drop(journal);
    let journal = open(folder.path());
    journal.maintain(event::Millis(1_800_000_000_000)).unwrap();
    let after = [website, app].map(|id| journal.stored_bytes(id));
    assert!(after < before, "what is removed is given back");
}
