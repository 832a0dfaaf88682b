//! The lines of the file, and whether each can be an event.

use crate::failure::code;
use event::{RejectCode, RequestShape};
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The longest line that fits into a request (docs/facts/gateway.md#request-size).
const LONGEST_LINE: usize = 4_000_000;

/// A line and its result.
#[derive(Debug)]
pub(super) struct Line {
    /// counted from 1
    pub(super) number: u64,
    /// where it begins
    pub(super) start: u64,
    /// where the next line begins
    pub(super) end: u64,
    /// of its bytes
    pub(super) hash: u128,
    pub(super) prepared: Prepared,
}

/// What a line comes to.
pub(super) enum Prepared {
    /// the line is blank
    Blank,
    /// an event, ready to be sent
    Event(String),
    /// not an event, with the reason
    Reject(String),
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Prepared::Blank => "Blank",
            Prepared::Event(_) => "Event",
            Prepared::Reject(_) => "Reject",
        })
    }
}

impl Line {
    pub(super) fn rejection(&self) -> Option<(u64, String)> {
        match &self.prepared {
            Prepared::Reject(reason) => Some((self.number, reason.clone())),
            _ => None,
        }
    }
}

/// Reads a file line by line.
pub(super) struct Lines {
    reader: BufReader<File>,
    length: u64,
    number: u64,
    offset: u64,
}

impl Lines {
    pub(super) fn open(file: &Path) -> io::Result<Lines> {
        let file = File::open(file)?;
        let length = file.metadata()?.len();
        Ok(Lines { reader: BufReader::new(file), length, number: 0, offset: 0 })
    }

    /// The file's length in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Continues behind this line, which begins at `start`; returns the hash of its bytes.
    pub(super) fn resume(&mut self, number: u64, start: u64) -> io::Result<Option<(u64, u128)>> {
        self.reader.seek(SeekFrom::Start(start))?;
        self.number = number.saturating_sub(1);
        self.offset = start;
        Ok(self.next_line()?.map(|line| (line.end, line.hash)))
    }

    /// The next line, or `None` at the end.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let most = u64::try_from(LONGEST_LINE + 1).unwrap_or(u64::MAX);
        let mut read = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let too_long = bytes.len() > LONGEST_LINE;
        if too_long && bytes.last() != Some(&b'\n') {
            read += self.reader.skip_until(b'\n')?;
        }
        self.number += 1;
        let start = self.offset;
        self.offset += u64::try_from(read).unwrap_or(u64::MAX);
        let prepared = if too_long {
            reject(format!("the line is longer than {LONGEST_LINE} bytes"), code::EVENT_TOO_LARGE)
        } else {
            prepare(self.number, &bytes)
        };
        let hash = hash(&bytes);
        Ok(Some(Line { number: self.number, start, end: self.offset, hash, prepared }))
    }
}

fn hash(bytes: &[u8]) -> u128 {
    event::message_hash(&String::from_utf8_lossy(bytes))
}

/// The result of one line.
fn prepare(number: u64, bytes: &[u8]) -> Prepared {
    let Ok(text) = str::from_utf8(bytes) else {
        return reject("the line is not UTF-8 text", code::INPUT_NOT_JSON);
    };
    // As the gateway reads it: `NaN` and the like are null, and a byte order mark is nothing.
    let text = event::raw::plain(text);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Prepared::Blank;
    }
    let body: Map<String, Value> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(body)) => body,
        Ok(_) => return reject("the line is no JSON object", RejectCode::NotAnObject.as_str()),
        Err(error) => {
            let column = error.column();
            return reject(format!("the line is not JSON, at character {column}"), code::INPUT_NOT_JSON);
        }
    };
    if body.get("type").and_then(Value::as_str).is_none_or(|kind| kind.trim().is_empty()) {
        return reject("the event's type is missing or no text", mapping::refusal::TYPE_MISSING);
    }
    if let Some(found) = scanned(text) {
        return reject(found.message(), found.as_str());
    }
    Prepared::Event(with_message_id(number, text, body))
}

fn reject(reason: impl std::fmt::Display, code: &str) -> Prepared {
    Prepared::Reject(format!("{reason} [{code}]"))
}

/// The gateway's own judgement of the event.
fn scanned(text: &str) -> Option<RejectCode> {
    let batch = format!("{{\"batch\":[{text}]}}");
    let scan = event::scan(batch.as_bytes(), RequestShape::Batch).ok()?;
    scan.rejects.first().map(|reject| reject.code)
}

/// The text itself if it has a usable message id; else the text with one that is derived from its line's number and
/// text.
fn with_message_id(number: u64, text: &str, mut body: Map<String, Value>) -> String {
    let own = body.get("messageId").and_then(Value::as_str);
    if own.is_some_and(|own| !event::identity::is_blank(own)) {
        return text.to_owned();
    }
    let hash = event::message_hash(&format!("{number}:{text}"));
    body.insert("messageId".to_owned(), Value::String(format!("send-{hash:032x}")));
    Value::Object(body).to_string()
}

#[cfg(test)]
mod tests;
