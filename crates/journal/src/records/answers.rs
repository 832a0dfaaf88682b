//! Survey answers: what customers said, kept longer than the events that carried it.

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
    /// Both.
    pub const ALL: [AnswerKind; 2] = [AnswerKind::Response, AnswerKind::Decline];

    /// The word it is stored under.
    pub fn word(self) -> &'static str {
        match self {
            AnswerKind::Response => "response",
            AnswerKind::Decline => "decline",
        }
    }
}

/// A survey response or decline that InMoment now has. `Debug` leaves out who said what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSurveyAnswer {
    /// the event that carried it
    pub position: Position,
    /// response or decline
    pub kind: AnswerKind,
    /// 0 to 10 where InMoment's rules were kept
    pub score: Option<u8>,
    /// what was said
    pub text: Option<String>,
    /// whose it is: the caller's id
    pub external_id: Option<String>,
    /// whose it is: e-mail
    pub email: Option<String>,
    /// whose it is: InMoment's id
    pub end_user_id: String,
    /// when it was given, UNIX seconds: by its own date, else by its event's time
    pub answered_at: Option<i64>,
    /// its date at InMoment (`created_at`), UNIX seconds, where one was sent; else InMoment dates it by when it takes it
    pub dated_at: Option<i64>,
    /// when InMoment took it
    pub delivered_at: Millis,
}

/// Of one end user's responses (or declines) within so long, InMoment keeps the last (docs/facts/inmoment-api.md#day-rule).
pub const ONE_ANSWER_IN: Millis = Millis(24 * 60 * 60 * 1_000);

/// Years -9999 and 9999, UNIX seconds: a time beyond them is no time of an answer, and does not fit into milliseconds.
const TIMES: (i64, i64) = (-377_705_023_201, 253_402_207_200);

impl NewSurveyAnswer {
    /// The one time an answer goes by for people: when it was given, or, of an answer that does not say, when InMoment took it.
    pub fn given_at(&self) -> Millis {
        self.answered_at.map_or(self.delivered_at, instant)
    }

    /// The time an answer has at InMoment, by which the 24-hour rule goes.
    pub fn dated_at(&self) -> Millis {
        self.dated_at.map_or(self.delivered_at, instant)
    }
}

fn instant(seconds: i64) -> Millis {
    Millis(seconds.clamp(TIMES.0, TIMES.1) * 1_000)
}

/// An answer as kept. `Debug` leaves out who said what.
#[derive(Clone, PartialEq, Eq)]
pub struct SurveyAnswer {
    /// its number; grows with time
    pub id: u64,
    /// the destination it went to
    pub destination: DestinationId,
    /// see [`NewSurveyAnswer::position`]; the event may be gone by now
    pub position: Position,
    /// response or decline
    pub kind: AnswerKind,
    /// see [`NewSurveyAnswer::score`]
    pub score: Option<u8>,
    /// what was said
    pub text: Option<String>,
    /// the caller's id
    pub external_id: Option<String>,
    /// e-mail
    pub email: Option<String>,
    /// InMoment's id
    pub end_user_id: String,
    /// when it was given ([`NewSurveyAnswer::given_at`])
    pub given_at: Millis,
    /// when InMoment took it
    pub delivered_at: Millis,
    /// how many answers of the same end user it took the place of at InMoment
    pub replaces: u32,
    /// the next answer that took its place; `None`: it counts
    pub replaced_by: Option<u64>,
}

/// Which answers.
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
    /// only those in which something was said
    pub with_text: bool,
    /// of this end user: external id, e-mail or end-user id, exactly
    pub user: Option<String>,
    /// `true`: those that InMoment counts; `false`: those that a later one took the place of
    pub counts: Option<bool>,
    /// those that are one with this answer at InMoment: itself, those it took the place of, those that took its place
    pub one_with: Option<u64>,
    /// that come behind the answer of this time and number (for paging)
    pub behind: Option<(Millis, u64)>,
}

/// Answers, the last given first; of those given at the same time the last delivered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerPage {
    /// at most as many as asked for
    pub items: Vec<SurveyAnswer>,
    /// there are more behind the last
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
