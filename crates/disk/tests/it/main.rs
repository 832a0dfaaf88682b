//! Files as a caller sees them: whole or unchanged, private, and never reached through a symbolic link.
#![allow(
    clippy::unwrap_used,
    reason = "in a test, also in what a test calls, a failed assumption is a failed test"
)]

use std::fs;
use std::io::ErrorKind;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_is_its_owners_alone_and_a_replaced_one_keeps_its_permissions() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    disk::replace(&file, b"one").unwrap();
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"one".to_vec(), 0o600));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    disk::replace(&file, b"two").unwrap();
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"two".to_vec(), 0o640));
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_file_that_is_there_is_not_created_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    disk::create(&file, b"one").unwrap();
    assert_eq!(disk::create(&file, b"two").unwrap_err().kind(), ErrorKind::AlreadyExists);
    symlink(folder.path().join("nowhere"), folder.path().join("link")).unwrap();
    let link = disk::create(&folder.path().join("link"), b"two");
    assert_eq!(link.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"one".to_vec(), 0o600));
    assert_eq!(names(folder.path()), ["key", "link"]);
}

#[test]
fn what_an_interrupted_attempt_left_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    fs::write(folder.path().join("key.part"), "").unwrap();
    disk::create(&file, b"one").unwrap();
    fs::write(folder.path().join("key.part"), "half").unwrap();
    disk::replace(&file, b"two").unwrap();
    symlink(folder.path().join("elsewhere"), folder.path().join("key.part")).unwrap();
    disk::replace(&file, b"three").unwrap();
    assert_eq!((fs::read(&file).unwrap(), names(folder.path())), (b"three".to_vec(), vec!["key".to_owned()]));
}

#[test]
fn a_file_that_cannot_be_moved_to_its_place_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    assert!(disk::replace(&taken, b"one").is_err());
    assert!(disk::create(&folder.path().join("no/such/folder"), b"one").is_err());
    assert_eq!(names(folder.path()), ["taken"]);
}

#[test]
fn a_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    fs::write(&target, "precious").unwrap();
    symlink(&target, &link).unwrap();
    assert!(disk::open(&link).unwrap_err().to_string().contains("symbolic link"));
    assert!(disk::read(&link, 100).unwrap_err().to_string().contains("symbolic link"));
    disk::replace(&link, b"mine").unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    assert!(!disk::is_link(&link));
    assert_eq!(disk::read(&link, 4).unwrap(), "mine");
    assert_eq!(disk::read(&link, 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
}

#[test]
fn a_file_that_is_opened_for_reading_is_not_written_to_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link, missing) =
        (folder.path().join("a"), folder.path().join("link"), folder.path().join("b"));
    fs::write(&file, "precious").unwrap();
    symlink(&file, &link).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let mut opened = disk::open_for_reading(&file).unwrap();
    let mut text = String::new();
    opened.read_to_string(&mut text).unwrap();
    assert_eq!(text, "precious");
    assert!(opened.write_all(b"mine").is_err());
    assert!(disk::open_for_reading(&link).unwrap_err().to_string().contains("symbolic link"));
    assert_eq!(disk::open_for_reading(&missing).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(names(folder.path()), ["a", "link"]);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn folders_are_made_with_those_above_them() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b/c");
    assert!(disk::make_folder(&deep).unwrap());
    assert!(!disk::make_folder(&deep).unwrap());
    assert_eq!((mode(&deep), mode(&folder.path().join("a"))), (0o700, 0o700));
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(disk::make_folder(&folder.path().join("file")).is_err());
    assert!(disk::make_folder(&folder.path().join("file/below")).is_err());
}

#[test]
fn what_others_may_do_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    for (mode, group_reads, all_read, others_write) in [
        (0o600, false, false, false),
        (0o640, true, false, false),
        (0o604, false, true, false),
        (0o622, false, false, true),
    ] {
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let found = disk::exposure(&file).unwrap();
        let wanted = disk::Exposure { group_reads, all_read, others_write, mode };
        assert_eq!(found, wanted);
    }
}
