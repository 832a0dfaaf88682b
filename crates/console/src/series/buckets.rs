//! Samples put into buckets. A sample holds totals as of its time, so what happened since the sample before it belongs
//! to the time that ends with it. When samples are missing between two, the server was down, and the events happened
//! just before its end or just after its start; they are counted with the later sample, so that the sum is complete.

use crate::frame::Frame;
use journal::{DestinationId, Sample};
use std::collections::BTreeMap;

/// One value for each bucket; `None` where there is no sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Buckets {
    pub(super) accepted: Vec<Option<u64>>,
    pub(super) delivered: Vec<Option<u64>>,
    pub(super) skipped: Vec<Option<u64>>,
    pub(super) dead: Vec<Option<u64>>,
    pub(super) pending: Vec<Option<u64>>,
    pub(super) calls: Vec<Option<u64>>,
    pub(super) calls_saved: Vec<Option<u64>>,
    pub(super) calls_allowed: Vec<Option<u64>>,
    pub(super) oldest_pending_s: Vec<Option<u64>>,
}

impl Buckets {
    /// Fills the buckets of all destinations. The samples of each must be in the order of their times.
    pub(super) fn filled(frame: &Frame, samples: &[Sample]) -> Buckets {
        let none = || vec![None; frame.count];
        let mut buckets = Buckets {
            accepted: none(),
            delivered: none(),
            skipped: none(),
            dead: none(),
            pending: none(),
            calls: none(),
            calls_saved: none(),
            calls_allowed: none(),
            oldest_pending_s: none(),
        };
        let mut by_destination: BTreeMap<DestinationId, Vec<&Sample>> = BTreeMap::new();
        for sample in samples {
            by_destination.entry(sample.destination).or_default().push(sample);
        }
        for samples in by_destination.values() {
            buckets.count(frame, samples);
            buckets.look(frame, samples);
        }
        buckets
    }

    /// Adds the differences between each sample and the one before.
    fn count(&mut self, frame: &Frame, samples: &[&Sample]) {
        for pair in samples.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            let Some(nth) = frame.of_end(after.at) else { continue };
            add(&mut self.accepted[nth], after.accepted.saturating_sub(before.accepted));
            add(&mut self.delivered[nth], after.delivered.saturating_sub(before.delivered));
            add(&mut self.skipped[nth], after.skipped.saturating_sub(before.skipped));
            add(&mut self.dead[nth], after.dead.saturating_sub(before.dead));
            add(&mut self.calls[nth], after.calls.saturating_sub(before.calls));
            add(&mut self.calls_saved[nth], after.calls_saved.saturating_sub(before.calls_saved));
            // InMoment's window is a minute (docs/facts/inmoment-api.md#rate-window), and so is the pace of samples.
            if after.limit > 0 {
                add(&mut self.calls_allowed[nth], u64::from(after.limit));
            }
        }
    }

    /// Sets the levels at the end of each bucket.
    fn look(&mut self, frame: &Frame, samples: &[&Sample]) {
        let mut last: BTreeMap<usize, &Sample> = BTreeMap::new();
        for sample in samples {
            last.extend(frame.of_end(sample.at).map(|nth| (nth, *sample)));
        }
        for (nth, sample) in last {
            add(&mut self.pending[nth], sample.pending);
            let oldest = &mut self.oldest_pending_s[nth];
            *oldest = (*oldest).max(Some(sample.oldest_pending_ms / 1_000));
        }
    }
}

fn add(bucket: &mut Option<u64>, more: u64) {
    *bucket = Some(bucket.unwrap_or(0).saturating_add(more));
}

#[cfg(test)]
mod tests;
