//! The result of an import: a configuration with its secrets, and the kept, changed and left-out entries.

use event::SourceKind;
use secrecy::SecretString;
use serde::Serialize;

/// The folder of the secrets, beside the configuration.
pub const SECRETS: &str = "secrets";

/// The result of an import.
#[derive(Debug, Clone)]
pub struct Import {
    /// the configuration
    pub text: String,
    /// the files it refers to
    pub secrets: Vec<Secret>,
    /// the environment variables it refers to
    pub variables: Vec<String>,
    /// its sources
    pub sources: Vec<KeptSource>,
    /// its destinations
    pub destinations: Vec<KeptDestination>,
    /// entries that were kept with changes
    pub changed: Vec<Remark>,
    /// entries that were not kept, with the reasons
    pub left_out: Vec<Remark>,
}

/// A secret that becomes a file.
#[derive(Debug, Clone)]
pub struct Secret {
    /// its name in the folder [`SECRETS`]
    pub file: String,
    /// what is in it
    pub value: SecretString,
}

/// A source that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptSource {
    /// its name here
    pub name: String,
    /// its kind
    pub kind: SourceKind,
    /// whether its events are accepted
    pub enabled: bool,
    /// its name in RudderStack
    pub rudderstack_name: String,
    /// its id in RudderStack
    pub rudderstack_id: String,
}

/// A destination that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptDestination {
    /// its name here
    pub name: String,
    /// whose events it gets
    pub sources: Vec<String>,
    /// its name in RudderStack
    pub rudderstack_name: String,
    /// its id in RudderStack
    pub rudderstack_id: String,
}

/// A note for the operator about one entry of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Remark {
    /// `source`, `destination`, `setting`, `transformation`, `tracking plan` or `libraries`
    pub what: &'static str,
    /// its name in RudderStack, or its position in the file if it has none
    pub name: String,
    /// its id in RudderStack
    pub id: String,
    /// the note, with the reason
    pub why: String,
}

impl Remark {
    /// For people: what it is about, and the reason.
    pub fn line(&self) -> String {
        let id = if self.id.is_empty() { String::new() } else { format!(" ({})", self.id) };
        format!("{} {:?}{id}: {}", self.what, self.name, self.why)
    }
}
