//! The calls InMoment allows, and how many of them are left.
//!
//! # Policy
//! * InMoment counts calls per account in fixed windows (a minute) and says in every reply how many are left and when
//!   the window ends (docs/facts/inmoment-api.md#rate-limit). A reply without these headers means: not limited.
//! * Until the first reply nothing is known, so one call at a time is let out.
//! * Within a window, calls let out are subtracted at once; a reply can only lower what is left (somebody else may be
//!   using the same account), never raise it.
//! * A window counts as over one second after the end InMoment named: its times are whole seconds. Calls still under
//!   way then are charged to the new window, for InMoment may have counted them there.
//! * Windows follow each other without a gap, also while nothing is sent. A late reply from a window already over
//!   changes nothing. A call lost near the end of a window is charged to the next one too.
//! * A reply names the end of its window no better than its own time under way lets it: somewhere between two instants.
//!   What several replies say of one window is taken together, so that a slow one does not move the turn of the windows
//!   (all later ones follow from it). A reply that may be of this window or of another lowers what is left here.
//! * After a restart the former process's record holds until the first reply, which is better than hearsay. If its
//!   window is over, the limit is known and what is left is not: one call at a time until a reply tells. Until then
//!   nothing is recorded: a process that does not know what is left has nothing to hand on, and what the former one
//!   recorded makes its successor as careful.
//! * Calls that the journal has in flight may arrive yet. Where the record's window is over, nobody has counted them: they
//!   are taken off what the first reply says is left.
//! * A 429 closes the budget until the window ends; without a word about that, for a minute.
//! * **Whatever a peer says, each window lets at least one call out.** Its words are believed within bounds ([`BelievedLimit`]): a limit
//!   of 1 to [`MOST_CALLS`], of which no more than all are left, and an end within [`WINDOW_SECS`]. What a former process has
//!   recorded is believed no further. So a call goes out at the latest one window after the last reply.
//!
//! All instants are monotonic milliseconds; [`BudgetRecord`] carries the state over a restart by the wall clock.

use crate::clock::Now;
use event::Millis;
use journal::BudgetRecord;
use std::collections::VecDeque;

/// InMoment's window (docs/facts/inmoment-api.md#rate-window). A reply that names a later end is believed for so long only: should windows be longer
/// one day, a few calls are refused at the end of each minute, and none is lost.
const WINDOW_SECS: u32 = 60;
/// A higher limit counts as this one.
const MOST_CALLS: u32 = 1_000_000;
/// Whole seconds on the wire: the end may be up to this much later than it reads.
const MARGIN_MS: u64 = 1_000;
/// Two readings of one window's end differ by less than this; two windows' ends by more.
const SAME_END_MS: u64 = 2_000;
/// So many replies without rate headers lift a limit that a former process knew.
const BARE_REPLIES: u32 = 3;
/// A window may really be over this long before it surely is.
const BOUNDARY_MS: u64 = 3_000;
/// So many seconds with lost calls are remembered.
const LOST_SECONDS: usize = 600;

/// What InMoment allows, as a status tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetGlance {
    /// calls of a window
    pub limit: u32,
    /// calls that may go out before `more_at`
    pub left: u32,
    /// when a whole window's calls may go out again
    pub more_at: Millis,
}

impl BudgetGlance {
    /// The earliest time at which the last of so many calls may go out; `now` where what is left will do.
    pub fn last_of(&self, now: Millis, calls: u64) -> Millis {
        let Some(later) = calls.checked_sub(u64::from(self.left)).filter(|later| *later > 0) else {
            return now;
        };
        let windows = i64::try_from((later - 1) / u64::from(self.limit.max(1))).unwrap_or(i64::MAX);
        Millis(
            self.more_at.0.saturating_add(windows.saturating_mul(i64::from(WINDOW_SECS) * 1_000)).max(now.0),
        )
    }
}

