//! Documents of the archive, read and written as what they are.

use crate::error::ApiError;
use crate::settings::{Shared, broken};
use event::Millis;
use journal::{Archive, DocumentChange, JournalError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

impl Shared {
    /// What time it is.
    pub(crate) fn now(&self) -> Millis {
        (self.settings.clock)()
    }

    /// Reads from the archive on a thread that may block.
    pub(crate) async fn archive<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Archive) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let archive = Arc::clone(&self.settings.archive);
        supervise::blocking("reading the archive", move || read(&*archive)).await.unwrap_or_else(broken)
    }

    /// One document, if it is there.
    pub(crate) async fn kept<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        key: &str,
    ) -> Result<Option<T>, ApiError> {
        let key = key.to_owned();
        let document = self.archive(move |archive| archive.document(kind, &key)).await?;
        document.map(|document| read(kind, &document.record)).transpose()
    }

    /// All documents of a kind with their keys, in the order of these.
    pub(crate) async fn all_kept<T: DeserializeOwned>(
        &self,
        kind: &'static str,
    ) -> Result<Vec<(String, T)>, ApiError> {
        let documents = self.archive(move |archive| archive.documents(kind)).await?;
        documents.into_iter().map(|document| Ok((document.key, read(kind, &document.record)?))).collect()
    }

    /// Makes all changes true at once; they are durable when it returns.
    pub(crate) async fn write(&self, changes: Vec<DocumentChange>) -> Result<(), ApiError> {
        Ok(self.settings.archive.write_documents(changes).await?)
    }
}

/// To be written.
pub(crate) fn put(kind: &str, key: &str, record: &impl Serialize) -> Result<DocumentChange, ApiError> {
    let record = serde_json::to_string(record)
        .map_err(|error| JournalError::Storage(format!("a {kind} cannot be written: {error}")))?;
    Ok(DocumentChange::Put { kind: kind.to_owned(), key: key.to_owned(), record })
}

/// To be taken away.
pub(crate) fn remove(kind: &str, key: &str) -> DocumentChange {
    DocumentChange::Remove { kind: kind.to_owned(), key: key.to_owned() }
}

/// What cannot be read is not shown: it may hold what nobody shall see.
fn read<T: DeserializeOwned>(kind: &str, record: &str) -> Result<T, ApiError> {
    let error = |_| JournalError::Storage(format!("a {kind} is kept in a form this version cannot read"));
    Ok(serde_json::from_str(record).map_err(error)?)
}
