//! How the one-time link reaches the person who makes the first administrator.
//!
//! Whoever has the link owns the console until it is used, and logs are kept and shipped. So it is printed where a person
//! sits, and otherwise lies in a file that only this user can read, and the log says where.

use secrecy::{ExposeSecret, SecretString};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The file in the data folder.
const FILE: &str = "setup-link";

/// Gives the link to whoever started the server; without one, says where the console is. A link of an earlier start, which
/// is worth nothing any more, is removed.
pub(crate) fn give(link: Option<&SecretString>, console: &str, folder: &Path) {
    give_to(link, console, folder, io::stdout().is_terminal());
}

fn give_to(link: Option<&SecretString>, console: &str, folder: &Path, terminal: bool) {
    let file = folder.join(FILE);
    // Mostly there is none.
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

/// A terminal may be held (Ctrl-S) for as long as a person likes; the server does not wait for that.
fn print(link: String) {
    drop(supervise::blocking("invitation", move || {
        let text =
            format!("The console has no administrator yet. Open this link once to become it:\n  {link}\n");
        // Whoever closed the terminal meanwhile starts the server again for another link.
        let _ = io::stdout().write_all(text.as_bytes());
    }));
}

/// Made anew, so that no looser mode and no link to elsewhere is taken over.
fn keep(file: &Path, link: &str) -> io::Result<()> {
    disk::create(file, format!("{link}\n").as_bytes())
}

/// As it can be opened from anywhere.
fn absolute_path(file: PathBuf) -> String {
    fs::canonicalize(&file).unwrap_or(file).display().to_string()
}

#[cfg(test)]
mod tests;
