//! The trait by which people, sessions, tokens and the audit are stored.

use crate::audit::NewAuditEntry;
use crate::record::Record;
use event::Millis;
use std::time::Duration;

/// Keeps records, and the audit.
pub trait Store: Send + Sync + 'static {
    /// The error of a failed read or write.
    type Error: Send;
    /// One change that is to be written.
    type Change: Send;

    /// Reads one record, if it is there.
    ///
    /// # Errors
    /// The record cannot be read. The error does not quote it, because it may hold secrets.
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

    /// The change that writes a record under this key.
    ///
    /// # Errors
    /// The record cannot be serialised.
    fn put<R: Record>(key: &str, record: &R) -> Result<Self::Change, Self::Error>;

    /// The change that removes the record under this key, if there is one.
    fn remove<R: Record>(key: &str) -> Self::Change;

    /// The change that adds an entry to the audit.
    fn audit(entry: NewAuditEntry) -> Self::Change;

    /// Writes all changes in one transaction. They are durable when the future resolves. The write is under way when
    /// this returns, even if the future is dropped.
    ///
    /// # Errors
    /// Nothing was changed.
    fn write(
        &self,
        changes: Vec<Self::Change>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static;

    /// Has this much time truly passed since the time stamp? A wall clock that was set meanwhile does not count.
    fn is_over(&self, stamp: Millis, after: Duration) -> bool;
}
