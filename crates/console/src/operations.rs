//! The operations that the console asks of the running server. The server implements them; the console does not know
//! the gateway or the clients.

use crate::error::ApiError;
use delivery::{Glance, Handle};
use inmoment::{Call, CallError, CallOutcome};
use journal::JournalError;
use registry::{Destination, Source};
use std::pin::Pin;

/// A boxed future.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a change could not be applied. Unless the text says otherwise, the former state is still in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// These sources or destinations cannot be served.
    #[error("{0}")]
    Refused(String),
    /// The journal cannot give their numbers; nothing was changed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The change is in force, but the journal does not let a destination start yet; this is tried again.
    #[error("a destination cannot be started yet: {0}")]
    Unstarted(JournalError),
}

/// Why InMoment did not give a token.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProveError {
    /// InMoment was not asked, because the settings cannot be used.
    #[error("{0}")]
    Refused(String),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The running server, as far as the console may change or ask it.
pub trait Operations: Send + Sync + 'static {
    /// The handles of all running deliveries.
    fn handles(&self) -> Vec<Handle>;

    /// Whether this server decides what is done once for all machines: it stands alone, or leads its cluster.
    fn leads(&self) -> bool {
        true
    }

    /// Replaces the sources and destinations of the running server. Requests under way are answered by the former ones.
    /// A destination that was removed or changed stops first and waits for its calls under way; its events wait in the
    /// journal.
    fn apply<'a>(
        &'a self,
        sources: &'a [Source],
        destinations: &'a [Destination],
    ) -> Later<'a, Result<(), ApplyError>>;

    /// Asks InMoment for a token with this destination's login, and sends nothing else.
    fn prove<'a>(&'a self, destination: &'a Destination) -> Later<'a, Result<(), ProveError>>;

    /// Makes one call with a running destination's login, outside its budget; `None`: there is no such destination.
    fn call<'a>(&'a self, destination: &'a str, call: &'a Call) -> Later<'a, Option<CallOutcome>>;
}

/// The running delivery to the destination with this name.
pub(crate) fn find_handle(operations: &dyn Operations, name: &str) -> Result<Handle, ApiError> {
    let mut handles = operations.handles().into_iter();
    handles.find(|handle| handle.name() == name).ok_or_else(|| ApiError::unknown_destination(name))
}

/// The state of each delivery with its destination's name, in the order of the destinations.
pub(crate) fn glances(operations: &dyn Operations) -> Vec<(String, Glance)> {
    let handles = operations.handles();
    handles.iter().map(|handle| (handle.name().to_owned(), handle.snapshot())).collect()
}
