//! The key that seals what the console keeps: where it comes from, and how another takes its place.
//!
//! The first of these that is there: the variable `RAPPORT_SECRET_KEY`; the systemd credential `rapport-secret-key`
//! (`LoadCredential=`); `secrets.key_file`, which must exist; the file `secret-key` of the data folder, which is made at
//! the first start (mode 0600). A copy of the journal alone, without that file, reveals no secret.
//!
//! While a key in a file is being replaced, the new one stands beside it as `FILE.new`: a server or command that finds
//! both opens what either sealed, so that a replacement broken off anywhere is no loss.

use super::surroundings::{Process, Surroundings};
use registry::{Vault, VaultKey};
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::path::{Path, PathBuf};

/// Holds the key itself.
pub const KEY_VARIABLE: &str = "RAPPORT_SECRET_KEY";
/// The systemd credential's name.
pub const CREDENTIAL: &str = "rapport-secret-key";
/// In the data folder.
pub(crate) const FILE: &str = "secret-key";

/// Where the key comes from.
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

/// Why there is no key; in words for people, without anything of it.
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

/// The same, if there is a key: none is made.
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
            // Left empty by an attempt that found the disk full: nothing was ever sealed with it.
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => others.push(parse(&SecretString::from(text), &beside.display())?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&beside, &error)),
        }
    }
    Ok((Vault::new(key.clone(), others), key, origin))
}

/// The key there is; nothing where a first one is to be made.
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
        // Left empty by a first start that found the disk full. An empty file holds no key that could be lost.
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

/// Where the next key stands while everything is sealed anew.
pub(crate) fn fresh_beside(file: &Path) -> PathBuf {
    with_ending(file, "new")
}

/// Where the key before stands: backups made with it need it.
pub(crate) fn old_beside(file: &Path) -> PathBuf {
    with_ending(file, "old")
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Writes a key to its file, readable by its owner only, whole and durably. What is there already is replaced: it is for
/// the caller to know that it holds no key.
pub(crate) fn write_key(path: &Path, text: &SecretString) -> io::Result<()> {
    disk::replace(path, format!("{}\n", text.expose_secret()).as_bytes())
}

/// Does a key stand here? A file that an interrupted attempt left empty is none.
pub(crate) fn stands(path: &Path) -> bool {
    !matches!(Process.read(path), Ok(text) if text.trim().is_empty()) && path.exists()
}

/// Puts the new key in the place of the old one, which is kept beside it. There is a key in its place at any moment.
pub(crate) fn swap(file: &Path) -> io::Result<()> {
    let old = old_beside(file);
    disk::replace(&old, Process.read(file)?.as_bytes())?;
    std::fs::set_permissions(&old, std::fs::metadata(file)?.permissions())?;
    std::fs::rename(fresh_beside(file), file)?;
    disk::sync_folder(disk::parent(file))
}

#[cfg(test)]
mod tests;
