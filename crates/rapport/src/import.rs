//! Makes a configuration from RudderStack's workspace file. It is pure: it reads a text, and returns texts and a
//! report.
//!
//! The file is what rudder-server reads with `BackendConfig.configFromFile` (docs/facts/gateway.md#workspace-file):
//! sources, each with its destinations. Other destinations, and settings without a counterpart in Rapport, are left out
//! and named with the reason; nothing is dropped silently.
//!
//! * **Secrets** (passwords, account tokens, write keys) become separate files; neither the configuration nor the
//!   report contains one.
//! * **What RudderStack does not send is not sent**: a destination that is disabled there, or whose consent settings
//!   cannot be understood, is left out instead of enabled.
//! * **Consent settings by kind of source** are flattened as in RudderStack's control plane, by the type of the source.
//!   With such a file, rudder-server itself would not filter at all (docs/facts/gateway.md#consent-by-source).
//! * **The result loads**: [`Import::prove`] reads it as the server would.

mod consent;
mod credential;
mod destination;
mod gather;
mod json;
mod name;
mod outcome;
mod source;
mod write;

#[cfg(test)]
mod tests;

pub use outcome::{Import, KeptDestination, KeptSource, Remark, SECRETS, Secret};
pub(crate) use write::kind_word;

use crate::config::{Config, ConfigError, Surroundings};
use crate::failure::{Failure, code};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// Reads a workspace file.
pub fn workspace(text: &str) -> Result<Import, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let Some(document) = document.as_object() else {
        return Err(not_a_workspace("the file holds no JSON object"));
    };
    let sources = match json::field(document, "sources") {
        Some(Value::Array(sources)) if !sources.is_empty() => sources,
        Some(Value::Array(_)) => return Err(not_a_workspace("the workspace has no sources")),
        Some(_) => return Err(not_a_workspace("`sources` is no list")),
        None if document.values().any(|value| value.get("sources").is_some()) => {
            return Err(not_a_workspace(
                "this is an answer for several workspaces, not the file of one (it has no `sources` of its own)",
            ));
        }
        None => return Err(not_a_workspace("it has no `sources`")),
    };
    let gathered = gather::gather(sources, json::field(document, "libraries"));
    if gathered.destinations.is_empty() {
        return Err(nothing(&gathered.left_out));
    }
    Ok(write::write(gathered))
}

fn not_json(error: &serde_json::Error) -> Failure {
    // serde_json has no error kind for this.
    if error.to_string().starts_with("recursion limit exceeded") {
        return not_a_workspace("the file nests deeper than any workspace does");
    }
    let what = format!("this is not JSON, at line {}, character {}", error.line(), error.column());
    Failure::new(code::INPUT_NOT_JSON, what)
        .means("nothing was written")
        .advice("name RudderStack's workspaceConfig.json")
}

fn not_a_workspace(why: &str) -> Failure {
    Failure::new(code::IMPORT_NOT_A_WORKSPACE, format!("this is not RudderStack's workspace file: {why}"))
        .means("nothing was written")
        .advice("give the file that rudder-server reads (BackendConfig.configJSONPath), for one workspace")
}

/// The number of left-out entries that are named if nothing was kept.
const NAMED: usize = 20;

fn nothing(left_out: &[Remark]) -> Failure {
    let mut what = "the workspace has no InMoment destination that could be taken over".to_owned();
    for remark in left_out.iter().take(NAMED) {
        what.push_str(&format!("\n  {}", remark.line()));
    }
    if left_out.len() > NAMED {
        what.push_str(&format!("\n  and {} more", left_out.len() - NAMED));
    }
    Failure::new(code::IMPORT_NOTHING, what)
        .means("nothing was written")
        .advice("see the reasons, and correct the file")
}

impl Import {
    /// Reads the configuration as a server would that finds it in this file, with the secrets beside it.
    pub fn prove(&self, file: &Path) -> Result<Config, ConfigError> {
        let secrets = self.secrets.iter().map(|secret| (secret.file.as_str(), &secret.value)).collect();
        Config::parse(&self.text, file, &Written { secrets, variables: &self.variables })
    }
}

/// The secrets that are about to be written, and the variables the configuration names.
struct Written<'i> {
    secrets: HashMap<&'i str, &'i SecretString>,
    variables: &'i [String],
}

impl Surroundings for Written<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        // Its value is set later; here it only has to exist.
        self.variables.iter().any(|known| known == name).then(|| "set later".to_owned())
    }

    fn variables(&self) -> Vec<(String, String)> {
        // The generated configuration must not need them.
        Vec::new()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        let in_secrets = path.parent().is_some_and(|folder| folder.ends_with(SECRETS));
        let name = path.file_name().and_then(OsStr::to_str).filter(|_| in_secrets);
        let secret = name.and_then(|name| self.secrets.get(name)).ok_or(io::ErrorKind::NotFound)?;
        Ok(secret.expose_secret().to_owned())
    }
}