/// What is left of the allowed calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget {
    knowledge: WindowKnowledge,
    outstanding: u32,
    /// Lost so late in the window that they may count in the next one.
    carried: u32,
    /// How many calls were lost in which second, as long as a reply may be under way that did not count them.
    lost: VecDeque<(u64, u32)>,
    /// Replies without rate headers.
    bare: u32,
    /// Calls lost before the first reply that named a limit.
    lost_on_hearsay: u32,
    closed_until: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum WindowKnowledge {
    #[default]
    Nothing,
    Unlimited,
    Window(Window),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Window {
    limit: u32,
    remaining: u32,
    /// It surely is not over before; for one that is inherited, nothing is known of that.
    ends_from: u64,
    /// When it surely is over; unknown from its beginning to its first reply.
    ends_at: Option<u64>,
    /// When the window before it surely was over.
    began_at: u64,
    /// From a former process, and not confirmed by a reply: that one's last calls may count in the next window.
    inherited: bool,
    /// The window before it was: one call at a time, until a reply tells what is left.
    unsure: bool,
}

/// What a reply says of the limit, as it says it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quota {
    /// calls of a window
    pub(crate) limit: Option<u32>,
    /// how many of them are left
    pub(crate) remaining: Option<u32>,
    /// seconds from the reply until the window ends
    pub(crate) resets_in_secs: Option<u32>,
}

/// What a reply or a record says, as far as it is believed.
#[derive(Clone, Copy)]
struct BelievedLimit {
    limit: u32,
    remaining: u32,
    resets_in_ms: u64,
}

impl BelievedLimit {
    fn by(limit: u32, remaining: u32, resets_in_secs: Option<u32>) -> Self {
        let limit = limit.clamp(1, MOST_CALLS);
        let resets_in_secs = resets_in_secs.unwrap_or(WINDOW_SECS).min(WINDOW_SECS);
        BelievedLimit {
            limit,
            remaining: remaining.min(limit),
            resets_in_ms: u64::from(resets_in_secs) * 1_000,
        }
    }
}

impl Window {
    /// When it surely is over; where no reply has named its end, as long as a window lasts after the one before.
    fn end(&self) -> u64 {
        self.ends_at.unwrap_or(self.began_at + u64::from(WINDOW_SECS) * 1_000 + MARGIN_MS)
    }
}

impl Budget {
    /// Takes up where a former process left off. A record whose window is over says how many calls there are, not how
    /// many are left: one at a time goes out until a reply tells.
    ///
    /// `in_flight`: calls of the former process that were never answered.
    pub(crate) fn restore(record: Option<BudgetRecord>, in_flight: usize, now: Now) -> Self {
        let Some(record) = record else { return Budget::default() };
        let length = i64::from(WINDOW_SECS) * 1_000;
        let left = record.resets_at.0.saturating_sub(now.wall.0);
        let over = left <= 0;
        let left = if over { length - left.saturating_neg() % length } else { left };
        let longest = u64::from(WINDOW_SECS) * 1_000 + MARGIN_MS;
        let told = BelievedLimit::by(record.limit, record.remaining, None);
        let knowledge = WindowKnowledge::Window(Window {
            limit: told.limit,
            remaining: if over { told.limit } else { told.remaining },
            ends_from: now.mono,
            ends_at: Some(now.mono + u64::try_from(left).unwrap_or(0).min(longest)),
            began_at: 0,
            inherited: true,
            unsure: over,
        });
        let in_flight = u32::try_from(in_flight).unwrap_or(u32::MAX);
        Budget { knowledge, lost_on_hearsay: if over { in_flight } else { 0 }, ..Budget::default() }
    }

    /// Takes one call out, if one may go now.
    pub(crate) fn take(&mut self, now: Now) -> bool {
        self.roll(now);
        if self.is_closed(now) {
            return false;
        }
        self.closed_until = None;
        let free = match &mut self.knowledge {
            WindowKnowledge::Nothing => self.outstanding == 0,
            WindowKnowledge::Unlimited => true,
            WindowKnowledge::Window(window) if window.unsure && self.outstanding > 0 => false,
            WindowKnowledge::Window(window) if window.remaining > 0 => {
                window.remaining -= 1;
                true
            }
            WindowKnowledge::Window(_) => false,
        };
        self.outstanding += u32::from(free);
        free
    }

    /// A call that was taken out is not made after all. Its place in the window is not given to another: a reply that came
    /// meanwhile may not have counted on it.
    pub(crate) fn give_back(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
    }

