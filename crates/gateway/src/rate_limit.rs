//! The rate limit of a source for events and bytes: the generic cell rate algorithm (GCRA), as RudderStack counts
//! (docs/facts/gateway.md#rate-limit).
//!
//! One number is the state: the time at which the bucket will be empty again. An event costs `per / events` of time;
//! the bucket holds `events` of them and one more, so eleven events pass at once where ten are allowed
//! (docs/facts/gateway.md#check-25).
//!
//! There are two differences from RudderStack, so that no request is refused for ever:
//! * a batch that is larger than the bucket passes when the bucket is empty, and delays later ones accordingly;
//! * a clock that is set back does not lengthen the wait.

use crate::settings::{ByteLimit, RateLimit};
use event::Millis;
use std::num::NonZeroU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Parts of a nanosecond; a nanosecond is too coarse for bytes.
const PARTS: u128 = 1_000;

/// The bucket of one source. Times are thousandths of a nanosecond: a millisecond is too coarse if thousands of events
/// pass in one.
#[derive(Debug)]
pub(crate) struct Bucket {
    cost: u128,
    capacity: u128,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    /// when the bucket was last updated
    seen: u128,
    /// its content, as the time until it is empty
    owed: u128,
}

impl Bucket {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Bucket::of(limit.per, u64::from(limit.events.get()))
    }

    /// A bucket for bytes.
    pub(crate) fn of_bytes(limit: ByteLimit) -> Self {
        Bucket::of(limit.per, limit.bytes.get())
    }

    fn of(per: Duration, most: u64) -> Self {
        let window = per.as_nanos() * PARTS;
        let cost = (window / u128::from(most)).max(1);
        Bucket { cost, capacity: window + cost, level: Mutex::new(Level { seen: 0, owed: 0 }) }
    }

    /// The bucket for a changed limit of the same source. Its recent events still count, at the new rate, but at most
    /// like a full bucket.
    pub(crate) fn changed(&self, limit: RateLimit) -> Self {
        self.poured_into(Bucket::new(limit))
    }

    /// The bucket for a changed limit of bytes.
    pub(crate) fn changed_bytes(&self, limit: ByteLimit) -> Self {
        self.poured_into(Bucket::of_bytes(limit))
    }

    fn poured_into(&self, new: Bucket) -> Self {
        let level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let owed = (level.owed / self.cost * new.cost).min(new.capacity);
        Bucket { level: Mutex::new(Level { seen: level.seen, owed }), ..new }
    }

    /// Takes this many events or bytes at once, or returns after how many seconds they would fit.
    pub(crate) fn take(&self, events: u64, now: Millis) -> Result<(), NonZeroU64> {
        let now = u128::try_from(now.0).unwrap_or(0) * 1_000_000 * PARTS;
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        level.owed = level.owed.saturating_sub(now.saturating_sub(level.seen));
        level.seen = now;
        let price = self.cost * u128::from(events);
        let over = (level.owed + price.min(self.capacity)).saturating_sub(self.capacity);
        if over == 0 {
            level.owed += price;
            return Ok(());
        }
        Err(whole_seconds(over.div_ceil(PARTS)))
    }
}

fn whole_seconds(nanos: u128) -> NonZeroU64 {
    let second = Duration::from_secs(1).as_nanos();
    let seconds = u64::try_from(nanos.div_ceil(second)).unwrap_or(u64::MAX);
    NonZeroU64::new(seconds).unwrap_or(NonZeroU64::MIN)
}

#[cfg(test)]
mod tests;
