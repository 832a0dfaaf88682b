//! What the console has the server do. The server implements it; the console knows nothing of gateways and clients.

use crate::error::ApiError;
use delivery::{Glance, Handle};
use inmoment::{Call, CallError, CallOutcome};
use journal::JournalError;
use registry::{Destination, Source};
use std::pin::Pin;

/// What will be known later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a change could not be made true. What was in force before still is, but for what the text says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// These sources or destinations cannot be served.
    #[error("{0}")]
    Refused(String),
    /// The journal cannot tell their numbers; nothing was changed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// They hold; but the journal does not let a destination start yet, which is tried again.
    #[error("a destination cannot be started yet: {0}")]
    Unstarted(JournalError),
}

/// Why InMoment did not give a token.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProveError {
    /// It was not even asked: the settings cannot be used.
    #[error("{0}")]
    Refused(String),
    /// It was asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The running server, as far as the console may change or ask it.
pub trait Operations: Send + Sync + 'static {
    /// What is being delivered to.
    fn handles(&self) -> Vec<Handle>;

    /// Makes these the sources and destinations from now on. Requests under way are answered as they began. A destination
    /// that is gone or changed stops first: calls under way are waited for. Its events wait in the journal.
    fn apply<'a>(
        &'a self,
        sources: &'a [Source],
        destinations: &'a [Destination],
    ) -> Later<'a, Result<(), ApplyError>>;

    /// Asks InMoment for a token with this destination's login; sends nothing else.
    fn prove<'a>(&'a self, destination: &'a Destination) -> Later<'a, Result<(), ProveError>>;

    /// Makes one call with a running destination's login, outside its budget; `None`: there is no such destination.
    fn call<'a>(&'a self, destination: &'a str, call: &'a Call) -> Later<'a, Option<CallOutcome>>;
}

/// The running delivery to the destination with this name.
pub(crate) fn find_handle(operations: &dyn Operations, name: &str) -> Result<Handle, ApiError> {
    let mut handles = operations.handles().into_iter();
    handles.find(|handle| handle.name() == name).ok_or_else(|| ApiError::unknown_destination(name))
}

/// What each delivery is doing now, with its destination's name, in the order of the destinations.
pub(crate) fn glances(operations: &dyn Operations) -> Vec<(String, Glance)> {
    let handles = operations.handles();
    handles.iter().map(|handle| (handle.name().to_owned(), handle.snapshot())).collect()
}
