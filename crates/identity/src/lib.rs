//! Authentication and authorisation for the console: people, their passwords and sessions, API tokens, the first start,
//! and the audit.
//!
//! [`Identity`] has all operations. It keeps its records in a [`Store`], which its creator provides. It knows no routes
//! and no other data: the console's table of routes says which [`Role`] each needs.
//!
//! * **Who asks** ([`Identity::identify`]): an `Authorization` header (the admin token or an API token), or else the
//!   session's cookie. All secrets are compared in constant time or found by their hash, so that answers tell nothing
//!   about them.
//! * **What requests say of themselves** ([`address`], [`csrf`], [`host`], [`cookie`]): pure functions over their
//!   headers.
//! * **Changes** of people, sessions and tokens are made one at a time, and each is one write with its audit entry.

mod access;
mod audit;
mod identity;
mod people;
mod random;
mod record;
mod refusal;
mod rooms;
mod sessions;
mod setup;
mod store;
mod throttle;
mod tokens;

pub use access::caller::{Caller, CallerKind};
pub use access::{address, csrf, host};
pub use audit::{Act, Inquiry, Look, NewAuditEntry, action, sign_of};
pub use identity::{Admission, Identity};
pub use people::{Person, Role, name};
pub use random::{bytes, secret};
pub use record::Record;
pub use refusal::{Error, Refusal};
pub use rooms::people::PersonChange;
pub use rooms::sign_in::SignedIn;
pub use rooms::tokens::MadeToken;
pub use sessions::{Session, SessionLimits, cookie};
pub use setup::SetupToken;
pub use store::Store;
pub use tokens::{Token, id as token_id};
