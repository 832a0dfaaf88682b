//! A server as the console sees one: destinations that are really delivered to, by a caller that the test scripts.

use console::{ApplyError, Later, Operations, ProveError};
use delivery::{Caller, DestinationSettings, Handle, SystemClock};
use inmoment::{Call, Outcome};
use journal::Journal;
use registry::{Destination, Source};
use secrecy::ExposeSecret;
use std::sync::{Arc, Mutex};

/// Names of sources, and of destinations with their passwords.
type Applied = (Vec<String>, Vec<(String, String)>);

pub(crate) struct Running {
    journal: Arc<dyn Journal>,
    caller: Arc<dyn Caller>,
    handles: Mutex<Vec<Handle>>,
    /// what it was last told to serve
    applied: Mutex<Applied>,
}

impl Running {
    pub(crate) fn new(journal: Arc<dyn Journal>, caller: Arc<dyn Caller>) -> Running {
        Running { journal, caller, handles: Mutex::default(), applied: Mutex::default() }
    }

    pub(crate) fn applied(&self) -> Applied {
        self.applied.lock().unwrap().clone()
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
            let names: Vec<String> = destinations.iter().map(|one| one.name.clone()).collect();
            let (stay, gone): (Vec<Handle>, Vec<Handle>) =
                self.handles().into_iter().partition(|handle| names.iter().any(|name| name == handle.name()));
            for handle in gone {
                handle.shutdown().await;
            }
            *self.handles.lock().unwrap() = stay;
            self.start(&names);
            *self.applied.lock().unwrap() = (
                sources.iter().map(|source| source.name.clone()).collect(),
                destinations
                    .iter()
                    .map(|one| (one.name.clone(), one.password.expose_secret().to_owned()))
                    .collect(),
            );
            Ok(())
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

    fn call<'a>(&'a self, _: &'a str, call: &'a Call) -> Later<'a, Option<Outcome>> {
        Box::pin(async move { Some(self.caller.call(call).await.outcome) })
    }
}
