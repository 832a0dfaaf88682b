//! Sources and destinations: those of the configuration file, which change when the file is read again, and those that
//! the console keeps in the journal with sealed secrets.
//!
//! A change is checked against everything there is, written durably together with its audit entry, and then made true
//! in the running server. Should the server be killed between the two, it starts with what is written.

mod base;
mod kept;

use crate::error::{ApiError, code};
use crate::in_force::InForce;
use crate::operations::{ApplyError, Operations};
use axum::http::StatusCode;
pub use base::{Base, LoadError};
use event::Millis;
use journal::{Archive, DocumentChange};
pub(crate) use kept::KeptRecords;
use registry::{AddressPolicy, DeliverySettings, Destination, Source, Vault};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Who manages an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ManagedBy {
    /// it can be changed here
    Console,
    /// it can be changed in the configuration file only
    Config,
}

/// Why the sources and destinations of the new configuration could not replace the former ones.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The console's records cannot be read together with the new configuration.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The server cannot serve them; or not all of them yet ([`ApplyError::Unstarted`]).
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A fault of the program.
    #[error(transparent)]
    Broken(#[from] supervise::Broken),
}

/// See the module.
pub struct Directory {
    archive: Arc<dyn Archive>,
    vault: Vault,
    base: InForce<Base>,
    kept: RwLock<KeptRecords>,
    /// one change at a time
    changing: Arc<Mutex<()>>,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").finish_non_exhaustive()
    }
}

impl Directory {
    /// Reads what the console keeps. Blocks.
    ///
    /// # Errors
    /// [`LoadError`]: a server does not start with a part of the sources, because it would reject the events of the
    /// others.
    pub fn load(archive: Arc<dyn Archive>, vault: Vault, base: Base) -> Result<Directory, LoadError> {
        let kept = KeptRecords::load(&*archive, &vault, &base)?;
        for name in kept.shadowed_by(&base) {
            tracing::warn!(
                name,
                "the configuration file and the console both have this entry; the file's is used"
            );
        }
        let (base, kept) = (InForce::new(base), RwLock::new(kept));
        Ok(Directory { archive, vault, base, kept, changing: Arc::default() })
    }

    /// Replaces the entries of the configuration file by those of the new one, and lets `apply` make them true in the
    /// running server together with the rest of the file. No other change comes in between; a replacement that has
    /// begun is carried through even if the caller is dropped.
    ///
    /// # Errors
    /// [`ReplaceError`]; unless it is [`ApplyError::Unstarted`] nothing was changed.
    pub async fn replace_base<F>(
        self: &Arc<Self>,
        base: Base,
        apply: impl FnOnce(Vec<Source>, Vec<Destination>) -> F + Send + 'static,
    ) -> Result<(), ReplaceError>
    where
        F: Future<Output = Result<(), ApplyError>> + Send + 'static,
    {
        self.replace(Some(base), apply).await
    }

    /// Reads again what the console keeps, and if it has changed (another machine of the cluster has written it), lets `apply`
    /// make it true in the running server.
    ///
    /// # Errors
    /// As [`Directory::replace_base`].
    pub async fn refresh<F>(
        self: &Arc<Self>,
        apply: impl FnOnce(Vec<Source>, Vec<Destination>) -> F + Send + 'static,
    ) -> Result<(), ReplaceError>
    where
        F: Future<Output = Result<(), ApplyError>> + Send + 'static,
    {
        self.replace(None, apply).await
    }

    /// `base`: the entries of a new configuration file.
    async fn replace<F>(
        self: &Arc<Self>,
        base: Option<Base>,
        apply: impl FnOnce(Vec<Source>, Vec<Destination>) -> F + Send + 'static,
    ) -> Result<(), ReplaceError>
    where
        F: Future<Output = Result<(), ApplyError>> + Send + 'static,
    {
        let changing = Arc::clone(&self.changing).lock_owned().await;
        let directory = Arc::clone(self);
        let carried = supervise::work("replacing sources and destinations", async move {
            let _changing = changing;
            let (reading, of_file) = (Arc::clone(&directory), base.is_some());
            let base = base.unwrap_or_else(|| Base::clone(&directory.base.now()));
            // The console's destinations take the file's defaults, so they are read again.
            let read = supervise::blocking("reading the directory", move || {
                KeptRecords::load(&*reading.archive, &reading.vault, &base).map(|kept| (kept, base))
            });
            let (kept, base) = read.await??;
            if !of_file && kept.same_as(&directory.snapshot()) {
                return Ok(());
            }
            let (sources, destinations) = (kept.sources_over(&base), kept.destinations_over(&base));
            let applied = apply(sources, destinations).await;
            if let Err(error @ (ApplyError::Refused(_) | ApplyError::Journal(_))) = applied {
                return Err(error.into());
            }
            directory.base.replace(base);
            *directory.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
            applied.map_err(ReplaceError::from)
        });
        carried.await?
    }

