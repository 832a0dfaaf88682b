//! One reader of the live view: its resume point, and its next messages.

use super::hub::Hub;
use super::resume_point::ResumePoint;
use super::ring::{LiveEntry, Read};
use super::words;
use crate::events::EventItem;
use crate::state::Closing;
use crate::store::Store;
use axum::response::sse::Event as Message;
use event::EventKind;
use journal::{
    Archive, DestinationId, EventFilter, FoundEvent, JournalError, OutcomeKind, Position, SourceId,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;

/// How many events and outcomes one pass reads.
const AT_ONCE: usize = 500;
/// How many parts of the log a pass searches at most while it finds few events.
const PARTS: usize = 4;
/// A pass begins this long after a change, so that changes in quick succession are read together (debounce).
const PAUSE: Duration = Duration::from_millis(50);
/// A connection ends after this long; the client has to reconnect.
const MAX_CONNECTION_TIME: Duration = Duration::from_secs(5 * 60);

/// What a reader wants to see.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) source: Option<SourceId>,
    pub(super) source_name: Option<String>,
    pub(super) destination: Option<DestinationId>,
    pub(super) destination_name: Option<String>,
    pub(super) outcome: Option<OutcomeKind>,
    pub(super) kind: Option<EventKind>,
}

/// A reader.
pub(super) struct Follower {
    store: Store,
    hub: Arc<Hub>,
    filter: Filter,
    point: ResumePoint,
    appended: watch::Receiver<u64>,
    newest: watch::Receiver<u64>,
    closing: Closing,
    /// messages that are sent before the next pass
    ready: VecDeque<Message>,
    until: Instant,
    _seat: OwnedSemaphorePermit,
}

/// What a pass found in the log.
struct Arrived {
    /// oldest first
    events: Vec<FoundEvent>,
    /// number of requests between the resume point and the first event that were not searched
    skipped: u64,
    /// the first request that the search index does not hold yet
    end: u64,
}

impl Follower {
    /// Begins after the message that the client read last, or now.
    pub(super) fn new(
        (store, hub): (Store, Arc<Hub>),
        closing: Closing,
        filter: Filter,
        last: Option<ResumePoint>,
        seat: OwnedSemaphorePermit,
    ) -> Follower {
        let (appended, newest) = (store.journal().appended(), hub.newest());
        let now = ResumePoint {
            boot: hub.boot().to_owned(),
            request: appended.borrow().saturating_sub(1),
            outcome: *newest.borrow(),
        };
        let mut ready = VecDeque::new();
        let point = match last {
            None => now,
            Some(last) if last.boot == now.boot => ResumePoint {
                request: last.request.min(now.request),
                outcome: last.outcome.min(now.outcome),
                ..now
            },
            Some(last) => {
                let point = ResumePoint { request: last.request.min(now.request), ..now };
                ready.push_back(words::gap(
                    &point,
                    None,
                    "the server was started anew, and the outcomes of before are not kept",
                ));
                point
            }
        };
        let until = Instant::now() + MAX_CONNECTION_TIME;
        Follower { store, hub, filter, point, appended, newest, closing, ready, until, _seat: seat }
    }

