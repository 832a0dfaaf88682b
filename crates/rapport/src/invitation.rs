//! Passes the one-time link to the person who creates the first administrator.
//!
//! Until it is used, the link gives full access to the console, and logs are stored and shipped. So it is printed to a
//! terminal if there is one; otherwise it is in a file that only this user can read, and the log names the file.

use secrecy::{ExposeSecret, SecretString};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The file in the data folder.
const FILE: &str = "setup-link";

/// Passes the link to the person who started the server; without a link, it names the console's address. The link of an
/// earlier start is no longer valid and is removed.
pub(crate) fn give(link: Option<&SecretString>, console: &str, folder: &Path) {
    give_to(link, console, folder, io::stdout().is_terminal());
}

fn give_to(link: Option<&SecretString>, console: &str, folder: &Path, terminal: bool) {
    let file = folder.join(FILE);
    // Usually there is none.
    let _ = fs::remove_file(&file);
    let Some(link) = link else { return tracing::info!(console, "the console is there") };
    if terminal {
        return print(link.expose_secret().to_owned());
    }
    let advice = "the console has no administrator yet: open the link in this file once to become it";
    match keep(&file, link.expose_secret()) {
        Ok(()) => tracing::info!(console, file = %absolute_path(file), "{advice}"),
        Err(error) => tracing::error!(
            console, file = %file.display(), %error,
            "the link that makes the first administrator cannot be kept; `rapport serve` in a terminal prints it"
        ),
    }
}

/// Output to a terminal may be paused (Ctrl-S) for any time; the server does not wait for that.
fn print(link: String) {
    drop(supervise::blocking("invitation", move || {
        let text =
            format!("The console has no administrator yet. Open this link once to become it:\n  {link}\n");
        // If the terminal was closed meanwhile, a restart of the server makes another link.
        let _ = io::stdout().write_all(text.as_bytes());
    }));
}

/// The file is made again, so that it has no weaker mode and is not a symbolic link.
fn keep(file: &Path, link: &str) -> io::Result<()> {
    disk::create(file, format!("{link}\n").as_bytes())
}

/// The path that can be opened from any folder.
fn absolute_path(file: PathBuf) -> String {
    fs::canonicalize(&file).unwrap_or(file).display().to_string()
}

#[cfg(test)]
mod tests;
