//! The supervisor: starts parts, knows the state of each, and says when the process has to end.

use crate::control::{Control, Stopping};
use crate::ending::TaskResult;
use crate::keeper::{Keeper, keep, keep_essential};
use crate::panicked::catch;
use crate::register::{Part, Register};
use crate::report::{PartFailure, PartReport};
use crate::restart::Restart;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// An aborted task ends within this time, or not at all.
const BREAKING_OFF: Duration = Duration::from_secs(1);

/// Starts the parts of a server and looks after them. Clones share one supervisor.
#[derive(Clone)]
pub struct Supervisor {
    register: Register,
}

impl Default for Supervisor {
    fn default() -> Self {
        Supervisor::new()
    }
}

impl Supervisor {
    /// A supervisor without parts.
    pub fn new() -> Supervisor {
        Supervisor { register: Register::new() }
    }

    /// Starts a task that is restarted when it ends. Each run is a future that `begin` makes; it may return when it is
    /// asked to stop, and every other end is reported. Must be called within a tokio runtime.
    pub fn task<F, R>(&self, name: impl Into<Arc<str>>, restart: Restart, begin: F) -> Task
    where
        F: FnMut(Stopping) -> R + Send + 'static,
        R: Future<Output: TaskResult> + Send + 'static,
    {
        let keeper = self.begin(name.into());
        let task = Task { keeper: keeper.clone() };
        spawn(keep(keeper, restart, begin));
        task
    }

    /// Starts a task that can run only once, because it owns something. If it ends without being asked to, the process
    /// ends. Must be called within a tokio runtime.
    pub fn essential<F, R>(&self, name: impl Into<Arc<str>>, begin: F) -> Task
    where
        F: FnOnce(Stopping) -> R + Send + 'static,
        R: Future<Output: TaskResult> + Send + 'static,
    {
        let keeper = self.begin(name.into());
        let task = Task { keeper: keeper.clone() };
        spawn(keep_essential(keeper, begin));
        task
    }

    /// The states of all parts that have started and not stopped, in the order of their starts.
    pub fn snapshot(&self) -> Vec<PartReport> {
        let now = Instant::now();
        let parts = self.register.parts();
        let report = |part: &Part| PartReport {
            name: Arc::clone(&part.name),
            state: part.state(),
            lasts: now.saturating_duration_since(part.since),
            restarts: parts.restarts.get(&part.name).copied().unwrap_or(0),
            last_words: part.last_words.clone(),
        };
        parts.held.values().map(report).collect()
    }

    /// The number of restarts by name, also of parts that have stopped meanwhile.
    pub fn restarts(&self) -> BTreeMap<Arc<str>, u64> {
        self.register.parts().restarts.clone()
    }

    /// Resolves when a part has ended without which the process must not go on. Every caller gets the same result.
    pub async fn failed(&self) -> PartFailure {
        let mut failed = self.register.failed.subscribe();
        match failed.wait_for(Option::is_some).await.map(|failed| failed.clone()) {
            Ok(Some(failed)) => failed,
            // It fails only without a sender, and the sender is alive.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Asks every part to stop and waits for their ends, for at most this time. Parts that have not ended by then are
    /// named in the log and returned; tasks among them are aborted. Parts that start later are asked to stop at once.
    pub async fn shutdown(&self, within: Duration) -> Vec<Arc<str>> {
        let held: Vec<(Arc<str>, Arc<Control>)> = {
            let mut parts = self.register.parts();
            parts.stopping = true;
            parts.held.values().map(|part| (Arc::clone(&part.name), Arc::clone(&part.control))).collect()
        };
        held.iter().for_each(|(_, control)| control.ask());
        let until = Instant::now() + within;
        let mut late = Vec::new();
        for (name, control) in held {
            if tokio::time::timeout_at(until, control.ended()).await.is_err() {
                break_off(&name, &control).await;
                late.push(name);
            }
        }
        late
    }

    pub(crate) fn begin(&self, name: Arc<str>) -> Keeper {
        let (id, control) = self.register.enter(&name);
        Keeper { register: self.register.clone(), id, name, control }
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").finish_non_exhaustive()
    }
}

/// A part that is a task. If this is dropped, the part is asked to stop, without waiting for its end.
#[must_use = "a part whose handle is dropped is asked to stop"]
#[derive(Debug)]
pub struct Task {
    keeper: Keeper,
}

impl Task {
    /// Asks it to stop.
    pub fn stop(&self) {
        self.keeper.control.ask();
    }

    /// Resolves when the part has finally ended.
    pub async fn ended(&self) {
        self.keeper.control.ended().await;
    }

    /// Asks the part to stop and waits for its end. After this time it is named in the log and aborted, and this
    /// returns false.
    pub async fn shutdown(&self, within: Duration) -> bool {
        self.stop();
        let in_time = tokio::time::timeout(within, self.ended()).await.is_ok();
        if !in_time {
            break_off(&self.keeper.name, &self.keeper.control).await;
        }
        in_time
    }

    /// It runs until its supervisor is shut down.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Names the part in the log. A task then ends, unless it blocks its thread.
async fn break_off(name: &str, control: &Control) {
    say_late(name);
    if control.abort() {
        let _ = tokio::time::timeout(BREAKING_OFF, control.ended()).await;
    }
}

pub(crate) fn say_late(name: &str) {
    let _ = catch(|| tracing::error!(part = name, "a part of the server did not stop in time"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate is where tasks begin; the keeper runs no foreign code"
)]
fn spawn(keeper: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(keeper));
}

#[cfg(test)]
mod tests;
