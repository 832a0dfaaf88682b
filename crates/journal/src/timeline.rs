//! How old something is, although the wall clock cannot be trusted.
//!
//! # Policy
//! * Rows are stamped by the wall clock, and a wall clock may be set years forward and back. Age is therefore never the
//!   wall time minus the stamp. It is the time that truly passed, counted by a clock that nobody can set ([`Elapsed`]; the
//!   boot clock of the system), and the timeline says which stamps were made in which part of that time.
//! * The timeline is a list of **stretches**. Within a stretch the wall clock and the counting clock agreed, so that a
//!   stamp in it says when it was made. When the two differ by more than [`TOLERANCE`], the wall clock was set: a new
//!   stretch begins at the true time, and the step counts as no time at all.
//! * A counting clock ends with its boot. It cannot be known whether the machine was switched off for a month or its clock
//!   was set a month ahead meanwhile, so no time counts as passed between two boots. A restart of the program in the same
//!   boot counts exactly.
//! * A stamp that several stretches could have made belongs to the youngest of them. A stamp between two stretches
//!   belongs to the beginning of the later one.
//! * A stamp from before the first stretch is believed only if something was stored already when the timeline began.
//!   Otherwise a clock that was never recorded made it, and it counts as made at the beginning.
//!
//! So nothing is removed before it is truly as old as it must be, whatever the wall clock does and for how long. The
//! price is that after a boot or a step, older data are kept longer by the time that could not be counted, at most by one
//! more retention; newer data are removed in time. No operator has to confirm anything. The same list decides about stamps
//! that lie in the future because the clock has been set back since.

use event::Millis;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The two clocks may differ by so much within a stretch: by a correction, a leap second, or the drift of two weeks.
const TOLERANCE: i64 = 60_000;

/// A stretch may have made stamps up to so much later than its last recorded time, because a crash prevents the recording.
const SLACK: i64 = 10 * 60_000;

/// The largest number of stretches; beyond it the oldest is dropped, and its stamps count as made when the next one began.
const STRETCHES: usize = 64;

/// A reading of a clock that counts the time that passes and that nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Elapsed {
    /// the run of that clock, such as the boot's id; readings of two runs cannot be compared
    pub run: String,
    /// milliseconds since that run began
    pub millis: i64,
}

/// The stamps from the first to the second, both included.
pub(crate) type Span = (i64, i64);

/// The wall clock does not show what the time that passed leads to expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// by how many milliseconds the wall clock is ahead; negative if it was set back
    pub(crate) by: i64,
    /// the counting clock started again, so that a step forward may be the time during which the machine was off
    pub(crate) restarted: bool,
}

/// A time in which the wall clock and the counting clock agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    /// what the wall clock showed when the stretch began
    wall: i64,
    /// how much time had truly passed by then
    steady: i64,
    /// the latest wall time that is recorded in the stretch
    length: i64,
    /// stamps from before its beginning are believed, because something was stored already when the timeline began
    believed: bool,
    /// the stretch began with a boot or in an unknown way, so it is not known how much time passed before it
    #[serde(default = "unknown")]
    booted: bool,
}

