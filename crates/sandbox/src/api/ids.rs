//! The ids that the next records get.

use serde::{Deserialize, Serialize};

use crate::store::FeedbackKind;

/// The next ids: they have nine digits, as the recorded ones (docs/facts/inmoment-api.md#record-id), and separate
/// ranges, so that one kind of id is never mistaken for another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ids {
    pub(super) settings: i64,
    pub(super) end_user: i64,
    response: i64,
    decline: i64,
    survey: i64,
}

impl Default for Ids {
    fn default() -> Ids {
        Ids {
            settings: 600_500_401,
            end_user: 700_100_201,
            response: 800_200_301,
            decline: 810_200_301,
            survey: 900_300_401,
        }
    }
}

impl Ids {
    /// The id of a new response or decline, and of its survey.
    pub(super) fn next_feedback(&mut self, kind: FeedbackKind) -> (i64, i64) {
        let next = match kind {
            FeedbackKind::Response => &mut self.response,
            FeedbackKind::Decline => &mut self.decline,
        };
        (take(next), take(&mut self.survey))
    }
}

fn take(next: &mut i64) -> i64 {
    let id = *next;
    *next += 1;
    id
}
