//! The configuration's text and its secrets.

use super::credential::Credential;
use super::gather::{Gathered, GatheredDestination};
use super::outcome::{Import, KeptDestination, SECRETS, Secret};
use event::SourceKind;
use mapping::SourceConsent;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::fmt::Write;

const HEAD: &str = "\
# Made by `rapport import-config` from a RudderStack workspace file. What is not here has its default;
# rapport.example.toml explains every key. The secrets are in files beside this one.
";

/// Writes the gathered entries.
pub(super) fn write(gathered: Gathered) -> Import {
    let mut writer = Writer { text: HEAD.to_owned(), secrets: Vec::new(), variables: BTreeSet::new() };
    let names: Vec<String> = gathered.sources.iter().map(|(source, _)| source.name.clone()).collect();
    let mut sources = Vec::with_capacity(gathered.sources.len());
    for (source, write_key) in gathered.sources {
        writer.comment(&source.rudderstack_name, &source.rudderstack_id);
        writer.line("[[sources]]");
        writer.text("name", &source.name);
        writer.text("kind", kind_word(source.kind));
        writer.secret("write_key", format!("{}.write-key", source.name), write_key);
        if !source.enabled {
            writer.line("enabled = false");
        }
        sources.push(source);
    }
    let mut destinations = Vec::with_capacity(gathered.destinations.len());
    for shared in gathered.destinations {
        destinations.push(writer.destination(shared, &names));
    }
    Import {
        text: writer.text,
        secrets: writer.secrets,
        variables: writer.variables.into_iter().collect(),
        sources,
        destinations,
        changed: gathered.changed,
        left_out: gathered.left_out,
    }
}

/// The configuration's word for a kind of source.
pub(crate) fn kind_word(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Web => "web",
        SourceKind::Mobile => "mobile",
        SourceKind::Server => "server",
    }
}

struct Writer {
    text: String,
    secrets: Vec<Secret>,
    variables: BTreeSet<String>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Both texts have no line breaks.
    fn comment(&mut self, name: &str, id: &str) {
        let id = if id.is_empty() { String::new() } else { format!(", {id}") };
        self.line(&format!("\n# in RudderStack: {name}{id}"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            self.line(&format!("{key} = [{}]", values.join(", ")));
        }
    }

    fn secret(&mut self, key: &str, file: String, value: SecretString) {
        self.text(key, &format!("file:{SECRETS}/{file}"));
        self.secrets.push(Secret { file, value });
    }

    fn credential(&mut self, key: &str, file: String, credential: Credential) {
        match credential {
            Credential::Text(text) => self.secret(key, file, SecretString::from(text)),
            Credential::Variable(name) => {
                self.text(key, &format!("env:{name}"));
                self.variables.insert(name);
            }
        }
    }

    fn destination(&mut self, shared: GatheredDestination, names: &[String]) -> KeptDestination {
        let GatheredDestination { name, credentials, consent, .. } = shared;
        let sources: Vec<String> = shared.sources.iter().map(|nth| names[*nth].clone()).collect();
        self.comment(&shared.rudderstack_name, &shared.rudderstack_id);
        self.line("[[destinations]]");
        self.text("name", &name);
        match credentials.username {
            // It is an e-mail address, and is written to the configuration unless it would have another meaning there.
            Credential::Text(text) if !text.starts_with("env:") && !text.starts_with("file:") => {
                self.text("username", &text);
            }
            other => self.credential("username", format!("{name}.username"), other),
        }
        self.credential("password", format!("{name}.password"), credentials.password);
        self.credential("account_token", format!("{name}.account-token"), credentials.account_token);
        self.texts("sources", &sources);
        for (kind, consent) in &consent {
            self.consent(kind_word(*kind), consent);
        }
        KeptDestination {
            name,
            sources,
            rudderstack_name: shared.rudderstack_name,
            rudderstack_id: shared.rudderstack_id,
        }
    }

    fn consent(&mut self, kind: &str, consent: &SourceConsent) {
        if *consent == SourceConsent::default() {
            return;
        }
        self.line(&format!("[destinations.consent.{kind}]"));
        self.texts("one_trust", &consent.one_trust);
        self.texts("ketch", &consent.ketch);
        for entry in &consent.management {
            self.line(&format!("[[destinations.consent.{kind}.management]]"));
            self.text("provider", &entry.provider);
            if !entry.resolution_strategy.is_empty() {
                self.text("resolution_strategy", &entry.resolution_strategy);
            }
            self.texts("consents", &entry.consents);
        }
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a text cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
