//! `rapport check`: is the configuration right, and does InMoment take the credentials?

use crate::cli;
use crate::config::{self, Config, Destination, Origin, Setting, Text, USUAL_FILE, quoted, written};
use crate::failure::{Exit, Failure};
use crate::output::{Out, say};
use crate::{fleet, table};
use console::advice;
use delivery::Mode;
use event::Millis;
use inmoment::{Call, CallError};
use journal::{Document, Offline};
use port::Identity;
use registry::record::{DESTINATION, SOURCE};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The journal's file in the data folder.
const DATABASE: &str = "journal.sqlite3";

/// Runs the command.
pub(super) async fn run(args: &cli::Check, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let text = Text::of(args.config.as_deref())?;
    let config = text.config()?;
    for warning in config.warnings.iter().chain(&config::exposed(&config, args.config.as_deref())) {
        say(format!("warning: {warning}"));
    }
    for files in [&config.gateway.tls, &config.admin.tls].into_iter().flatten() {
        Identity::load(files.clone(), Arc::new(|| Millis(0)))?;
    }
    if args.print {
        return print(config, &text.name(), out);
    }
    let counts = [(config.sources.len(), "source"), (config.destinations.len(), "destination")]
        .map(|(number, noun)| table::counted(number as u64, noun))
        .join(", ");
    let file = args.config.as_deref().unwrap_or(Path::new(USUAL_FILE));
    out.line(format!("{}: the configuration is right ({counts})", file.display()))?;
    let mut exit = Exit::Done;
    for destination in &config.destinations {
        let name = &destination.name;
        match prove(destination).await? {
            Ok(()) => out.line(format!("{name}: InMoment accepts the credentials{}", shadow(destination)))?,
            Err(error) => {
                exit = Exit::No;
                out.line(format!("{name}: {} [{}]", error.message, error.code))?;
                out.line(format!("  do:   {}", advice(&error)))?;
            }
        }
    }
    Ok(exit)
}

/// Every key with its value and where it comes from: what the configuration says, then what the console keeps.
fn print(config: Config, file: &str, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let mut settings = config.settings;
    for (kind, list) in [(SOURCE, "sources"), (DESTINATION, "destinations")] {
        let known: Vec<&str> = match kind {
            SOURCE => config.sources.iter().map(|source| source.name.as_str()).collect(),
            _ => config.destinations.iter().map(|destination| destination.name.as_str()).collect(),
        };
        let kept = kept(&config.journal.path, kind)?.into_iter();
        // The configuration's counts where both have one.
        let own = kept.filter(|document| !known.contains(&document.key.as_str()));
        for (nth, document) in own.enumerate() {
            settings.extend(of_console(list, known.len() + nth + 1, &document));
        }
    }
    for line in written(&settings, file) {
        out.line(table::visible(&line))?;
    }
    Ok(Exit::Done)
}

/// What the console keeps in the data folder, if there is one; nothing of it is changed.
fn kept(folder: &Path, kind: &str) -> Result<Vec<Document>, Failure> {
    if !folder.join(DATABASE).exists() {
        return Ok(Vec::new());
    }
    Ok(Offline::open(folder)?.documents(kind)?)
}

/// The keys of an entry that the console keeps. What it keeps sealed is hidden.
fn of_console(list: &str, nth: usize, document: &Document) -> Vec<Setting> {
    let path = format!("{list}[{nth}]");
    let mut settings = Vec::new();
    let name = Value::String(document.key.clone());
    add(&mut settings, format!("{path}.name"), &name);
    if let Ok(Value::Object(record)) = serde_json::from_str(&document.record) {
        for (key, value) in record.iter().filter(|(key, _)| *key != "created_at" && *key != "old_keys") {
            let sealed = ["write_key", "username", "password", "account_token"].contains(&key.as_str());
            let hidden = Value::String("***".to_owned());
            add(&mut settings, format!("{path}.{key}"), if sealed { &hidden } else { value });
        }
    }
    settings
}

/// What says nothing is left out.
fn add(settings: &mut Vec<Setting>, key: String, value: &Value) {
    let written = match value {
        Value::Null => return,
        Value::Object(members) => {
            return members.iter().for_each(|(name, value)| add(settings, format!("{key}.{name}"), value));
        }
        Value::String(text) => quoted(text),
        Value::Array(items) if items.is_empty() => return,
        other => other.to_string(),
    };
    settings.push(Setting { key, value: Some(written), secret: None, origin: Origin::Console });
}

/// Asks for a token. Sends no event and changes nothing.
async fn prove(destination: &Destination) -> Result<Result<(), CallError>, Failure> {
    let client = fleet::client(destination)?;
    Ok(client.call(&Call::Authenticate).await.map(|_| ()))
}

/// Credentials alone would suggest that events arrive.
fn shadow(destination: &Destination) -> &'static str {
    match destination.mode {
        Mode::Live => "",
        Mode::Shadow => "; it is in shadow mode: no event is sent",
    }
}
