//! Numbers that are derived from counted answers. The Net Promoter Score is the share of promoters (9 and 10) less the
//! share of detractors (0 to 6) among all scores, in per cent.

use journal::{AnswerCount, AnswerCounts};

/// Answers of one span of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts(pub(super) AnswerCount);

/// The sums over all spans: the answers that InMoment counts, and all that were sent.
pub(super) fn together(spans: &[AnswerCounts]) -> (Counts, Counts) {
    let (mut counted, mut sent) = (Counts::default(), Counts::default());
    for span in spans {
        counted.add(&span.counted);
        sent.add(&span.sent);
    }
    (counted, sent)
}

impl Counts {
    fn add(&mut self, more: &AnswerCount) {
        for (count, more) in self.0.scores.iter_mut().zip(more.scores) {
            *count += more;
        }
        self.0.other_scores += more.other_scores;
        self.0.declines += more.declines;
    }

    fn scored(&self) -> u64 {
        self.0.scores.iter().sum()
    }

    pub(super) fn responses(&self) -> u64 {
        self.scored() + self.0.other_scores
    }

    pub(super) fn detractors(&self) -> u64 {
        self.0.scores[..=6].iter().sum()
    }

    pub(super) fn passives(&self) -> u64 {
        self.0.scores[7..=8].iter().sum()
    }

    pub(super) fn promoters(&self) -> u64 {
        self.0.scores[9..].iter().sum()
    }

    /// The Net Promoter Score to one decimal; `None` without scores.
    #[expect(clippy::cast_precision_loss, reason = "counts of answers are far below 2^52")]
    pub(super) fn nps(&self) -> Option<f64> {
        let scores = self.scored();
        if scores == 0 {
            return None;
        }
        let difference = self.promoters() as f64 - self.detractors() as f64;
        // Adding 0 makes -0 a 0.
        Some((difference * 1_000.0 / scores as f64).round() / 10.0 + 0.0)
    }
}

#[cfg(test)]
mod tests;
