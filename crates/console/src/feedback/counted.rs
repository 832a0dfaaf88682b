//! Answers counted by score, and what is made of the counts. The Net Promoter Score is the share of promoters (9 and 10)
//! less the share of detractors (0 to 6) among all scores, in per cent.

use crate::frame::Frame;
use journal::{AnswerCount, AnswerKind};

/// Answers of one span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) scores: [u64; 11],
    pub(super) other_scores: u64,
    pub(super) declines: u64,
}

/// Answers of all buckets, and of all together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) all: Counts,
    pub(super) buckets: Vec<Counts>,
}

impl Counted {
    /// What lies outside of the frame is left out.
    pub(super) fn of(frame: &Frame, counts: &[AnswerCount]) -> Counted {
        let mut counted = Counted { all: Counts::default(), buckets: vec![Counts::default(); frame.count] };
        for count in counts {
            if let Some(nth) = frame.of(count.at) {
                counted.buckets[nth].add(count);
                counted.all.add(count);
            }
        }
        counted
    }
}

impl Counts {
    fn add(&mut self, count: &AnswerCount) {
        let score = count.score.and_then(|score| self.scores.get_mut(usize::from(score)));
        let place = match (count.kind, score) {
            (AnswerKind::Decline, _) => &mut self.declines,
            (AnswerKind::Response, Some(score)) => score,
            (AnswerKind::Response, None) => &mut self.other_scores,
        };
        *place += count.count;
    }

    pub(super) fn responses(&self) -> u64 {
        self.scores.iter().sum::<u64>() + self.other_scores
    }

    pub(super) fn detractors(&self) -> u64 {
        self.scores[..=6].iter().sum()
    }

    pub(super) fn passives(&self) -> u64 {
        self.scores[7..=8].iter().sum()
    }

    pub(super) fn promoters(&self) -> u64 {
        self.scores[9..].iter().sum()
    }

    /// To one decimal; nothing without scores.
    #[expect(clippy::cast_precision_loss, reason = "counts of answers are far below 2^52")]
    pub(super) fn nps(&self) -> Option<f64> {
        let scores: u64 = self.scores.iter().sum();
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
