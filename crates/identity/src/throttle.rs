//! Sign-ins are slowed down when they fail, for the account and for the address they come from.
//!
//! The first few failures are free: people mistype. After each further one, attempts are refused for a wait that
//! doubles up to a quarter of an hour (exponential back-off). An attempt counts as failed from its beginning, so that
//! many at once gain nothing; a success takes that back. Refused attempts do not count, so trying does not make the
//! wait longer. Memory is bounded: old failures are forgotten, then the least recent ones.

use crate::random::digest;
use event::Millis;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

const FREE_FOR_AN_ACCOUNT: u32 = 5;
/// There are more for an address, because a whole office may share one.
const FREE_FOR_AN_ADDRESS: u32 = 20;
const FIRST_WAIT: i64 = 1_000;
const LONGEST_WAIT: i64 = 15 * 60_000;
const FORGOTTEN_AFTER: i64 = 60 * 60_000;
const REMEMBERED: usize = 10_000;

/// Counts failed sign-ins.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<Failures>);

#[derive(Debug, Default)]
struct Failures {
    accounts: Counts<String>,
    addresses: Counts<IpAddr>,
}

impl Throttle {
    /// Counts an attempt, which is about to be made.
    ///
    /// # Errors
    /// The wait, if the attempt must not be made now.
    pub(crate) fn begin(&self, now: Millis, account: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let account = key_of(account);
        let address = address.map(network);
        let mut failures = self.failures();
        let waits = [
            failures.accounts.wait(&account, now, FREE_FOR_AN_ACCOUNT),
            address.map_or(0, |address| failures.addresses.wait(&address, now, FREE_FOR_AN_ADDRESS)),
        ];
        if let Some(wait) = waits.into_iter().max().filter(|wait| *wait > 0) {
            return Err(Duration::from_millis(wait.unsigned_abs()));
        }
        failures.accounts.add(account, now);
        if let Some(address) = address {
            failures.addresses.add(address, now);
        }
        Ok(())
    }

    /// Records that the attempt succeeded: the account's count is reset, and for the address the attempt counts as not
    /// made.
    pub(crate) fn succeeded(&self, account: &str, address: Option<IpAddr>) {
        let mut failures = self.failures();
        failures.accounts.0.remove(&key_of(account));
        if let Some(address) = address {
            failures.addresses.take_back(&network(address));
        }
    }

    /// Records that the attempt was not carried out: it counts as not made.
    pub(crate) fn not_tried(&self, account: &str, address: Option<IpAddr>) {
        let mut failures = self.failures();
        failures.accounts.take_back(&key_of(account));
        if let Some(address) = address {
            failures.addresses.take_back(&network(address));
        }
    }

    fn failures(&self) -> std::sync::MutexGuard<'_, Failures> {
        // Counts are whole at every moment, also if a thread dies with the lock.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The key is a digest, so its size does not depend on the text that was typed, which may even be a password.
fn key_of(account: &str) -> String {
    digest(&account.to_ascii_lowercase())
}

/// An IPv6 customer has at least a /64 to choose addresses from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[derive(Debug)]
struct Counts<K>(HashMap<K, Count>);

#[derive(Debug, Clone, Copy)]
struct Count {
    failed: u32,
    last: i64,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Counts(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone> Counts<K> {
    /// The wait in milliseconds; 0: no wait.
    fn wait(&mut self, key: &K, now: Millis, free: u32) -> i64 {
        let Some(count) = self.0.get_mut(key).filter(|count| !count.is_forgotten(now)) else { return 0 };
        // A clock that was set back does not make the wait longer: it begins again, once.
        count.last = count.last.min(now.0);
        let Some(beyond) = count.failed.checked_sub(free) else { return 0 };
        let doubled = 1_i64.checked_shl(beyond.min(32)).unwrap_or(i64::MAX);
        let wait = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        count.last.saturating_add(wait).saturating_sub(now.0)
    }

    fn add(&mut self, key: K, now: Millis) {
        if !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let count = self.0.entry(key).or_insert(Count { failed: 0, last: now.0 });
        if count.is_forgotten(now) {
            count.failed = 0;
        }
        count.failed = count.failed.saturating_add(1);
        count.last = now.0;
    }

    fn take_back(&mut self, key: &K) {
        let Some(count) = self.0.get_mut(key) else { return };
        count.failed = count.failed.saturating_sub(1);
        if count.failed == 0 {
            self.0.remove(key);
        }
    }

    fn make_room(&mut self, now: Millis) {
        if self.0.len() < REMEMBERED {
            return;
        }
        self.0.retain(|_, count| !count.is_forgotten(now));
        if self.0.len() < REMEMBERED {
            return;
        }
        let oldest = self.0.iter().min_by_key(|(_, count)| count.last).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            self.0.remove(&oldest);
        }
    }
}

impl Count {
    fn is_forgotten(self, now: Millis) -> bool {
        now.0.saturating_sub(self.last) >= FORGOTTEN_AFTER
    }
}

#[cfg(test)]
mod tests;
