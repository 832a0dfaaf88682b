//! How far a file was acknowledged, kept beside it in `FILE.progress`.
//!
//! The record is replaced as a whole after each reply. It has the number, position and hash of the last acknowledged
//! line, so that a changed file is noticed and no line is lost or repeated; and it has a hash of address and write key,
//! because one server's acknowledgements say nothing about another.

use super::lines::{Line, Lines};
use crate::failure::{Failure, code};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// The progress of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// a hash of address and write key
    target: String,
    /// lines acknowledged or rejected
    pub(super) line: u64,
    /// where the last of them begins
    start: u64,
    /// where the next one begins
    pub(super) offset: u64,
    /// a hash of the last of them
    hash: String,
}

/// A hash of address and write key: a key of 20 and more random characters cannot be found from it by trying.
pub(super) fn target(url: &str, write_key: &str) -> String {
    let hash = event::message_hash(&format!("{}\n{write_key}", url.trim_end_matches('/')));
    format!("{hash:032x}")
}

impl Progress {
    /// Nothing sent yet.
    pub(super) fn fresh(target: String) -> Progress {
        Progress { target, line: 0, start: 0, offset: 0, hash: String::new() }
    }

    /// The file beside the file.
    pub(super) fn file_of(file: &Path) -> PathBuf {
        let mut name = OsString::from(file);
        name.push(".progress");
        PathBuf::from(name)
    }

    /// After this line.
    pub(super) fn after(&self, line: &Line) -> Progress {
        Progress {
            target: self.target.clone(),
            line: line.number,
            start: line.start,
            offset: line.end,
            hash: format!("{:032x}", line.hash),
        }
    }

    /// What an earlier run kept.
    pub(super) fn load(kept: &Path) -> Result<Option<Progress>, Failure> {
        let text = match std::fs::read_to_string(kept) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(format!("{} cannot be read: {error}", kept.display()))),
        };
        let progress =
            serde_json::from_str(&text).map_err(|_| unusable(format!("{} is damaged", kept.display())))?;
        Ok(Some(progress))
    }

    /// Continues the lines behind the last acknowledged one, if everything matches.
    pub(super) fn check(&self, now: &Progress, lines: &mut Lines, file: &Path) -> Result<(), Failure> {
        if self.target != now.target {
            return Err(unusable(
                "an earlier run sent this file to another address or with another write key",
            ));
        }
        if self.line == 0 {
            return Ok(());
        }
        let found = lines
            .resume(self.line, self.start)
            .map_err(|error| unusable(format!("{} cannot be read: {error}", file.display())))?;
        let same = found.is_some_and(|(end, hash)| end == self.offset && format!("{hash:032x}") == self.hash);
        if !same {
            return Err(unusable(format!(
                "{} was changed since an earlier run sent its beginning",
                file.display()
            )));
        }
        Ok(())
    }

    /// Keeps it.
    pub(super) fn save(&self, kept: &Path) -> Result<(), Failure> {
        let failed = |error: io::Error| {
            Failure::new(
                code::SEND_PROGRESS_UNUSABLE,
                format!("{} cannot be written: {error}", kept.display()),
            )
            .means(format!("everything up to line {} was accepted", self.line))
            .advice(
                "make the folder writable, then run the same command again: repeated events are recognised",
            )
        };
        let text = serde_json::to_string(self).map_err(|error| failed(error.into()))?;
        disk::replace(kept, text.as_bytes()).map_err(failed)
    }
}

fn unusable(what: impl Into<String>) -> Failure {
    Failure::new(code::SEND_PROGRESS_UNUSABLE, what)
        .means("nothing was sent by this command")
        .advice("with --from-start the whole file is sent again; events with the same message id are recognised for 24 hours")
}

#[cfg(test)]
mod tests;
