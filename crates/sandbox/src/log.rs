//! The request log for tests: the received requests, their handling and their replies.
//!
//! It has decoded parameters, which are personal data of invented people, and never a header, a password or a token.
//! The number and size of its entries are bounded; the oldest are removed first. The numbers of entries only grow, even
//! if the log is cleared.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::pattern::Pattern;

/// Parameters whose values are not kept.
const SECRETS: [&str; 5] = ["password", "client_secret", "access_token", "refresh_token", "account_token"];

/// Bytes of targets and bodies whose parameters are kept.
const MAX_BYTES: usize = 256 << 20;

/// One request.
#[derive(Clone, Serialize)]
pub struct LogEntry {
    /// Counted from 1.
    pub seq: u64,
    /// When it was executed, in milliseconds.
    pub at_ms: i64,
    /// The HTTP method.
    pub method: String,
    /// The path in its `/v1/...` spelling, still percent-encoded.
    pub path: String,
    /// Parameters of the query, nested as the API reads them.
    pub query: Map<String, Value>,
    /// Parameters of the body, whatever their encoding.
    pub form: Map<String, Value>,
    /// The status of the reply; `None` if the connection was reset instead.
    pub status: Option<u16>,
    /// Whether the API carried the request out, with its own status 2xx, even if the client did not get the reply.
    pub executed: bool,
    /// The faults that acted, joined by `+`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// How long the reply was delayed.
    pub delay_ms: u64,
}

/// The requested entries; every set field must match.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// The HTTP method, in any case.
    pub method: Option<String>,
    /// The path with wildcards.
    pub path: Option<Pattern>,
    /// What the client was told.
    pub status: Option<u16>,
    /// Whether the request was carried out.
    pub executed: Option<bool>,
    /// Only entries with a higher number.
    pub after: u64,
}

impl LogFilter {
    /// Whether an entry is requested.
    pub fn holds(&self, entry: &LogEntry) -> bool {
        entry.seq > self.after
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(&entry.method))
            && self.path.as_ref().is_none_or(|path| path.matches(&entry.path))
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.executed.is_none_or(|executed| entry.executed == executed)
    }
}

/// The last requests.
pub(crate) struct RequestLog {
    /// The entries, with the size in bytes of each request.
    entries: VecDeque<(LogEntry, usize)>,
    capacity: usize,
    bytes: usize,
    /// Number of the newest entry.
    last: u64,
    /// How often it was cleared.
    generation: u64,
}

impl RequestLog {
    pub(crate) fn new(capacity: usize) -> RequestLog {
        RequestLog { entries: VecDeque::new(), capacity, bytes: 0, last: 0, generation: 0 }
    }

    /// Appends the entry of a request of this many bytes; the log assigns its number.
    pub(crate) fn push(&mut self, mut entry: LogEntry, bytes: usize) {
        self.last += 1;
        entry.seq = self.last;
        for map in [&mut entry.query, &mut entry.form] {
            for name in SECRETS {
                if let Some(value) = map.get_mut(name) {
                    *value = Value::String("[redacted]".into());
                }
            }
        }
        self.entries.push_back((entry, bytes));
        self.bytes += bytes;
        while self.entries.len() > self.capacity || self.bytes > MAX_BYTES {
            let Some((_, bytes)) = self.entries.pop_front() else { return };
            self.bytes -= bytes;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
        self.generation += 1;
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// The entries after a number, oldest first; earlier entries cost nothing.
    pub(crate) fn since(&self, after: u64) -> impl Iterator<Item = &LogEntry> {
        let kept = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        let before = after.saturating_sub(self.last - kept).min(kept);
        self.entries.iter().skip(usize::try_from(before).unwrap_or(usize::MAX)).map(|(entry, _)| entry)
    }
}

#[cfg(test)]
mod tests;
