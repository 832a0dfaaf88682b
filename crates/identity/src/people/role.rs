//! What people and tokens may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role. Each role may do everything that the one before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// may look at everything but settings, people, tokens and the audit
    Viewer,
    /// may also pause, resume, requeue, discard, replay and edit
    Operator,
    /// may also manage settings, people and tokens, and read the audit
    Administrator,
}

impl Role {
    /// The role's word in records and the API.
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
