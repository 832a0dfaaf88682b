//! What a change costs the writer. Everybody's writes go through one writer, so what is written together is bounded by it.

use crate::change::Change;

/// What one unit of weight stands for, in bytes of text: they take about as long.
const UNIT_BYTES: usize = 1_024;

impl Change {
    /// What it costs the writer, in units of about 4 microseconds. Of a dead letter without its event, which only the journal
    /// has: [`weight_of_text`] tells that.
    ///
    /// Whoever hands in commits of more than a few thousand keeps everybody else waiting for them.
    pub fn weight(&self) -> usize {
        match self {
            // The letter's row stands in seven trees.
            Change::DeadLetter(letter) => 8 + weight_of_text(letter.reason.len()),
            Change::Answer(answer) => 8 + weight_of_text(answer.text.as_ref().map_or(0, String::len)),
            Change::Attempt(attempt) => {
                let texts = attempt.request.len() + attempt.reply.len() + attempt.target.len();
                4 + 2 * attempt.events.len() + weight_of_text(texts)
            }
            // A property is some 32 bytes.
            Change::KnowUser(user) => 2 + weight_of_text(user.properties.len() * 32),
            Change::Seen(..) | Change::Conflict(_) => 2,
            _ => 1,
        }
    }
}

/// What so many bytes of text add to a weight.
pub fn weight_of_text(bytes: usize) -> usize {
    bytes / UNIT_BYTES
}
