//! `rapport keys`: the key that seals the console's secrets.

use crate::cli::{KeysAction, RotateKey};
use crate::config::{self, Config, KeyOrigin};
use crate::failure::{Exit, Failure, code};
use crate::output::{Out, say};
use crate::table;
use delivery::{Clock, SystemClock};
use journal::{Archive, DocumentChange, NewAudit, SqliteJournal};
use registry::record::{WITH_SECRETS, sealed_anew};
use registry::{Vault, VaultKey};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::sync::Arc;

/// Runs the command.
pub(super) fn run(action: &KeysAction, out: &mut Out<'_>) -> Result<Exit, Failure> {
    match action {
        KeysAction::New => {
            let (_, text) = VaultKey::generate().map_err(|error| unusable(error.to_string()))?;
            out.line(text.expose_secret())?;
        }
        KeysAction::Rotate(args) => rotate(args, out)?,
    }
    Ok(Exit::Done)
}

fn rotate(args: &RotateKey, out: &mut Out<'_>) -> Result<(), Failure> {
    let config = Config::load(args.config.file())?;
    let journal = open(&config.journal.path)?;
    let (vault, old, origin) = config::vault(&config.journal.path, config.key_file.as_deref())
        .map_err(|error| unusable(error.to_string()))?;
    let file = match &origin {
        KeyOrigin::File(file) => Some(file.clone()),
        KeyOrigin::Variable | KeyOrigin::Credential(_) => None,
    };
    let (new, text, staged) = next_key(args, file.as_deref(), &origin)?;
    if new.name() == old.name() {
        return Err(unusable("the new key is the one in use".to_owned()));
    }
    let (changes, sealed) = resealed(&journal, &vault.with(new.clone()), &old, &new)?;
    if let Some(file) = file.as_deref().filter(|_| !staged) {
        config::write_key(&config::fresh_beside(file), &text).map_err(|error| unkept(file, &error))?;
    }
    journal.write_documents(changes).wait()?;
    if let Some(file) = &file {
        config::swap(file).map_err(|error| unkept(file, &error))?;
    }
    out.line(format!("{} sealed with the new key {}", table::counted(sealed, "secret"), new.name()))?;
    match &file {
        Some(file) => say(format!(
            "the key before is in {}: backups of the journal made until now need it",
            config::old_beside(file).display()
        )),
        None => say(format!("now put the new key in the place of the old one: {origin}")),
    }
    Ok(())
}

/// Every record with its secrets sealed by the new key, with an entry for the audit; and their number.
fn resealed(
    journal: &SqliteJournal,
    vault: &Vault,
    old: &VaultKey,
    new: &VaultKey,
) -> Result<(Vec<DocumentChange>, u64), Failure> {
    let mut changes = Vec::new();
    for kind in WITH_SECRETS {
        for document in journal.documents(kind)? {
            let record = sealed_anew(kind, &document.key, &document.record, vault).map_err(unusable)?;
            changes.push(DocumentChange::Put { kind: kind.to_owned(), key: document.key, record });
        }
    }
    let sealed = changes.len() as u64;
    changes.push(DocumentChange::Audit(NewAudit {
        who: "command line".to_owned(),
        action: "key.rotate".to_owned(),
        subject: new.name().to_owned(),
        detail: serde_json::json!({ "before": old.name() }).to_string(),
        address: None,
    }));
    Ok((changes, sealed))
}

/// The key for the future, and whether it is already beside the old one: an interrupted rotation may have sealed
/// everything with it, so the rotation continues with that key.
fn next_key(
    args: &RotateKey,
    file: Option<&Path>,
    origin: &KeyOrigin,
) -> Result<(VaultKey, SecretString, bool), Failure> {
    let read = |place: &str| {
        let text = config::secret_argument("--new-key", place)?;
        let key = VaultKey::parse(&text).map_err(|error| unusable(error.to_string()))?;
        Ok::<_, Failure>((key, text))
    };
    let beside = file.map(config::fresh_beside).filter(|beside| config::key_stands(beside));
    if let Some(beside) = beside {
        let (key, text) = read(&format!("file:{}", beside.display()))?;
        return Ok((key, text, true));
    }
    match (&args.new_key, file) {
        (Some(place), _) => read(place).map(|(key, text)| (key, text, false)),
        (None, Some(_)) => {
            let (key, text) = VaultKey::generate().map_err(|error| unusable(error.to_string()))?;
            Ok((key, text, false))
        }
        (None, None) => Err(unusable(format!(
            "the key comes from {origin}, which this command cannot change"
        ))
        .advice("make one with `rapport keys new`, give it with --new-key, and put it there afterwards")),
    }
}

fn open(path: &Path) -> Result<SqliteJournal, Failure> {
    let clock = SystemClock::default();
    let options = journal::Options::new(Arc::new(move || clock.now().wall));
    Ok(SqliteJournal::open(path, options)?)
}

fn unkept(file: &Path, error: &std::io::Error) -> Failure {
    unusable(format!("the new key cannot be put beside {}: {error}", file.display()))
}

fn unusable(what: String) -> Failure {
    Failure::new(code::KEY_UNUSABLE, what)
        .means("no secret was changed; the key in use stays")
        .advice("see the message; the key in use is named in the server's log at its start")
}
