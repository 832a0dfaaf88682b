//! Survey answers: what customers said, kept longer than the events that carried it.

use super::{DestinationId, Position};
use event::Millis;

/// What a customer did with a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, PartialEq, Eq)]
pub struct NewAnswer {
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
    /// when it was given, UNIX seconds, where the event says so
    pub answered_at: Option<i64>,
    /// when InMoment took it
    pub delivered_at: Millis,
}

/// An answer as kept. `Debug` leaves out who said what.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// its number; grows with time
    pub id: u64,
    /// the destination it went to
    pub destination: DestinationId,
    /// see [`NewAnswer::position`]; the event may be gone by now
    pub position: Position,
    /// response or decline
    pub kind: AnswerKind,
    /// see [`NewAnswer::score`]
    pub score: Option<u8>,
    /// what was said
    pub text: Option<String>,
    /// the caller's id
    pub external_id: Option<String>,
    /// e-mail
    pub email: Option<String>,
    /// InMoment's id
    pub end_user_id: String,
    /// when it was given, UNIX seconds
    pub answered_at: Option<i64>,
    /// when InMoment took it
    pub delivered_at: Millis,
}

/// Which answers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AnswerFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// delivered at this time or later
    pub from: Option<Millis>,
    /// delivered before this time
    pub to: Option<Millis>,
    /// of this kind
    pub kind: Option<AnswerKind>,
    /// only those in which something was said
    pub with_text: bool,
    /// of this end user: external id, e-mail or end-user id, exactly
    pub user: Option<String>,
    /// with numbers below this one (for paging)
    pub before: Option<u64>,
}

/// Answers, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerPage {
    /// at most as many as asked for
    pub items: Vec<Answer>,
    /// there are more behind the last
    pub more: bool,
}

/// How many answers of one kind and score were delivered in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerCount {
    /// when the span begins
    pub at: Millis,
    /// response or decline
    pub kind: AnswerKind,
    /// the score
    pub score: Option<u8>,
    /// how many
    pub count: u64,
}

impl std::fmt::Debug for NewAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAnswer")
            .field("position", &self.position)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AnswerFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerFilter")
            .field("destination", &self.destination)
            .field("kind", &self.kind)
            .field("by_user", &self.user.is_some())
            .finish_non_exhaustive()
    }
}
