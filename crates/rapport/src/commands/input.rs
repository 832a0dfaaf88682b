//! The input of `explain` and `compare`: JSON values, one on each line or over several lines, which are read one at a
//! time, so that a file may be larger than the memory.
//!
//! A value that is not complete on its first line continues on the next ones. If it turns out not to be JSON, only its
//! first line is reported: reading goes on with the next line, which may be good.

use crate::failure::{Failure, code};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The longest value that is read. No request of an SDK is longer (docs/facts/gateway.md#request-size).
pub(super) const MAX_LENGTH: usize = 64 << 20;

/// Opens a file, or standard input for `-`.
pub(super) fn open(file: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(file).map_err(|error| unreadable(file, &error))?;
    Ok(Box::new(BufReader::with_capacity(256 << 10, file)))
}

/// The file cannot be read.
pub(super) fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::new(code::INPUT_UNREADABLE, format!("{} cannot be read: {error}", file.display()))
        .advice("name a file with events, or - for standard input")
}

/// A JSON value and its position.
#[derive(PartialEq)]
pub(super) struct Document {
    /// the line on which it begins, counted from 1
    pub(super) line: u64,
    /// its text
    pub(super) text: String,
}

/// A line on which no JSON value begins.
#[derive(Debug, PartialEq)]
pub(super) struct NotJson {
    /// the line, counted from 1
    pub(super) line: u64,
    /// the reason
    pub(super) what: String,
}

/// The JSON values of a text, in order.
pub(super) struct Documents<R> {
    reader: R,
    /// See [`MAX_LENGTH`].
    longest: usize,
    /// The number of the last examined line.
    line: u64,
    /// The rest of that line behind a value.
    rest: Option<String>,
    /// Lines that were read for a value that turned out to be invalid, from `at` on: they are examined again.
    ahead: Vec<u8>,
    at: usize,
    /// Whether a line behind them that was too long was skipped.
    too_long: bool,
}

/// What a line comes to.
enum Line {
    Text(String),
    TooLong,
    End,
}

impl<R: BufRead> Documents<R> {
    pub(super) fn new(reader: R) -> Self {
        Documents {
            reader,
            longest: MAX_LENGTH,
            line: 0,
            rest: None,
            ahead: Vec::new(),
            at: 0,
            too_long: false,
        }
    }

    /// The next value, or the next line that has none; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Document, NotJson>>> {
        loop {
            let text = match self.rest.take() {
                Some(rest) => rest,
                None => match self.next_line()? {
                    Line::Text(text) => text,
                    Line::TooLong => return Ok(Some(Err(self.too_long(self.line)))),
                    Line::End => return Ok(None),
                },
            };
            let mut values = serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>();
            match values.next() {
                None => {}
                Some(Ok(_)) => {
                    let end = values.byte_offset();
                    return Ok(Some(Ok(self.cut(text, end, self.line))));
                }
                Some(Err(error)) if error.is_eof() => return self.over_lines(text).map(Some),
                Some(Err(error)) => return Ok(Some(Err(not_json(self.line, &error)))),
            }
        }
    }

    /// A value that began on this line and ends at `end`; the text behind it is examined next.
    fn cut(&mut self, mut text: String, end: usize, line: u64) -> Document {
        let rest = text.split_off(end);
        self.rest = Some(rest).filter(|rest| !rest.trim().is_empty());
        Document { line, text }
    }

    /// A value that begins with this text and is not complete on its line.
    fn over_lines(&mut self, text: String) -> io::Result<Result<Document, NotJson>> {
        let (line, at, first) = (self.line, self.at, text.len());
        let mut feed = Feed { documents: self, text: text.into_bytes(), at: 0, is_full: false };
        let mut values = serde_json::Deserializer::from_reader(&mut feed).into_iter::<IgnoredAny>();
        let read = values.next();
        let end = values.byte_offset();
        let Feed { text, is_full, .. } = feed;
        match read {
            Some(Ok(_)) => {
                // Its lines are texts already.
                let text = String::from_utf8_lossy(&text).into_owned();
                Ok(Ok(self.cut(text, end, line)))
            }
            // Starting again with the second line, and so on, would take quadratic time.
            _ if is_full => Ok(Err(self.too_long(line))),
            Some(Err(error)) if error.is_io() => Err(error.into()),
            Some(Err(error)) => {
                // Lines behind those that were read before are kept here.
                let kept = self.ahead.get(at..).filter(|ahead| ahead.len() >= text.len() - first);
                if kept.is_none() {
                    self.ahead = text;
                    self.at = first;
                } else {
                    self.at = at;
                }
                self.line = line;
                Ok(Err(not_json(line, &error)))
            }
            // It began with something.
            None => Ok(Err(self.too_long(line))),
        }
    }

    fn too_long(&self, line: u64) -> NotJson {
        NotJson { line, what: format!("it is longer than {} MiB", self.longest >> 20) }
    }

    fn next_line(&mut self) -> io::Result<Line> {
        let ahead = self.ahead.get(self.at..).unwrap_or_default();
        if !ahead.is_empty() {
            let length = ahead.iter().position(|byte| *byte == b'\n').map_or(ahead.len(), |at| at + 1);
            let text = text_of(ahead[..length].to_owned());
            self.at += length;
            self.line += 1;
            return Ok(Line::Text(text));
        }
        self.ahead = Vec::new();
        self.at = 0;
        if std::mem::take(&mut self.too_long) {
            self.line += 1;
            return Ok(Line::TooLong);
        }
        let mut bytes = Vec::new();
        let most = u64::try_from(self.longest).unwrap_or(u64::MAX);
        if self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(Line::End);
        }
        self.line += 1;
        if !bytes.ends_with(b"\n") && !self.reader.fill_buf()?.is_empty() {
            self.reader.skip_until(b'\n')?;
            return Ok(Line::TooLong);
        }
        Ok(Line::Text(text_of(bytes)))
    }
}

