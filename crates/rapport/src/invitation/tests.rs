use super::*;
use std::os::unix::fs::{MetadataExt, symlink};

fn link(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[test]
fn without_a_terminal_the_link_lies_in_a_file_that_only_this_user_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    give_to(Some(&link("http://x/#/start?token=a")), "http://x", folder.path(), false);
    assert_eq!(fs::read_to_string(&file).unwrap(), "http://x/#/start?token=a\n");
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);

    give_to(Some(&link("http://x/#/start?token=b")), "http://x", folder.path(), false);
    assert_eq!(fs::read_to_string(&file).unwrap(), "http://x/#/start?token=b\n");
    give_to(None, "http://x", folder.path(), false);
    assert!(!file.exists(), "what is worth nothing any more is not left behind");
}

#[test]
fn a_file_that_somebody_laid_there_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    symlink(&elsewhere, folder.path().join(FILE)).unwrap();
    give_to(Some(&link("secret")), "http://x", folder.path(), false);
    assert!(!elsewhere.exists());
    assert!(fs::symlink_metadata(folder.path().join(FILE)).unwrap().is_file());
}
