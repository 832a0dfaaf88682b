//! The console's access to the journal and its archive, on threads that may block.

use crate::audit;
use crate::error::ApiError;
use event::Millis;
use identity::{NewAuditEntry, Record};
use journal::{
    Archive, DestinationId, Document, DocumentChange, Journal, JournalError, JournalStatus, Sample, SourceId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use supervise::Broken;

/// The journal and its archive.
#[derive(Clone)]
pub(crate) struct Store {
    journal: Arc<dyn Journal>,
    archive: Arc<dyn Archive>,
}

impl Store {
    pub(crate) fn new(journal: Arc<dyn Journal>, archive: Arc<dyn Archive>) -> Self {
        Store { journal, archive }
    }

    /// The journal, to give orders to it. Reads may block, so they go through [`Store::read`].
    pub(crate) fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// The health of the journal's storage. It does not block.
    pub(crate) fn status(&self) -> JournalStatus {
        self.archive.status()
    }

    /// Records samples; they are durable when it returns.
    pub(crate) async fn record_samples(&self, samples: Vec<Sample>) -> Result<(), JournalError> {
        self.archive.record_samples(samples).await
    }

    /// Reads from the journal.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let journal = Arc::clone(&self.journal);
        supervise::blocking("reading the journal", move || read(&*journal)).await.unwrap_or_else(broken)
    }

    /// Reads from the archive.
    pub(crate) async fn archive<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Archive) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let archive = Arc::clone(&self.archive);
        supervise::blocking("reading the archive", move || read(&*archive)).await.unwrap_or_else(broken)
    }

    /// One document, if it is there.
    pub(crate) async fn load_document<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        key: &str,
    ) -> Result<Option<T>, JournalError> {
        let key = key.to_owned();
        let document = self.archive(move |archive| archive.document(kind, &key)).await?;
        document.map(|document| parse(&document)).transpose()
    }

    /// All documents of a kind with their keys, ordered by key.
    pub(crate) async fn load_documents<T: DeserializeOwned>(
        &self,
        kind: &'static str,
    ) -> Result<Vec<(String, T)>, JournalError> {
        let documents = self.archive(move |archive| archive.documents(kind)).await?;
        let parsed = documents.into_iter().map(|document| Ok((document.key.clone(), parse(&document)?)));
        parsed.collect()
    }

    /// Writes all changes in one transaction; they are durable when it returns.
    pub(crate) async fn write(&self, changes: Vec<DocumentChange>) -> Result<(), JournalError> {
        self.archive.write_documents(changes).await
    }

    /// The number of the destination with this name, including destinations that are no longer configured.
    pub(crate) async fn destination(&self, name: &str) -> Result<Option<DestinationId>, JournalError> {
        let all = self.read(|journal| journal.destinations()).await?;
        Ok(all.into_iter().find(|(known, _)| known == name).map(|(_, id)| id))
    }

    /// The destination that a filter names, if it names one.
    pub(crate) async fn named_destination(
        &self,
        name: Option<String>,
    ) -> Result<Option<DestinationId>, ApiError> {
        let Some(name) = name else { return Ok(None) };
        let id = self.destination(&name).await?;
        id.map(Some).ok_or_else(|| ApiError::unknown_destination(&name))
    }

    /// The source that a filter names, if it names one.
    pub(crate) async fn named_source(&self, name: Option<String>) -> Result<Option<SourceId>, ApiError> {
        let Some(name) = name else { return Ok(None) };
        let known = self.archive(|archive| archive.sources()).await?;
        let id = known.into_iter().find(|(known, _)| *known == name).map(|(_, id)| id);
        id.map(Some).ok_or_else(|| ApiError::unknown_source(&name))
    }
}

/// People, sessions and tokens are documents; an audit entry is one of the changes of a write.
impl identity::Store for Store {
    type Error = JournalError;
    type Change = DocumentChange;

    async fn load<R: Record>(&self, key: &str) -> Result<Option<R>, JournalError> {
        self.load_document(R::KIND, key).await
    }

    async fn load_all<R: Record>(&self) -> Result<Vec<(String, R)>, JournalError> {
        self.load_documents(R::KIND).await
    }

    async fn has_any<R: Record>(&self) -> Result<bool, JournalError> {
        Ok(!self.archive(|archive| archive.documents(R::KIND)).await?.is_empty())
    }

    fn put<R: Record>(key: &str, record: &R) -> Result<DocumentChange, JournalError> {
        put(R::KIND, key, record)
    }

    fn remove<R: Record>(key: &str) -> DocumentChange {
        remove(R::KIND, key)
    }

    fn audit(entry: NewAuditEntry) -> DocumentChange {
        DocumentChange::Audit(audit::to_record(entry))
    }

    fn write(
        &self,
        changes: Vec<DocumentChange>,
    ) -> impl Future<Output = Result<(), JournalError>> + Send + 'static {
        self.archive.write_documents(changes)
    }

    fn is_over(&self, stamp: Millis, after: Duration) -> bool {
        self.archive.is_over(stamp, after)
    }
}

/// The change that writes a document.
pub(crate) fn put(kind: &str, key: &str, record: &impl Serialize) -> Result<DocumentChange, JournalError> {
    let record = serde_json::to_string(record)
        .map_err(|error| JournalError::Storage(format!("a {kind} cannot be written: {error}")))?;
    Ok(DocumentChange::Put { kind: kind.to_owned(), key: key.to_owned(), record })
}

/// The change that removes a document.
pub(crate) fn remove(kind: &str, key: &str) -> DocumentChange {
    DocumentChange::Remove { kind: kind.to_owned(), key: key.to_owned() }
}

/// Parses a document. The error does not quote it, because it may hold secrets.
fn parse<T: DeserializeOwned>(document: &Document) -> Result<T, JournalError> {
    let kind = &document.kind;
    let error = |_| JournalError::Storage(format!("a {kind} is kept in a form this version cannot read"));
    serde_json::from_str(&document.record).map_err(error)
}

/// The error of a read that broke off, because the program ends or the read panicked.
fn broken<T>(broken: Broken) -> Result<T, JournalError> {
    Err(match broken.panicked {
        None => JournalError::Closed,
        Some(_) => JournalError::Storage("reading it broke off; the log says where".to_owned()),
    })
}
