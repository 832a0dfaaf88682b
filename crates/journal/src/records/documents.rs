//! Settings made at run time, and who made them: documents and the audit of what people did.

use event::Millis;
use serde::{Deserialize, Serialize};

/// A stored setting; its owner defines the kinds and the meaning of a record. `Debug` leaves the record out, because it may
/// hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// the kind of document
    pub kind: String,
    /// the key among the documents of this kind
    pub key: String,
    /// JSON text
    pub record: String,
    /// when it was last written
    pub changed_at: Millis,
}

/// One change of the documents; a write applies a list of them atomically. `Debug` leaves the record out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentChange {
    /// Writes a document, whether it exists or not.
    Put {
        /// the kind of document
        kind: String,
        /// the key among the documents of this kind
        key: String,
        /// JSON text
        record: String,
    },
    /// Removes a document; nothing happens if it does not exist.
    Remove {
        /// the kind of document
        kind: String,
        /// the key among the documents of this kind
        key: String,
    },
    /// Records who did what.
    Audit(NewAudit),
}

/// Who did what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAudit {
    /// the person's or the token's name
    pub who: String,
    /// what was done, as a stable word such as `source.create`
    pub action: String,
    /// the thing that it was done to
    pub subject: String,
    /// details, a JSON object without secrets
    pub detail: String,
    /// from which address
    pub address: Option<String>,
}

/// A stored audit entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// its number; grows with time
    pub id: u64,
    /// when it was done
    pub at: Millis,
    /// the person's or the token's name
    pub who: String,
    /// what was done
    pub action: String,
    /// the thing that it was done to
    pub subject: String,
    /// details, a JSON object
    pub detail: String,
    /// from which address
    pub address: Option<String>,
}

/// Says which audit entries are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// with numbers below this one (for paging)
    pub before: Option<u64>,
    /// by this person or token
    pub who: Option<String>,
    /// with this action
    pub action: Option<String>,
    /// done at this time or later
    pub from: Option<Millis>,
    /// done before this time
    pub to: Option<Millis>,
}

/// Audit entries, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// at most as many as asked for
    pub items: Vec<AuditEntry>,
    /// there are more after the last
    pub more: bool,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("kind", &self.kind).field("key", &self.key).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DocumentChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DocumentChange::Put { kind, key, .. } => write!(f, "Put({kind:?}, {key:?})"),
            DocumentChange::Remove { kind, key } => write!(f, "Remove({kind:?}, {key:?})"),
            DocumentChange::Audit(audit) => write!(f, "Audit({:?})", audit.action),
        }
    }
}
