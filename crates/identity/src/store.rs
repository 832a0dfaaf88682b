//! Where people, sessions, tokens and the audit are kept.

use crate::audit::NewAuditEntry;
use crate::record::Record;
use event::Millis;
use std::time::Duration;

/// Keeps records, and the audit.
pub trait Store: Send + Sync + 'static {
    /// Why it could not read or write.
    type Error: Send;
    /// One change that is to be written.
    type Change: Send;

    /// Reads one record, if it is there.
    ///
    /// # Errors
    /// The record cannot be read. It is not shown then, for it may hold what nobody shall see.
    fn load<R: Record>(&self, key: &str) -> impl Future<Output = Result<Option<R>, Self::Error>> + Send;

    /// Reads all records of a type with their keys, in the order of the keys.
    ///
    /// # Errors
    /// One of them cannot be read.
    fn load_all<R: Record>(&self) -> impl Future<Output = Result<Vec<(String, R)>, Self::Error>> + Send;

    /// Is there a record of this type at all, readable or not?
    ///
    /// # Errors
    /// The store cannot be read.
    fn has_any<R: Record>(&self) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// The change that puts a record in the place of what is kept under this key.
    ///
    /// # Errors
    /// The record cannot be put into words.
    fn put<R: Record>(key: &str, record: &R) -> Result<Self::Change, Self::Error>;

    /// The change that removes what is kept under this key, if anything is.
    fn remove<R: Record>(key: &str) -> Self::Change;

    /// The change that adds an entry to the audit.
    fn audit(entry: NewAuditEntry) -> Self::Change;

    /// Makes all changes true at once. They are durable when the future resolves. The write is under way when this returns, also
    /// if nobody awaits it.
    ///
    /// # Errors
    /// Nothing was changed.
    fn write(
        &self,
        changes: Vec<Self::Change>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static;

    /// Did so much time truly pass since something was stamped so? A wall clock that was set meanwhile does not count.
    fn is_over(&self, stamp: Millis, after: Duration) -> bool;
}
