//! What a failed delivery means for its record.

use super::explain::{Problem, code};
use super::settings::Settings;
use crate::error::AppendError;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The record was not even queued.
pub(super) fn not_queued(error: &KafkaError, settings: &Settings) -> AppendError {
    AppendError::Refused(text(error, settings))
}

/// The record was queued and not acknowledged. It is certainly not in the log only if every try must fail in the same way:
/// any other answer of a broker may belong to a repetition whose first try was stored.
pub(super) fn not_delivered(error: &KafkaError, settings: &Settings) -> AppendError {
    use RDKafkaErrorCode::{InvalidMessageSize, InvalidRecord, MessageBatchTooLarge, MessageSizeTooLarge};
    let text = text(error, settings);
    match code(error) {
        Some(InvalidMessageSize | InvalidRecord | MessageBatchTooLarge | MessageSizeTooLarge) => {
            AppendError::Refused(text)
        }
        _ => AppendError::Unknown(text),
    }
}

fn text(error: &KafkaError, settings: &Settings) -> String {
    code(error).map_or_else(|| error.to_string(), |code| Problem::from(code).text(settings))
}

#[cfg(test)]
mod tests;
