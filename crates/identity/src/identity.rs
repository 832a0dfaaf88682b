//! [`Identity`] and the parts that all its methods share.

use crate::audit::Lately;
use crate::people::password::Hasher;
use crate::record::Record;
use crate::refusal::Error;
use crate::sessions::SessionLimits;
use crate::setup::SetupToken;
use crate::store::Store;
use crate::throttle::Throttle;
use event::Millis;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The admin token and the limits of sessions.
#[derive(Debug, Clone)]
pub struct Admission {
    /// the admin token, which works even if all people and passwords are lost
    pub token: SecretString,
    /// how long people stay signed in
    pub sessions: SessionLimits,
}

type Supplier<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// People, sessions, tokens, and the audit. See the crate.
pub struct Identity<S> {
    pub(crate) store: S,
    clock: Supplier<Millis>,
    admission: Supplier<Arc<Admission>>,
    pub(crate) setup: SetupToken,
    pub(crate) hasher: Hasher,
    pub(crate) throttle: Throttle,
    pub(crate) lately: Lately,
    /// held during a change of people, sessions or tokens, from the read to the end of the write
    pub(crate) changes: Mutex<()>,
}

impl<S> fmt::Debug for Identity<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl<S: Store> Identity<S> {
    /// `clock` tells the time, `admission` gives the settings that are in force, `setup` is the token of the first
    /// start.
    pub fn new(
        store: S,
        clock: Arc<dyn Fn() -> Millis + Send + Sync>,
        admission: Arc<dyn Fn() -> Arc<Admission> + Send + Sync>,
        setup: SetupToken,
    ) -> Self {
        Identity {
            store,
            clock,
            admission,
            setup,
            hasher: Hasher::new(),
            throttle: Throttle::default(),
            lately: Lately::default(),
            changes: Mutex::new(()),
        }
    }

    /// How long sessions last.
    pub fn session_limits(&self) -> SessionLimits {
        self.admission().sessions
    }

    pub(crate) fn now(&self) -> Millis {
        (self.clock)()
    }

    pub(crate) fn admission(&self) -> Arc<Admission> {
        (self.admission)()
    }

    pub(crate) fn is_over(&self, stamp: i64, after: Duration) -> bool {
        self.store.is_over(Millis(stamp), after)
    }

    pub(crate) async fn load<R: Record>(&self, key: &str) -> Result<Option<R>, Error<S::Error>> {
        self.store.load(key).await.map_err(Error::Store)
    }

    pub(crate) async fn load_all<R: Record>(&self) -> Result<Vec<(String, R)>, Error<S::Error>> {
        self.store.load_all().await.map_err(Error::Store)
    }

    pub(crate) async fn write(&self, changes: Vec<S::Change>) -> Result<(), Error<S::Error>> {
        self.store.write(changes).await.map_err(Error::Store)
    }
}

/// The change that writes a record.
pub(crate) fn put<S: Store, R: Record>(key: &str, record: &R) -> Result<S::Change, Error<S::Error>> {
    S::put(key, record).map_err(Error::Store)
}
