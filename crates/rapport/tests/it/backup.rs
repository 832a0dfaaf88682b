//! Backups: taken while events come in, restored, and delivered from without an answer made twice.

use crate::harness::{Harness, Served, WRITE_KEY, run};
use sandbox::{Options, Switches};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A line of events: an identify and two answers of one person.
fn person(name: &str) -> String {
    let answer = |score: u32| {
        json!({
            "type": "track", "userId": name, "event": "Submit", "messageId": format!("{name}-{score}"),
            "properties": {"feedbackScore": score, "feedbackText": format!("{name} says {score}"), "url": "https://shop.example.com/"},
            "integrations": {"Wootric": {"eventType": "create response"}},
        })
    };
    let identify = json!({
        "type": "identify", "userId": name, "messageId": format!("{name}-i"),
        "traits": {"email": format!("{name}@example.com"), "plan": "pro"},
    });
    format!("{identify}\n{}\n{}\n", answer(3), answer(9))
}

fn send(harness: &Harness, served: &Served, name: &str, lines: &str) {
    let file = harness.write(&format!("{name}.ndjson"), lines);
    let url = format!("http://{}", served.public);
    let sent =
        run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", WRITE_KEY, "--from-start"]);
    assert_eq!(sent.code, 0, "{sent:?}");
}

/// Every answer that InMoment has, as who gave it and what it says.
fn answers(harness: &Harness) -> Vec<String> {
    let mut all: Vec<String> =
        harness.records("responses").iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

/// A configuration as the ordinary one, of another data folder.
fn config_of(harness: &Harness, data: &Path) -> PathBuf {
    let text = fs::read_to_string(harness.ordinary()).unwrap();
    harness.write("restored.toml", &format!("[journal]\npath = \"{}\"\n{text}", data.display()))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_is_delivered_after_a_backup_is_not_delivered_again_from_it() {
    // Each answer is a record of its own, so that one made twice shows.
    let switches = Switches { one_a_day: false, ..Switches::default() };
    let harness = Harness::with(Options { switches, ..Options::default() });
    let file = harness.ordinary();
    let served = harness.serve(&file);
    assert_eq!(served.run(&["pause", "inmoment"]).code, 0);
    send(
        &harness,
        &served,
        "before",
        &(0..15).map(|nth| person(&format!("early-{nth}"))).collect::<String>(),
    );

    let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let backup = harness.folder.path().join("backup");
    std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let round = rounds.fetch_add(1, Ordering::Relaxed);
                send(&harness, &served, "load", &person(&format!("load-{round}")));
            }
        });
        while rounds.load(Ordering::Relaxed) < 3 {
            std::thread::yield_now();
        }
        let taken = served.run(&["backup", path(&backup)]);
        assert_eq!(taken.code, 0, "{taken:?}");
        let seen = rounds.load(Ordering::Relaxed);
        while rounds.load(Ordering::Relaxed) < seen + 3 {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        load.join().unwrap();
    });
    assert_eq!(served.run(&["resume", "inmoment"]).code, 0);
    let people = 15 + rounds.load(Ordering::Relaxed);
    let status = served.settled();
    assert_eq!((&status["delivered"], &status["imbalance"]), (&json!(people * 3), &json!(0)), "{status}");
    let all = answers(&harness);
    assert_eq!(all.len() as u64, people * 2);
    let end_users = harness.records("end_users").len();
    assert_eq!(served.stop("-TERM").0, Some(0));

    let data = harness.folder.path().join("restored");
    let restored = run(&["restore", path(&backup), path(&data)]);
    assert_eq!(restored.code, 0, "{restored:?}");
    let looked = run(&["doctor", "--data", path(&data)]);
    assert_eq!(looked.code, 0, "{looked:?}");
    let config = config_of(&harness, &data);
    let served = harness.serve(&config);
    let token = fs::read_to_string(data.join("admin-token")).unwrap();
    let ask = |what: &[&str]| {
        let mut command = crate::harness::rapport();
        command.args(what).args(["--admin", &format!("http://{}", served.admin)]);
        crate::harness::Ended::of(command.env("RAPPORT_ADMIN_TOKEN", token.trim()).output().unwrap())
    };
    assert_eq!(ask(&["resume", "inmoment"]).code, 0);
    let settled = ask(&["status", "--json", "--wait", "60 s"]);
    assert_eq!(settled.code, 0, "{settled:?}");
    let status: Value = serde_json::from_str(&settled.out).unwrap();
    let accepted = status["accepted"].as_u64().unwrap();
    assert!(accepted >= 45 && accepted < people * 3, "it is of a moment in between: {status}");
    assert_eq!((&status["delivered"], &status["imbalance"]), (&json!(accepted), &json!(0)), "{status}");
    assert_eq!(answers(&harness), all, "no answer was made twice, and none is missing");
    assert_eq!(harness.records("end_users").len(), end_users);

    // It is a data folder like any other from now on.
    send(&harness, &served, "after", &person("late"));
    let settled = ask(&["status", "--json", "--wait", "60 s"]);
    assert_eq!(settled.code, 0, "{settled:?}");
    assert_eq!(answers(&harness).len(), all.len() + 2);
    assert_eq!(served.stop("-TERM").0, Some(0));
    assert_eq!(run(&["doctor", "--data", path(&data)]).code, 0);
}

