//! Sets of short works that are not awaited individually.

use crate::ending::{broken_off, caught};
use crate::panicked::Panicked;
use crate::work::{Broken, say};
use tokio::task::JoinSet;

/// Works of one kind, for example the connections of a port or the calls of a destination. A work that panics is logged
/// and counted under the set's name, and the others go on. All are aborted when the set is dropped.
#[derive(Debug)]
pub struct TaskSet<T> {
    name: &'static str,
    works: JoinSet<Result<T, Panicked>>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    pub fn new(name: &'static str) -> Self {
        TaskSet { name, works: JoinSet::new() }
    }

    /// Starts one more work. Must be called within a tokio runtime.
    #[expect(
        clippy::disallowed_methods,
        reason = "this crate is where tasks begin; a panic is said and told"
    )]
    pub fn spawn(&mut self, work: impl Future<Output = T> + Send + 'static) {
        let name = self.name;
        self.works.spawn(async move { caught(work).await.inspect_err(|panicked| say(name, None, panicked)) });
    }

    /// The number of works that [`TaskSet::join_next`] has not returned.
    pub fn len(&self) -> usize {
        self.works.len()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.works.is_empty()
    }

    /// Resolves when one work has ended: to its result, or to the information that it has none. `None` if the set is
    /// empty. Nothing is lost if this is dropped and called again.
    pub async fn join_next(&mut self) -> Option<Result<T, Broken>> {
        self.works.join_next().await.map(to_result)
    }

    /// A work that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, Broken>> {
        self.works.try_join_next().map(to_result)
    }

    /// Aborts all works, and waits until they have ended.
    pub async fn shutdown(&mut self) {
        self.works.shutdown().await;
    }
}

fn to_result<T>(joined: Result<Result<T, Panicked>, tokio::task::JoinError>) -> Result<T, Broken> {
    match joined {
        Ok(result) => result.map_err(|panicked| Broken { panicked: Some(panicked) }),
        Err(error) => Err(Broken { panicked: broken_off(error) }),
    }
}

#[cfg(test)]
mod tests;
