use super::*;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

/// Files of the disk, variables of the test.
#[derive(Default)]
struct Given(BTreeMap<&'static str, String>);

impl Surroundings for Given {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }
}

fn new_key() -> (VaultKey, SecretString) {
    VaultKey::generate().unwrap()
}

#[test]
fn the_first_start_makes_a_key_that_only_its_owner_reads_and_later_ones_use_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, first, origin) = vault_from(folder.path(), None, &Given::default()).unwrap();
    let file = folder.path().join("secret-key");
    assert_eq!(origin, KeyOrigin::File(file.clone()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (_, again, _) = vault_from(folder.path(), None, &Given::default()).unwrap();
    assert_eq!(first.name(), again.name());
}

#[test]
fn the_environment_comes_before_systemd_and_that_before_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let ((variable, text), (credential, credential_text)) = (new_key(), new_key());
    let (of_file, file_text) = new_key();
    let credentials = folder.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    write_key(&credentials.join(CREDENTIAL), &credential_text).unwrap();
    let file = folder.path().join("chosen");
    write_key(&file, &file_text).unwrap();
    let name = |given: &Given| vault_from(folder.path(), Some(&file), given).unwrap().1.name().to_owned();
    let mut given = Given::default();
    assert_eq!(name(&given), of_file.name());
    given.0.insert("CREDENTIALS_DIRECTORY", credentials.display().to_string());
    assert_eq!(name(&given), credential.name());
    given.0.insert(KEY_VARIABLE, text.expose_secret().to_owned());
    assert_eq!(name(&given), variable.name());
    given.0.insert(KEY_VARIABLE, String::new());
    assert_eq!(name(&given), credential.name());
}

#[test]
fn a_key_file_that_is_named_must_exist_and_no_error_holds_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere");
    let error = vault_from(folder.path(), Some(&missing), &Given::default()).unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "planted-key").unwrap();
    let error = vault_from(folder.path(), Some(&wrong), &Given::default()).unwrap_err();
    assert!(error.to_string().contains("holds no key") && !error.to_string().contains("planted"), "{error}");
}

#[test]
fn a_replacement_broken_off_anywhere_still_opens_everything() {
    let folder = tempfile::tempdir().unwrap();
    let open = || vault_from(folder.path(), None, &Given::default()).unwrap();
    let (before, old, _) = open();
    let place = "destination/d/password";
    let sealed_before = before.seal(place, &SecretString::from("x")).unwrap();
    let file = folder.path().join("secret-key");
    let (new, text) = new_key();
    // Interrupted before the commit: the old key is in its place, and the new one beside it.
    write_key(&fresh_beside(&file), &text).unwrap();
    let sealed_after = Vault::new(new.clone(), Vec::new()).seal(place, &SecretString::from("y")).unwrap();
    let (both, key, _) = open();
    assert_eq!(key.name(), old.name());
    assert!(both.open(place, &sealed_before).is_ok() && both.open(place, &sealed_after).is_ok());
    swap(&file).unwrap();
    let (after, key, _) = open();
    assert_eq!(key.name(), new.name());
    assert!(after.open(place, &sealed_after).is_ok() && after.open(place, &sealed_before).is_err());
    let kept = std::fs::metadata(old_beside(&file)).unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_empty_file_that_a_full_disk_left_is_no_key_and_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret-key");
    std::fs::write(&file, "").unwrap();
    let (_, first, _) = vault_from(folder.path(), None, &Given::default()).unwrap();
    let (_, again, _) = vault_from(folder.path(), None, &Given::default()).unwrap();
    assert_eq!(first.name(), again.name());
    std::fs::write(fresh_beside(&file), "").unwrap();
    assert!(!stands(&fresh_beside(&file)));
    let (_, beside, _) = vault_from(folder.path(), None, &Given::default()).unwrap();
    assert_eq!(first.name(), beside.name());
    // The server does not write a file that an operator named.
    let chosen = folder.path().join("chosen");
    std::fs::write(&chosen, "").unwrap();
    assert!(vault_from(folder.path(), Some(&chosen), &Given::default()).is_err());
    assert_eq!(std::fs::read_to_string(&chosen).unwrap(), "");
}

#[test]
fn a_link_in_the_place_of_the_data_folders_key_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    write_key(&elsewhere, &new_key().1).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.path().join("secret-key")).unwrap();
    let error = vault_from(folder.path(), None, &Given::default()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
    assert!(vault_from(folder.path(), Some(&folder.path().join("secret-key")), &Given::default()).is_ok());
}
