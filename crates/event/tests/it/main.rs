//! The crate from outside: requests of official SDKs, as they were recorded, looked at, cut up and read.

mod recorded;
