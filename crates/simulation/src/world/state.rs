//! The state of one history.

use super::handed_in::{AsOf, HandedIn, Unanswered};
use super::happening::{Handed, Happening};
use super::process::Process;
use super::watch::Watch;
use crate::agenda::Agenda;
use crate::crowd::Person;
use crate::dice::Dice;
use crate::oracle::{Facts, Oracle};
use crate::report::{Broken, Counts};
use crate::sabotage::Sabotage;
use crate::scenario::Scenario;
use crate::script::Script;
use crate::site::Site;
use crate::store::Store;
use crate::times::Times;
use crate::trace::Trace;
use delivery::DestinationSettings;
use event::Millis;
use inmoment::Called;
use journal::SourceId;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) scenario: Scenario,
    pub(super) people: Vec<Person>,
    pub(super) script: Script,
    /// How many batches of each source have been acknowledged.
    pub(super) sent: Vec<usize>,
    pub(super) sites: Vec<Site>,
    pub(super) settings: Vec<DestinationSettings>,
    pub(super) sources: Vec<SourceId>,
    pub(super) journal: Store,
    /// Writes that the journal has not answered.
    pub(super) unanswered: Vec<Unanswered>,
    /// Writes that the disk let fail since the last one that succeeded: the next process may find one of them done.
    pub(super) failed: Vec<HandedIn>,
    /// Writes of a process that is gone, of which nobody heard what became of them.
    pub(super) in_doubt: Vec<HandedIn>,
    /// A group is going to be written.
    pub(super) write_is_due: bool,
    pub(super) agenda: Agenda<Happening>,
    pub(super) now: u64,
    pub(super) begin: Millis,
    pub(super) times: Arc<Mutex<Times>>,
    /// What somebody set the wall clock to, less what it should be.
    pub(super) skew: i64,
    pub(super) waits_blurred: bool,
    pub(super) process: Option<Process>,
    pub(super) processes: u64,
    /// How often each destination's driver has been started.
    pub(super) lives: Vec<u64>,
    /// Until a reply with rate headers has come, a destination cannot know what it may do.
    pub(super) excused: Vec<bool>,
    /// The first call of a process may be one too many: what the former one sent last may count in this window.
    pub(super) first_call: Vec<bool>,
    /// Somebody on the way lies about the limit until then.
    pub(super) lied_until: Vec<u64>,
    pub(super) handed: Vec<Option<Handed>>,
    pub(super) watch: Watch,
    /// Calls that nobody will ever hear of.
    pub(super) forgotten: Vec<oneshot::Sender<Called>>,
    pub(super) calm: bool,
    pub(super) oracle: Oracle,
    pub(super) trace: Trace,
    pub(super) counts: Counts,
    pub(super) sabotage: Sabotage,
}

impl World {
    pub(super) fn stuck(&mut self, why: &str) -> Broken {
        let pending = self.ask(|oracle, _, _, facts| oracle.pending(facts));
        Broken(format!("{why}; pending: {}", pending.join("; ")))
    }

    /// Asks the oracle, with all it may look at.
    pub(super) fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut Oracle, &mut [Site], &Store, &Facts<'_>) -> T,
    ) -> T {
        let as_of = self.as_of_now();
        self.ask_as_of(as_of, question)
    }

    pub(super) fn as_of_now(&self) -> AsOf {
        let reachable = self.sites.iter().map(|site| self.now - site.outages(self.now)).collect();
        AsOf { now: self.now, reachable }
    }

    /// Asks the oracle about something that was done before.
    pub(super) fn ask_as_of<T>(
        &mut self,
        as_of: AsOf,
        question: impl FnOnce(&mut Oracle, &mut [Site], &Store, &Facts<'_>) -> T,
    ) -> T {
        let facts = Facts {
            people: &self.people,
            script: &self.script,
            now: as_of.now,
            reachable: as_of.reachable,
            disliked: self.sites.iter().map(|site| site.disliked).collect(),
            timeout: self.scenario.timeout,
            waits_blurred: self.waits_blurred,
        };
        question(&mut self.oracle, &mut self.sites, &self.journal, &facts)
    }

    pub(super) fn wall(&self) -> Millis {
        Millis(self.begin.0.saturating_add_unsigned(self.now).saturating_add(self.skew))
    }

    /// The journal knows how the wall clock was set, and how much time truly passed.
    pub(super) fn keep_time(&self) {
        if let Ok(mut times) = self.times.lock() {
            times.stand(self.now, self.skew);
        }
    }

    pub(super) fn put(&mut self, at: u64, what: Happening) {
        self.agenda.put(at, what, &mut self.dice);
    }

    pub(super) fn note(&mut self, line: std::fmt::Arguments<'_>) {
        self.trace.note(self.now, line);
    }
}
