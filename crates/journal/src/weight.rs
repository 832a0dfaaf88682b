//! What a change costs the writer. One writer carries out all writes, so the weight bounds how much is written together.

use crate::change::Change;

/// One unit of weight in bytes of text: so many take about as long to write.
const UNIT_BYTES: usize = 1_024;

impl Change {
    /// What the change costs the writer, in units of about 4 microseconds. The weight of a dead letter does not include its
    /// event, which only the journal has: [`weight_of_text`] computes that.
    ///
    /// A commit of more than a few thousand makes all other writes wait for it.
    pub fn weight(&self) -> usize {
        match self {
            // The letter's row is in seven trees.
            Change::DeadLetter(letter) => 8 + weight_of_text(letter.reason.len()),
            Change::Answer(answer) => 8 + weight_of_text(answer.text.as_ref().map_or(0, String::len)),
            Change::Attempt(attempt) => {
                let texts = attempt.request.len() + attempt.reply.len() + attempt.target.len();
                4 + 2 * attempt.events.len() + weight_of_text(texts)
            }
            // A property has about 32 bytes.
            Change::KnowUser(user) => 2 + weight_of_text(user.properties.len() * 32),
            Change::Seen(..) | Change::Conflict(_) => 2,
            _ => 1,
        }
    }
}

/// The weight of so many bytes of text.
pub fn weight_of_text(bytes: usize) -> usize {
    bytes / UNIT_BYTES
}
