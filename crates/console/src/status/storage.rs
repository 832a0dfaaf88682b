//! How the storage is doing: what is wrong with it, each with its code and what docs/errors.md says of that.

use crate::advice;
use crate::observations::Ingress;
use journal::{JournalError, JournalStatus, code};
use serde::Serialize;
use utoipa::ToSchema;

/// Can events be stored, and what is wrong although they can?
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(super) struct StorageHealthView {
    healthy: bool,
    /// why not, as a stable word (docs/errors.md)
    #[schema(required)]
    code: Option<&'static str>,
    #[schema(required)]
    reason: Option<String>,
    /// what should be seen to; events are stored and delivered meanwhile, unless a warning says otherwise
    warnings: Vec<Warning>,
}

/// Something that should be seen to.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StorageWarning)]
struct Warning {
    /// a stable word (docs/errors.md)
    code: &'static str,
    /// what it is about: a source, tables, for how long
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
            format!("rows met since the start: {}", rows.join(", ")),
        ));
    }
    if let Some(what) = &journal.folder_trouble {
        all.push(warning(code::DATA_FOLDER_REPLACED, what.clone()));
    }
    for source in ingress.sources.iter().filter(|source| source.disk_is_full) {
        let (stored, may) = (source.stored_bytes, source.disk_bytes.unwrap_or(0));
        let about =
            format!("source {}: {stored} bytes are stored of the {may} that it may take", source.name);
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

/// A reader that keeps the log for less is an ordinary one.
const LOG_HELD_MS: u64 = 30_000;

fn warning(code: &'static str, about: String) -> Warning {
    // A test sees that the document explains every code.
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
