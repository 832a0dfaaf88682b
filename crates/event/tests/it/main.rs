//! The crate from outside: requests of official SDKs, as they were recorded, looked at, cut up and read.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

mod recorded;
