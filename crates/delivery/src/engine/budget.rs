//! The calls that InMoment allows in a window, and how many of them are left.
//!
//! # Policy
//! * InMoment counts calls per account in fixed windows (a minute) and says in every reply how many are left and when
//!   the window ends (docs/facts/inmoment-api.md#rate-limit). A successful reply without these headers means
//!   that calls are not limited, if no reply to this process has named a limit: one such reply is enough if no limit is
//!   known, and [`BARE_REPLIES`] of them lift the limit of a former process's record.
//! * Until the first reply the limit is unknown, so one call at a time is sent.
//! * Within a window, each call that is sent is subtracted at once; a reply can only lower the remaining number
//!   (another program may use the same account), and never raise it.
//! * A window counts as over one second after the end that InMoment named, because its times are whole seconds. Calls
//!   that are still under way then are charged to the new window, because InMoment may have counted them there.
//! * Windows follow each other without a gap, even while nothing is sent. A late reply from a window that is over
//!   changes nothing. A call that was lost near the end of a window, or when the window may have been over already, is
//!   charged to the next one as well.
//! * A reply fixes the end of its window only to an interval as long as the call was under way. The intervals of
//!   several replies for one window are intersected, so that a slow reply does not move the boundary, from which all
//!   later windows follow. A reply that may belong to this window or to another one lowers the remaining number here.
//!   A reply that names an end where no window can end replaces what was known, because a wrong reply gave that.
//! * After a restart the former process's record applies until the first reply, which replaces it. If the record's
//!   window is over, the limit is known and the remaining number is not, so one call at a time is sent until a reply
//!   names it. Until then nothing is recorded, because the former process's record makes the next process equally
//!   careful.
//! * Calls that the journal has in flight may still arrive at InMoment. If the record's window is over, the first
//!   reply may not have counted them, so they are subtracted from its remaining number.
//! * A 429 closes the budget until the window ends; if the reply does not name the end, for a minute.
//! * **Each window allows at least one call, whatever the peer's headers say.** The headers are clamped ([`BelievedLimit`]): a
//!   limit of 1 to [`MOST_CALLS`], a remaining number not above the limit, and an end within [`WINDOW_SECS`]. A former
//!   process's record is clamped in the same way. So a call can be sent at the latest one window after the last reply.
//!
//! All instants are monotonic milliseconds; [`BudgetRecord`] carries the state over a restart in wall-clock time.

use crate::clock::Now;
use event::Millis;
use journal::BudgetRecord;
use std::collections::VecDeque;

/// InMoment's window (docs/facts/inmoment-api.md#rate-window). A later end in a reply is clamped to it: if windows
/// should become longer one day, a few calls are refused at the end of each minute, and none is lost.
const WINDOW_SECS: u32 = 60;
/// A higher limit is clamped to this one.
const MOST_CALLS: u32 = 1_000_000;
/// Times in replies are whole seconds, so the end may be up to this much later than the reply says.
const MARGIN_MS: u64 = 1_000;
/// Two readings of one window's end differ by less than this; the ends of two windows differ by more.
const SAME_END_MS: u64 = 2_000;
/// This many replies without rate headers lift a limit that a former process recorded.
const BARE_REPLIES: u32 = 3;
/// A window may be over this long before it certainly is.
const BOUNDARY_MS: u64 = 3_000;
/// How many seconds with lost calls are remembered.
const LOST_SECONDS: usize = 600;

/// The calls that InMoment allows, for the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetGlance {
    /// the calls of a window
    pub limit: u32,
    /// calls that may be sent before `more_at`
    pub left: u32,
    /// when the next window begins, in which `limit` calls may be sent
    pub more_at: Millis,
}

