//! What a node does beside what every server does.

use super::following::follow_documents;
use super::leading::lead;
use super::start::Joined;
use crate::fleet::Fleet;
use console::Directory;
use journal::SqliteJournal;
use std::sync::Arc;
use std::time::Duration;
use supervise::{Restart, Supervisor, Task};

/// A leader's deliveries end within this time; it is longer than a delivery's own.
const LAST_CALLS: Duration = Duration::from_secs(20);

/// A change from another machine that has begun is carried through within this time, or is found at the next start.
const LAST_CHANGE: Duration = Duration::from_secs(2);

/// See the module.
pub(crate) struct Node {
    joined: Joined,
    leading: Task,
    following: Task,
}

impl Node {
    /// Leads when this machine should, and follows what the others change.
    pub(crate) fn begin(
        joined: Joined,
        journal: &Arc<SqliteJournal>,
        directory: &Arc<Directory>,
        fleet: &Arc<Fleet>,
        supervisor: &Supervisor,
    ) -> Node {
        let (of_lead, of_fleet, log) = (Arc::clone(journal), Arc::clone(fleet), Arc::clone(&joined.log));
        let leading = supervisor.task("leading the cluster", Restart::ALWAYS, move |stopping| {
            lead(Arc::clone(&of_lead), Arc::clone(&log), Arc::clone(&of_fleet), stopping)
        });
        let (journal, directory, fleet) = (Arc::clone(journal), Arc::clone(directory), Arc::clone(fleet));
        let following = supervisor.task("following the cluster", Restart::ALWAYS, move |stopping| {
            follow_documents(Arc::clone(&journal), Arc::clone(&directory), Arc::clone(&fleet), stopping)
        });
        Node { joined, leading, following }
    }

    /// Leads no longer, and follows nobody.
    pub(crate) async fn stop(&self) {
        self.leading.stop();
        self.following.stop();
        self.leading.shutdown(LAST_CALLS).await;
        self.following.shutdown(LAST_CHANGE).await;
    }

    /// Leaves the cluster, so that Kafka tells another machine to lead at once. The journal has been closed.
    pub(crate) async fn leave(self) {
        let Node { joined, leading, following } = self;
        drop((leading, following));
        joined.leave().await;
    }
}
