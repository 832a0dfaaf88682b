//! How a command reaches a running server: its admin address and token.
//!
//! These commands need neither InMoment's password nor the write keys, which the operator's shell may not have: from
//! the configuration they read the `[admin]` and `[journal]` tables only. A command that needs the address alone reads no
//! token either.

use super::problem::{ConfigError, Problem, code};
use super::reader::{Notes, Section};
use super::surroundings::{Process, Surroundings};
use super::{ConfigText, folder_of, ports, read};
use port::TlsFiles;
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Names the variable that holds the token for `--admin URL`.
pub const TOKEN_VARIABLE: &str = "RAPPORT_ADMIN_TOKEN";

/// The file in the data folder that holds a token made at first start.
pub(super) const TOKEN_FILE: &str = "admin-token";

/// The address of a port of a running server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// e.g. `http://127.0.0.1:8081`
    pub url: String,
    /// a file of trusted certificates; `None` for those that this machine trusts
    pub trust: Option<PathBuf>,
}

/// The admin port's address and token.
#[derive(Debug, Clone)]
pub struct AdminAccess {
    /// where it is
    pub address: Address,
    /// the bearer token
    pub token: SecretString,
}

/// The address and token of the server that runs with this configuration.
pub fn access_from_file(file: Option<&Path>) -> Result<AdminAccess, ConfigError> {
    access(file, &Process)
}

fn access(file: Option<&Path>, surroundings: &dyn Surroundings) -> Result<AdminAccess, ConfigError> {
    let text = ConfigText::within(file, surroundings)?;
    let file = text.file.as_path();
    let notes = Notes::new(&text.text, folder_of(file), surroundings);
    let read = notes.document().map(|document| {
        let root = Section::root(&notes, document.get_ref());
        (
            ports::admin(root.section("admin"), folder_of(file)),
            read::journal(root.section("journal"), folder_of(file)),
        )
    });
    let mut problems = notes.into_found().problems;
    if let (Some((admin, journal)), true) = (read, problems.is_empty()) {
        let kept = journal.path.join(TOKEN_FILE);
        let token = match admin.token {
            Some(token) => Ok(token),
            None => surroundings.read(&kept).map(|text| SecretString::from(text.trim().to_owned())),
        };
        match token {
            Ok(token) => return Ok(AdminAccess { address: Address::local(admin.listen, admin.tls), token }),
            Err(error) => problems.push(Problem {
                place: None,
                variable: None,
                key: "admin.token".to_owned(),
                code: code::SECRET_UNAVAILABLE,
                message: format!(
                    "no token is configured, and the one the server keeps in {} cannot be read ({error}); \
                     start the server once, or run this as the user it runs as",
                    kept.display()
                ),
            }),
        }
    }
    Err(ConfigError::new(text.origin(), problems))
}

/// The admin port's address of the server that runs with this configuration.
pub fn admin_address(file: Option<&Path>) -> Result<Address, ConfigError> {
    let text = ConfigText::of(file)?;
    let place = text.file.as_path();
    let notes = Notes::new(&text.text, folder_of(place), &Process);
    let read = notes.document().map(|document| {
        let root = Section::root(&notes, document.get_ref());
        ports::listening(&root.section("admin"), folder_of(place))
    });
    match (read, notes.into_found().problems) {
        (Some((listen, tls)), problems) if problems.is_empty() => Ok(Address::local(listen, tls)),
        (_, problems) => Err(ConfigError::new(text.origin(), problems)),
    }
}

/// The paths of the data folder and of files that belong to it.
#[derive(Debug, Clone)]
pub struct DataFolder {
    /// `journal.path`
    pub path: PathBuf,
    /// `secrets.key_file`
    pub key_file: Option<PathBuf>,
    /// the configuration file
    pub file: Option<PathBuf>,
}

/// The data folder of a server that runs with this configuration; other keys are not read.
pub fn data_from_file(file: Option<&Path>) -> Result<DataFolder, ConfigError> {
    let text = ConfigText::of(file)?;
    let place = text.file.as_path();
    let notes = Notes::new(&text.text, folder_of(place), &Process);
    let read = notes.document().map(|document| {
        let root = Section::root(&notes, document.get_ref());
        let journal = read::journal(root.section("journal"), folder_of(place));
        (journal.path, read::secrets(root.section("secrets"), folder_of(place)))
    });
    match (read, notes.into_found().problems) {
        (Some((path, key_file)), problems) if problems.is_empty() => {
            Ok(DataFolder { path, key_file, file: place.exists().then(|| place.to_owned()) })
        }
        (_, problems) => Err(ConfigError::new(text.origin(), problems)),
    }
}

/// Whether the token that a server made can be read, if there is one.
pub fn token_there_is(data_folder: &Path) -> io::Result<bool> {
    match Process.read(&data_folder.join(TOKEN_FILE)) {
        Ok(text) => Ok(!text.trim().is_empty()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The address of `--admin URL` with the token of the environment; `None` if the variable is not set.
pub fn access_from_environment(url: &str, trust: Option<PathBuf>) -> Option<AdminAccess> {
    let token = Process.variable(TOKEN_VARIABLE).filter(|token| !token.is_empty())?;
    Some(AdminAccess { address: Address::named(url, trust), token: SecretString::from(token) })
}

impl Address {
    /// An address that somebody typed.
    pub(crate) fn named(url: &str, trust: Option<PathBuf>) -> Address {
        Address { url: url.trim_end_matches('/').to_owned(), trust }
    }

    /// A port of this machine that listens at an address, with this certificate if any.
    pub(crate) fn local(listen: SocketAddr, tls: Option<TlsFiles>) -> Address {
        let ip = match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            ip => ip,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", SocketAddr::new(ip, listen.port()));
        Address { url, trust: tls.map(|files| files.certificate) }
    }
}

/// The token a server without a configured one uses: made at its first start (32 random bytes in hexadecimal) and kept
/// in the data folder, readable by its owner only.
pub fn admin_token(data_folder: &Path) -> io::Result<SecretString> {
    let file = data_folder.join(TOKEN_FILE);
    match Process.read(&file) {
        Ok(text) if !text.trim().is_empty() => return Ok(SecretString::from(text.trim().to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let token = random_token()?;
    disk::replace(&file, format!("{}\n", token.expose_secret()).as_bytes())?;
    Ok(token)
}

/// 32 random bytes in hexadecimal.
pub(crate) fn random_token() -> io::Result<SecretString> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(SecretString::from(text))
}