fn unknown() -> bool {
    true
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Timeline {
    stretches: Vec<Stretch>,
    /// how much time has truly passed on this timeline
    steady: i64,
    elapsed: Elapsed,
    /// how many steps of the wall clock were found, except those at a boot
    steps: u64,
}

impl Timeline {
    /// A timeline that begins now. `newest` is the newest stored stamp; stored stamps up to it are believed, and the wall
    /// clock is compared with it.
    pub(crate) fn new(wall: Millis, elapsed: Elapsed, newest: Option<Millis>) -> Timeline {
        let first = newest.map_or(wall.0, |newest| newest.0);
        let begun = Stretch { wall: first, steady: 0, length: 0, believed: newest.is_some(), booted: true };
        let run = if newest.is_some() { String::new() } else { elapsed.run.clone() };
        let mut timeline = Timeline {
            stretches: vec![begun],
            steady: 0,
            elapsed: Elapsed { run, millis: elapsed.millis },
            steps: 0,
        };
        // The run before is unknown, so the step from the newest stamp to now counts as a boot.
        timeline.observe(wall, elapsed);
        timeline
    }

    /// Takes a reading of both clocks, and returns a step of the wall clock if there was one.
    pub(crate) fn observe(&mut self, wall: Millis, elapsed: Elapsed) -> Option<Step> {
        let restarted = elapsed.run != self.elapsed.run;
        let passed = if restarted { 0 } else { elapsed.millis.saturating_sub(self.elapsed.millis).max(0) };
        let before = self.current();
        let last = before.wall.saturating_add(before.length);
        self.steady = self.steady.saturating_add(passed);
        // A reading that is older than the last one (of another thread) has nothing new.
        if restarted || elapsed.millis > self.elapsed.millis {
            self.elapsed = elapsed;
        }
        let expected = before.wall.saturating_add(self.steady - before.steady);
        if wall.0.saturating_sub(expected).saturating_abs() <= TOLERANCE && !restarted {
            let length = wall.0.saturating_sub(before.wall);
            if let Some(current) = self.stretches.last_mut() {
                current.length = current.length.max(length);
            }
            return None;
        }
        if self.stretches.len() == STRETCHES {
            self.stretches.remove(0);
        }
        self.stretches.push(Stretch {
            wall: wall.0,
            steady: self.steady,
            length: 0,
            believed: false,
            booted: restarted,
        });
        // If the clocks have drifted apart slowly, there was no step.
        let by = wall.0.saturating_sub(last.saturating_add(passed));
        let step = (by.saturating_abs() > TOLERANCE).then_some(Step { by, restarted });
        if step.is_some() && !restarted {
            self.steps += 1;
        }
        step
    }

    /// How many steps of the wall clock were found while the system ran.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Did a stretch begin within so much time? Then the wall time minus this age means nothing.
    pub(crate) fn parted_within(&self, age: Duration) -> bool {
        let reach = self.steady.saturating_sub(millis(age));
        self.stretches.len() > 1 && self.current().steady >= reach
    }

    /// Drops the stretches that ended so long ago that nothing stamped in them is stored any more.
    pub(crate) fn forget(&mut self, age: Duration) {
        let reach = self.steady.saturating_sub(millis(age)).saturating_sub(TOLERANCE + SLACK);
        let gone = self.stretches.windows(2).take_while(|pair| pair[1].steady < reach).count();
        self.stretches.drain(..gone);
    }

    /// The stamps of everything that is truly older than this, as spans in order which do not overlap.
    pub(crate) fn older_than(&self, age: Duration) -> Vec<Span> {
        let limit = self.steady.saturating_sub(millis(age)).saturating_sub(TOLERANCE);
        let (mut old, mut young) = (Vec::new(), Vec::new());
        let mut reached: Option<i64> = None;
        for (place, one) in self.stretches.iter().enumerate() {
            let end = one.wall.saturating_add(one.length).saturating_add(SLACK);
            let begin = match reached {
                None => i64::MIN,
                // After a step forward, the stamps in between belong to the beginning of the later stretch.
                Some(before) => before.saturating_add(1).min(one.wall.saturating_sub(SLACK)),
            };
            let last_old = match (limit >= one.steady, place == 0 && one.believed) {
                (false, false) => None,
                _ => Some(one.wall.saturating_add(limit.saturating_sub(one.steady)).min(end)),
            };
            match last_old.filter(|last| *last >= begin) {
                Some(last) => {
                    old.push((begin, last));
                    if last < end {
                        young.push((last + 1, end));
                    }
                }
                None => young.push((begin, end)),
            }
            reached = Some(reached.map_or(end, |before| before.max(end)));
        }
        young.iter().fold(united(old), |spans, hole| without(spans, *hole))
    }

    /// The greatest possible age of what was stamped then, in milliseconds; `None` if it cannot be known, because the machine
    /// has been started again since, or no recorded clock can have shown that time.
    ///
    /// The age is exact up to the difference that the clocks may have without a step. Unlike in [`Timeline::older_than`], a
    /// stamp that several stretches could have made belongs to the oldest of them.
    pub(crate) fn age(&self, stamp: Millis) -> Option<i64> {
        let may_have_made = |one: &Stretch| {
            let end = one.wall.saturating_add(one.length).saturating_add(SLACK);
            (one.wall..=end).contains(&stamp.0)
        };
        let mut oldest = None;
        for (place, one) in self.stretches.iter().enumerate().filter(|(_, one)| may_have_made(one)) {
            let later = &self.stretches[place + 1..];
            if later.iter().any(|stretch| stretch.booted) {
                return None;
            }
            let made = one.steady.saturating_add(stamp.0.saturating_sub(one.wall));
            let ended = later.first().map_or(self.steady, |next| next.steady);
            oldest = oldest.max(Some(self.steady.saturating_sub(made.min(ended))));
        }
        oldest
    }

    fn current(&self) -> Stretch {
        let none = Stretch { wall: 0, steady: 0, length: 0, believed: false, booted: true };
        self.stretches.last().copied().unwrap_or(none)
    }
}

fn millis(age: Duration) -> i64 {
    i64::try_from(age.as_millis()).unwrap_or(i64::MAX)
}

/// The same stamps as spans in order which do not overlap.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match all.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

/// These stamps without those of the hole.
fn without(spans: Vec<Span>, (from, to): Span) -> Vec<Span> {
    let cut = |(begin, end): Span| {
        let before = (begin < from).then(|| (begin, end.min(from.saturating_sub(1))));
        let after = (end > to).then(|| (begin.max(to.saturating_add(1)), end));
        let apart = end < from || begin > to;
        if apart { [Some((begin, end)), None] } else { [before, after] }
    };
    spans.into_iter().flat_map(cut).flatten().collect()
}

#[cfg(test)]
mod tests;
