//! One page of a search: candidates from the index, newest first, each of which is compared with the journal.
//!
//! # Policy
//! * For a user or a message id, candidates come from the keys; for the code of a dead letter, from the dead letters; for
//!   anything else, from the events, segment by segment, without the requests that cannot match.
//! * The index is only a hint: whether an event matches is decided by the journal.
//! * A page examines a bounded amount, and says where the next one begins.

use super::entry::{kind_number, message_key, user_key};
use super::found::Finder;
use super::store::{self, Segment};
use super::{Search, possible};
use crate::error::JournalError;
use crate::records::{EventFilter, EventPage, Position, SkipCode};
use crate::sqlite::condition::Condition;
use crate::sqlite::fault::Fault;
use crate::sqlite::numbers;
use crate::sqlite::readers::Readers;
use crate::sqlite::row::{signed, unsigned};
use rusqlite::{Connection, Rows, params_from_iter};

/// The largest number of requests that one page examines.
const PAGE_REQUESTS: usize = 4_096;

/// The largest number of segments that one page examines.
const PAGE_SEGMENTS: usize = 8;

/// The approximate number of bytes of bodies that one page reads.
const PAGE_BYTES: usize = 32 << 20;

/// Why a page could not be made.
enum FindError {
    Index(rusqlite::Error),
    Journal(Fault),
}

impl From<rusqlite::Error> for FindError {
    fn from(error: rusqlite::Error) -> Self {
        FindError::Index(error)
    }
}

impl From<Fault> for FindError {
    fn from(fault: Fault) -> Self {
        FindError::Journal(fault)
    }
}

/// Events that match, newest first.
pub(in crate::sqlite) fn events(
    search: &Search,
    journal: &Readers,
    filter: &EventFilter,
    limit: usize,
) -> Result<EventPage, JournalError> {
    let nothing =
        |connection: &Connection| Ok(EventPage { end: numbers::end(connection)?, ..EventPage::default() });
    let Some(index) = search.readers() else { return journal.read(nothing) };
    let outcome = index.read_with(|index| -> Result<_, FindError> {
        let both = journal.read(|journal| Ok(page(index, journal, filter, limit.max(1))));
        both.unwrap_or_else(|error| Err(FindError::Journal(Fault(error))))
    });
    match outcome {
        Ok(page) => Ok(page),
        Err(FindError::Journal(fault)) => Err(fault.into()),
        Err(FindError::Index(error)) if store::is_damage(&error) => {
            tracing::warn!(%error, "the search database is damaged; nothing is lost");
            search.report(&index);
            journal.read(nothing)
        }
        Err(FindError::Index(error)) => Err(Fault::from(error).into()),
    }
}

fn page(
    index: &Connection,
    journal: &Connection,
    filter: &EventFilter,
    limit: usize,
) -> Result<EventPage, FindError> {
    let progress = store::progress(index)?;
    let page = EventPage {
        indexed_to: unsigned(progress.next),
        end: numbers::end(journal).map_err(Fault::from)?,
        ..EventPage::default()
    };
    let before = filter.before.unwrap_or(Position { request: u64::MAX, index: 0 });
    let finder = Finder::new(journal, filter)?;
    let mut hunt = Hunt { index, journal, filter, limit, before, finder, page, looked: 0 };
    match (&filter.message_id, &filter.user, &filter.code) {
        (Some(message_id), ..) => hunt.by_key(message_key(message_id))?,
        (None, Some(user), _) => hunt.by_key(user_key(user))?,
        (None, None, Some(code)) if SkipCode::ALL.iter().all(|skip| skip.word() != code) => {
            hunt.by_letter(code)?;
        }
        _ => hunt.by_time()?,
    }
    Ok(hunt.page)
}

struct Hunt<'a> {
    index: &'a Connection,
    journal: &'a Connection,
    filter: &'a EventFilter,
    limit: usize,
    before: Position,
    finder: Finder<'a>,
    page: EventPage,
    /// the number of requests that were examined so far
    looked: usize,
}