    /// The next message; `None` when the connection has to end.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            if *self.closing.borrow() || Instant::now() >= self.until {
                return None;
            }
            if let Some(message) = self.ready.pop_front() {
                return Some(message);
            }
            // An error of the journal ends the connection: the client reconnects and goes on at its resume point, so
            // nothing is lost silently.
            let more = self.pass().await.ok()?;
            if self.ready.is_empty() && !more {
                self.something_happens().await;
            }
        }
    }

    /// Resolves when there may be more to read, or when the connection has to end.
    async fn something_happens(&mut self) {
        let happened = async {
            tokio::select! {
                // An error means that the journal is closing; so is the server.
                changed = self.appended.changed() => if changed.is_err() { std::future::pending::<()>().await },
                changed = self.newest.changed() => if changed.is_err() { std::future::pending::<()>().await },
            }
            tokio::time::sleep(PAUSE).await;
        };
        tokio::select! {
            () = happened => {}
            _ = self.closing.wait_for(|closing| *closing) => {}
            () = tokio::time::sleep_until(self.until) => {}
        }
    }

    /// Reads what has come since the last pass; true when there was something, whether it matched the filter or not.
    /// Outcomes are read first and shown last, so that no outcome is shown before its event.
    async fn pass(&mut self) -> Result<bool, JournalError> {
        self.newest.borrow_and_update();
        let mut read = self.hub.read(self.point.outcome, AT_ONCE);
        let end = *self.appended.borrow_and_update();
        let mut moved = false;
        if end > self.point.request.saturating_add(1) {
            moved = true;
            if !self.arrived(end).await? {
                let unseen = |(_, entry): &(u64, LiveEntry)| entry.request() > Some(self.point.request);
                let seen = read.entries.iter().position(unseen).unwrap_or(read.entries.len());
                read.entries.truncate(seen);
                tokio::time::sleep(PAUSE).await;
            }
        }
        moved |= !read.entries.is_empty() || read.missed > 0;
        self.happened(read).await?;
        Ok(moved)
    }

    /// Shows the events that arrived; false when the search index does not hold all of them yet.
    async fn arrived(&mut self, end: u64) -> Result<bool, JournalError> {
        let wanted = end;
        let after = self.point.request;
        if self.filter.outcome.is_some_and(|outcome| outcome != OutcomeKind::Pending) {
            self.point.request = end - 1;
            return Ok(true);
        }
        let filter = EventFilter {
            source: self.filter.source,
            destination: self.filter.destination,
            kind: self.filter.kind,
            ..EventFilter::default()
        };
        let Arrived { events, skipped, end } =
            self.store.archive(move |archive| arrived(archive, filter, after, end)).await?;
        if skipped > 0 {
            let why = format!(
                "more was received than could be shown; the events of {skipped} requests are left out"
            );
            self.ready.push_back(words::gap(&self.point, None, &why));
        }
        let mut events = events.into_iter().peekable();
        while let Some(event) = events.next() {
            let request = event.position.request;
            // The resume point advances per request, so a client that reconnects in the middle sees that request's events twice.
            let last = events.peek().is_none_or(|next| next.position.request != request);
            self.point.request = if last { request } else { request - 1 };
            self.ready.push_back(words::received(&self.point, EventItem::from(event)));
        }
        self.point.request = end - 1;
        Ok(end == wanted)
    }

    async fn happened(&mut self, read: Read) -> Result<(), JournalError> {
        if read.missed > 0 {
            self.point.outcome += read.missed;
            self.ready.push_back(words::gap(
                &self.point,
                Some(read.missed),
                "outcomes came faster than they were read",
            ));
        }
        let suiting = self.suiting(&read.entries).await?;
        for ((number, entry), suits) in read.entries.iter().zip(suiting) {
            self.point.outcome = *number;
            if suits {
                self.ready.push_back(words::entry(&self.point, entry));
            }
        }
        Ok(())
    }

    /// Which of the entries match the filter. The event is looked up if the entry alone does not decide that.
    async fn suiting(&self, entries: &[(u64, LiveEntry)]) -> Result<Vec<bool>, JournalError> {
        let filter = self.filter.clone();
        let mut suiting: Vec<bool> = entries.iter().map(|(_, entry)| filter.may_suit(entry)).collect();
        if filter.source.is_none() && filter.kind.is_none() {
            return Ok(suiting);
        }
        let position = |entry: &LiveEntry| match entry {
            LiveEntry::Outcome { position, .. } => Some(*position),
            LiveEntry::Missed { .. } => None,
        };
        let asked: Vec<(usize, Position)> = (0..)
            .zip(entries)
            .filter(|(nth, _)| suiting[*nth])
            .filter_map(|(nth, (_, entry))| Some((nth, position(entry)?)))
            .collect();
        let answers = self.store.archive(move |archive| {
            let suits = |(nth, position): (usize, Position)| {
                Ok((nth, archive.event(position)?.is_some_and(|event| filter.suits_event(&event.found))))
            };
            asked.into_iter().map(suits).collect::<Result<Vec<_>, JournalError>>()
        });
        for (nth, suits) in answers.await? {
            suiting[nth] = suits;
        }
        Ok(suiting)
    }
}

impl Filter {
    /// Whether the entry alone may match the filter. An entry about missed outcomes matches if it is of the filter's
    /// destination.
    fn may_suit(&self, entry: &LiveEntry) -> bool {
        let of = |destination: &Arc<str>| {
            self.destination_name.as_deref().is_none_or(|wanted| wanted == &**destination)
        };
        match entry {
            LiveEntry::Missed { destination, .. } => of(destination),
            LiveEntry::Outcome { destination, fate, .. } => {
                of(destination) && self.outcome.is_none_or(|wanted| wanted == OutcomeKind::of(Some(*fate)))
            }
        }
    }

    fn suits_event(&self, event: &FoundEvent) -> bool {
        self.source_name.as_ref().is_none_or(|wanted| *wanted == event.source)
            && self.kind.is_none_or(|wanted| wanted.as_str() == event.kind)
    }
}

/// The events of requests after `after` and before `end` that match, the newest of them when they are too many.
fn arrived(
    archive: &dyn Archive,
    mut filter: EventFilter,
    after: u64,
    end: u64,
) -> Result<Arrived, JournalError> {
    let mut events: Vec<FoundEvent> = Vec::new();
    // The end of the index at the first search counts; otherwise events that are indexed later would count as shown.
    let mut end = end;
    let mut next = Some(Position { request: end, index: 0 });
    for part in 0..PARTS {
        let Some(before) = next.filter(|before| before.request > after && events.len() < AT_ONCE) else {
            break;
        };
        filter.before = Some(before);
        let page = archive.events(&filter, AT_ONCE - events.len())?;
        if part == 0 {
            end = end.min(page.indexed_to).max(after + 1);
        }
        let wanted =
            page.items.into_iter().filter(|event| (after + 1..end).contains(&event.position.request));
        events.extend(wanted);
        next = page.next;
    }
    events.reverse();
    // The requests between the resume point and the end of the search were not searched. A request of which only a part
    // was found is not shown.
    let looked_from = next.map_or(0, |next| if next.index > 0 { next.request + 1 } else { next.request });
    let looked_from = looked_from.min(end);
    events.retain(|event| event.position.request >= looked_from);
    Ok(Arrived { events, skipped: looked_from.saturating_sub(after + 1), end })
}
