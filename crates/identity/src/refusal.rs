//! The errors of this crate.

use std::time::Duration;
use supervise::Broken;

/// Why something was refused. Nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request has no valid credentials.
    #[error("this needs somebody who has signed in, or a token")]
    Unauthorized,
    /// The session has ended, or the person may not sign in any more.
    #[error("the session is over; nothing was changed")]
    SessionExpired,
    /// A page of another origin may have sent the request. It holds the reason for that suspicion.
    #[error("the request was refused, because {0}; nothing was changed")]
    ForeignPage(&'static str),
    /// Name and password do not belong together.
    #[error("this name and password do not let anybody in")]
    LoginRefused,
    /// Too many attempts.
    #[error("{message}")]
    Throttled {
        /// the message, which names the attempts
        message: &'static str,
        /// how long to wait before the next one
        wait: Duration,
    },
    /// A value that cannot be taken.
    #[error("{message}")]
    Unfit {
        /// which value
        field: &'static str,
        /// why
        message: String,
    },
    /// A program asked to change its password.
    #[error("a token has no password; nothing was changed")]
    NoPassword,
    /// A person or a token, which it names, has this name already.
    #[error("{0} has this name already")]
    NameTaken(&'static str),
    /// No administrator would be left.
    #[error("no administrator would be left; nothing was changed")]
    LastAdministrator,
    /// There is no person with this name.
    #[error("nobody has this name")]
    UnknownPerson,
    /// There is no API token with this id.
    #[error("no token has this id")]
    UnknownToken,
    /// It is not the token of the link that the server printed.
    #[error("this link is not, or no longer, the one for the first start")]
    SetupTokenWrong,
    /// There is an administrator already.
    #[error("there is an administrator already; nothing was changed")]
    AlreadySetUp,
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness; nothing was changed")]
    NoRandomness,
    /// There is not enough memory to hash a password.
    #[error("there is no memory for hashing a password; nothing was changed")]
    NoMemory,
    /// The server is stopping, or has a fault.
    #[error("{0}")]
    Broken(Broken),
}

impl Refusal {
    pub(crate) fn unfit(field: &'static str, message: impl Into<String>) -> Self {
        Refusal::Unfit { field, message: message.into() }
    }

    /// The server is stopping.
    pub(crate) fn stopping() -> Self {
        Refusal::Broken(Broken { panicked: None })
    }
}

/// Why something was not done: it was refused, or the store could not read or write (`E`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error<E> {
    /// it was refused
    Refused(Refusal),
    /// the store failed
    Store(E),
}

impl<E> From<Refusal> for Error<E> {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}