/// As the gateway does: what is not UTF-8 becomes the replacement character, a byte order mark goes, and `NaN` and the like are null.
fn text_of(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    match event::raw::plain(&text) {
        Cow::Borrowed(plain) if plain.len() == text.len() => text,
        plain => plain.into_owned(),
    }
}

/// Passes a value's lines to the JSON reader when it requests them, and keeps them.
struct Feed<'d, R> {
    documents: &'d mut Documents<R>,
    text: Vec<u8>,
    at: usize,
    is_full: bool,
}

impl<R: BufRead> Read for Feed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.is_full = self.text.len() >= self.documents.longest;
            if self.is_full || self.documents.too_long {
                return Ok(0);
            }
            match self.documents.next_line()? {
                Line::Text(text) => self.text.extend_from_slice(text.as_bytes()),
                // No value continues behind it. It is reported after the lines before it.
                Line::TooLong => self.documents.too_long = true,
                Line::End => {}
            }
        }
        let read = (&self.text[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

fn not_json(line: u64, error: &serde_json::Error) -> NotJson {
    let at_line = line + u64::try_from(error.line()).unwrap_or(u64::MAX).saturating_sub(1);
    NotJson { line, what: format!("this is not JSON, at line {at_line}, character {}", error.column()) }
}

/// The members of an object, unchanged; the last one counts if keys are equal. `None` for any other value.
fn members(text: &str) -> Option<BTreeMap<Cow<'_, str>, &RawValue>> {
    serde_json::from_str(text).ok()
}

fn is_list(value: &RawValue) -> bool {
    value.get().starts_with('[')
}

/// The texts of the events of a batch as an SDK sends it; `None` for any other value.
pub(super) fn batch(text: &str) -> Option<Vec<Cow<'_, str>>> {
    // Most values are events, and checking for this member is faster than reading all members.
    if !text.contains("\"batch\"") || !is_list(members(text)?.get("batch")?) {
        return None;
    }
    // An empty batch cannot be split, and holds no event.
    Some(event::split(text.as_bytes(), event::RequestShape::Batch).unwrap_or_default())
}

/// A request of rudder-server to its transformer for one type of destinations
/// (docs/facts/transformer.md#router-request).
pub(super) struct RouterPayload<'a> {
    /// the type, if it is given
    pub(super) destination_type: Option<String>,
    /// the event of each element; `None` where an element has none
    pub(super) messages: Vec<Option<&'a str>>,
}

impl RouterPayload<'_> {
    /// Whether it is about destinations of our type, as rudder-transformer names them (docs/facts/transformer.md#destination-name).
    pub(super) fn is_for_inmoment(&self) -> bool {
        self.destination_type.as_ref().is_none_or(|name| name.trim().eq_ignore_ascii_case("wootric"))
    }
}

/// The events of a router's payload, plain or compacted; `None` for any other value.
pub(super) fn router_payload(text: &str) -> Option<RouterPayload<'_>> {
    #[derive(Deserialize)]
    struct Element<'a> {
        #[serde(borrow)]
        message: Option<&'a RawValue>,
    }
    if !text.contains("\"input\"") {
        return None;
    }
    let members = members(text)?;
    let input = members.get("input").filter(|input| is_list(input) && !members.contains_key("type"))?;
    let elements: Vec<&RawValue> = serde_json::from_str(input.get()).ok()?;
    let destination_type = members.get("destType").and_then(|value| serde_json::from_str(value.get()).ok());
    let messages = elements.into_iter().map(|element| {
        let element: Element<'_> = serde_json::from_str(element.get()).ok()?;
        element.message.map(RawValue::get)
    });
    let messages = messages.collect();
    Some(RouterPayload { destination_type, messages })
}

#[cfg(test)]
mod tests;