impl BudgetGlance {
    /// The earliest time at which the last of this many calls may be sent; `now` if the remaining calls suffice.
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

/// The state of the allowed calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget {
    knowledge: WindowKnowledge,
    outstanding: u32,
    /// Calls that were lost so late in the window that they may count in the next one.
    carried: u32,
    /// The number of lost calls by second, kept as long as a reply that did not count them may be under way.
    lost: VecDeque<(u64, u32)>,
    /// The number of replies without rate headers.
    bare: u32,
    /// Calls that were lost before the first reply that named a limit.
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
    /// The window is certainly not over before this time; unknown for an inherited window.
    ends_from: u64,
    /// The window is certainly over at this time; unknown from its beginning to its first reply.
    ends_at: Option<u64>,
    /// The time at which the window before it was certainly over.
    began_at: u64,
    /// The window comes from a former process and no reply has confirmed it: that process's last calls may count in the
    /// next window.
    inherited: bool,
    /// The window before it was inherited: one call at a time is sent until a reply names the remaining number.
    unsure: bool,
}

/// The rate headers of a reply, unchanged.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quota {
    /// the calls of a window
    pub(crate) limit: Option<u32>,
    /// how many calls of the window are left
    pub(crate) remaining: Option<u32>,
    /// seconds from the reply until the window ends
    pub(crate) resets_in_secs: Option<u32>,
}

/// The values of a reply or a record, clamped to their bounds.
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
    /// The time at which the window is certainly over; if no reply has named its end, the length of a window after the
    /// one before.
    fn end(&self) -> u64 {
        self.ends_at.unwrap_or(self.began_at + u64::from(WINDOW_SECS) * 1_000 + MARGIN_MS)
    }
}

impl Budget {
    /// Continues from a former process's record. If the record's window is over, the limit is known and the remaining
    /// number is not, so one call at a time is sent until a reply names it.
    ///
    /// `in_flight`: the number of the former process's calls that got no answer.
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

    /// Takes a permit for one call, if a call may be sent now.
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

    /// Returns a permit whose call is not made. Its place in the window is not used again, because a reply that came
    /// meanwhile may not have allowed for it.
    pub(crate) fn give_back(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
    }

