//! The health of the storage: its problems, each with its code and the explanation in docs/errors.md.

use crate::advice;
use crate::observations::Ingress;
use journal::{JournalError, JournalStatus, code};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether events can be stored, and warnings about the storage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(super) struct StorageHealthView {
    healthy: bool,
    /// why events cannot be stored, as a code of docs/errors.md; null if they can
    #[schema(required)]
    code: Option<&'static str>,
    #[schema(required)]
    reason: Option<String>,
    /// problems that need attention; events are stored and delivered meanwhile, unless a warning says otherwise
    warnings: Vec<Warning>,
}

/// A problem that needs attention.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StorageWarning)]
struct Warning {
    /// a code of docs/errors.md
    code: &'static str,
    /// details, such as the source, the tables or the duration
    about: String,
    /// what it means for the data
    means: &'static str,
    what_to_do: &'static str,
}

impl StorageHealthView {
    pub(super) fn of(
        trouble: Option<&JournalError>,
        journal: &JournalStatus,
        ingress: &Ingress,
    ) -> StorageHealthView {
        StorageHealthView {
            healthy: trouble.is_none(),
            code: trouble.map(|error| crate::error::words(error).0),
            reason: trouble.map(ToString::to_string),
            warnings: warnings(journal, ingress),
        }
    }
}

fn warnings(journal: &JournalStatus, ingress: &Ingress) -> Vec<Warning> {
    let mut all = Vec::new();
    let rows: Vec<String> = journal
        .damaged_rows
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(table, count)| format!("{count} of {table}"))
        .collect();
    if !rows.is_empty() {
        all.push(warning(
            code::JOURNAL_ROWS_DAMAGED,
            format!("damaged rows found since the start: {}", rows.join(", ")),
        ));
    }
    if let Some(what) = &journal.folder_trouble {
        all.push(warning(code::DATA_FOLDER_REPLACED, what.clone()));
    }
    for source in ingress.sources.iter().filter(|source| source.disk_is_full) {
        let (stored, may) = (source.stored_bytes, source.disk_bytes.unwrap_or(0));
        let about = format!("source {}: {stored} bytes are stored; it may take {may}", source.name);
        all.push(warning(code::SOURCE_DISK_FULL, about));
    }
    if let Some(ms) = journal.log_held_ms.filter(|ms| *ms >= LOG_HELD_MS) {
        let about = format!("for {} s; the log has {} bytes", ms / 1_000, journal.log_bytes);
        all.push(warning(code::JOURNAL_LOG_HELD, about));
    }
    if journal.clock_doubted {
        let about = format!("steps since the start: {}; one within the last day", journal.clock_steps);
        all.push(warning(code::CLOCK_STEPPED, about));
    }
    all
}

/// A reader that keeps the write-ahead log for a shorter time (in ms) is an ordinary one.
const LOG_HELD_MS: u64 = 30_000;

fn warning(code: &'static str, about: String) -> Warning {
    // A test ensures that the document explains every code.
    let advice = advice::of(code);
    Warning {
        code,
        about,
        means: advice.map_or("", |advice| advice.means),
        what_to_do: advice.map_or("", |advice| advice.what_to_do),
    }
}

#[cfg(test)]
mod tests;
