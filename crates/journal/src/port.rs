//! What a journal offers, divided by its users.
//!
//! | port | for | |
//! |---|---|---|
//! | [`Intake`] | the gateway | stores requests |
//! | [`DeliveryStore`] | delivery | reads the log, and commits the results |
//! | [`Fates`] | people | the ledger and the dead letters, and orders about them |
//! | [`Archive`] | people | fates, settings, events and their stories, answers, and samples |
//!
//! [`Journal`] is the first three together, which every journal has. Each port is also a [`Storage`]. Writes are answered by a
//! [`Receipt`](crate::Receipt) when they are durable.

mod archive;
mod delivery_store;
mod fates;
mod intake;
mod storage;

pub use archive::Archive;
pub use delivery_store::{DeliveryStore, ReadLimit, ReadPage};
pub use fates::Fates;
pub use intake::{Appended, Intake};
pub use storage::Storage;

/// The durable log and delivery state together: for the code that wires the parts of the program.
pub trait Journal: Intake + DeliveryStore + Fates {}

impl<T: Intake + DeliveryStore + Fates> Journal for T {}
