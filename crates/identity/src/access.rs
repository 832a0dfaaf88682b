//! Reads from a request where it comes from and who sent it.

pub mod address;
pub(crate) mod caller;
pub mod csrf;
pub mod host;
