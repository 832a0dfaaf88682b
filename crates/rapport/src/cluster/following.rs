//! What another node's console has changed becomes true on this one.

use crate::fleet::Fleet;
use console::{ApplyError, Directory, ReplaceError};
use journal::SqliteJournal;
use std::sync::Arc;
use std::time::Duration;
use supervise::Stopping;

/// The pause before a change that could not be taken is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Reads sources and destinations again whenever documents have changed, until it is told to stop.
pub(crate) async fn follow_documents(
    journal: Arc<SqliteJournal>,
    directory: Arc<Directory>,
    fleet: Arc<Fleet>,
    stopping: Stopping,
) -> Result<(), String> {
    let mut changes = journal.documents_changed();
    // What changed while this began is looked at, too.
    changes.mark_changed();
    let asked = stopping.asked();
    tokio::pin!(asked);
    let mut told = None;
    loop {
        tokio::select! {
            () = &mut asked => return Ok(()),
            changed = changes.changed() => if changed.is_err() {
                // The journal is closed.
                return Ok(());
            },
        }
        let apply_to = Arc::clone(&fleet);
        let refreshed = directory.refresh(|sources, destinations| async move {
            apply_to.change(&sources, &destinations, None).await
        });
        match refreshed.await {
            // A destination that cannot start yet is tried again by its own supervisor.
            Ok(()) | Err(ReplaceError::Apply(ApplyError::Unstarted(_))) => told = None,
            Err(error) => {
                let words = error.to_string();
                if told.as_ref() != Some(&words) {
                    tracing::error!(
                        error = %words,
                        "a change that was made on another machine could not be taken over; it is tried until it can"
                    );
                }
                told = Some(words);
                changes.mark_changed();
                tokio::select! {
                    () = &mut asked => return Ok(()),
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
        }
    }
}
