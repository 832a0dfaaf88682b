//! Survey answers: what customers said. They are kept longer than the events that carried them.

use super::{DestinationId, Position};
use event::Millis;
use serde::{Deserialize, Serialize};

/// What a customer did with a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// answered it
    Response,
    /// declined it
    Decline,
}

impl AnswerKind {
    /// Both kinds.
    pub const ALL: [AnswerKind; 2] = [AnswerKind::Response, AnswerKind::Decline];

    /// The word that it is stored as.
    pub fn word(self) -> &'static str {
        match self {
            AnswerKind::Response => "response",
            AnswerKind::Decline => "decline",
        }
    }
}

/// A survey response or decline that InMoment now has. `Debug` leaves out the end user and the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSurveyAnswer {
    /// the event that carried it
    pub position: Position,
    /// response or decline
    pub kind: AnswerKind,
    /// the score; 0 to 10 if it follows InMoment's rules
    pub score: Option<u8>,
    /// the text
    pub text: Option<String>,
    /// its end user: the caller's id
    pub external_id: Option<String>,
    /// its end user: e-mail
    pub email: Option<String>,
    /// its end user: InMoment's id
    pub end_user_id: String,
    /// when it was given, UNIX seconds: its own date, or else the time of its event
    pub answered_at: Option<i64>,
    /// its date at InMoment (`created_at`), UNIX seconds, if one was sent; otherwise InMoment uses the time at which it receives
    /// the answer
    pub dated_at: Option<i64>,
    /// when InMoment received it
    pub delivered_at: Millis,
}

/// InMoment keeps only the last of one end user's responses (or declines) within this time (docs/facts/inmoment-api.md#day-rule).
pub const ONE_ANSWER_IN: Millis = Millis(24 * 60 * 60 * 1_000);

/// The years -9999 and 9999 in UNIX seconds: a time beyond them is not the time of an answer, and does not fit into
/// milliseconds.
const TIMES: (i64, i64) = (-377_705_023_201, 253_402_207_200);

impl NewSurveyAnswer {
    /// The time that people see: when the answer was given, or, if the answer does not say that, when InMoment received it.
    pub fn given_at(&self) -> Millis {
        self.answered_at.map_or(self.delivered_at, instant)
    }

    /// The time of an answer at InMoment, which the 24-hour rule uses.
    pub fn dated_at(&self) -> Millis {
        self.dated_at.map_or(self.delivered_at, instant)
    }
}

fn instant(seconds: i64) -> Millis {
    Millis(seconds.clamp(TIMES.0, TIMES.1) * 1_000)
}

/// A stored answer. `Debug` leaves out the end user and the text.
#[derive(Clone, PartialEq, Eq)]
pub struct SurveyAnswer {
    /// its number; grows with time
    pub id: u64,
    /// the destination it went to
    pub destination: DestinationId,
    /// see [`NewSurveyAnswer::position`]; the event may have been removed since
    pub position: Position,
    /// response or decline
    pub kind: AnswerKind,
    /// see [`NewSurveyAnswer::score`]
    pub score: Option<u8>,
    /// the text
    pub text: Option<String>,
    /// the caller's id
    pub external_id: Option<String>,
    /// e-mail
    pub email: Option<String>,
    /// InMoment's id
    pub end_user_id: String,
    /// when it was given ([`NewSurveyAnswer::given_at`])
    pub given_at: Millis,
    /// when InMoment received it
    pub delivered_at: Millis,
    /// how many answers of the same end user it replaced at InMoment
    pub replaces: u32,
    /// the next answer, which replaced it; `None` if the answer counts
    pub replaced_by: Option<u64>,
}

/// Says which answers are meant.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AnswerFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// given at this time or later
    pub from: Option<Millis>,
    /// given before this time
    pub to: Option<Millis>,
    /// of this kind
    pub kind: Option<AnswerKind>,
    /// only those with a text
    pub with_text: bool,
    /// of this end user: external id, e-mail or end-user id, exactly
    pub user: Option<String>,
    /// `true`: those that InMoment counts; `false`: those that a later one replaced
    pub counts: Option<bool>,
    /// those that are one answer at InMoment: this one, those that it replaced, and those that replaced it
    pub one_with: Option<u64>,
    /// after the answer of this time and number (for paging)
    pub behind: Option<(Millis, u64)>,
}

/// Answers: the last given first; if the times are equal, the last delivered first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerPage {
    /// at most as many as asked for
    pub items: Vec<SurveyAnswer>,
    /// there are more after the last
    pub more: bool,
}

/// How many answers were given in a span of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerCount {
    /// responses by score, from 0 to 10
    pub scores: [u64; 11],
    /// responses without such a score
    pub other_scores: u64,
    /// declines
    pub declines: u64,
}

/// The answers of a span of time: those that InMoment counts, and all that were sent to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerCounts {
    /// of one end user's within 24 hours the last
    pub counted: AnswerCount,
    /// all of them
    pub sent: AnswerCount,
}

impl std::fmt::Debug for NewSurveyAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSurveyAnswer")
            .field("position", &self.position)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SurveyAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SurveyAnswer").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AnswerFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerFilter")
            .field("destination", &self.destination)
            .field("kind", &self.kind)
            .field("by_user", &self.user.is_some())
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
