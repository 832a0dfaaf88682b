//! What people and tokens may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Each may do all that the one before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// looks
    Viewer,
    /// also pauses, resumes, requeues, discards, replays and edits
    Operator,
    /// also settings, people, tokens and the audit
    Administrator,
}

impl Role {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Administrator => "administrator",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_an_order_and_their_words() {
        assert!(Role::Viewer < Role::Operator && Role::Operator < Role::Administrator);
        for role in [Role::Viewer, Role::Operator, Role::Administrator] {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
        }
    }
}
