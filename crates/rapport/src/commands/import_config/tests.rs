use super::files::{self, NewFile};
use crate::failure::code;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn file(path: &Path, content: &str) -> NewFile {
    NewFile { path: path.to_owned(), content: content.as_bytes().to_vec() }
}

/// Every file below, with its content.
fn tree(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.push((format!("{name}/"), String::new()));
            found.extend(tree(&path).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)));
        } else {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn the_files_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let (secrets, config) = (folder.path().join("secrets"), folder.path().join("rapport.toml"));
    files::write(&[file(&secrets.join("a"), "1"), file(&config, "2")], &secrets, false).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&secrets), mode(&secrets.join("a")), mode(&config)], [0o700, 0o600, 0o600]);
    let names: Vec<String> = tree(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["rapport.toml", "secrets/", "secrets/a"], "nothing else is left behind");
}

#[test]
fn what_is_there_is_not_touched_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let (secrets, config) = (folder.path().join("secrets"), folder.path().join("rapport.toml"));
    fs::write(&config, "old").unwrap();
    let before = tree(folder.path());
    let new = [file(&secrets.join("a"), "1"), file(&config, "new")];
    let failure = files::write(&new, &secrets, false).unwrap_err();
    assert_eq!(failure.code, code::IMPORT_EXISTS);
    assert!(failure.what.contains("rapport.toml") && !failure.what.contains("secrets/a"), "{failure}");
    assert_eq!(tree(folder.path()), before);
    files::write(&new, &secrets, true).unwrap();
    assert_eq!(fs::read_to_string(&config).unwrap(), "new");
}

#[test]
fn when_one_cannot_be_written_none_is() {
    // The same path twice: the second move meets the first.
    let folder = tempfile::tempdir().unwrap();
    let secrets = folder.path().join("secrets");
    let twice = [file(&secrets.join("a"), "1"), file(&secrets.join("b"), "2"), file(&secrets.join("a"), "3")];
    assert_eq!(files::write(&twice, &secrets, false).unwrap_err().code, code::IMPORT_EXISTS);
    assert_eq!(tree(folder.path()), []);
    // The last has no folder.
    let nowhere = [file(&secrets.join("a"), "1"), file(&folder.path().join("none/rapport.toml"), "2")];
    assert_eq!(files::write(&nowhere, &secrets, false).unwrap_err().code, code::IMPORT_UNWRITABLE);
    assert_eq!(tree(folder.path()), []);
}

#[test]
fn what_was_overwritten_comes_back_when_a_later_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    fs::write(secrets.join("a"), "old").unwrap();
    fs::set_permissions(secrets.join("a"), fs::Permissions::from_mode(0o640)).unwrap();
    // A folder in a file's place is met only when the file is moved there.
    fs::create_dir(secrets.join("c")).unwrap();
    let before = tree(folder.path());
    let new =
        [file(&secrets.join("a"), "new"), file(&secrets.join("b"), "new"), file(&secrets.join("c"), "new")];
    let failure = files::write_all(&new, true).unwrap_err();
    assert_eq!(failure.code, code::IMPORT_UNWRITABLE);
    assert_eq!(tree(folder.path()), before);
    let mode = fs::metadata(secrets.join("a")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn force_overwrites_ordinary_files_only() {
    let folder = tempfile::tempdir().unwrap();
    let (secrets, config) = (folder.path().join("secrets"), folder.path().join("rapport.toml"));
    fs::write(folder.path().join("elsewhere"), "theirs").unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &config).unwrap();
    let before = tree(folder.path());
    let new = [file(&secrets.join("a"), "1"), file(&config, "2")];
    assert_eq!(files::write(&new, &secrets, true).unwrap_err().code, code::IMPORT_UNWRITABLE);
    assert_eq!(tree(folder.path()), before);
}
