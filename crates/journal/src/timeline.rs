//! How old something is, when the wall clock cannot be trusted.
//!
//! # Policy
//! * Rows are stamped by the wall clock, and a wall clock may be set years forward and back. Age is therefore never
//!   wall time less stamp. It is the time that truly passed, counted by a clock that nobody can set ([`Elapsed`]; the
//!   boot clock of the system), and the timeline says which stamps belong to which of that time.
//! * The timeline is a list of **stretches**. Within a stretch the wall clock and the counting clock went side by side,
//!   so that a stamp in it tells when it was made. When the two part by more than [`TOLERANCE`], the wall clock was
//!   set: a new stretch begins where time truly stands, and the step counts as no time at all.
//! * A counting clock ends with its boot. Whether a machine was switched off for a month or its clock was set a month
//!   ahead meanwhile, nobody can tell. Between two boots no time counts as passed. A restart in the same boot counts
//!   exactly.
//! * A stamp that several stretches could have made is taken for the youngest of them. A stamp between two stretches
//!   belongs to the beginning of the later one.
//! * A stamp from before the first stretch is believed only where something was stored already when the timeline began.
//!   Otherwise a clock made it that was never noted, and it counts as made at the beginning.
//!
//! So nothing is removed before it is truly as old as it must be, whatever the wall clock does and for how long. The
//! price is paid on the other side: after a boot or a step, what was stored before is kept for as much longer as could
//! not be counted, at most for one more of its ages; what is stored after it goes in time. No operator has to confirm
//! anything. What was stamped in the future by a clock that has been set back is judged by the same list.

use event::Millis;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The two clocks may part by so much within a stretch: a correction, a leap second, the drift of two weeks.
const TOLERANCE: i64 = 60_000;

/// A stretch has made stamps up to so much beyond what was last noted of it: what a crash kept from being noted.
const SLACK: i64 = 10 * 60_000;

/// More stretches are not kept; the oldest is let go of, and its stamps count as made when the next one began.
const STRETCHES: usize = 64;

/// A reading of a clock that counts the time that passes and that nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Elapsed {
    /// which run of that clock it is, e.g. the boot's id; readings of two runs cannot be compared
    pub run: String,
    /// milliseconds since that run began
    pub millis: i64,
}

/// Stamps from the first to the second, both included.
pub(crate) type Span = (i64, i64);

/// The wall clock was found elsewhere than the time that passed says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// by how many milliseconds it is ahead; negative when it was set back
    pub(crate) by: i64,
    /// the counting clock began anew, so that a step forward may be the time that the machine was off
    pub(crate) restarted: bool,
}

/// A time in which wall clock and counting clock went side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    /// what the wall clock showed when it began
    wall: i64,
    /// how much time had truly passed by then
    steady: i64,
    /// how far the wall clock is known to have come in it
    length: i64,
    /// stamps before its beginning are believed: something was stored already when the timeline began
    believed: bool,
    /// it began with a boot, or nobody knows how: how much time passed before it cannot be told
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
    /// how many steps of the wall clock were met, those at a boot not counted
    steps: u64,
}

impl Timeline {
    /// A timeline that begins now. `newest` is the newest stamp that is stored already; what is stored is believed as
    /// far as that, and the wall clock is measured against it.
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
        // The run before is unknown, so that the way from the newest stamp to now counts as a boot.
        timeline.observe(wall, elapsed);
        timeline
    }

    /// Takes a reading of both clocks; tells of a step of the wall clock.
    pub(crate) fn observe(&mut self, wall: Millis, elapsed: Elapsed) -> Option<Step> {
        let restarted = elapsed.run != self.elapsed.run;
        let passed = if restarted { 0 } else { elapsed.millis.saturating_sub(self.elapsed.millis).max(0) };
        let before = self.current();
        let last = before.wall.saturating_add(before.length);
        self.steady = self.steady.saturating_add(passed);
        // A reading that is older than the last one (two threads) tells nothing new.
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
        // The clocks may also have parted little by little: then there was no step.
        let by = wall.0.saturating_sub(last.saturating_add(passed));
        let step = (by.saturating_abs() > TOLERANCE).then_some(Step { by, restarted });
        if step.is_some() && !restarted {
            self.steps += 1;
        }
        step
    }

    /// How many steps of the wall clock were met while the system ran.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Did a stretch begin within so much time? Then wall time less this age says nothing.
    pub(crate) fn parted_within(&self, age: Duration) -> bool {
        let reach = self.steady.saturating_sub(millis(age));
        self.stretches.len() > 1 && self.current().steady >= reach
    }

    /// Lets go of stretches that ended so long ago that nothing stamped in them is kept any more.
    pub(crate) fn forget(&mut self, age: Duration) {
        let reach = self.steady.saturating_sub(millis(age)).saturating_sub(TOLERANCE + SLACK);
        let gone = self.stretches.windows(2).take_while(|pair| pair[1].steady < reach).count();
        self.stretches.drain(..gone);
    }

    /// The stamps of everything that is truly older than this, as spans in order that do not meet.
    pub(crate) fn older_than(&self, age: Duration) -> Vec<Span> {
        let limit = self.steady.saturating_sub(millis(age)).saturating_sub(TOLERANCE);
        let (mut old, mut young) = (Vec::new(), Vec::new());
        let mut reached: Option<i64> = None;
        for (place, one) in self.stretches.iter().enumerate() {
            let end = one.wall.saturating_add(one.length).saturating_add(SLACK);
            let begin = match reached {
                None => i64::MIN,
                // After a step forward what lies between belongs to the beginning of the later one.
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

    /// How old what was stamped then is at most, in milliseconds; none where that cannot be told, for the machine has been started
    /// again since, or no clock of ours can have shown that time.
    ///
    /// Give or take what the clocks may part by without a step. The other way round than [`Timeline::older_than`]: a stamp that
    /// several stretches could have made is taken for the oldest.
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

/// The same stamps in spans that do not meet, in order.
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

/// These stamps but those of the hole.
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
