//! The operations of people and programs, by subject.

pub(crate) mod callers;
pub(crate) mod first_start;
pub(crate) mod people;
pub(crate) mod sign_in;
pub(crate) mod tokens;
pub(crate) mod trail;
