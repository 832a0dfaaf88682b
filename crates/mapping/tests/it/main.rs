//! The crate from outside: whole events planned, row by row of the documents that decide.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

mod differences;
mod document;
mod hostile;
mod identify;
mod identity;
mod outcome;
mod planned;
mod random;
mod random_differences;
mod rudderstack;
mod rules;
mod track;
mod wild;
