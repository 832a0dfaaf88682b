//! One destination's delivery: the real driver, on a runtime of its own.

use super::desk::{Desk, JournalPort, ProcessClock, WayOut, Wish};
use crate::times::Times;
use delivery::{DestinationSettings, DestinationState, DriverPorts, Handle};
use journal::{DeliveryStore, JournalError, NewAudit};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// A driver that is woken so often at one instant, and then wants nothing else, spins.
const IDLE_TURNS: u32 = 50;

/// What the world has in its hands of the process that a driver is to be started in.
pub(super) struct Start {
    pub(super) settings: DestinationSettings,
    pub(super) journal: Arc<dyn DeliveryStore>,
    pub(super) times: Arc<Mutex<Times>>,
    /// When the process started.
    pub(super) started: u64,
    /// What a commit weighs at most.
    pub(super) commit_weight: usize,
}

/// Why a driver could not be started.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unstarted {
    #[error("no runtime could be made: {0}")]
    Runtime(#[from] io::Error),
    #[error("the journal does not tell where to start from: {0}")]
    Journal(#[from] JournalError),
}

pub(super) struct Driver {
    /// All its tasks are gone when this is dropped, as with a process that dies.
    runtime: Runtime,
    handle: Handle,
    desk: Desk,
    /// Tells it of appends.
    appended: watch::Sender<u64>,
    /// A commit has been handed in, and not been answered.
    pub(super) commits: bool,
    /// The wall clock was set while that was so.
    pub(super) clock_set: bool,
    /// Calls that it has made so far, and how many of them have been answered.
    made: u64,
    answered: u64,
    /// Calls that are on their way.
    under_way: u32,
    /// A reply has named the limit.
    knows_limit: bool,
    /// The journal has a wrong time for a write that may have gone out: it was recorded by a wall clock that was far off, before
    /// InMoment had said what time it is.
    pub(super) misdates: bool,
    /// How often it was woken in vain at this instant.
    idle: (u64, u32),
}

impl Driver {
    pub(super) fn start(start: Start) -> Result<Driver, Unstarted> {
        let Start { settings, journal, times, started, commit_weight } = start;
        // On one thread, and with a clock that stands still: see `run`.
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
        let desk = Desk::default();
        let end = *journal.appended().borrow();
        let (appended, hears) = watch::channel(end);
        let way_out = Arc::new(WayOut(desk.clone()));
        let ports = DriverPorts {
            journal: Arc::new(JournalPort { journal, desk: desk.clone(), appended: hears }),
            reader: Arc::clone(&way_out) as _,
            caller: way_out,
            clock: Arc::new(ProcessClock { times, started, desk: desk.clone() }),
            commit_weight,
        };
        let handle = {
            let _within = runtime.enter();
            delivery::start_in(settings, ports)?
        };
        Ok(Driver {
            runtime,
            handle,
            desk,
            appended,
            commits: false,
            clock_set: false,
            made: 0,
            answered: 0,
            under_way: 0,
            knows_limit: false,
            misdates: false,
            idle: (0, 0),
        })
    }

    /// Lets it do all that it can do now, and returns what it wants.
    pub(super) fn run(&self) -> Vec<Wish> {
        // The clock of the runtime goes on by itself when no task has anything left to do, and only then.
        self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        self.desk.take()
    }

    /// The journal holds requests up to here.
    pub(super) fn hear_of_appends(&self, end: u64) {
        self.appended.send_replace(end);
    }

    /// An operator pauses or resumes it.
    pub(super) fn order(&self, pause: bool, by: NewAudit) {
        let handle = self.handle.clone();
        let _within = self.runtime.enter();
        // That it is carried out is seen in the journal.
        drop(supervise::work("order", async move {
            if pause { handle.pause(by).await } else { handle.resume(by).await }
        }));
    }

    /// It is asked to end.
    pub(super) fn shut_down(&self) {
        let handle = self.handle.clone();
        let _within = self.runtime.enter();
        drop(supervise::work("shutdown", async move { handle.shutdown().await }));
    }

    pub(super) fn has_ended(&self) -> bool {
        self.handle.has_ended()
    }

    /// Nothing is under way that a stop would wait for.
    pub(super) fn is_idle(&self) -> bool {
        !self.commits && self.made == self.answered
    }

    /// What it shows to people.
    pub(super) fn state(&self) -> DestinationState {
        self.handle.snapshot().state
    }

    /// It makes a call, and this is its number.
    pub(super) fn calls(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// A call is on its way.
    pub(super) fn sends(&mut self) {
        self.under_way += 1;
    }

    /// A reply has come, which names the limit or does not.
    pub(super) fn hears(&mut self, limit: bool) {
        self.answered += 1;
        self.under_way = self.under_way.saturating_sub(1);
        self.knows_limit |= limit;
    }

    /// No reply has named the limit, and only one call is under way.
    pub(super) fn finds_out(&self) -> bool {
        !self.knows_limit && self.under_way <= 1
    }

    /// It was woken at this instant, and wanted nothing but to be woken again. True if that happens again and again.
    pub(super) fn spins(&mut self, now: u64, in_vain: bool) -> bool {
        self.idle = match self.idle {
            (at, turns) if in_vain && at == now => (now, turns + 1),
            _ => (now, 0),
        };
        self.idle.1 >= IDLE_TURNS
    }
}
