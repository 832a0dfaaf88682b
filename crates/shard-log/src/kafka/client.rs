//! What every client of librdkafka reports: its log, and its errors, of which the informative ones are kept.

use super::explain::{Problem, code};
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Keeps the errors of a client since its last answer. They say more than the error of a call that timed out.
#[derive(Default)]
pub(super) struct Client {
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    /// the last error
    last: Option<Problem>,
    /// whether an answer has ever come
    answered: bool,
    /// the brokers that close every connection at once, by their names in librdkafka's log
    closing: BTreeMap<String, Closing>,
}

/// A broker that closes every connection at once.
struct Closing {
    since: Instant,
    reason: String,
}

impl Client {
    /// The last error.
    pub(super) fn last(&self) -> Option<Problem> {
        self.locked().last.clone()
    }

    /// An answer came, so earlier errors no longer explain anything.
    pub(super) fn forget(&self) {
        *self.locked() = Noted { answered: true, ..Noted::default() };
    }

    /// librdkafka's message about a broker that has closed every connection at once for this long, if no broker has ever
    /// answered. A broker that died refuses connections, and one that works has answered before.
    pub(super) fn turned_away(&self, for_so_long: Duration) -> Option<String> {
        let noted = self.locked();
        let lasting = |closing: &&Closing| closing.since.elapsed() >= for_so_long;
        if noted.answered {
            return None;
        }
        noted.closing.values().find(lasting).map(|closing| closing.reason.clone())
    }

    fn locked(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, code: RDKafkaErrorCode, reason: &str) {
        let last = &mut self.locked().last;
        // This line, which says that all brokers are down, follows an error that says why.
        if code != RDKafkaErrorCode::AllBrokersDown || last.is_none() {
            *last = Some(Problem { code, reason: reason.to_owned() });
        }
    }

    /// Records that a connection failed. librdkafka repeats the line only when the broker's next connection fails in another
    /// way, so a broker closes every connection from the first such line until another line follows.
    fn failed(&self, line: &str) {
        // The name of the thread comes first.
        let line = line
            .strip_prefix("[thrd:")
            .and_then(|line| line.split_once("]: "))
            .map_or(line, |(_, line)| line);
        let broker = line.split_once(": ").map_or(line, |(broker, _)| broker);
        let closing = &mut self.locked().closing;
        if closed(line) {
            let begun = || Closing { since: Instant::now(), reason: line.to_owned() };
            closing.entry(broker.to_owned()).or_insert_with(begun);
        } else {
            closing.remove(broker);
        }
    }
}

/// Whether a line of the log says that the broker closed a connection on which a request was waiting.
fn closed(line: &str) -> bool {
    let any = |words: &[&str]| words.iter().any(|word| line.contains(word));
    any(&["Disconnected: ", "Broken pipe", "reset by peer"])
        && any(&["in state SSL_HANDSHAKE", "in state APIVERSION_QUERY", "in state UP"])
}

impl ClientContext for Client {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        // During an outage these lines come many times a second; the parts of this log explain the outage once.
        tracing::debug!(target: "librdkafka", facility, "{message}");
        // Only these lines report that a connection was closed, and they have the failures of one broker in order.
        if facility == "FAIL" {
            self.failed(message);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(target: "librdkafka", "{error}: {reason}");
        if let Some(code) = code(&error) {
            self.note(code, reason);
        }
    }
}

impl ConsumerContext for Client {}

/// Handles the events of a client without a group, and returns the last error among them.
pub(super) fn serve(asker: &BaseConsumer<Client>) -> Option<Problem> {
    // Each call handles one event; the remaining ones are handled the next time.
    for _ in 0..256 {
        let _ = asker.poll(Duration::ZERO);
    }
    asker.context().last()
}

#[cfg(test)]
mod tests;
