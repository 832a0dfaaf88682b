//! `rapport doctor` on folders that are well, in use, left by a crash, and damaged. It changes none of them.

use crate::harness::{Ended, Harness, Served, run};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const EVENTS: &str = r#"{"type":"identify","userId":"ada","traits":{"email":"ada@example.com"}}
{"type":"track","userId":"ada","event":"Submit","properties":{"feedbackScore":9,"url":"https://shop.example.com/"},"integrations":{"Wootric":{"eventType":"create response"}}}
{"type":"track","userId":"ada","event":"Submit","properties":{"feedbackScore":11},"integrations":{"Wootric":{"eventType":"create response"}}}
"#;

fn data(harness: &Harness) -> PathBuf {
    harness.folder.path().join("data")
}

/// Two events delivered, one dead, and a source that the console made.
fn used(harness: &Harness) -> Served {
    let server = harness.serve(&harness.ordinary());
    let file = harness.write("events.ndjson", EVENTS);
    let url = format!("http://{}", server.public);
    assert_eq!(run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", "website-key"]).code, 0);
    let made = server.run(&["api", "sources", "--data", r#"{"name":"shop","kind":"web"}"#]);
    assert_eq!(made.code, 0, "{made:?}");
    server.settled();
    server
}

fn doctor(folder: &Path) -> Ended {
    run(&["doctor", "--json", "--data", folder.to_str().unwrap()])
}

/// Codes of what is wrong.
fn wrong(ended: &Ended) -> Vec<String> {
    let told = ended.json_lines().remove(0);
    let findings = told["findings"].as_array().unwrap().iter();
    let wrong = findings.filter(|finding| finding["wrong"] == Value::Bool(true));
    wrong.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// Every file of the folder, with its bytes and when it was changed.
fn state(folder: &Path) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let of = |file: fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        (name, (fs::read(file.path()).unwrap(), file.metadata().unwrap().modified().unwrap()))
    };
    files.map(of).collect()
}

/// A copy, with permissions as a server makes them.
fn copied(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    fs::set_permissions(to.path(), fs::Permissions::from_mode(0o700)).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    to
}

#[test]
fn a_sound_folder_is_well_in_use_left_by_a_crash_and_stopped_and_nothing_of_it_changes() {
    let harness = Harness::new();
    let server = used(&harness);
    let in_use = server.run(&["doctor"]);
    assert_eq!(in_use.code, 0, "{in_use:?}");
    assert!(
        in_use.out.contains("a server has it open") && in_use.out.contains("nothing is wrong"),
        "{in_use:?}"
    );
    // What a crash leaves: the log is not folded in.
    let crashed = copied(&data(&harness));
    assert!(fs::metadata(crashed.path().join("journal.sqlite3-wal")).unwrap().len() > 0);
    let before = state(crashed.path());
    let ended = doctor(crashed.path());
    assert_eq!((ended.code, wrong(&ended)), (0, Vec::new()), "{ended:?}");
    let told = ended.json_lines().remove(0);
    assert_eq!((&told["dead_letters"], &told["in_use"]), (&Value::from(1), &Value::Bool(false)), "{told}");
    assert_eq!(state(crashed.path()), before);

    assert_eq!(server.stop("-TERM").0, Some(0));
    let before = state(&data(&harness));
    let ended = run(&["doctor", "--config", harness.ordinary().to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("format 8") && ended.out.contains("no server has it open"), "{ended:?}");
    assert_eq!(state(&data(&harness)), before);
}

#[test]
fn what_is_damaged_is_named_and_the_folder_is_left_as_it_is() {
    let harness = Harness::new();
    assert_eq!(used(&harness).stop("-TERM").0, Some(0));
    let damages: [(&str, &[&str]); 14] = [
        ("UPDATE bodies SET request_ip = '192.0.2.1' WHERE number = 1", &["journal_rows_damaged"]),
        ("UPDATE fates SET fates = x'01' WHERE request = 1", &["journal_rows_damaged"]),
        ("UPDATE dead_letters SET reason = 'none'", &["journal_rows_damaged"]),
        ("UPDATE users SET record = replace(record, 'ada', 'bob')", &["journal_rows_damaged"]),
        ("UPDATE destinations SET cursor = 1", &["journal_rows_damaged"]),
        ("UPDATE routes SET sum = 1", &["journal_rows_damaged"]),
        ("UPDATE sources SET kind = 'server' WHERE name = 'website'", &["journal_rows_damaged"]),
        (
            "UPDATE ledger SET events = 7 WHERE what = 'delivered'",
            &["journal_rows_damaged", "journal_rows_contradict"],
        ),
        ("UPDATE stored SET sum = 1", &["journal_rows_damaged", "journal_rows_contradict"]),
        ("DELETE FROM dead_letters", &["journal_rows_contradict", "journal_rows_contradict"]),
        ("UPDATE requests SET open = 1", &["journal_rows_contradict"]),
        ("UPDATE requests SET source = 9 WHERE number = 1", &["journal_rows_contradict"; 3]),
        ("DELETE FROM requests WHERE number = 1", &["journal_rows_contradict"; 4]),
        (
            "UPDATE documents SET record = replace(record, ',', ', ') WHERE kind = 'source'",
            &["journal_rows_damaged"],
        ),
    ];
    for (sql, codes) in damages {
        let folder = copied(&data(&harness));
        let connection = Connection::open(folder.path().join("journal.sqlite3")).unwrap();
        assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
        drop(connection);
        let before = state(folder.path());
        let ended = doctor(folder.path());
        assert_eq!(ended.code, 1, "{sql}: {ended:?}");
        let mut found = wrong(&ended);
        found.dedup();
        let mut codes = codes.to_vec();
        codes.dedup();
        assert_eq!(found, codes, "{sql}: {ended:?}");
        assert_eq!(state(folder.path()), before, "{sql}");
    }
}

#[test]
fn a_backup_is_compared_with_its_sums_and_is_left_as_it_is() {
    let harness = Harness::new();
    let server = used(&harness);
    let backup = harness.folder.path().join("backup");
    let taken = server.run(&["backup", backup.to_str().unwrap()]);
    assert_eq!(taken.code, 0, "{taken:?}");
    assert_eq!(server.stop("-TERM").0, Some(0));
    let before = state(&backup);
    let ended = doctor(&backup);
    assert_eq!((ended.code, wrong(&ended)), (0, Vec::new()), "{ended:?}");
    let told = ended.json_lines().remove(0);
    let format = doctor(&data(&harness)).json_lines().remove(0)["format"].clone();
    assert_eq!((&told["format"], &told["with_key"]), (&format, &Value::Bool(false)), "{told}");
    let said = run(&["doctor", "--data", backup.to_str().unwrap()]);
    assert!(
        said.code == 0 && said.out.contains("a backup of 2") && said.out.contains("nothing is wrong"),
        "{said:?}"
    );
    assert_eq!(state(&backup), before);

    let packed = backup.join("journal.sqlite3.zst");
    let whole = fs::read(&packed).unwrap();
    let flipped = {
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    for bytes in [flipped, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        fs::write(&packed, &bytes).unwrap();
        let ended = doctor(&backup);
        assert_eq!((ended.code, wrong(&ended)), (1, vec!["backup_unusable".to_owned()]), "{ended:?}");
        assert_eq!(fs::read(&packed).unwrap(), bytes);
    }
    fs::remove_file(&packed).unwrap();
    assert_eq!(wrong(&doctor(&backup)), ["backup_unusable"]);
    fs::write(backup.join("manifest.json"), "{}").unwrap();
    assert_eq!(wrong(&doctor(&backup)), ["backup_unusable"]);
}

#[test]
fn a_file_that_is_no_database_or_has_lost_pages_is_said_and_never_mended() {
    let harness = Harness::new();
    assert_eq!(used(&harness).stop("-TERM").0, Some(0));
    let whole = fs::read(data(&harness).join("journal.sqlite3")).unwrap();
    let pages = whole.len() / 8_192;
    let zeroed = (0..pages).map(|page| {
        let mut bytes = whole.clone();
        bytes[page * 8_192..(page + 1) * 8_192].fill(0);
        (format!("page {page}"), bytes)
    });
    let others = [
        ("nothing".to_owned(), Vec::new()),
        ("text".to_owned(), b"no database at all, but long enough to be one".repeat(300)),
        ("half of it".to_owned(), whole[..whole.len() / 2].to_vec()),
    ];
    let mut said = 0;
    for (what, bytes) in zeroed.chain(others) {
        let folder = copied(&data(&harness));
        fs::write(folder.path().join("journal.sqlite3"), &bytes).unwrap();
        let ended = doctor(folder.path());
        // A page that nothing is in may be lost.
        assert!(ended.code <= 1, "{what}: {ended:?}");
        if ended.code == 1 {
            said += 1;
            assert!(!wrong(&ended).is_empty(), "{what}: {ended:?}");
        }
        assert_eq!(fs::read(folder.path().join("journal.sqlite3")).unwrap(), bytes, "{what}");
    }
    assert!(said > pages / 2, "{said} of {pages}");
}

#[test]
fn keys_modes_and_what_cannot_be_looked_at_are_said() {
    let harness = Harness::new();
    assert_eq!(used(&harness).stop("-TERM").0, Some(0));
    let trial = |change: &dyn Fn(&Path)| {
        let folder = copied(&data(&harness));
        change(folder.path());
        let ended = doctor(folder.path());
        (ended.code, if ended.code == 2 { Vec::new() } else { wrong(&ended) })
    };
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let mode = |path: PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(trial(&|_| ()), (0, codes(&[])));
    assert_eq!(
        trial(&|folder| fs::remove_file(folder.join("secret-key")).unwrap()),
        (1, codes(&["key_unusable"]))
    );
    assert_eq!(
        trial(&|folder| fs::write(folder.join("secret-key"), "no key").unwrap()),
        (1, codes(&["key_unusable"]))
    );
    let other = run(&["keys", "new"]).out;
    assert_eq!(
        trial(&|folder| fs::write(folder.join("secret-key"), &other).unwrap()),
        (1, codes(&["key_unusable"]))
    );
    assert_eq!(trial(&|folder| mode(folder.join("secret-key"), 0o644)), (1, codes(&["files_exposed"])));
    assert_eq!(trial(&|folder| mode(folder.to_owned(), 0o755)), (1, codes(&["files_exposed"])));
    assert_eq!(trial(&|folder| fs::write(folder.join("search.sqlite3"), "x").unwrap()), (0, codes(&[])));
    assert_eq!(trial(&|folder| fs::remove_file(folder.join("journal.sqlite3")).unwrap()), (2, codes(&[])));
    let newer = |folder: &Path| {
        let connection = Connection::open(folder.join("journal.sqlite3")).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
    };
    assert_eq!(trial(&newer), (2, codes(&[])));
    let missing = run(&["doctor", "--data", "/nowhere/at/all"]);
    assert_eq!(missing.code, 2, "{missing:?}");
    assert!(missing.err.contains("[journal_unusable]"), "{missing:?}");
}
