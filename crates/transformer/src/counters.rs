//! The counters of a transformer. No label has a value from a request.

use crate::group::Cost;
use std::sync::atomic::{AtomicU64, Ordering};

/// The purpose of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Surface {
    /// `/routerTransform`
    Router,
    /// `/:version/destinations/:destination`
    Processor,
    /// `/v0|v1/destinations/:destination/proxy`
    Proxy,
    /// passed on to the transformer behind this one
    Upstream,
    /// health, features, versions, unknown paths
    Other,
}

impl Surface {
    /// All of them.
    pub const ALL: [Surface; 5] =
        [Surface::Router, Surface::Processor, Surface::Proxy, Surface::Upstream, Surface::Other];

    /// A stable word for metrics.
    pub fn word(self) -> &'static str {
        match self {
            Surface::Router => "router",
            Surface::Processor => "processor",
            Surface::Proxy => "proxy",
            Surface::Upstream => "upstream",
            Surface::Other => "other",
        }
    }
}

/// What rudder-server does with a job after our answer (docs/facts/transformer.md#job-statuses).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobStatus {
    /// 200: it delivers the job
    Deliver,
    /// 429: it tries the job again, because the limit is used up
    Throttled,
    /// 408, 5xx: it tries the job again
    Retried,
    /// any other: it aborts the job
    Aborted,
}

impl JobStatus {
    /// All of them.
    pub const ALL: [JobStatus; 4] =
        [JobStatus::Deliver, JobStatus::Throttled, JobStatus::Retried, JobStatus::Aborted];

    /// A stable word for metrics.
    pub fn word(self) -> &'static str {
        match self {
            JobStatus::Deliver => "deliver",
            JobStatus::Throttled => "throttled",
            JobStatus::Retried => "retried",
            JobStatus::Aborted => "aborted",
        }
    }

    pub(crate) fn of(status: u16) -> JobStatus {
        match status {
            200..=299 => JobStatus::Deliver,
            429 => JobStatus::Throttled,
            408 | 500.. => JobStatus::Retried,
            _ => JobStatus::Aborted,
        }
    }
}

/// All counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Requests, in the order of [`Surface::ALL`].
    pub requests: [u64; Surface::ALL.len()],
    /// Jobs answered at the router and processor stages and delivered by the proxy, in the order of [`JobStatus::ALL`].
    pub jobs: [u64; JobStatus::ALL.len()],
    /// The number of look-ups that were made.
    pub look_ups: u64,
    /// The number of look-ups that were saved because another job of the same request was about the same end user.
    pub look_ups_shared: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: [AtomicU64; Surface::ALL.len()],
    jobs: [AtomicU64; JobStatus::ALL.len()],
    look_ups: AtomicU64,
    shared: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self, surface: Surface) {
        self.requests[surface as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn job(&self, status: u16) {
        self.jobs[JobStatus::of(status) as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn cost(&self, cost: Cost) {
        let count = |counter: &AtomicU64, by: usize| {
            counter.fetch_add(u64::try_from(by).unwrap_or(u64::MAX), Ordering::Relaxed);
        };
        count(&self.look_ups, cost.look_ups);
        count(&self.shared, cost.shared);
    }

    pub(crate) fn read(&self) -> Counts {
        Counts {
            requests: std::array::from_fn(|at| self.requests[at].load(Ordering::Relaxed)),
            jobs: std::array::from_fn(|at| self.jobs[at].load(Ordering::Relaxed)),
            look_ups: self.look_ups.load(Ordering::Relaxed),
            look_ups_shared: self.shared.load(Ordering::Relaxed),
        }
    }
}
