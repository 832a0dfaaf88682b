//! Leading: this machine delivers while Kafka tells it to and the log confirms it.
//!
//! Kafka's word is only a hint. The machine leads when the claim that it has put into the log is applied before any other
//! machine's ([`Lead::claim`]); it stops when another machine has claimed the next epoch, when it is not known any more
//! whether this one leads, or when Kafka gives the shard to another one.

use super::SHARD;
use crate::fleet::{Deliverer, Fleet};
use journal::{JournalError, Lead, SqliteJournal};
use shard_log::{Log, Shard};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use supervise::Stopping;
use tokio::sync::watch;

/// The pause after a claim that came to nothing.
const CLAIM_AGAIN: Duration = Duration::from_millis(250);

/// Leads whenever this machine should, until it is told to stop.
pub(crate) async fn lead(
    journal: Arc<SqliteJournal>,
    log: Arc<dyn Log>,
    fleet: Arc<Fleet>,
    stopping: Stopping,
) -> Result<(), String> {
    let mut hints = log.hints();
    let asked = stopping.asked();
    tokio::pin!(asked);
    let mut told: Option<JournalError> = None;
    loop {
        let claimed = tokio::select! {
            () = &mut asked => return Ok(()),
            claimed = claim(&journal, &mut hints) => claimed,
        };
        match claimed {
            Ok(Some(lead)) => {
                told = None;
                tracing::info!(
                    epoch = lead.epoch(),
                    "this machine leads the cluster: it delivers from now on"
                );
                fleet.deliver(Deliverer::Leader(lead.clone())).await;
                let ends = tokio::select! {
                    () = &mut asked => true,
                    () = lead.ended() => false,
                    () = told_otherwise(&mut hints) => false,
                };
                fleet.deliver(Deliverer::Elsewhere).await;
                tracing::info!(epoch = lead.epoch(), "this machine leads the cluster no longer");
                if ends {
                    return Ok(());
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => {
                if told.as_ref() != Some(&error) {
                    tracing::warn!(%error, "this machine should lead the cluster and cannot yet; it is tried until it can");
                }
                told = Some(error);
            }
        }
        tokio::time::sleep(CLAIM_AGAIN).await;
    }
}

/// Waits until this machine should lead and has applied what the log holds, and claims the shard.
async fn claim(
    journal: &Arc<SqliteJournal>,
    hints: &mut watch::Receiver<BTreeSet<Shard>>,
) -> Result<Option<Lead>, JournalError> {
    if hints.wait_for(|hints| hints.contains(&SHARD)).await.is_err() {
        // The log has been closed.
        std::future::pending::<()>().await;
    }
    let mut still = hints.clone();
    tokio::select! {
        claimed = async {
            journal.caught_up().await?;
            Lead::claim(journal).await
        } => claimed,
        () = told_otherwise(&mut still) => Ok(None),
    }
}

/// Resolves when this machine should lead no longer.
async fn told_otherwise(hints: &mut watch::Receiver<BTreeSet<Shard>>) {
    // An error means that the log has been closed.
    drop(hints.wait_for(|hints| !hints.contains(&SHARD)).await);
}
