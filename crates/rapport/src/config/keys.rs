//! The key that seals the console's secrets: its origin, and its replacement.
//!
//! The first of these that exists is used: the variable `RAPPORT_SECRET_KEY`; the systemd credential
//! `rapport-secret-key` (`LoadCredential=`); `secrets.key_file`, which must exist; the file `secret-key` of the data
//! folder, which is made at the first start (mode 0600). A copy of the journal without that file reveals no secret.
//!
//! While a key in a file is being replaced, the new one is beside it as `FILE.new`: a server or command that finds both
//! can open the values that either has sealed, so an interrupted replacement loses nothing.

use super::surroundings::{Process, Surroundings};
use registry::{Vault, VaultKey};
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::path::{Path, PathBuf};

/// The variable with the key itself.
pub const KEY_VARIABLE: &str = "RAPPORT_SECRET_KEY";
/// The systemd credential's name.
pub const CREDENTIAL: &str = "rapport-secret-key";
/// The file in the data folder.
pub(crate) const FILE: &str = "secret-key";

/// The origin of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// the environment
    Variable,
    /// systemd
    Credential(PathBuf),
    /// a file that is read, and replaced by `rapport keys rotate`
    File(PathBuf),
}

impl std::fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            KeyOrigin::Variable => write!(f, "the variable {KEY_VARIABLE}"),
            KeyOrigin::Credential(path) => write!(f, "the systemd credential {}", path.display()),
            KeyOrigin::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// Why there is no key, in words for people, without any part of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(String);

/// The vault of the server with this data folder and `secrets.key_file`.
///
/// # Errors
/// [`KeyError`]
pub fn vault(data_folder: &Path, key_file: Option<&Path>) -> Result<(Vault, VaultKey, KeyOrigin), KeyError> {
    vault_from(data_folder, key_file, &Process)
}

/// The same, if there is a key; none is made.
///
/// # Errors
/// [`KeyError`]
pub fn vault_there_is(
    data_folder: &Path,
    key_file: Option<&Path>,
) -> Result<Option<(Vault, VaultKey, KeyOrigin)>, KeyError> {
    find_key(data_folder, key_file, &Process)?.map(|key| opened(key, &Process)).transpose()
}

/// The key's text, if there is a key.
///
/// # Errors
/// [`KeyError`]
pub fn key_text(data_folder: &Path, key_file: Option<&Path>) -> Result<Option<SecretString>, KeyError> {
    Ok(find_key(data_folder, key_file, &Process)?.map(|(text, _)| text))
}

pub(super) fn vault_from(
    data_folder: &Path,
    key_file: Option<&Path>,
    surroundings: &dyn Surroundings,
) -> Result<(Vault, VaultKey, KeyOrigin), KeyError> {
    let key = match find_key(data_folder, key_file, surroundings)? {
        Some(key) => key,
        None => first_key(data_folder.join(FILE))?,
    };
    opened(key, surroundings)
}

fn opened(
    (text, origin): (SecretString, KeyOrigin),
    surroundings: &dyn Surroundings,
) -> Result<(Vault, VaultKey, KeyOrigin), KeyError> {
    let parse = |text: &SecretString, place: &dyn std::fmt::Display| {
        VaultKey::parse(text).map_err(|error| KeyError(format!("{place} holds no key: {error}")))
    };
    let key = parse(&text, &origin)?;
    let mut others = Vec::new();
    if let KeyOrigin::File(path) = &origin {
        let beside = fresh_beside(path);
        match surroundings.read(&beside) {
            // An attempt left it empty because the disk was full: nothing was ever sealed with it.
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => others.push(parse(&SecretString::from(text), &beside.display())?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&beside, &error)),
        }
    }
    Ok((Vault::new(key.clone(), others), key, origin))
}

/// The existing key; `None` if the first key has to be made.
fn find_key(
    data_folder: &Path,
    key_file: Option<&Path>,
    surroundings: &dyn Surroundings,
) -> Result<Option<(SecretString, KeyOrigin)>, KeyError> {
    if let Some(text) = surroundings.variable(KEY_VARIABLE).filter(|text| !text.is_empty()) {
        return Ok(Some((SecretString::from(text), KeyOrigin::Variable)));
    }
    if let Some(folder) = surroundings.variable("CREDENTIALS_DIRECTORY") {
        let path = Path::new(&folder).join(CREDENTIAL);
        match surroundings.read(&path) {
            Ok(text) => return Ok(Some((SecretString::from(text), KeyOrigin::Credential(path)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    let path = key_file.map_or_else(|| data_folder.join(FILE), Path::to_owned);
    if key_file.is_none() && disk::is_link(&path) {
        let error =
            io::Error::other("a symbolic link stands in its place; name the file in secrets.key_file");
        return Err(unreadable(&path, &error));
    }
    match surroundings.read(&path) {
        // A first start left it empty because the disk was full. An empty file has no key that could be lost.
        Ok(text) if key_file.is_none() && text.trim().is_empty() => Ok(None),
        Ok(text) => Ok(Some((SecretString::from(text), KeyOrigin::File(path)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && key_file.is_none() => Ok(None),
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// Makes the key of a data folder that has none.
fn first_key(path: PathBuf) -> Result<(SecretString, KeyOrigin), KeyError> {
    let (_, text) = VaultKey::generate().map_err(|error| KeyError(error.to_string()))?;
    write_key(&path, &text)
        .map_err(|error| KeyError(format!("the key in {} cannot be kept: {error}", path.display())))?;
    Ok((text, KeyOrigin::File(path)))
}

fn unreadable(path: &Path, error: &io::Error) -> KeyError {
    KeyError(format!("the key in {} cannot be read: {error}", path.display()))
}

/// The path of the next key while everything is sealed again.
pub(crate) fn fresh_beside(file: &Path) -> PathBuf {
    with_ending(file, "new")
}

/// The path of the previous key, which earlier backups need.
pub(crate) fn old_beside(file: &Path) -> PathBuf {
    with_ending(file, "old")
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Writes a key to its file, readable by its owner only, whole and durably. An existing file is replaced: the caller
/// must know that it has no key.
pub(crate) fn write_key(path: &Path, text: &SecretString) -> io::Result<()> {
    disk::replace(path, format!("{}\n", text.expose_secret()).as_bytes())
}

/// Whether a key exists at this path. A file that an interrupted attempt left empty does not count.
pub(crate) fn stands(path: &Path) -> bool {
    !matches!(Process.read(path), Ok(text) if text.trim().is_empty()) && path.exists()
}

/// Replaces the old key, which is kept beside the new one. A key is in its place at every moment.
pub(crate) fn swap(file: &Path) -> io::Result<()> {
    let old = old_beside(file);
    disk::replace(&old, Process.read(file)?.as_bytes())?;
    std::fs::set_permissions(&old, std::fs::metadata(file)?.permissions())?;
    std::fs::rename(fresh_beside(file), file)?;
    disk::sync_folder(disk::parent(file))
}

#[cfg(test)]
mod tests;
