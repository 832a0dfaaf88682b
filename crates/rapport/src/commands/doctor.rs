//! `rapport doctor`: checks whether the data folder is sound, or the backup complete. It reads everything and changes
//! nothing, whether a server runs or not.

mod backup;
mod findings;

use crate::cli;
use crate::config::{self, DataFolder};
use crate::failure::{Exit, Failure, code};
use crate::output::Out;
use crate::table;
use findings::{finding_as_json, say_findings};
use journal::{Contents, Finding, JournalError, Offline};
use registry::record::{WITH_SECRETS, sealed_anew};
use serde_json::{Value, json};
use std::path::Path;

/// With less free room, the server could not start or store the fates of calls.
const LEAST_FREE: u64 = 64 << 20;

/// Runs the command.
pub(super) fn run(args: &cli::Doctor, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let folder = match &args.data {
        Some(path) if backup::is_one(path) => return backup::run(path, args.json, out),
        Some(path) => DataFolder { path: path.clone(), key_file: None, file: None },
        None => config::data_from_file(args.config.file())?,
    };
    let (contents, findings) = look(&folder)?;
    let wrong = findings.iter().filter(|finding| finding.wrong).count();
    if args.json {
        out.json(&as_json(&folder.path, &contents, &findings))?;
    } else {
        say(&folder.path, &contents, &findings, wrong as u64, out)?;
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Failed })
}

/// All problems of the folder.
fn look(folder: &DataFolder) -> Result<(Contents, Vec<Finding>), Failure> {
    let (contents, mut findings) = match Offline::open(&folder.path) {
        Ok(journal) => {
            let (contents, mut findings) = journal.inspect();
            secrets(folder, &journal, &mut findings);
            (contents, findings)
        }
        Err(error @ JournalError::Damaged(_)) => {
            let (code, _, advice) = console::words(&error);
            (
                Contents::default(),
                vec![Finding { wrong: true, code, what: error.to_string(), what_to_do: advice }],
            )
        }
        // A file that cannot be examined is reported as such, neither as good nor as bad.
        Err(error) => return Err(Failure::from(error).exit(Exit::Usage)),
    };
    token(&folder.path, &mut findings);
    let exposed = config::exposed_files(folder.file.as_deref(), &folder.path, folder.key_file.as_deref());
    findings.extend(exposed.into_iter().map(|what| Finding {
        wrong: true,
        code: code::FILES_EXPOSED,
        what,
        what_to_do: "change the permissions as it says; what others may have read or changed, see to it",
    }));
    room(&folder.path, &mut findings);
    Ok((contents, findings))
}

/// Checks the key, and whether it opens every secret of the console.
fn secrets(folder: &DataFolder, journal: &Offline, findings: &mut Vec<Finding>) {
    let mut sealed = Vec::new();
    for kind in WITH_SECRETS {
        match journal.documents(kind) {
            Ok(documents) => sealed.extend(documents.into_iter().map(|document| (kind, document))),
            // An unreadable table was already reported.
            Err(_) => return,
        }
    }
    let wrong = |what: String| Finding {
        wrong: true,
        code: code::KEY_UNUSABLE,
        what,
        what_to_do: "give the server the key its secrets were sealed with (rapport.example.toml, [secrets]); after a broken-off \
                     rapport keys rotate, run it again",
    };
    match config::vault_there_is(&folder.path, folder.key_file.as_deref()) {
        Ok(None) if sealed.is_empty() => {}
        Ok(None) => findings.push(wrong(format!(
            "{} sealed, and there is no key",
            table::counted(sealed.len() as u64, "secret")
        ))),
        Ok(Some((vault, key, origin))) => {
            for (kind, document) in sealed {
                if let Err(why) = sealed_anew(kind, &document.key, &document.record, &vault) {
                    findings.push(wrong(format!("with the key {} ({origin}): {why}", key.name())));
                }
            }
        }
        Err(error) => findings.push(wrong(error.to_string())),
    }
}

/// An empty file does not count as a token; a server replaces it with one.
fn token(folder: &Path, findings: &mut Vec<Finding>) {
    if let Err(error) = config::token_there_is(folder) {
        findings.push(Finding {
            wrong: true,
            code: code::ADMIN_TOKEN_UNUSABLE,
            what: format!("the admin token in {} cannot be read: {error}", folder.display()),
            what_to_do: "see the folder's owner, or set admin.token",
        });
    }
}

fn room(folder: &Path, findings: &mut Vec<Finding>) {
    let Ok(disk::Space { total: all, available: free }) = disk::space(folder) else { return };
    let scarce = free < LEAST_FREE;
    if scarce || free < all / 10 {
        findings.push(Finding {
            wrong: scarce,
            code: code::DISK_NEARLY_FULL,
            what: format!("{} MiB of {} MiB of the disk are free", free >> 20, all >> 20),
            what_to_do: "make room, or lower journal.retention: on a full disk events are answered 503 until there is room",
        });
    }
}

fn as_json(folder: &Path, contents: &Contents, findings: &[Finding]) -> Value {
    let findings: Vec<Value> = findings.iter().map(finding_as_json).collect();
    json!({
        "folder": folder.display().to_string(),
        "format": contents.format,
        "in_use": contents.in_use,
        "requests": contents.requests,
        "dead_letters": contents.dead_letters,
        "database_bytes": contents.database_bytes,
        "log_bytes": contents.log_bytes,
        "findings": findings,
    })
}

fn say(
    folder: &Path,
    contents: &Contents,
    findings: &[Finding],
    wrong: u64,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let used = if contents.in_use { "a server has it open" } else { "no server has it open" };
    out.line(format!(
        "{}: format {}, {}, {}, {} KiB and {} KiB of log; {used}",
        folder.display(),
        contents.format,
        table::counted(contents.requests, "request"),
        table::counted(contents.dead_letters, "dead letter"),
        contents.database_bytes >> 10,
        contents.log_bytes >> 10,
    ))?;
    say_findings(findings, wrong, out)
}
