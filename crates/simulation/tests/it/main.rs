//! A thousand histories, the exactness of a replay, and proofs that the oracle can fail.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod histories;
mod on_disk;
mod sabotage;