    /// InMoment sets no limit, as far as is known.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.knowledge == WindowKnowledge::Unlimited
    }

    /// A refusal has closed it for now.
    pub(crate) fn is_closed(&self, now: Now) -> bool {
        self.closed_until.is_some_and(|until| now.mono < until)
    }

    /// A call's answer has come, with these headers (all empty if it never reached InMoment).
    pub(crate) fn settle(&mut self, now: Now, sent_at: u64, rate: Quota, refused: bool) {
        self.roll(now);
        self.outstanding = self.outstanding.saturating_sub(1);
        if let (Some(limit), Some(remaining)) = (rate.limit, rate.remaining) {
            self.learn(now, sent_at, BelievedLimit::by(limit, remaining, rate.resets_in_secs));
        } else if !refused && self.is_hearsay() {
            // A proxy's page may look like success: a limit that was known takes several to be forgotten.
            self.bare += 1;
            if self.knowledge == WindowKnowledge::Nothing || self.bare >= BARE_REPLIES {
                self.knowledge = WindowKnowledge::Unlimited;
            }
        }
        if refused {
            let secs = rate.resets_in_secs.unwrap_or(WINDOW_SECS).clamp(1, WINDOW_SECS);
            let until = now.mono + u64::from(secs) * 1_000 + MARGIN_MS;
            self.closed_until = Some(self.closed_until.map_or(until, |u| u.max(until)));
        }
    }

    /// A call was never answered, or by somebody who knows nothing of the budget: it may or may not have been counted.
    pub(crate) fn lost(&mut self, now: Now) {
        self.roll(now);
        self.outstanding = self.outstanding.saturating_sub(1);
        self.lost_on_hearsay += u32::from(self.is_hearsay());
        let second = now.mono / 1_000;
        match self.lost.back_mut() {
            Some((last, calls)) if *last == second => *calls = calls.saturating_add(1),
            _ => self.lost.push_back((second, 1)),
        }
        if self.lost.len() > LOST_SECONDS {
            self.lost.pop_front();
        }
        if let WindowKnowledge::Window(window) = &self.knowledge {
            // InMoment's next window may have begun already, and this call may be the first in it.
            self.carried += u32::from(now.mono + BOUNDARY_MS >= window.end());
        }
    }

    /// When a call may go that may not go now.
    pub(crate) fn next_at(&self, now: Now) -> Option<u64> {
        let window_end = match &self.knowledge {
            WindowKnowledge::Window(window) if window.remaining == 0 => Some(window.end()),
            _ => None,
        };
        window_end.into_iter().chain(self.closed_until).filter(|at| *at > now.mono).max()
    }

    /// What may go out now, and when more may, where InMoment named a limit. What a status says of its next call and of the
    /// end of a backlog comes from here alone, so that the two agree.
    pub(crate) fn allowance(&self, now: Now) -> Option<BudgetGlance> {
        let mut current = self.clone();
        current.roll(now);
        let WindowKnowledge::Window(window) = &current.knowledge else { return None };
        Some(BudgetGlance {
            limit: window.limit,
            left: if current.is_closed(now) { 0 } else { window.remaining },
            more_at: now.wall_at(current.next_at(now).unwrap_or(window.end())),
        })
    }

    /// All calls of the window are made, or InMoment has refused one. Not so while one call shows what is left.
    pub(crate) fn is_spent(&self, now: Now) -> bool {
        self.next_at(now).is_some()
    }

    /// The limit, where InMoment named one.
    pub(crate) fn limit(&self) -> Option<u32> {
        match &self.knowledge {
            WindowKnowledge::Window(window) => Some(window.limit),
            WindowKnowledge::Nothing | WindowKnowledge::Unlimited => None,
        }
    }

    /// For the journal, so that a restart does not exceed what is left. None where that is not known: what the journal has
    /// holds on.
    pub(crate) fn to_keep(&self, now: Now) -> Option<BudgetRecord> {
        let is_known = matches!(&self.knowledge, WindowKnowledge::Window(window) if !window.unsure);
        self.record(now).filter(|_| is_known)
    }

    /// The limit and what is left of it, as far as is known, for people.
    pub(crate) fn record(&self, now: Now) -> Option<BudgetRecord> {
        let WindowKnowledge::Window(window) = &self.knowledge else { return None };
        let left =
            i64::try_from(window.end()).unwrap_or(i64::MAX) - i64::try_from(now.mono).unwrap_or(i64::MAX);
        Some(BudgetRecord {
            limit: window.limit,
            remaining: window.remaining,
            resets_at: Millis(now.wall.0.saturating_add(left)),
        })
    }

    /// No reply to this process has named a limit.
    fn is_hearsay(&self) -> bool {
        match &self.knowledge {
            WindowKnowledge::Nothing => true,
            WindowKnowledge::Unlimited => false,
            WindowKnowledge::Window(window) => window.inherited || window.unsure,
        }
    }

    fn roll(&mut self, now: Now) {
        let WindowKnowledge::Window(window) = &mut self.knowledge else { return };
        if now.mono < window.end() {
            return;
        }
        // Windows follow each other without a gap, also while nothing is sent.
        let over = now.mono - window.end();
        let length = u64::from(WINDOW_SECS) * 1_000;
        window.began_at = window.end() + over / length * length;
        window.ends_from += over / length * length + length;
        window.ends_at = None;
        window.unsure |= std::mem::take(&mut window.inherited);
        // With nothing under way one call goes out even where all of them may have been used up by lost ones: a refusal
        // costs less than a window in which nothing is tried.
        let floor = u32::from(self.outstanding == 0);
        window.remaining =
            window.limit.saturating_sub(self.outstanding).saturating_sub(self.carried).max(floor);
        (self.carried, self.lost_on_hearsay) = (0, 0);
    }

    /// Calls that were lost since then: a reply to a call of then may have been written before they were counted.
    fn lost_since(&self, sent_at: u64) -> u32 {
        let since = self.lost.iter().rev().take_while(|(second, _)| *second >= sent_at / 1_000);
        since.fold(0, |sum, (_, calls)| sum.saturating_add(*calls))
    }

    fn learn(&mut self, now: Now, sent_at: u64, told: BelievedLimit) {
        let lost_since = self.lost_since(sent_at);
        let BelievedLimit { limit, remaining, resets_in_ms: resets_in } = told;
        let earliest = (sent_at + resets_in).saturating_sub(MARGIN_MS);
        let latest = now.mono + resets_in + MARGIN_MS;
        // What lies between the last turn and this reply is known of no window yet: it counts in the one that it names.
        let left =
            |lost: u32| remaining.saturating_sub(self.outstanding).saturating_sub(lost.max(lost_since));
        let fresh = |lost: u32| Window {
            limit,
            remaining: left(lost),
            ends_from: earliest,
            ends_at: Some(latest),
            began_at: 0,
            inherited: false,
            unsure: false,
        };
        let WindowKnowledge::Window(window) = &mut self.knowledge else {
            self.knowledge = WindowKnowledge::Window(fresh(0));
            return;
        };
        if window.inherited || window.unsure {
            // Better than hearsay. Calls lost meanwhile may not have been counted yet when this reply was written.
            let lost = std::mem::take(&mut self.lost_on_hearsay);
            *window = fresh(lost);
            return;
        }
        let end = window.end();
        if earliest > end + SAME_END_MS {
            // What was lost near the end of the former window may have come to this one after the reply was written.
            let carried = std::mem::take(&mut self.carried);
            *window = Window { began_at: end, ..fresh(carried) };
            return;
        }
        let of_former = earliest <= window.began_at + SAME_END_MS && window.began_at > 0;
        let of_this = latest + SAME_END_MS >= window.ends_from;
        if of_former && !of_this {
            return;
        }
        window.limit = limit;
        window.remaining = window.remaining.min(remaining);
        let of_next = latest + SAME_END_MS >= window.ends_from + u64::from(WINDOW_SECS) * 1_000;
        if earliest > end || of_next {
            // Waiting too long costs calls; not long enough, a refusal.
            window.ends_at = Some(end.max(latest));
        } else if of_this && !of_former {
            window.ends_from = window.ends_from.max(earliest);
            window.ends_at = Some(end.min(latest));
        }
    }
}

#[cfg(test)]
mod tests;
