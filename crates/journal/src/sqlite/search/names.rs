//! The names of the numbers, which are read once for a search.

use crate::records::{DestinationId, SourceId};
use crate::sqlite::fault::Fault;
use crate::sqlite::row::source_kind_of;
use event::SourceKind;
use rusqlite::Connection;
use std::collections::HashMap;

pub(super) struct Names {
    sources: HashMap<SourceId, (String, SourceKind)>,
    destinations: HashMap<DestinationId, String>,
    routes: HashMap<i64, Vec<DestinationId>>,
}

impl Names {
    pub(super) fn load(connection: &Connection) -> Result<Names, Fault> {
        let mut names =
            Names { sources: HashMap::new(), destinations: HashMap::new(), routes: HashMap::new() };
        let mut select = connection.prepare_cached("SELECT id, name, kind FROM sources")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let kind = source_kind_of(&row.get::<_, String>(2)?)?;
            names.sources.insert(SourceId(row.get(0)?), (row.get(1)?, kind));
        }
        let mut select = connection.prepare_cached("SELECT id, name FROM destinations")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            names.destinations.insert(DestinationId(row.get(0)?), row.get(1)?);
        }
        let mut select = connection.prepare_cached("SELECT route, destination FROM routes ORDER BY 1, 2")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            names.routes.entry(row.get(0)?).or_default().push(DestinationId(row.get(1)?));
        }
        Ok(names)
    }

    /// The name may be unknown if the request was damaged.
    pub(super) fn source(&self, id: SourceId) -> (&str, SourceKind) {
        self.sources.get(&id).map_or(("unknown", SourceKind::Server), |(name, kind)| (name.as_str(), *kind))
    }

    pub(super) fn destination(&self, id: DestinationId) -> Result<&str, Fault> {
        let known = self.destinations.get(&id).map(String::as_str);
        known.ok_or_else(|| Fault::unreadable("a route's destination"))
    }

    /// All destinations.
    pub(super) fn destinations(&self) -> impl Iterator<Item = DestinationId> {
        self.destinations.keys().copied()
    }

    /// The destinations of this route.
    pub(super) fn route(&self, route: i64) -> &[DestinationId] {
        self.routes.get(&route).map_or(&[], Vec::as_slice)
    }
}
