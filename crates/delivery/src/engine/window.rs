//! The window of events in memory: which of them have no fate yet, how far the cursor may move, and their message ids.

use super::member::Member;
use super::message_ids::MessageIds;
use crate::clock::Now;
use journal::{Change, Fate, MessageKey, Seen};
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Window {
    /// The number of events without a fate, by request.
    open: BTreeMap<u64, u32>,
    unfinished: usize,
    /// The request to read on from; all events below are in `open` or have their fate.
    next: u64,
    /// One more than the newest request's number.
    end: u64,
    reading: bool,
    cursor: u64,
    dealing_with: MessageIds,
    /// Events that got their fate while a read was under way, which may not know that yet.
    dealt_with: Vec<MessageKey>,
}

impl Window {
    pub(crate) fn new(cursor: u64, end: u64) -> Self {
        Window { next: cursor, cursor, end, ..Window::default() }
    }

    pub(crate) fn unfinished(&self) -> usize {
        self.unfinished
    }

    pub(crate) fn reading(&self) -> bool {
        self.reading
    }

    pub(crate) fn saw_end(&mut self, end: u64) {
        self.end = self.end.max(end);
    }

    /// Whether all events below this request are in memory or have their fate.
    pub(crate) fn has_read(&self, below: u64) -> bool {
        self.next >= below
    }

    /// Whether there is something to read and room for it, even if a read is under way.
    pub(crate) fn wants_read(&self, room_for: usize) -> bool {
        self.next < self.end && self.unfinished < room_for
    }

    /// Begins a read and returns where, if there is something to read and room for it.
    pub(crate) fn begin_read(&mut self, room_for: usize) -> Option<u64> {
        let wanted = !self.reading && self.wants_read(room_for);
        self.reading |= wanted;
        wanted.then_some(self.next)
    }

    pub(crate) fn took_in(&mut self, next: u64, end: u64) {
        self.next = self.next.max(next);
        self.saw_end(end);
    }

    /// Ends a read, after which the journal knows the events that it could not know of.
    pub(crate) fn end_read(&mut self) {
        self.reading = false;
        for key in self.dealt_with.drain(..) {
            self.dealing_with.remove(key);
        }
    }

    pub(crate) fn open(&mut self, request: u64, events: u32) {
        *self.open.entry(request).or_insert(0) += events;
        self.unfinished += events as usize;
    }

    /// Records an event's fate.
    pub(crate) fn end(&mut self, member: &Member, fate: Fate, now: Now, changes: &mut Vec<Change>) {
        changes.push(Change::Fate(member.position, fate));
        if member.reuses_id && !matches!(fate, Fate::Skipped(_)) {
            changes.push(Change::MessageIdReused);
        }
        if let Some(key) = member.message {
            changes.push(Change::Seen(key, now.wall));
        }
        self.finish(member.position.request, member.message);
    }

    fn finish(&mut self, request: u64, message: Option<MessageKey>) {
        if let Some(left) = self.open.get_mut(&request) {
            *left -= 1;
            self.unfinished -= 1;
            if *left == 0 {
                self.open.remove(&request);
            }
        }
        let Some(key) = message else { return };
        if self.reading {
            self.dealt_with.push(key);
        } else {
            self.dealing_with.remove(key);
        }
    }

    /// Adds an event that is dealt with from now on; returns whether it or another one with its message id is already.
    pub(crate) fn deal_with(&mut self, key: MessageKey) -> Seen {
        self.dealing_with.insert(key)
    }

    /// Removes an event that has been dealt with.
    pub(crate) fn dealt(&mut self, key: MessageKey) {
        self.dealing_with.remove(key);
    }

    /// The cursor: every event of requests below it has its fate.
    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The change that moves the cursor, if it has moved.
    pub(crate) fn cursor_change(&mut self) -> Option<Change> {
        let cursor = self.open.keys().next().copied().unwrap_or(self.next);
        let moved = cursor > self.cursor;
        self.cursor = cursor.max(self.cursor);
        moved.then_some(Change::Cursor(cursor))
    }
}
