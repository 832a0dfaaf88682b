//! People who use the console: their names, passwords and roles.

pub(crate) mod name;
pub(crate) mod password;
mod role;

pub use role::Role;
