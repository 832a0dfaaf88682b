use super::*;

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search.sqlite3");
    (folder, path)
}

fn marked(path: &Path) -> i64 {
    let connection = open(path).unwrap();
    let next = progress(&connection).unwrap().next;
    set_progress(&connection, &Progress { next: 77, last: 76, last_id: vec![1] }).unwrap();
    next
}

#[test]
fn what_is_there_is_used_and_what_is_not_is_made() {
    let (_folder, path) = folder();
    assert_eq!(marked(&path), 1);
    assert_eq!(marked(&path), 77);
}

#[test]
fn another_version_and_no_database_at_all_are_made_anew() {
    let (_folder, path) = folder();
    marked(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(marked(&path), 1);
    std::fs::write(&path, "not a database, but long enough to be taken for one".repeat(100)).unwrap();
    assert_eq!(marked(&path), 1);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(marked(&path), 1);
    std::fs::write(&path, "").unwrap();
    assert_eq!(marked(&path), 1);
}

#[test]
fn a_full_disk_is_no_damage() {
    let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
    assert!(!is_damage(&rusqlite::Error::SqliteFailure(full, None)));
    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    assert!(!is_damage(&rusqlite::Error::SqliteFailure(busy, None)));
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    assert!(is_damage(&rusqlite::Error::SqliteFailure(corrupt, None)));
}
