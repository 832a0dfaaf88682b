//! A thousand histories, the exactness of a replay, and proofs that the oracle can fail.

mod histories;
mod sabotage;
