//! Examines a backup: whether its files are unchanged.

use super::findings::{finding_as_json, say_findings};
use crate::backup::{self, MANIFEST, Manifest, code};
use crate::failure::{Exit, Failure};
use crate::output::Out;
use journal::Finding;
use serde_json::json;
use std::path::Path;

/// A folder with a manifest is a backup, not a data folder.
pub(super) fn is_one(folder: &Path) -> bool {
    folder.join(MANIFEST).exists()
}

/// Compares its files with its checksums, and reports its origin.
pub(super) fn run(folder: &Path, as_json: bool, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let (manifest, findings) = match backup::verify(folder) {
        Ok(manifest) => (Some(manifest), Vec::new()),
        Err(failure) => (None, vec![damaged(failure)]),
    };
    let wrong = findings.len() as u64;
    if as_json {
        let findings: Vec<_> = findings.iter().map(finding_as_json).collect();
        let manifest = manifest.as_ref();
        out.json(&json!({
            "backup": folder.display().to_string(),
            "taken_at": manifest.map(|manifest| &manifest.taken_at),
            "format": manifest.map(|manifest| manifest.journal_format),
            "with_key": manifest.map(|manifest| manifest.key.is_some()),
            "findings": findings,
        }))?;
    } else {
        if let Some(manifest) = &manifest {
            out.line(about(folder, manifest))?;
        }
        say_findings(&findings, wrong, out)?;
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Failed })
}

fn about(folder: &Path, manifest: &Manifest) -> String {
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let key = if manifest.key.is_some() { "with the key" } else { "without the key" };
    format!(
        "{}: a backup of {} by version {}, {} KiB, {key}; its files are compared with its sums, and what is in its journal is seen \
         by restoring it",
        folder.display(),
        manifest.taken_at,
        manifest.program,
        bytes >> 10,
    )
}

fn damaged(failure: Failure) -> Finding {
    Finding {
        wrong: true,
        code: code::BACKUP_UNUSABLE,
        what: failure.what,
        what_to_do: "take another backup, and see the health of the disk that this one is on, and who may read it; one of a later \
                     version wants the program that took it",
    }
}
