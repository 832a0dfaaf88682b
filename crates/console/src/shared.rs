//! What the routes need, in parts: a handler says which of them it needs (`State<Store>`, `State<Identity>` …).

use crate::directory::Directory;
use crate::live::hub::Hub;
use crate::operations::Operations;
use crate::settings::{Reach, Settings};
use crate::store::Store;
use axum::extract::FromRef;
use delivery::Handle;
use event::Millis;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// People, sessions, tokens and the audit.
pub(crate) type Identity = Arc<identity::Identity<Store>>;

/// Tells what time it is.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    pub(crate) fn now(&self) -> Millis {
        (self.0)()
    }
}

/// Held while alerts are changed, from the reading to the end of the writing.
pub(crate) type AlertsLock = Arc<Mutex<()>>;

/// All parts, for tasks and for what needs many of them.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) settings: Arc<Settings>,
    /// true once the server is stopping: nobody shall wait any longer
    pub(crate) closing: watch::Receiver<bool>,
    pub(crate) store: Store,
    pub(crate) identity: Identity,
    /// held while alerts are changed, from the reading to the end of the writing
    pub(crate) changing_alerts: AlertsLock,
    pub(crate) live: Arc<Hub>,
}

impl Shared {
    pub(crate) fn new(settings: Settings, closing: watch::Receiver<bool>) -> Shared {
        let live = Arc::new(Hub::new((settings.clock)()));
        let store = Store::new(Arc::clone(&settings.journal), Arc::clone(&settings.archive));
        let admission = Arc::clone(&settings.admission);
        let identity = Arc::new(identity::Identity::new(
            store.clone(),
            Arc::clone(&settings.clock),
            Arc::new(move || admission.now()),
            settings.setup.clone(),
        ));
        Shared {
            settings: Arc::new(settings),
            closing,
            store,
            identity,
            changing_alerts: Arc::default(),
            live,
        }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Millis {
        self.clock().now()
    }

    fn clock(&self) -> Clock {
        Clock(Arc::clone(&self.settings.clock))
    }

    /// What is being delivered to.
    pub(crate) fn handles(&self) -> Vec<Handle> {
        self.settings.operations.handles()
    }
}

/// A part of the state, for the handlers that ask for it.
macro_rules! part {
    ($part:ty, $from:expr) => {
        impl FromRef<Shared> for $part {
            fn from_ref(shared: &Shared) -> Self {
                let from: fn(&Shared) -> $part = $from;
                from(shared)
            }
        }
    };
}

part!(Store, |shared| shared.store.clone());
part!(Identity, |shared| Arc::clone(&shared.identity));
part!(Arc<Directory>, |shared| Arc::clone(&shared.settings.directory));
part!(Arc<dyn Operations>, |shared| Arc::clone(&shared.settings.operations));
part!(Arc<Settings>, |shared| Arc::clone(&shared.settings));
part!(AlertsLock, |shared| Arc::clone(&shared.changing_alerts));
part!(Clock, Shared::clock);
part!(Reach, |shared| shared.settings.reach);
