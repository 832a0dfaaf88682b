use super::*;

#[test]
fn a_full_disk_is_not_blamed_on_the_backup() {
    let Ok(full) = File::options().write(true).open("/dev/full") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite3.zst");
    fs::write(&path, zstd::encode_all(&b"what is in it"[..], 3).unwrap()).unwrap();
    let file = Packed {
        name: "journal.sqlite3.zst".to_owned(),
        bytes: 0,
        sha256: String::new(),
        unpacked_name: DATABASE.to_owned(),
        unpacked_bytes: 13,
        unpacked_sha256: String::new(),
    };
    let unwritable = |error: io::Error| room::unwritable("/data", &error, NOTHING);
    let failure = unpack(&path, &file, full, unwritable).unwrap_err();
    assert_eq!(failure.code, code::BACKUP_NO_ROOM, "{failure}");
    let other = take::private(&folder.path().join("journal")).unwrap();
    let failure = unpack(&path, &file, other, unwritable).unwrap_err();
    assert_eq!(failure.code, code::BACKUP_UNUSABLE, "its sums are wrong: {failure}");
    let read_only = File::open(&path).unwrap();
    let failure = unpack(&path, &file, read_only, unwritable).unwrap_err();
    assert_eq!(failure.code, code::BACKUP_UNWRITABLE, "{failure}");
}

#[test]
fn files_that_cannot_all_be_moved_leave_none_behind() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(from.path().join("secret-key"), "key").unwrap();
    assert!(move_all(from.path(), to.path(), ["secret-key", DATABASE]).is_err());
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 0);
}