    /// Whether InMoment sets no limit, as far as is known.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.knowledge == WindowKnowledge::Unlimited
    }

    /// Whether a 429 has closed the budget for now.
    pub(crate) fn is_closed(&self, now: Now) -> bool {
        self.closed_until.is_some_and(|until| now.mono < until)
    }

    /// Takes in a successful reply, a 429, or any other reply with rate headers. [`Self::lost`] takes in every other
    /// outcome of a call.
    pub(crate) fn settle(&mut self, now: Now, sent_at: u64, rate: Quota, refused: bool) {
        self.roll(now);
        self.outstanding = self.outstanding.saturating_sub(1);
        if let (Some(limit), Some(remaining)) = (rate.limit, rate.remaining) {
            self.learn(now, sent_at, BelievedLimit::by(limit, remaining, rate.resets_in_secs));
        } else if !refused && self.is_hearsay() {
            // A proxy's page may look like success, so several such replies are needed to lift a known limit.
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

    /// Takes in that a call got no reply, or an error other than 429 without rate headers, which may come from a proxy:
    /// InMoment may or may not have counted the call.
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
        let is_hearsay = self.is_hearsay();
        if let WindowKnowledge::Window(window) = &self.knowledge {
            // InMoment's next window may have begun already, so this call may count there. After a slow reply, that may
            // be long before this window is certainly over.
            let may_be_over = !is_hearsay && now.mono >= window.ends_from;
            self.carried += u32::from(may_be_over || now.mono + BOUNDARY_MS >= window.end());
        }
    }

    /// When the next call may be sent; `None` if one may be sent now.
    pub(crate) fn next_at(&self, now: Now) -> Option<u64> {
        let window_end = match &self.knowledge {
            WindowKnowledge::Window(window) if window.remaining == 0 => Some(window.end()),
            _ => None,
        };
        window_end.into_iter().chain(self.closed_until).filter(|at| *at > now.mono).max()
    }

    /// The calls that may be sent now, and when more may be, if InMoment has named a limit. The status takes both its
    /// next call and the end of a backlog from here, so that the two agree.
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

    /// Whether all calls of the window are made, or InMoment has refused one. It is false while a single call finds out
    /// the remaining number.
    pub(crate) fn is_spent(&self, now: Now) -> bool {
        self.next_at(now).is_some()
    }

    /// The limit, if InMoment has named one.
    pub(crate) fn limit(&self) -> Option<u32> {
        match &self.knowledge {
            WindowKnowledge::Window(window) => Some(window.limit),
            WindowKnowledge::Nothing | WindowKnowledge::Unlimited => None,
        }
    }

    /// The record for the journal, so that a restart does not exceed the remaining number. `None` if that is not known;
    /// the journal's former record stays then.
    pub(crate) fn to_keep(&self, now: Now) -> Option<BudgetRecord> {
        let is_known = matches!(&self.knowledge, WindowKnowledge::Window(window) if !window.unsure);
        self.record(now).filter(|_| is_known)
    }

    /// The limit and the remaining number, as far as they are known, for people.
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

    /// Whether no reply to this process has named a limit.
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
        // Windows follow each other without a gap, even while nothing is sent.
        let over = now.mono - window.end();
        let length = u64::from(WINDOW_SECS) * 1_000;
        window.began_at = window.end() + over / length * length;
        window.ends_from += over / length * length + length;
        window.ends_at = None;
        window.unsure |= std::mem::take(&mut window.inherited);
        // With nothing under way, one call is sent even if lost calls may have used up all others: a refusal costs less
        // than a window without a try.
        let floor = u32::from(self.outstanding == 0);
        window.remaining =
            window.limit.saturating_sub(self.outstanding).saturating_sub(self.carried).max(floor);
        (self.carried, self.lost_on_hearsay) = (0, 0);
    }

    /// The calls that were lost since then: a reply to a call that was sent then may not have counted them.
    fn lost_since(&self, sent_at: u64) -> u32 {
        let since = self.lost.iter().rev().take_while(|(second, _)| *second >= sent_at / 1_000);
        since.fold(0, |sum, (_, calls)| sum.saturating_add(*calls))
    }

    fn learn(&mut self, now: Now, sent_at: u64, told: BelievedLimit) {
        let lost_since = self.lost_since(sent_at);
        let BelievedLimit { limit, remaining, resets_in_ms: resets_in } = told;
        let earliest = (sent_at + resets_in).saturating_sub(MARGIN_MS);
        let latest = now.mono + resets_in + MARGIN_MS;
        // The window of the time between the last boundary and this reply is not known yet, so it counts as the window
        // that the reply names.
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
            // This is the first reply that names the limit. It may not have counted the calls that were lost meanwhile.
            let lost = std::mem::take(&mut self.lost_on_hearsay);
            *window = fresh(lost);
            return;
        }
        let (end, length) = (window.end(), u64::from(WINDOW_SECS) * 1_000);
        if earliest > end + SAME_END_MS {
            // Calls that were lost near the end of the former window may count in this one without being in the reply.
            let carried = std::mem::take(&mut self.carried);
            *window = Window { began_at: end, ..fresh(carried) };
            return;
        }
        let of_former = earliest <= window.began_at + SAME_END_MS && window.began_at > 0;
        let of_this = latest + SAME_END_MS >= window.ends_from;
        if of_former && !of_this {
            return;
        }
        let former_end = if window.began_at > 0 { window.began_at } else { end.saturating_sub(length) };
        if !of_this && earliest > former_end + SAME_END_MS {
            // No window ends there, so a wrong reply gave the end that is known.
            *window = Window { remaining: window.remaining.min(left(0)), ..fresh(0) };
            return;
        }
        window.limit = limit;
        window.remaining = window.remaining.min(remaining);
        let of_next = latest + SAME_END_MS >= window.ends_from + length;
        if earliest > end || of_next {
            // A wait that is too long wastes calls; one that is too short leads to a refusal.
            window.ends_at = Some(end.max(latest));
        } else if of_this && !of_former {
            window.ends_from = window.ends_from.max(earliest);
            window.ends_at = Some(end.min(latest));
        }
    }
}

#[cfg(test)]
mod tests;
