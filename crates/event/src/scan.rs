//! Examines a request's body once: the result is what the gateway must know before it can answer.
//!
//! The body is examined once, and nothing is copied if it is good; its bytes are stored unchanged. RudderStack refuses
//! a whole batch for one bad event (docs/facts/gateway.md#each-event); here each bad event is named, and the good ones
//! are kept. RudderStack's rule decides which events are bad: an event must be an object, and one of its two ids must
//! not be blank.
//!
//! Bytes that are not UTF-8 are read as U+FFFD. If keys are equal, the last one counts. A byte order mark in front, and
//! `NaN` or `Infinity` in the place of a value, cost no event: the text of the event has `null` there.

use crate::identity;
use crate::json::{Invalid, Quoted, Scanner, plain};
use crate::{EventKind, RequestShape};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::str::FromStr;

/// The content of a request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The number of events, including the rejected ones.
    pub events: u32,
    /// The events that are not stored for delivery, in order.
    pub rejects: Vec<Reject>,
}

impl Scan {
    /// The number of good events.
    pub fn good(&self) -> u32 {
        self.events.saturating_sub(u32::try_from(self.rejects.len()).unwrap_or(u32::MAX))
    }

    /// Whether no event is good: the request is then refused with the text for its first rejected event.
    pub fn all_rejected(&self) -> bool {
        self.good() == 0
    }
}

/// An event that breaks a rule for every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Its position in the request.
    pub index: u32,
    /// The rule.
    pub code: RejectCode,
}

/// Why the gateway rejects an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RejectCode {
    /// It is not a JSON object (docs/facts/gateway.md#not-an-event).
    #[serde(rename = "event_not_an_object")]
    NotAnObject,
    /// It has neither a user id nor an anonymous id (docs/facts/gateway.md#identifiable).
    #[serde(rename = "event_without_ids")]
    NoIdentity,
}

impl RejectCode {
    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            RejectCode::NotAnObject => "event_not_an_object",
            RejectCode::NoIdentity => "event_without_ids",
        }
    }

    /// RudderStack's reply to it, without the line feed (docs/facts/gateway.md#replies).
    pub fn message(self) -> &'static str {
        match self {
            RejectCode::NotAnObject => "event is not a valid rudder event",
            RejectCode::NoIdentity => "request neither has anonymousId nor userId",
        }
    }
}

