//! Compares the events of one request with a filter, first by what is known without its body.

use super::facts::Facts;
use super::names::Names;
use super::request::{Fates, Request, Whole};
use crate::records::{
    ArchivedEvent, DestinationId, EventFilter, Fate, FoundEvent, OutcomeKind, Position, SkipCode,
};
use crate::sqlite::fault::Fault;
use event::Cut;
use rusqlite::Connection;

/// Examines requests of the journal for one search.
pub(super) struct Finder<'a> {
    connection: &'a Connection,
    filter: &'a EventFilter,
    names: Names,
    /// bytes of bodies read so far
    pub(super) bytes: usize,
}

impl<'a> Finder<'a> {
    pub(super) fn new(connection: &'a Connection, filter: &'a EventFilter) -> Result<Self, Fault> {
        Ok(Finder { connection, filter, names: Names::load(connection)?, bytes: 0 })
    }

    /// The events of a request at these places that match, in the order of the places; at most `limit`. Also returns the place
    /// before which the next page begins.
    pub(super) fn look(
        &mut self,
        number: u64,
        places: &[u32],
        limit: usize,
    ) -> Result<(Vec<FoundEvent>, u32), Fault> {
        let mut found = Vec::new();
        let last = places.last().copied().unwrap_or(0);
        let Some(request) = Request::load(self.connection, number)? else { return Ok((found, last)) };
        if !self.time_suits(&request) {
            return Ok((found, last));
        }
        let fates = request.fates(self.connection, &self.names)?;
        let mut read: Option<(Whole, Option<Cut>)> = None;
        for place in places {
            if found.len() >= limit {
                return Ok((found, place.saturating_add(1)));
            }
            if !self.fate_suits(&fates, *place)? {
                continue;
            }
            // The body is read and cut once, and only if an event of it is needed.
            let (whole, cut) = match &mut read {
                Some(read) => read,
                place => {
                    let mut whole = request.whole(self.connection)?;
                    self.bytes += whole.body.text.len();
                    let cut = whole.body.cut();
                    place.insert((whole, cut))
                }
            };
            if self.filter.source.is_some_and(|source| whole.body.source != source) {
                return Ok((found, last));
            }
            let text = cut.as_ref().and_then(|cut| cut.event(*place));
            // A damaged event may have no text; it is shown as damaged.
            let Some(text) = text.or(whole.body.damaged.then_some("")) else { continue };
            let facts = Facts::read(text, &whole.envelope(*place, &self.names));
            if self.facts_suit(&facts) {
                let one = self.to_found_event(whole, &fates, *place, facts)?;
                found.push(one);
            }
        }
        Ok((found, last))
    }

    /// All destinations.
    pub(super) fn destinations(&self) -> impl Iterator<Item = DestinationId> {
        self.names.destinations()
    }

    /// One event with its text.
    pub(super) fn whole(&self, position: Position) -> Result<Option<ArchivedEvent>, Fault> {
        let Some(request) = Request::load(self.connection, position.request)? else { return Ok(None) };
        let mut whole = request.whole(self.connection)?;
        let text = crate::text::event_text(&whole.body.text, whole.body.shape, position.index);
        let text = text.map(|text| text.into_owned()).or(whole.body.damaged.then(String::new));
        let Some(text) = text else { return Ok(None) };
        let facts = Facts::read(&text, &whole.envelope(position.index, &self.names));
        let fates = request.fates(self.connection, &self.names)?;
        let found = self.to_found_event(&whole, &fates, position.index, facts)?;
        let rejected = std::mem::take(&mut whole.body.rejected);
        let rejected = rejected.into_iter().find(|one| one.index == position.index);
        Ok(Some(ArchivedEvent {
            found,
            text,
            request_id: whole.body.request_id,
            source_kind: self.names.source(whole.body.source).1,
            shape: whole.body.shape,
            first_index: whole.body.first_index,
            request_ip: whole.body.request_ip,
            rejected: rejected.map(|one| one.code),
        }))
    }

    fn to_found_event(
        &self,
        request: &Whole,
        fates: &Fates<'_>,
        place: u32,
        facts: Facts,
    ) -> Result<FoundEvent, Fault> {
        let user = facts.users().next().map(str::to_owned);
        Ok(FoundEvent {
            position: Position { request: request.number, index: place },
            received_at: request.received_at,
            source: self.names.source(request.body.source).0.to_owned(),
            user,
            kind: facts.kind,
            message_id: facts.message_id,
            name: facts.name,
            requeued: request.body.requeued,
            fates: fates.of_event(place, &self.names)?,
        })
    }

    fn time_suits(&self, request: &Request) -> bool {
        let EventFilter { from, to, .. } = self.filter;
        let at = request.received_at();
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to)
    }

    /// Are all conditions about a fate true of the same fate?
    fn fate_suits(&self, fates: &Fates<'_>, place: u32) -> Result<bool, Fault> {
        let EventFilter { destination, outcome, code, .. } = self.filter;
        if destination.is_none() && outcome.is_none() && code.is_none() {
            return Ok(true);
        }
        let mut routed = false;
        for (id, fate) in fates.of(place) {
            routed = true;
            if destination.is_some_and(|wanted| wanted != id)
                || outcome.is_some_and(|wanted| wanted != OutcomeKind::of(fate))
            {
                continue;
            }
            let suits = match (code, fate) {
                (None, _) => true,
                (Some(code), Some(Fate::Skipped(why))) => why.word() == code,
                (Some(code), Some(Fate::Dead)) => {
                    fates.letter(id, place)?.is_some_and(|(_, letter)| letter == *code)
                }
                (Some(_), _) => false,
            };
            if suits {
                return Ok(true);
            }
        }
        // An event of a source that is connected to no destination counts as skipped, and has no fate.
        let nowhere = SkipCode::NoDestination.word();
        Ok(!routed
            && destination.is_none()
            && outcome.is_none_or(|wanted| wanted == OutcomeKind::Skipped)
            && code.as_ref().is_none_or(|code| code == nowhere))
    }

    fn facts_suit(&self, facts: &Facts) -> bool {
        let EventFilter { user, message_id, kind, .. } = self.filter;
        user.as_ref().is_none_or(|user| facts.users().any(|known| known == user))
            && message_id.as_ref().is_none_or(|id| facts.message_id == *id)
            && kind.is_none_or(|kind| facts.kind == kind.as_str())
    }
}
