//! The username, password and account token of a destination: a text, or the name of a variable.

use super::json::{Object, Wrong};
use serde_json::Value;

/// The largest length of a credential of InMoment; RudderStack allows 100 characters for two of the three
/// (docs/facts/transformer.md#settings).
const MAX_LENGTH: usize = 4096;

/// A credential. It has no `Debug`, because it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// the text itself
    Text(String),
    /// an environment variable has it
    Variable(String),
}

/// All three.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) username: Credential,
    pub(super) password: Credential,
    pub(super) account_token: Credential,
}

impl Credentials {
    /// Reads them from a destination's `config`. `dynamic`: whether templates are filled in at all.
    pub(super) fn read(config: &Object, dynamic: bool) -> Result<Credentials, Wrong> {
        let one = |key| credential(config, key, dynamic);
        Ok(Credentials {
            username: one("username")?,
            password: one("password")?,
            account_token: one("accountToken")?,
        })
    }

    /// The variables they come from.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        [&self.username, &self.password, &self.account_token].into_iter().filter_map(|one| match one {
            Credential::Variable(name) => Some(name.as_str()),
            Credential::Text(_) => None,
        })
    }
}

fn credential(config: &Object, key: &str, dynamic: bool) -> Result<Credential, Wrong> {
    let text = match config.get(key) {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.as_str(),
        Some(_) => return Err(format!("its `{key}` is no text")),
    };
    if dynamic && is_template(text) {
        return Err(format!(
            "its `{key}` is a template that RudderStack fills in from each event; Rapport has one login for a destination"
        ));
    }
    if let Some(name) = text.strip_prefix("env.").filter(|name| is_variable(name)) {
        return Ok(Credential::Variable(name.to_owned()));
    }
    // A line break at the end is a pasting error, and a file could not represent it.
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(format!("it has no `{key}`"));
    }
    if text.len() > MAX_LENGTH {
        return Err(format!("its `{key}` is longer than any of InMoment"));
    }
    Ok(Credential::Text(text.to_owned()))
}

/// `{{ path || default }}` (docs/facts/transformer.md#dynamic-config).
fn is_template(text: &str) -> bool {
    let inside = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    inside.is_some_and(|inside| inside.contains("||"))
}

/// Whether a shell can set a variable of this name.
fn is_variable(name: &str) -> bool {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && name.len() <= 255 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