impl std::fmt::Display for RejectCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is not a [`RejectCode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of a rejected event")]
pub struct UnknownRejectCode;

impl FromStr for RejectCode {
    type Err = UnknownRejectCode;

    fn from_str(word: &str) -> Result<Self, UnknownRejectCode> {
        [RejectCode::NotAnObject, RejectCode::NoIdentity]
            .into_iter()
            .find(|code| code.as_str() == word)
            .ok_or(UnknownRejectCode)
    }
}

/// Why a whole body is refused. Its text is RudderStack's answer (docs/facts/gateway.md#replies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ScanError {
    /// The body is not JSON.
    #[error("invalid json")]
    InvalidJson,
    /// The body has no event.
    #[error("empty batch payload")]
    EmptyBatch,
    /// The body, or the value of `batch`, cannot be an event (docs/facts/gateway.md#single-event, #batch-list).
    #[error("event is not a valid rudder event")]
    NotAnEvent,
}

impl From<Invalid> for ScanError {
    fn from(_: Invalid) -> Self {
        ScanError::InvalidJson
    }
}

/// Examines a body once.
pub fn scan(body: &[u8], shape: RequestShape) -> Result<Scan, ScanError> {
    let text = String::from_utf8_lossy(body);
    let mut found = Scan { events: 0, rejects: Vec::new() };
    walk(&text, shape, &mut found)?;
    if found.events == 0 { Err(ScanError::EmptyBatch) } else { Ok(found) }
}

/// The texts of a body's events in their order, including the rejected ones. They are unchanged, except that words such
/// as `NaN`, for which JSON has no number, are replaced by `null`, so that every JSON reader accepts them.
pub fn split(body: &[u8], shape: RequestShape) -> Result<Vec<Cow<'_, str>>, ScanError> {
    let text = String::from_utf8_lossy(body);
    let mut spans: Vec<Span> = Vec::new();
    walk(&text, shape, &mut spans)?;
    if spans.is_empty() {
        return Err(ScanError::EmptyBatch);
    }
    Ok(match &text {
        Cow::Borrowed(text) => spans.into_iter().map(|span| span.cut(text)).collect(),
        Cow::Owned(text) => spans.into_iter().map(|span| Cow::Owned(span.cut(text).into_owned())).collect(),
    })
}

/// The position of an event's text in its body.
struct Span {
    at: Range<usize>,
    /// Whether it contains no word for no number.
    is_plain: bool,
}

impl Span {
    fn cut(self, text: &str) -> Cow<'_, str> {
        let text = &text[self.at];
        if self.is_plain { Cow::Borrowed(text) } else { plain(text) }
    }
}

/// The text of the event at a position of a body; `None` if the body has fewer events.
pub fn event_at(body: &[u8], shape: RequestShape, index: u32) -> Result<Option<Cow<'_, str>>, ScanError> {
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    let mut events = split(body, shape)?;
    Ok(if place < events.len() { Some(events.swap_remove(place)) } else { None })
}

/// A body that was cut into its events once, for callers that need several of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Cut {
    text: String,
    events: Vec<Range<usize>>,
}

impl Cut {
    /// Cuts a body, in time proportional to its length.
    ///
    /// # Errors
    /// As [`split`].
    pub fn new(body: Vec<u8>, shape: RequestShape) -> Result<Cut, ScanError> {
        let text = String::from_utf8(body)
            .unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned());
        let mut spans: Vec<Span> = Vec::new();
        walk(&text, shape, &mut spans)?;
        if spans.is_empty() {
            return Err(ScanError::EmptyBatch);
        }
        if spans.iter().all(|span| span.is_plain) {
            return Ok(Cut { events: spans.into_iter().map(|span| span.at).collect(), text });
        }
        let mut cut =
            Cut { text: String::with_capacity(text.len()), events: Vec::with_capacity(spans.len()) };
        for span in spans {
            let start = cut.text.len();
            cut.text.push_str(&span.cut(&text));
            cut.events.push(start..cut.text.len());
        }
        Ok(cut)
    }

    /// The text of the event at a position, as [`split`] returns it; `None` if the body has fewer events.
    pub fn event(&self, index: u32) -> Option<&str> {
        let span = self.events.get(usize::try_from(index).ok()?)?;
        self.text.get(span.clone())
    }

    /// The approximate number of bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.events.len() * size_of::<Range<usize>>()
    }
}

/// Shows no text, because the text is personal data.
impl std::fmt::Debug for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cut").field("events", &self.events.len()).finish_non_exhaustive()
    }
}

/// The receiver of a body's events.
trait Sink {
    /// All events so far belonged to a `batch` that a later `batch` of the same body replaces.
    fn restart(&mut self);
    /// The scanner is at an event, which the sink must consume.
    fn event(&mut self, scanner: &mut Scanner<'_>, forced: Option<EventKind>) -> Result<(), Invalid>;
}

impl Sink for Vec<Span> {
    fn restart(&mut self) {
        self.clear();
    }

    fn event(&mut self, scanner: &mut Scanner<'_>, _: Option<EventKind>) -> Result<(), Invalid> {
        let (start, before) = (scanner.position(), scanner.not_numbers());
        scanner.skip()?;
        self.push(Span { at: start..scanner.position(), is_plain: scanner.not_numbers() == before });
        Ok(())
    }
}

impl Sink for Scan {
    fn restart(&mut self) {
        self.events = 0;
        self.rejects.clear();
    }

    fn event(&mut self, scanner: &mut Scanner<'_>, forced: Option<EventKind>) -> Result<(), Invalid> {
        let reject = if scanner.peek()? == b'{' {
            let head = Head::read(scanner)?;
            let exempt = forced.is_none() && head.exempt;
            (!head.user_id && !head.anonymous_id && !exempt).then_some(RejectCode::NoIdentity)
        } else {
            scanner.skip()?;
            Some(RejectCode::NotAnObject)
        };
        if let Some(code) = reject {
            self.rejects.push(Reject { index: self.events, code });
        }
        self.events = self.events.saturating_add(1);
        Ok(())
    }
}

fn walk(text: &str, shape: RequestShape, sink: &mut impl Sink) -> Result<(), ScanError> {
    let mut scanner = Scanner::new(text);
    let is_object = scanner.peek()? == b'{';
    let outcome = match shape {
        RequestShape::Single(kind) if is_object => {
            sink.event(&mut scanner, Some(kind))?;
            Ok(())
        }
        RequestShape::Batch if is_object => batch(&mut scanner, sink)?,
        _ => {
            scanner.skip()?;
            Err(match shape {
                RequestShape::Single(_) => ScanError::NotAnEvent,
                // A path into a value other than an object finds nothing.
                RequestShape::Batch => ScanError::EmptyBatch,
            })
        }
    };
    // Broken JSON takes precedence over every other fault (docs/facts/gateway.md#order-of-checks), also behind an
    // element that is not a usable event.
    scanner.end()?;
    outcome
}

/// Visits a batch's events. The inner result is about a body whose grammar is right so far.
fn batch(scanner: &mut Scanner<'_>, sink: &mut impl Sink) -> Result<Result<(), ScanError>, Invalid> {
    let mut outcome = Ok(());
    scanner.members(|scanner, key| {
        if !key.is("batch") {
            return scanner.skip();
        }
        sink.restart();
        outcome = Ok(());
        match scanner.peek()? {
            b'[' => scanner.elements(|scanner| sink.event(scanner, None)),
            b'{' => sink.event(scanner, None),
            b'"' => {
                outcome = Err(ScanError::NotAnEvent);
                scanner.skip()
            }
            _ => {
                if !skips_null(scanner)? {
                    outcome = Err(ScanError::NotAnEvent);
                }
                Ok(())
            }
        }
    })?;
    Ok(outcome)
}

/// The parts of an event that decide whether it is identifiable (docs/facts/gateway.md#identifiable).
#[derive(Default)]
struct Head {
    user_id: bool,
    anonymous_id: bool,
    exempt: bool,
}

impl Head {
    fn read(scanner: &mut Scanner<'_>) -> Result<Head, Invalid> {
        let mut head = Head::default();
        scanner.members(|scanner, key| {
            // Almost every key is not one of the three, and most keys differ from them in length.
            if key.escaped || matches!(key.raw.len(), 4 | 6 | 11) {
                head.member(scanner, key)
            } else {
                scanner.skip()
            }
        })?;
        Ok(head)
    }

    fn member(&mut self, scanner: &mut Scanner<'_>, key: Quoted<'_>) -> Result<(), Invalid> {
        if key.is("userId") {
            self.user_id = says_something(scanner)?;
        } else if key.is("anonymousId") {
            self.anonymous_id = says_something(scanner)?;
        } else if key.is("type") {
            self.exempt = false;
            if scanner.peek()? != b'"' {
                return scanner.skip();
            }
            let kind = scanner.string()?;
            self.exempt = kind.is("extract") || kind.is("record");
        } else {
            scanner.skip()?;
        }
        Ok(())
    }
}

/// Consumes an id; returns whether it is not empty after it is cleaned. Every value other than a string or null counts
/// as not empty.
fn says_something(scanner: &mut Scanner<'_>) -> Result<bool, Invalid> {
    match scanner.peek()? {
        b'"' => scanner.string().map(|id| !identity::is_blank(&crate::json::decode(id))),
        b'{' | b'[' => scanner.skip().map(|()| true),
        _ => Ok(!skips_null(scanner)?),
    }
}

/// Consumes a scalar that is not a string; returns whether it means null.
fn skips_null(scanner: &mut Scanner<'_>) -> Result<bool, Invalid> {
    let start = scanner.position();
    scanner.skip()?;
    Ok(scanner.meant_null(start))
}

#[cfg(test)]
mod tests;
