//! People who use the console: their names, passwords and roles.

pub mod name;
pub(crate) mod password;
mod role;

pub use role::Role;

use crate::record::Record;
use event::Millis;
use serde::{Deserialize, Serialize};

/// What is kept of a person, under [`name::key`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// the name as it was entered
    pub name: String,
    /// what they may do
    pub role: Role,
    /// whether the person is kept from signing in
    pub disabled: bool,
    /// the hash of the password
    pub(crate) password: String,
    /// when the person was made, in UNIX milliseconds
    pub created_at: i64,
    /// when the person last signed in, in UNIX milliseconds
    pub last_login_at: Option<i64>,
}

impl Record for Person {
    const KIND: &'static str = "person";
}

impl Person {
    pub(crate) fn new(name: &str, role: Role, password: String, now: Millis) -> Self {
        let name = name.to_owned();
        Person { name, role, disabled: false, password, created_at: now.0, last_login_at: None }
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Is there an administrator among these people who can sign in?
pub(crate) fn have_an_administrator<'p>(people: impl IntoIterator<Item = &'p Person>) -> bool {
    people.into_iter().any(|person| person.role == Role::Administrator && !person.disabled)
}

#[cfg(test)]
mod tests;
