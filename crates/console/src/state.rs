//! The state of the routes, in parts. A handler names the parts that it needs (`State<Store>`, `State<Identity>` …). The
//! fields of [`AppState`] are private to this module, so a handler reaches nothing that its signature does not name.

use crate::directory::Directory;
use crate::live::hub::Hub;
use crate::observations::Observations;
use crate::operations::Operations;
use crate::settings::{Reach, Settings};
use crate::store::Store;
use axum::extract::FromRef;
use event::Millis;
use std::sync::Arc;
use supervise::Supervisor;
use tokio::sync::{Mutex, watch};

/// People, sessions, tokens and the audit.
pub(crate) type Identity = Arc<identity::Identity<Store>>;

/// Turns true when the server stops; waiting requests are answered then.
pub(crate) type Closing = watch::Receiver<bool>;

/// A lock that is held during a change of alerts, from the read to the end of the write.
pub(crate) type AlertsLock = Arc<Mutex<()>>;

/// Tells what time it is.
#[derive(Clone)]
pub(crate) struct Clock(event::Clock);

impl Clock {
    pub(crate) fn of(settings: &Settings) -> Clock {
        Clock(Arc::clone(&settings.clock))
    }

    pub(crate) fn now(&self) -> Millis {
        (self.0)()
    }
}

/// All parts. Axum extracts those that a handler names.
#[derive(Clone)]
pub(crate) struct AppState {
    store: Store,
    identity: Identity,
    directory: Arc<Directory>,
    operations: Arc<dyn Operations>,
    observations: Arc<Observations>,
    hub: Arc<Hub>,
    supervisor: Supervisor,
    clock: Clock,
    closing: Closing,
    reach: Reach,
    alerts_lock: AlertsLock,
}

impl AppState {
    pub(crate) fn new(settings: Settings, closing: Closing) -> AppState {
        let clock = Clock::of(&settings);
        let store = Store::new(Arc::clone(&settings.journal), Arc::clone(&settings.archive));
        let admission = settings.admission;
        let identity = Arc::new(identity::Identity::new(
            store.clone(),
            settings.clock,
            Arc::new(move || admission.now()),
            settings.setup,
        ));
        AppState {
            hub: Arc::new(Hub::new(clock.now())),
            store,
            identity,
            directory: settings.directory,
            operations: settings.operations,
            observations: Arc::new(settings.observations),
            supervisor: settings.supervisor,
            clock,
            closing,
            reach: settings.reach,
            alerts_lock: AlertsLock::default(),
        }
    }

    /// One part, for a task that is not a handler.
    pub(crate) fn part<P: FromRef<AppState>>(&self) -> P {
        P::from_ref(self)
    }
}

/// Lets handlers name each of these parts.
macro_rules! parts {
    ($($part:ty = $field:ident),* $(,)?) => {
        $(impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.$field.clone()
            }
        })*
    };
}

parts! {
    Store = store,
    Identity = identity,
    Arc<Directory> = directory,
    Arc<dyn Operations> = operations,
    Arc<Observations> = observations,
    Arc<Hub> = hub,
    Supervisor = supervisor,
    Clock = clock,
    Closing = closing,
    Reach = reach,
    AlertsLock = alerts_lock,
}

/// Lets handlers name a struct that is made of parts: each of its fields is taken from the state by its type.
macro_rules! made_of_parts {
    ($whole:ident { $($field:ident),* $(,)? }) => {
        impl axum::extract::FromRef<$crate::state::AppState> for $whole {
            fn from_ref(state: &$crate::state::AppState) -> Self {
                $whole { $($field: state.part()),* }
            }
        }
    };
}

pub(crate) use made_of_parts;
