//! Time as a parameter. Waits use the monotonic reading, so a step of the wall clock delays nothing; time stamps that
//! outlive the process use the wall clock.

use event::Millis;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// wall clock
    pub wall: Millis,
    /// milliseconds since a fixed instant of this process; it never goes back
    pub mono: u64,
}

impl Now {
    /// The wall-clock time at which the monotonic clock has this reading; the present time if that is over.
    pub(crate) fn wall_at(self, mono: u64) -> Millis {
        let left = i64::try_from(mono.saturating_sub(self.mono)).unwrap_or(i64::MAX);
        Millis(self.wall.0.saturating_add(left))
    }
}

/// A source of time.
pub trait Clock: Send + Sync + 'static {
    /// Reads both clocks.
    fn now(&self) -> Now;

    /// Resolves when the monotonic clock has reached this reading.
    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The clocks of the operating system.
#[derive(Debug, Clone)]
pub struct SystemClock {
    origin: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock { origin: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { wall: Millis(millis_i64(since_epoch)), mono: millis(self.origin.elapsed()) }
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let left = mono.saturating_sub(self.now().mono);
        Box::pin(tokio::time::sleep(Duration::from_millis(left)))
    }
}

/// A clock for tests that only moves when it is advanced. Both readings advance together; the wall clock can also be
/// set alone.
#[derive(Debug, Default)]
pub struct ManualClock {
    state: Mutex<ManualState>,
}

#[derive(Debug, Default)]
struct ManualState {
    now: Now,
    sleepers: BTreeMap<u64, Vec<oneshot::Sender<()>>>,
}

impl ManualClock {
    /// Starts at this wall-clock reading.
    pub fn new(wall: Millis) -> Self {
        let now = Now { wall, mono: 0 };
        ManualClock { state: Mutex::new(ManualState { now, sleepers: BTreeMap::new() }) }
    }

    /// Advances both clocks, and wakes the sleepers whose time has come.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now.mono += millis(by);
        state.now.wall.0 += millis_i64(by);
        let later = state.now.mono + 1;
        let still_asleep = state.sleepers.split_off(&later);
        for sleeper in std::mem::replace(&mut state.sleepers, still_asleep).into_values().flatten() {
            // Sending fails if the sleeper was dropped.
            let _ = sleeper.send(());
        }
    }

    /// The earliest time at which a sleeper is woken (monotonic).
    pub fn next_sleeper(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sleepers.retain(|_, sleepers| {
            sleepers.retain(|sleeper| !sleeper.is_closed());
            !sleepers.is_empty()
        });
        state.sleepers.keys().next().copied()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).now
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.now.mono >= mono {
            return Box::pin(std::future::ready(()));
        }
        let (sender, receiver) = oneshot::channel();
        state.sleepers.entry(mono).or_default().push(sender);
        Box::pin(async move {
            // The clock was dropped, so it will never wake this sleeper.
            if receiver.await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// A duration in whole milliseconds, saturating.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn millis_i64(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
