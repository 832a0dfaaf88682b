//! A server as the console sees one: destinations that are really delivered to, by a caller that the test scripts.

use console::{ApplyError, Later, Operations, ProveError};
use delivery::{CallClient, DestinationSettings, Handle, SystemClock};
use inmoment::{Call, CallOutcome};
use journal::{DeliveryStore, JournalError};
use registry::{Destination, Source};
use secrecy::ExposeSecret;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Names of sources, and of destinations with their passwords.
type Applied = (Vec<String>, Vec<(String, String)>);

pub(crate) struct Running {
    journal: Arc<dyn DeliveryStore>,
    caller: Arc<dyn CallClient>,
    handles: Mutex<Vec<Handle>>,
    /// what it was last told to serve
    pub(crate) applied: watch::Sender<Applied>,
    /// a change is being made true
    pub(crate) applying: watch::Sender<bool>,
    /// it is, once this is true
    pub(crate) may_apply: watch::Sender<bool>,
    /// the journal lets no destination start
    pub(crate) starts_nothing: AtomicBool,
}

impl Running {
    pub(crate) fn new(journal: Arc<dyn DeliveryStore>, caller: Arc<dyn CallClient>) -> Running {
        Running {
            journal,
            caller,
            handles: Mutex::default(),
            applied: watch::Sender::default(),
            applying: watch::Sender::new(false),
            may_apply: watch::Sender::new(true),
            starts_nothing: AtomicBool::default(),
        }
    }

    pub(crate) fn applied(&self) -> Applied {
        self.applied.borrow().clone()
    }

    /// Starts what is not running yet; the test is within a runtime.
    pub(crate) fn start(&self, names: &[String]) {
        let mut handles = self.handles.lock().unwrap();
        for name in names {
            if handles.iter().any(|handle| handle.name() == name) {
                continue;
            }
            let settings = DestinationSettings::new(name, self.journal.destination(name).unwrap());
            let clock = Arc::new(SystemClock::default());
            handles
                .push(delivery::start(settings, self.journal.clone(), self.caller.clone(), clock).unwrap());
        }
    }
}

impl Operations for Running {
    fn handles(&self) -> Vec<Handle> {
        self.handles.lock().unwrap().clone()
    }

    fn apply<'a>(
        &'a self,
        sources: &'a [Source],
        destinations: &'a [Destination],
    ) -> Later<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            self.applying.send_replace(true);
            // The harness holds the sender.
            let _ = self.may_apply.subscribe().wait_for(|may| *may).await;
            let names: Vec<String> = destinations.iter().map(|one| one.name.clone()).collect();
            let (stay, gone): (Vec<Handle>, Vec<Handle>) =
                self.handles().into_iter().partition(|handle| names.iter().any(|name| name == handle.name()));
            for handle in gone {
                handle.shutdown().await;
            }
            *self.handles.lock().unwrap() = stay;
            let starts_nothing = self.starts_nothing.load(Ordering::Relaxed);
            if !starts_nothing {
                self.start(&names);
            }
            self.applied.send_replace((
                sources.iter().map(|source| source.name.clone()).collect(),
                destinations
                    .iter()
                    .map(|one| (one.name.clone(), one.password.expose_secret().to_owned()))
                    .collect(),
            ));
            if starts_nothing { Err(ApplyError::Unstarted(JournalError::Full)) } else { Ok(()) }
        })
    }

    fn prove<'a>(&'a self, destination: &'a Destination) -> Later<'a, Result<(), ProveError>> {
        Box::pin(async move {
            match destination.password.expose_secret() {
                "right-password" => Ok(()),
                _ => Err(self.caller.call(&Call::Authenticate).await.outcome.unwrap_err().into()),
            }
        })
    }

    fn call<'a>(&'a self, _: &'a str, call: &'a Call) -> Later<'a, Option<CallOutcome>> {
        Box::pin(async move { Some(self.caller.call(call).await.outcome) })
    }
}
