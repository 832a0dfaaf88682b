//! An act that happens often gets one audit entry in five minutes, with its count, so that it does not flood the audit.

use event::Millis;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const EVERY: i64 = 5 * 60_000;
const REMEMBERED: usize = 10_000;

/// The entries that were written lately.
#[derive(Debug, Default)]
pub(crate) struct Lately(Mutex<HashMap<[String; 3], Written>>);

#[derive(Debug)]
struct Written {
    written_at: i64,
    since: u64,
}

impl Lately {
    /// Counts an act. Returns the count for the entry that is due now, or `None` while no entry is due.
    pub(crate) fn due(&self, now: Millis, who: &str, action: &str, subject: &str) -> Option<u64> {
        // The counts are consistent at every moment, even if a thread panics while it holds the lock.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = [who, action, subject].map(str::to_owned);
        if let Some(entry) = all.get_mut(&key) {
            entry.since += 1;
            // A clock that was set back must not suppress entries.
            if (0..EVERY).contains(&now.0.saturating_sub(entry.written_at)) {
                return None;
            }
            let times = entry.since;
            *entry = Written { written_at: now.0, since: 0 };
            return Some(times);
        }
        if all.len() >= REMEMBERED {
            all.retain(|_, entry| now.0.saturating_sub(entry.written_at) < EVERY);
        }
        if all.len() >= REMEMBERED {
            // An additional entry does less harm than a missing one.
            all.clear();
        }
        all.insert(key, Written { written_at: now.0, since: 0 });
        Some(1)
    }

    /// Forgets an entry that could not be written: the next act is due at once.
    pub(crate) fn not_written(&self, who: &str, action: &str, subject: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&[who, action, subject].map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_in_five_minutes_for_each_and_nothing_uncounted() {
        let lately = Lately::default();
        let due = |now, subject| lately.due(Millis(now), "ann", "event.view", subject);
        assert_eq!(due(0, "1.0"), Some(1));
        assert_eq!(due(1, "1.0"), None);
        assert_eq!(due(EVERY - 1, "1.0"), None);
        assert_eq!(due(2, "1.1"), Some(1));
        assert_eq!(lately.due(Millis(3), "bob", "event.view", "1.0"), Some(1));
        assert_eq!(due(EVERY, "1.0"), Some(3), "two in between and this one");
        assert_eq!(due(0, "1.0"), Some(1), "the clock was set back");
        lately.not_written("ann", "event.view", "1.0");
        assert_eq!(due(1, "1.0"), Some(1));
    }

    #[test]
    fn memory_is_bounded() {
        let lately = Lately::default();
        for n in 0..3 * REMEMBERED {
            assert_eq!(lately.due(Millis(0), "ann", "event.view", &n.to_string()), Some(1));
        }
        assert!(lately.0.lock().unwrap().len() <= REMEMBERED);
    }
}
