//! The events of one request, held against a filter: what can be told without its body first.

use super::facts::Facts;
use super::names::Names;
use super::request::{Fates, Request};
use crate::records::{
    ArchivedEvent, DestinationId, EventFilter, Fate, FoundEvent, OutcomeKind, Position, SkipCode,
};
use crate::sqlite::fault::Fault;
use rusqlite::Connection;

/// Looks at requests in the journal on behalf of one question.
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

    /// Those of a request's events, in the order of these places, that match; no more than `limit`. With them the place
    /// to go on before.
    pub(super) fn look(
        &mut self,
        number: u64,
        places: &[u32],
        limit: usize,
    ) -> Result<(Vec<FoundEvent>, u32), Fault> {
        let mut found = Vec::new();
        let last = places.last().copied().unwrap_or(0);
        let Some(request) = Request::load(self.connection, number)? else { return Ok((found, last)) };
        if !self.suits(&request) {
            return Ok((found, last));
        }
        let fates = request.fates(self.connection, &self.names)?;
        let mut suited = Vec::new();
        for place in places {
            if self.fate_suits(&fates, *place)? {
                suited.push(*place);
            }
        }
        if suited.is_empty() {
            return Ok((found, last));
        }
        let body = request.body(self.connection)?;
        self.bytes += body.len();
        let texts = event::split(&body, request.shape).unwrap_or_default();
        for place in suited {
            if found.len() >= limit {
                return Ok((found, place.saturating_add(1)));
            }
            let text = usize::try_from(place).ok().and_then(|place| texts.get(place));
            let Some(text) = text else { continue };
            let facts = Facts::read(text, &request.envelope(place, &self.names)?);
            if self.facts_suit(&facts) {
                found.push(self.found(&request, &fates, place, facts)?);
            }
        }
        Ok((found, last))
    }

    /// All destinations there are.
    pub(super) fn destinations(&self) -> impl Iterator<Item = DestinationId> {
        self.names.destinations()
    }

    /// One event, whole.
    pub(super) fn whole(&self, position: Position) -> Result<Option<ArchivedEvent>, Fault> {
        let Some(request) = Request::load(self.connection, position.request)? else { return Ok(None) };
        let body = request.body(self.connection)?;
        let Some(text) = crate::text::event_text(&body, request.shape, position.index) else {
            return Ok(None);
        };
        let facts = Facts::read(&text, &request.envelope(position.index, &self.names)?);
        let fates = request.fates(self.connection, &self.names)?;
        let rejected = request.rejected.iter().find(|one| one.index == position.index);
        Ok(Some(ArchivedEvent {
            found: self.found(&request, &fates, position.index, facts)?,
            text: text.into_owned(),
            request_id: request.request_id,
            request_ip: request.request_ip.clone(),
            source_kind: self.names.source(request.source)?.1,
            shape: request.shape,
            first_index: request.first_index,
            rejected: rejected.map(|one| one.code.clone()),
        }))
    }

    fn found(
        &self,
        request: &Request,
        fates: &Fates<'_>,
        place: u32,
        facts: Facts,
    ) -> Result<FoundEvent, Fault> {
        let user = facts.users().next().map(str::to_owned);
        Ok(FoundEvent {
            position: Position { request: request.number, index: place },
            received_at: request.received_at,
            source: self.names.source(request.source)?.0.to_owned(),
            user,
            kind: facts.kind,
            message_id: facts.message_id,
            name: facts.name,
            requeued: request.requeued,
            fates: fates.shown(place, &self.names)?,
        })
    }

    fn suits(&self, request: &Request) -> bool {
        let EventFilter { from, to, source, .. } = self.filter;
        from.is_none_or(|from| request.received_at >= from)
            && to.is_none_or(|to| request.received_at < to)
            && source.is_none_or(|source| request.source == source)
    }

    /// Is what is asked of a fate true of one and the same?
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
        // An event of a source that feeds no destination counts as skipped, and has no fate anywhere.
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