#[test]
fn a_backup_is_checked_before_anything_is_made_of_it() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let served = harness.serve(&file);
    send(&harness, &served, "events", &person("u1"));
    served.settled();
    assert_eq!(served.stop("-TERM").0, Some(0));
    let place = |name: &str| harness.folder.path().join(name);
    let passphrase = harness.write("passphrase", "a long enough passphrase\n");
    let from = format!("file:{}", passphrase.display());
    let config = ["--config", path(&file)];
    let backup = place("backup");
    let taken = run(&[&["backup", path(&backup), "--passphrase", &from], &config[..]].concat());
    assert_eq!(taken.code, 0, "{taken:?}");
    let key = fs::read_to_string(place("data/secret-key")).unwrap();
    for entry in fs::read_dir(&backup).unwrap() {
        let entry = entry.unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "{entry:?}");
        let content = fs::read(entry.path()).unwrap();
        assert!(!content.windows(key.trim().len()).any(|part| part == key.trim().as_bytes()), "{entry:?}");
    }
    let again = run(&[&["backup", path(&backup)], &config[..]].concat());
    assert!(again.code == 1 && again.err.contains("[backup_unwritable]"), "{again:?}");

    let restore = |backup: &Path, folder: &Path, more: &[&str]| {
        run(&[&["restore", path(backup), path(folder)], more].concat())
    };
    let refused = |backup: &Path, folder: &Path, more: &[&str], code: &str| {
        let ended = restore(backup, folder, more);
        assert!(ended.code != 0 && ended.err.contains(&format!("[{code}]")), "{code}: {ended:?}");
        assert!(ended.err.contains("data:") && ended.err.contains("do:"), "{ended:?}");
    };
    refused(&backup, &place("data"), &[], "restore_occupied");
    refused(&place("nowhere"), &place("new"), &[], "backup_unusable");
    let wrong = harness.write("wrong", "another long passphrase\n");
    refused(
        &backup,
        &place("new"),
        &["--passphrase", &format!("file:{}", wrong.display())],
        "backup_passphrase",
    );
    let packed = backup.join("journal.sqlite3.zst");
    let whole = fs::read(&packed).unwrap();
    for (at, cut) in [(whole.len() / 2, whole.len()), (20, whole.len()), (0, whole.len() - 5), (0, 10)] {
        let mut broken = whole.clone();
        broken[at] ^= u8::from(cut == whole.len());
        broken.truncate(cut);
        fs::write(&packed, broken).unwrap();
        refused(&backup, &place("new"), &[], "backup_unusable");
        assert!(!place("new").exists(), "nothing is left of it");
    }
    fs::write(&packed, &whole).unwrap();
    let manifest = fs::read_to_string(backup.join("manifest.json")).unwrap();
    for (was, is) in
        [("\"format\": 1", "\"format\": 2"), ("\"journal.sqlite3\"", "\"../journal.sqlite3\""), ("{", "[")]
    {
        fs::write(backup.join("manifest.json"), manifest.replacen(was, is, 1)).unwrap();
        refused(&backup, &place("new"), &[], "backup_unusable");
    }
    fs::write(backup.join("manifest.json"), &manifest).unwrap();

    let without = restore(&backup, &place("without"), &[]);
    assert!(without.code == 0 && without.err.contains("--passphrase"), "{without:?}");
    assert!(!place("without/secret-key").exists());
    fs::create_dir(place("new")).unwrap();
    let with = restore(&backup, &place("new"), &["--passphrase", &from]);
    assert_eq!(with.code, 0, "{with:?}");
    assert_eq!(fs::read_to_string(place("new/secret-key")).unwrap().trim(), key.trim());
    refused(&backup, &place("new"), &["--passphrase", &from], "restore_occupied");
    let served = harness.serve(&config_of(&harness, &place("new")));
    assert_eq!(served.stop("-TERM").0, Some(0));
}

#[test]
fn a_server_takes_backups_by_itself_and_keeps_the_newest() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let text = fs::read_to_string(&file).unwrap();
    let file = harness
        .write("rapport.toml", &format!("[backup]\npath = \"backups\"\nevery = \"1 s\"\nkeep = 2\n{text}"));
    // One that cannot be removed: the name that it would have meanwhile is taken. And one that was broken off.
    let backups = harness.folder.path().join("backups");
    let old = backups.join("rapport-20200101T000000.000Z");
    let (in_the_way, broken_off) = (
        backups.join("rapport-20200101T000000.000Z.partial"),
        backups.join("rapport-20200102T000000.000Z.partial"),
    );
    for (folder, holds) in
        [(&old, "manifest.json"), (&in_the_way, "photo.jpg"), (&broken_off, "journal.sqlite3")]
    {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(holds), "{}").unwrap();
    }
    let served = harness.serve(&file);
    send(&harness, &served, "events", &person("u1"));
    served.settled();
    let taken = || {
        let metrics = served.run(&["api", "status"]);
        assert_eq!(metrics.code, 0, "{metrics:?}");
        let mut names: Vec<PathBuf> = fs::read_dir(harness.folder.path().join("backups"))
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default();
        names.retain(|name| *name != old && name.extension().is_none_or(|ending| ending != "partial"));
        names.sort();
        names
    };
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 4 {
        let now = taken();
        assert!(now.len() <= 3, "the newest, and one that is about to go: {now:?}");
        seen.extend(now);
    }
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(log.contains("photo.jpg") && !log.contains("no backup was taken"), "{log}");
    assert!(in_the_way.join("photo.jpg").exists() && !broken_off.exists());
    let newest = seen.into_iter().next_back().unwrap();
    let data = harness.folder.path().join("restored");
    let restored = run(&["restore", path(&newest), path(&data)]);
    assert_eq!(restored.code, 0, "{restored:?}");
    assert_eq!(run(&["doctor", "--data", path(&data)]).code, 0);
}
