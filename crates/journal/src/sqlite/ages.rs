//! The journal's timeline in use: both clocks read, steps said, and the timeline kept in the journal itself.

use super::documents;
use super::fault::Fault;
use super::options::{Options, Uptime};
use crate::code;
use crate::error::JournalError;
use crate::records::DocumentChange;
use crate::timeline::{Span, Step, Timeline};
use event::{Clock, Millis};
use rusqlite::{Connection, OptionalExtension};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The document that holds the timeline.
const KIND: &str = "clock";
const KEY: &str = "timeline";

/// After a boot a wall clock that is ahead by less needs no word: the machine was off.
const QUIET_AFTER_BOOT_MS: i64 = 24 * 60 * 60 * 1_000;

/// See the module.
pub(super) struct Ages {
    clock: Clock,
    uptime: Uptime,
    timeline: Mutex<Timeline>,
    /// a step was met that is not kept yet
    news: AtomicBool,
}

impl Ages {
    /// The timeline that this journal holds, or the first one.
    pub(super) fn load(connection: &Connection, options: &Options) -> Result<Ages, Fault> {
        let kept = match documents::one(connection, KIND, KEY) {
            // The journal must open all the same: it is known well enough from what is stored.
            Err(Fault(JournalError::Damaged(_))) => Some(None),
            kept => kept?.map(|document| serde_json::from_str::<Timeline>(&document.record).ok()),
        };
        let timeline = match kept {
            Some(Some(timeline)) => timeline,
            other => {
                if other.is_some() {
                    tracing::warn!("how old things are cannot be read, and is measured from what is stored");
                }
                Timeline::new((options.clock)(), (options.uptime)(), newest(connection)?)
            }
        };
        let ages = Ages {
            clock: options.clock.clone(),
            uptime: options.uptime.clone(),
            timeline: Mutex::new(timeline),
            news: AtomicBool::new(true),
        };
        ages.look();
        // Kept at once where there is room, before this process stamps anything: it may die before the next occasion, and the next
        // one must know what this clock showed, and how much time has passed.
        let record = ages.record(Duration::MAX)?;
        if documents::write(connection, &[record], (options.clock)()).is_err() {
            ages.not_kept();
        }
        Ok(ages)
    }

    /// Reads both clocks.
    pub(super) fn look(&self) {
        let mut timeline = self.locked();
        let (wall, elapsed) = ((self.clock)(), (self.uptime)());
        if let Some(step) = timeline.observe(wall, elapsed) {
            self.news.store(true, Ordering::Relaxed);
            drop(timeline);
            say(step);
        }
    }

    /// Was a step met since the timeline was kept?
    pub(super) fn has_news(&self) -> bool {
        self.news.load(Ordering::Relaxed)
    }

    /// The stamps of what is truly older than this.
    pub(super) fn older_than(&self, age: Duration) -> Vec<Span> {
        self.locked().older_than(age)
    }

    /// From when on a message id counts as dealt with, when the caller says from then. Not by the wall clock while that
    /// cannot tell: then everything counts that retention has left.
    pub(super) fn since(&self, asked: Millis, age: Duration) -> Millis {
        self.look();
        if self.locked().parted_within(age) { Millis(i64::MIN) } else { asked }
    }

    /// Is what was stamped then older than this? By the time that truly passed; and by the wall clock, unless a step of it
    /// was met within that time.
    pub(super) fn is_over(&self, stamp: Millis, age: Duration) -> bool {
        self.look();
        let timeline = self.locked();
        let truly = timeline.older_than(age).iter().any(|(from, to)| (*from..=*to).contains(&stamp.0));
        let doubted = timeline.steps() > 0 && timeline.parted_within(age);
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        truly || (!doubted && (self.clock)().0.saturating_sub(stamp.0) >= age)
    }

    /// How old what was stamped then is at most, by the time that truly passed; none where that cannot be told.
    pub(super) fn age(&self, stamp: Millis) -> Option<Duration> {
        self.look();
        let age = self.locked().age(stamp)?;
        u64::try_from(age).ok().map(Duration::from_millis)
    }

    /// How many steps of the wall clock were met, and whether one was within this age.
    pub(super) fn steps(&self, age: Duration) -> (u64, bool) {
        let timeline = self.locked();
        (timeline.steps(), timeline.steps() > 0 && timeline.parted_within(age))
    }

    /// The timeline as it is to be kept; nothing of stretches older than this.
    pub(super) fn record(&self, longest: Duration) -> Result<DocumentChange, Fault> {
        self.news.store(false, Ordering::Relaxed);
        let mut timeline = self.locked();
        timeline.forget(longest);
        let record = serde_json::to_string(&*timeline)
            .map_err(|error| Fault::storage(format!("the timeline cannot be written: {error}")))?;
        Ok(DocumentChange::Put { kind: KIND.to_owned(), key: KEY.to_owned(), record })
    }

    /// It could not be kept.
    pub(super) fn not_kept(&self) {
        self.news.store(true, Ordering::Relaxed);
    }

    fn locked(&self) -> MutexGuard<'_, Timeline> {
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn say(step: Step) {
    let Step { by, restarted } = step;
    let (seconds, direction) = (by.unsigned_abs() / 1_000, if by < 0 { "back" } else { "ahead" });
    if !restarted {
        tracing::warn!(
            seconds,
            direction,
            code = code::CLOCK_STEPPED,
            "the wall clock was set; nothing is removed for it, and what is stored is kept as long as it truly must be"
        );
    } else if !(0..QUIET_AFTER_BOOT_MS).contains(&by) {
        tracing::warn!(
            seconds,
            direction,
            code = code::CLOCK_STEPPED,
            "the wall clock is far from what is stored: the machine was off, or its clock is wrong; nothing is removed for it"
        );
    }
}

/// The newest stamp among what is stored.
fn newest(connection: &Connection) -> Result<Option<Millis>, Fault> {
    let one = |sql: &str| -> rusqlite::Result<Option<i64>> {
        Ok(connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten())
    };
    let stamps = [
        one("SELECT received_at FROM requests ORDER BY number DESC LIMIT 1")?,
        one("SELECT at FROM audit ORDER BY id DESC LIMIT 1")?,
        one("SELECT max(at) FROM seen INDEXED BY seen_by_time")?,
    ];
    Ok(stamps.into_iter().flatten().max().map(Millis))
}
