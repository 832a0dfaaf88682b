//! Backups that are made into a data folder, and those of which nothing may be left.

use crate::harness::{Ended, Harness, run};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A backup with the key, of a server that has run once, and what opens the key.
fn backup(harness: &Harness) -> (PathBuf, String) {
    let file = harness.ordinary();
    assert_eq!(harness.serve(&file).stop("-TERM").0, Some(0));
    let passphrase = format!("file:{}", harness.write("passphrase", "a long enough passphrase\n").display());
    let backup = harness.folder.path().join("backups/today");
    let taken = run(&["backup", path(&backup), "--passphrase", &passphrase, "--config", path(&file)]);
    assert_eq!(taken.code, 0, "{taken:?}");
    (backup, passphrase)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn assert_refused(ended: &Ended, code: &str) {
    assert!(ended.code != 0 && ended.err.contains(&format!("[{code}]")), "{code}: {ended:?}");
    assert!(ended.err.contains("data:") && ended.err.contains("do:"), "{ended:?}");
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Changes what the manifest says of the files.
fn change(backup: &Path, change: impl FnOnce(&mut Value)) {
    let file = backup.join("manifest.json");
    let mut manifest: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    change(&mut manifest["files"]);
    fs::write(file, manifest.to_string()).unwrap();
}

#[test]
fn nothing_is_restored_into_a_folder_that_is_in_use() {
    let harness = Harness::new();
    let (backup, _) = backup(&harness);
    let folder = harness.folder.path().join("used");
    fs::create_dir(&folder).unwrap();
    let held = fs::File::open(&folder).unwrap();
    held.lock().unwrap();
    let refused = run(&["restore", path(&backup), path(&folder)]);
    assert_refused(&refused, "restore_occupied");
    assert!(refused.err.contains("in use") && names(&folder).is_empty(), "{refused:?}");
    drop(held);
    assert_eq!(run(&["restore", path(&backup), path(&folder)]).code, 0);
}

#[test]
fn a_restore_that_fails_leaves_nothing_behind() {
    let harness = Harness::new();
    let (backup, passphrase) = backup(&harness);
    let (packed, manifest) = (backup.join("journal.sqlite3.zst"), backup.join("manifest.json"));
    let (whole, said) = (fs::read(&packed).unwrap(), fs::read(&manifest).unwrap());
    let (there, new) = (harness.folder.path().join("there"), harness.folder.path().join("new"));
    fs::create_dir(&there).unwrap();
    let refused = |code: &str| {
        for folder in [&there, &new] {
            assert_refused(
                &run(&["restore", path(&backup), path(folder), "--passphrase", &passphrase]),
                code,
            );
        }
        assert_eq!(names(&there), Vec::<String>::new());
        assert!(!new.exists());
    };

    // Its sums are right, and it is no journal.
    let text = b"no journal at all".repeat(100);
    let garbage = zstd::encode_all(&text[..], 3).unwrap();
    fs::write(&packed, &garbage).unwrap();
    change(&backup, |files| {
        files[0]["bytes"] = json!(garbage.len());
        files[0]["sha256"] = json!(sum(&garbage));
        files[0]["unpacked_bytes"] = json!(text.len());
        files[0]["unpacked_sha256"] = json!(sum(&text));
    });
    refused("journal_damaged");
    fs::write(&packed, &whole).unwrap();

    for name in ["secret-key", "admin-token", "../journal.sqlite3"] {
        fs::write(&manifest, &said).unwrap();
        change(&backup, |files| files[0]["unpacked_name"] = json!(name));
        refused("backup_unusable");
        fs::write(&manifest, &said).unwrap();
        change(&backup, |files| {
            let mut second = files[0].clone();
            second["unpacked_name"] = json!(name);
            files.as_array_mut().unwrap().push(second);
        });
        refused("backup_unusable");
    }
    change(&backup, |files| *files = json!([]));
    refused("backup_unusable");
    fs::write(&manifest, &said).unwrap();
    change(&backup, |files| files[0]["name"] = json!("../today/journal.sqlite3.zst"));
    refused("backup_unusable");

    fs::write(&manifest, &said).unwrap();
    fs::remove_file(&packed).unwrap();
    refused("backup_unusable");
    assert_eq!(names(&backup), ["manifest.json"], "nothing is made in the backup");
    fs::write(&packed, &whole).unwrap();

    // No file may be longer than some KiB: what the target cannot take is not blamed on the backup.
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_rapport"), "restore", path(&backup), path(&there)]);
    assert_refused(&Ended::of(command.output().unwrap()), "backup_unwritable");
    assert_eq!(names(&there), Vec::<String>::new());
}

#[test]
fn a_backup_that_may_only_be_read_is_restored() {
    let harness = Harness::new();
    let (backup, passphrase) = backup(&harness);
    for name in names(&backup) {
        fs::set_permissions(backup.join(name), Permissions::from_mode(0o400)).unwrap();
    }
    fs::set_permissions(&backup, Permissions::from_mode(0o500)).unwrap();
    let data = harness.folder.path().join("new");
    // What a restore that was broken off has left is in nobody's way.
    fs::create_dir_all(data.join("restore.partial")).unwrap();
    fs::write(data.join("restore.partial/journal.sqlite3"), "half").unwrap();
    let restored = run(&["restore", path(&backup), path(&data), "--passphrase", &passphrase]);
    assert_eq!(restored.code, 0, "{restored:?}");
    assert_eq!(names(&data), ["journal.sqlite3", "secret-key"]);
    for name in names(&data) {
        let mode = data.join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::set_permissions(&backup, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_backup_takes_nothing_away_that_is_not_ours() {
    let harness = Harness::new();
    let (today, _) = backup(&harness);
    let config = harness.ordinary();
    let tomorrow = today.with_file_name("tomorrow");
    let partial = today.with_file_name("tomorrow.partial");
    let take = || run(&["backup", path(&tomorrow), "--config", path(&config)]);
    fs::create_dir(&partial).unwrap();
    fs::write(partial.join("journal.sqlite3"), "half").unwrap();
    fs::write(partial.join("photo.jpg"), "precious").unwrap();
    let refused = take();
    assert_refused(&refused, "backup_unwritable");
    assert!(refused.err.contains("photo.jpg"), "{refused:?}");
    assert_eq!(names(&partial), ["journal.sqlite3", "photo.jpg"]);
    fs::remove_file(partial.join("photo.jpg")).unwrap();
    let taken = take();
    assert_eq!(taken.code, 0, "{taken:?}");
    assert_eq!(names(tomorrow.parent().unwrap()), ["today", "tomorrow"]);
}