    /// All sources in force: the configuration file's, then the console's by name.
    pub fn sources(&self) -> Vec<Source> {
        self.snapshot().sources_over(&self.base.now())
    }

    /// All destinations in force, in the same order.
    pub fn destinations(&self) -> Vec<Destination> {
        self.snapshot().destinations_over(&self.base.now())
    }

    pub(crate) fn snapshot(&self) -> KeptRecords {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The policy for addresses that people enter.
    pub(crate) fn addresses(&self) -> AddressPolicy {
        self.base.now().addresses.clone()
    }

    /// The delivery settings that a destination has by default.
    pub(crate) fn defaults(&self) -> DeliverySettings {
        self.base.now().delivery.clone()
    }

    /// The source with this name, if there is one, and who manages it.
    pub(crate) fn source(&self, name: &str) -> Option<(Source, ManagedBy)> {
        let (kept, base) = (self.snapshot(), self.base.now());
        let of_file = base.sources.iter().find(|source| source.name == name);
        of_file
            .map(|source| (source.clone(), ManagedBy::Config))
            .or_else(|| kept.sources.get(name).map(|(_, source)| (source.clone(), ManagedBy::Console)))
    }

    /// The destination with this name, if there is one, and who manages it.
    pub(crate) fn destination(&self, name: &str) -> Option<(Destination, ManagedBy)> {
        let (kept, base) = (self.snapshot(), self.base.now());
        let of_file = base.destinations.iter().find(|destination| destination.name == name);
        let found = of_file.map(|destination| (destination, ManagedBy::Config)).or_else(|| {
            kept.destinations.get(name).map(|(_, destination)| (destination, ManagedBy::Console))
        });
        found.map(|(destination, by)| (kept.with_rules(destination), by))
    }

    /// The destination with this name and who manages it. Fails if there is none.
    pub(crate) fn find_destination(&self, name: &str) -> Result<(Destination, ManagedBy), ApiError> {
        self.destination(name).ok_or_else(|| ApiError::unknown_destination(name))
    }

    /// The source with this name and who manages it. Fails if there is none.
    pub(crate) fn find_source(&self, name: &str) -> Result<(Source, ManagedBy), ApiError> {
        self.source(name).ok_or_else(|| ApiError::unknown_source(name))
    }

    /// Makes a change: `edit` changes the records and returns what to write. The changes `with`, which include the
    /// audit entry, are in the same write. A change that has begun is carried through even if the caller is dropped,
    /// because a destination that was stopped must start again.
    pub(crate) async fn change(
        self: &Arc<Self>,
        operations: &Arc<dyn Operations>,
        with: Vec<DocumentChange>,
        edit: impl FnOnce(&mut KeptRecords) -> Result<DocumentChange, ApiError>,
    ) -> Result<(), ApiError> {
        let changing = Arc::clone(&self.changing).lock_owned().await;
        let mut kept = self.snapshot();
        let mut changes = vec![edit(&mut kept)?];
        kept.check(&self.base.now())?;
        // A removed source is also removed from the destinations that it fed.
        changes.extend(kept.unwritten()?);
        changes.extend(with);
        let (directory, operations) = (Arc::clone(self), Arc::clone(operations));
        let carried = supervise::work("changing the directory", async move {
            let _changing = changing;
            directory.carry_through(&*operations, kept, changes).await
        });
        carried.await.unwrap_or_else(|broken| Err(ApiError::broken(broken)))
    }

    async fn carry_through(
        &self,
        operations: &dyn Operations,
        kept: KeptRecords,
        changes: Vec<DocumentChange>,
    ) -> Result<(), ApiError> {
        self.archive.write_documents(changes).await?;
        let base = self.base.now();
        let (sources, destinations) = (kept.sources_over(&base), kept.destinations_over(&base));
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
        match operations.apply(&sources, &destinations).await {
            // The change is in force: a destination that has not started yet is tried again, and its state says so.
            Ok(()) | Err(ApplyError::Unstarted(_)) => Ok(()),
            Err(error) => Err(not_applied(error)),
        }
    }
}

/// The error for a change that was written and could not be applied to the running server.
fn not_applied(error: ApplyError) -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        code::NOT_APPLIED,
        format!(
            "the change is stored, but the running server could not apply it: {error}; accepted events are kept"
        ),
    )
}

/// Formats an instant (UNIX ms) as RFC 3339.
pub(crate) fn moment(millis: i64) -> String {
    crate::parameters::instant(Millis(millis))
}
