//! The thread that does what is due: room looked for while there is none, clocks read, what is old removed.

use super::ages::Ages;
use super::checkpoint::Held;
use super::options::Options;
use super::readers::Readers;
use super::replica::Proposals;
use super::retention::{self, Chores};
use super::work::Work;
use super::writer::WriterShared;
use crate::code;
use crate::error::JournalError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use supervise::Stopping;

/// How often the clocks are read, and room is looked for while there is none.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many such looks make the time between two maintenances.
const LOOKS_PER_MAINTENANCE: u32 = 60;

/// What is watched besides the clocks, and told in the journal's status.
pub(super) struct Watch {
    pub(super) held: Arc<Held>,
    in_place: Box<dyn Fn() -> Result<(), String> + Send + Sync>,
    folder_trouble: Mutex<Option<String>>,
}

impl Watch {
    pub(super) fn new(held: Arc<Held>, in_place: Box<dyn Fn() -> Result<(), String> + Send + Sync>) -> Watch {
        Watch { held, in_place, folder_trouble: Mutex::default() }
    }

    pub(super) fn folder_trouble(&self) -> Option<String> {
        self.folder_trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Is the folder still the one that was opened?
    fn look(&self) {
        let found = (self.in_place)().err();
        let mut known = self.folder_trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != found {
            match &found {
                Some(what) => tracing::error!(
                    code = code::DATA_FOLDER_REPLACED,
                    what,
                    "the data folder is not what it was; stop the server and put it back: what is stored now may be lost with it"
                ),
                None => tracing::info!("the data folder is in its place again"),
            }
            *known = found;
        }
    }
}

/// See the module.
pub(super) struct Keeper {
    pub(super) shared: Arc<WriterShared>,
    pub(super) readers: Arc<Readers>,
    pub(super) options: Options,
    pub(super) ages: Arc<Ages>,
    pub(super) watch: Arc<Watch>,
    /// where what several machines share is proposed
    pub(super) proposals: Option<Arc<Proposals>>,
}

impl Keeper {
    /// Works until told to stop.
    pub(super) fn run(&self, stopping: &Stopping) {
        for tick in 1.. {
            if stopping.asked_within(LOOK_EVERY) {
                return;
            }
            self.look(tick % LOOKS_PER_MAINTENANCE == 0);
        }
    }

    /// Looks for room while there is none and reads the clocks; does the maintenance if that is due.
    pub(super) fn look(&self, maintenance_is_due: bool) {
        // The outcome of a probe shows in the journal's health, and is logged where that changes.
        let troubled = self.shared.trouble().is_some();
        let probed = if troubled { retention::probe(&self.shared) } else { Ok(()) };
        self.ages.look();
        if maintenance_is_due {
            // Without room too, while the reserve gives some: what is removed makes more.
            if let Err(error) = self.maintain()
                && probed.is_ok()
            {
                tracing::warn!(%error, "what is finished could not be removed; it will be tried again");
            }
        } else if self.ages.has_news() {
            self.keep_timeline();
        }
    }

    /// Keeps the timeline and removes what is old.
    pub(super) fn maintain(&self) -> Result<(), JournalError> {
        self.shared.cuts.clear();
        self.watch.look();
        self.ages.look();
        self.keep_timeline();
        let older_than = |age: Duration| self.ages.older_than(age);
        let chores = Chores { shared: &self.shared, proposals: self.proposals.as_deref() };
        retention::maintain(&chores, &self.readers, &self.options, &older_than)
    }

    /// What cannot be kept now is kept later; until then it is true in memory.
    fn keep_timeline(&self) {
        let kept = self.ages.record(retention::longest(&self.options)).and_then(|record| {
            let at = (self.options.clock)();
            Ok(self.shared.ask::<()>(Work::Documents { changes: vec![record], at })?)
        });
        if let Err(error) = kept {
            tracing::debug!(error = %error.0, "the timeline could not be kept; it will be tried again");
            self.ages.not_kept();
        }
    }
}
