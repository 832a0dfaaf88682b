//! SQLite on a disk that fails: what was committed stays, whatever happens.
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

use faultfs::{Disk, Lie, VFS, Weather};
use rusqlite::{Connection, OpenFlags};

fn open(disk: &Disk) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags_and_vfs(disk.folder().join("some.sqlite3"), flags, VFS)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY, text TEXT)")?;
    Ok(connection)
}

fn put(connection: &Connection, number: i64) -> rusqlite::Result<usize> {
    connection.execute("INSERT INTO kept VALUES (?, ?)", (number, "x".repeat(3_000)))
}

fn kept(connection: &Connection) -> Vec<i64> {
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let mut select = connection.prepare("SELECT number FROM kept ORDER BY number").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn made(disk: &Disk) -> Connection {
    let connection = disk.look(|| open(disk)).unwrap();
    // The folder has never been synced for the database itself, as whoever makes it has to.
    disk.make(&disk.folder().join("some.sqlite3")).unwrap();
    connection
}

/// Writes until the power fails, and says which rows were committed and which one was under way.
fn until_the_power_fails(disk: &Disk, connection: Connection, first: i64) -> (Vec<i64>, i64) {
    let mut committed = Vec::new();
    let mut next = first;
    while put(&connection, next).is_ok() {
        committed.push(next);
        next += 1;
        if next % 7 == 0 {
            // It fails where the power does.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
    assert!(disk.is_off());
    drop(connection);
    disk.restart(true);
    (committed, next)
}

#[test]
fn a_power_cut_at_any_operation_takes_nothing_that_was_committed() {
    for seed in 0..300 {
        let disk = Disk::new(seed);
        let mut all = Vec::new();
        let mut connection = made(&disk);
        for round in 0..3 {
            disk.cut_power_in(Some(1 + (seed * 7 + round * 13) % 60));
            let (committed, under_way) =
                until_the_power_fails(&disk, connection, i64::try_from(round).unwrap() * 1_000);
            all.extend(committed);
            connection = open(&disk).unwrap();
            let found = kept(&connection);
            assert_eq!(
                found.iter().filter(|one| **one != under_way).collect::<Vec<_>>(),
                all.iter().collect::<Vec<_>>()
            );
            all = found;
        }
    }
}

#[test]
fn a_disk_that_fails_now_and_then_loses_nothing_that_was_committed() {
    for seed in 0..100 {
        let disk = Disk::new(seed);
        let connection = made(&disk);
        disk.set_weather(Weather { read: 0.02, write: 0.02, sync: 0.1, other: 0.02 });
        let committed: Vec<i64> = (0..60).filter(|number| put(&connection, *number).is_ok()).collect();
        assert!(committed.len() < 60 && !committed.is_empty());
        disk.set_weather(Weather::default());
        assert_eq!(kept(&connection), committed);
        disk.switch_off();
        drop(connection);
        disk.restart(true);
        let found = kept(&open(&disk).unwrap());
        assert!(committed.iter().all(|number| found.contains(number)));
    }
}

#[test]
fn a_disk_without_room_refuses_and_keeps_what_it_has() {
    let disk = Disk::new(1);
    let connection = made(&disk);
    disk.set_room(Some(50_000));
    let committed = (0..).take_while(|number| put(&connection, *number).is_ok()).count();
    assert!(committed > 2 && disk.counts().full > 0);
    disk.set_room(None);
    put(&connection, 5_000).unwrap();
    assert_eq!(kept(&connection).len(), committed + 1);
}

/// A disk that lies loses what was committed: so the tests above can fail.
#[test]
fn a_lie_is_noticed() {
    let loses = |lie: Lie| {
        (0..40).any(|seed| {
            let disk = Disk::new(seed);
            let connection = made(&disk);
            disk.set_lie(lie);
            for number in 0..9 {
                put(&connection, number).unwrap();
            }
            disk.switch_off();
            drop(connection);
            disk.restart(true);
            disk.set_lie(Lie::None);
            let sound = open(&disk).and_then(|connection| {
                connection.query_row("SELECT count(*) FROM kept", [], |row| row.get::<_, i64>(0))
            });
            sound != Ok(9)
        })
    };
    assert!(!loses(Lie::None));
    assert!(loses(Lie::NoSync));
}

#[test]
fn the_same_seed_is_the_same_history() {
    let play = |seed| {
        let disk = Disk::new(seed);
        let connection = made(&disk);
        disk.set_weather(Weather { read: 0.01, write: 0.03, sync: 0.1, other: 0.0 });
        let done: Vec<bool> = (0..80).map(|number| put(&connection, number).is_ok()).collect();
        (done, disk.counts())
    };
    for seed in 0..20 {
        assert_eq!(play(seed), play(seed));
    }
    assert_ne!(play(1), play(2));
}
