//! The start of a node: it connects to the brokers, opens its copy of the journal, and applies what the log holds. Until
//! then, both ports tell clients to come back.

use super::SHARD;
use super::log::{Close, NoLog, OpenLog, open};
use crate::config::ClusterSection;
use crate::failure::{Failure, code};
use crate::full::{self, Refusal, Unserved};
use journal::{JournalError, ReplicaOptions};
use shard_log::Log;
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// A node that is up to date by then has not let anybody wait for long.
const PATIENCE: Duration = Duration::from_millis(200);

/// A node's place in the cluster.
pub(crate) struct Joined {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) node: String,
    /// a number that no other run of this node has
    run: u64,
    close: Close,
}

impl Joined {
    /// How the node's copy of the journal follows the log.
    pub(crate) fn replica(&self) -> ReplicaOptions {
        let (log, node) = (Arc::clone(&self.log), self.node.clone());
        ReplicaOptions { log, shard: SHARD, node, run: self.run }
    }

    /// Leaves the cluster in order. The journal has been closed.
    pub(crate) async fn leave(self) {
        (self.close)().await;
    }
}

/// Connects to the brokers; while none answers, both ports say so.
pub(crate) async fn join(
    section: &ClusterSection,
    supervisor: &Supervisor,
    ports: [Unserved<'_>; 2],
) -> Result<Joined, Failure> {
    let OpenLog { log, close, brokers_and_replicas: (brokers, replicas) } = loop {
        match open(section, supervisor).await {
            Ok(open) => break open,
            Err(NoLog::Failed(failure)) => return Err(failure),
            Err(NoLog::Unreachable(why)) => {
                tracing::error!(
                    code = "log_unreachable",
                    %why,
                    "no broker of the cluster answers; senders are told to try again, and the start is tried until one does"
                );
                full::refuse_a_while(ports, Refusal::NO_BROKER).await?;
            }
        }
    };
    tracing::info!(node = section.node, brokers, replicas, "connected to the log that the machines share");
    if replicas < 2 {
        tracing::warn!(
            "one broker alone keeps the log: what is acknowledged is lost with its disk, and Kafka does not wait for the disk"
        );
    }
    let run = getrandom::u64().map_err(|error| {
        Failure::new(code::START_FAILED, format!("the system has no random numbers: {error}"))
    })?;
    Ok(Joined { log, node: section.node.clone(), run, close })
}

/// Waits until this node has applied what the log holds; meanwhile both ports tell clients to come back.
pub(crate) async fn catch_up(
    journal: &journal::SqliteJournal,
    ports: [Unserved<'_>; 2],
) -> Result<(), Failure> {
    let begun = journal.applied_to();
    loop {
        let caught_up = journal.caught_up();
        tokio::pin!(caught_up);
        // A node that is nearly up to date turns nobody away.
        let mut outcome = tokio::time::timeout(PATIENCE, &mut caught_up).await.ok();
        if outcome.is_none() {
            tracing::info!(
                "this machine's copy of the journal follows the log; senders are told to try again until it is up to date"
            );
        }
        while outcome.is_none() {
            tokio::select! {
                biased;
                caught_up = &mut caught_up => outcome = Some(caught_up),
                refused = full::refuse_a_while(ports, Refusal::CATCHING_UP) => refused?,
            }
        }
        match outcome {
            Some(Err(JournalError::LogUnreachable(_))) => {
                full::refuse_a_while(ports, Refusal::NO_BROKER).await?;
            }
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(())) | None => break,
        }
    }
    let records = journal.applied_to().saturating_sub(begun);
    tracing::info!(records, "this machine's copy of the journal is up to date");
    Ok(())
}
