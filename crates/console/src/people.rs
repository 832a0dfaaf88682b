//! People who use the console: their names, passwords and roles.

pub(crate) mod name;
pub(crate) mod password;
mod role;
pub(crate) mod routes;

pub use role::Role;

use serde::{Deserialize, Serialize};

/// The kind of their documents; the key is [`name::key`].
pub(crate) const KIND: &str = "person";

/// What is kept of one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) disabled: bool,
    /// the hash
    pub(crate) password: String,
    pub(crate) created_at: i64,
    pub(crate) last_login_at: Option<i64>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Is there still somebody who may give people their roles?
pub(crate) fn have_an_administrator<'p>(people: impl IntoIterator<Item = &'p Person>) -> bool {
    people.into_iter().any(|person| person.role == Role::Administrator && !person.disabled)
}

#[cfg(test)]
mod tests;