impl Hunt<'_> {
    fn by_key(&mut self, hash: i64) -> Result<(), FindError> {
        for segment in self.segments()? {
            let mut select = self.index.prepare_cached(
                "SELECT request, event_index FROM keys
                 WHERE segment = ? AND hash = ? AND (request, event_index) < (?, ?)
                 ORDER BY request DESC, event_index DESC",
            )?;
            let before = (signed(self.before.request), self.before.index);
            let rows = select.query((segment.segment, hash, before.0, before.1))?;
            if !self.look_at_all(rows, |_| true)? {
                break;
            }
        }
        Ok(())
    }

    fn by_letter(&mut self, code: &str) -> Result<(), FindError> {
        let places = letters(self.journal, code, self.before)?;
        let all = places.len();
        let mut left = places.as_slice();
        while let Some((request, _)) = left.first() {
            let (same, rest) = left.split_at(left.iter().take_while(|(other, _)| other == request).count());
            let mut indexes: Vec<u32> = same.iter().map(|(_, index)| *index).collect();
            indexes.dedup();
            if !self.look_at(*request, &indexes)? {
                return Ok(());
            }
            left = rest;
        }
        if all >= PAGE_REQUESTS {
            let (request, index) = places[all - 1];
            self.page.next = Some(Position { request, index });
        }
        Ok(())
    }

    fn by_time(&mut self) -> Result<(), FindError> {
        for (place, segment) in self.segments()?.into_iter().enumerate() {
            if place >= PAGE_SEGMENTS {
                self.page.next = Some(Position { request: unsigned(segment.last) + 1, index: 0 });
                break;
            }
            let possible = possible::requests(self.journal, self.filter, &self.finder, &segment)?;
            let mut condition = Condition::new();
            condition.when("request >= ?", Some(segment.first));
            condition.when("request <= ?", Some(segment.last));
            condition.pair("(request, event_index) < (?, ?)", signed(self.before.request), self.before.index);
            condition.when("received_at >= ?", self.filter.from.map(|at| at.0));
            condition.when("received_at < ?", self.filter.to.map(|at| at.0));
            condition.when("source = ?", self.filter.source.map(|id| id.0));
            condition.when("type = ?", self.filter.kind.map(kind_number));
            let sql = format!(
                "SELECT request, event_index FROM events {} ORDER BY request DESC, event_index DESC",
                condition.clause()
            );
            let mut select = self.index.prepare_cached(&sql)?;
            let rows = select.query(params_from_iter(condition.values))?;
            let may = |request| possible.as_ref().is_none_or(|possible| possible.contains(&request));
            if !self.look_at_all(rows, may)? {
                break;
            }
        }
        Ok(())
    }

    /// The spans that can have candidates, newest first.
    fn segments(&self) -> Result<Vec<Segment>, FindError> {
        let EventFilter { from, to, .. } = self.filter;
        let mut segments = store::segments(self.index, signed(self.before.request))?;
        segments.retain(|segment| {
            from.is_none_or(|from| segment.newest >= from.0) && to.is_none_or(|to| segment.oldest < to.0)
        });
        Ok(segments)
    }

    /// Examines candidates, one request at a time; returns whether there is room for more.
    fn look_at_all(&mut self, mut rows: Rows<'_>, may: impl Fn(u64) -> bool) -> Result<bool, FindError> {
        let (mut request, mut places) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            let number = unsigned(row.get(0)?);
            if number != request {
                if !self.look_at(request, &places)? {
                    return Ok(false);
                }
                places.clear();
                request = number;
            }
            if may(number) {
                places.push(row.get(1)?);
            }
        }
        self.look_at(request, &places)
    }

    /// Examines events of one request; returns whether there is room for more.
    fn look_at(&mut self, request: u64, places: &[u32]) -> Result<bool, FindError> {
        if places.is_empty() {
            return Ok(true);
        }
        let room = self.limit - self.page.items.len();
        let (found, last) = self.finder.look(request, places, room)?;
        self.page.items.extend(found);
        self.looked += 1;
        let full = self.page.items.len() >= self.limit
            || self.looked >= PAGE_REQUESTS
            || self.finder.bytes >= PAGE_BYTES;
        if full {
            self.page.next = Some(Position { request, index: last });
        }
        Ok(!full)
    }
}

/// The positions of the kept dead letters with this code, newest first.
fn letters(journal: &Connection, code: &str, before: Position) -> Result<Vec<(u64, u32)>, Fault> {
    let mut select = journal.prepare_cached(
        "SELECT request, event_index FROM dead_letters INDEXED BY dead_letters_by_place
         WHERE code = ? AND (request, event_index) < (?, ?)
         ORDER BY request DESC, event_index DESC LIMIT ?",
    )?;
    let values = (code, signed(before.request), before.index, signed(PAGE_REQUESTS as u64));
    let rows = select.query_map(values, |row| Ok((unsigned(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
