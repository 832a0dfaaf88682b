//! The few small things the writer knows by heart, so that an append reads nothing: which sources and destinations
//! there are, the routes in use, and the next request's number. Dropped and read anew when a group is rolled back.

use super::fault::Fault;
use super::mend::{self, Suspects};
use super::numbers;
use super::replica::Applied;
use super::row::{signed, source_kind_word};
use super::standing::{self, StandingRow};
use super::stored;
use super::sum;
use crate::records::{DestinationId, SourceId};
use event::SourceKind;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) id: i64,
    /// each once, in order
    pub(super) destinations: Vec<DestinationId>,
}

/// The route of requests that go nowhere; it has no row in `routes`.
const NOWHERE: i64 = 0;

pub(super) struct Catalogue {
    sources: BTreeSet<SourceId>,
    pub(super) standings: BTreeMap<DestinationId, StandingRow>,
    /// the ledger's rows
    pub(super) ledger: BTreeMap<(u32, String), i64>,
    /// what each source takes
    pub(super) stored: stored::Bytes,
    suspects: Suspects,
    routes: BTreeMap<Vec<DestinationId>, i64>,
    /// the routes again, under each spelling that callers use
    spelled: HashMap<Arc<[DestinationId]>, Arc<Route>>,
    next: u64,
    /// how far the log that several machines share has been applied; `None` of a journal that stands alone
    pub(super) applied: Option<Applied>,
}

impl Catalogue {
    /// Looks at the rows, mends those that were damaged, and reads them.
    pub(super) fn load(connection: &Connection) -> Result<Self, Fault> {
        let suspects = mend::mend(connection)?;
        let ids = |sql: &str| -> rusqlite::Result<Vec<u32>> {
            connection.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
        };
        let sources = ids("SELECT id FROM sources")?.into_iter().map(SourceId).collect();
        let standings = standing::all(connection)?.into_iter().map(|(id, standing, _)| (id, standing));
        let mut counts = connection.prepare_cached("SELECT destination, what, events FROM ledger")?;
        let counts = counts.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        let mut by_id: BTreeMap<i64, Vec<DestinationId>> = BTreeMap::from([(NOWHERE, Vec::new())]);
        let mut rows = connection.prepare_cached("SELECT route, destination FROM routes ORDER BY 1, 2")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            by_id.entry(row.get(0)?).or_default().push(DestinationId(row.get(1)?));
        }
        let routes = by_id.into_iter().map(|(id, destinations)| (destinations, id)).collect();
        Ok(Catalogue {
            sources,
            standings: standings.collect(),
            ledger: counts.collect::<Result<_, _>>()?,
            stored: stored::load(connection)?.unwrap_or_default(),
            suspects,
            routes,
            spelled: HashMap::new(),
            next: numbers::end(connection)?,
            applied: Applied::load(connection)?,
        })
    }

    /// One more than the newest request's number.
    pub(super) fn end(&self) -> u64 {
        self.next
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    pub(super) fn knows_source(&self, id: SourceId) -> Result<(), Fault> {
        if self.sources.contains(&id) {
            return Ok(());
        }
        Err(Fault::missing(format!("source {}", id.0)))
    }

    pub(super) fn knows_destination(&self, id: DestinationId) -> Result<(), Fault> {
        if self.standings.contains_key(&id) { Ok(()) } else { Err(Fault::no_destination(id)) }
    }

    /// The route to these destinations, made at its first use.
    pub(super) fn route(
        &mut self,
        connection: &Connection,
        destinations: &Arc<[DestinationId]>,
    ) -> Result<Arc<Route>, Fault> {
        if let Some(route) = self.spelled.get(destinations) {
            return Ok(Arc::clone(route));
        }
        let unique: BTreeSet<DestinationId> = destinations.iter().copied().collect();
        let unique: Vec<DestinationId> = unique.into_iter().collect();
        unique.iter().try_for_each(|id| self.knows_destination(*id))?;
        let id = match self.routes.get(&unique) {
            Some(id) => *id,
            None => self.add_route(connection, &unique)?,
        };
        let route = Arc::new(Route { id, destinations: unique });
        self.spelled.insert(Arc::clone(destinations), Arc::clone(&route));
        Ok(route)
    }

    fn add_route(&mut self, connection: &Connection, destinations: &[DestinationId]) -> Result<i64, Fault> {
        let id = self.routes.values().max().map_or(NOWHERE, |id| id + 1);
        let mut insert =
            connection.prepare_cached("INSERT INTO routes (route, destination, sum) VALUES (?, ?, ?)")?;
        for destination in destinations {
            insert.execute(params![id, destination.0, sum::of_route(id, destination.0).done()])?;
        }
        self.routes.insert(destinations.to_vec(), id);
        Ok(id)
    }

    pub(super) fn source(
        &mut self,
        connection: &Connection,
        name: &str,
        kind: SourceKind,
    ) -> Result<SourceId, Fault> {
        self.suspects.name_source(connection, name)?;
        let sql = "INSERT INTO sources (name, kind) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET kind = excluded.kind RETURNING id";
        let kind = source_kind_word(kind);
        let id = connection.query_row(sql, params![name, kind], |row| row.get(0))?;
        let sum = sum::of_source(id, name, kind).done();
        connection.execute("UPDATE sources SET sum = ?2 WHERE id = ?1", params![id, sum])?;
        self.sources.insert(SourceId(id));
        Ok(SourceId(id))
    }

    /// Its cursor starts at the end, for what was appended before it existed cannot be routed to it: unless its number is that
    /// of one whose row was lost.
    pub(super) fn destination(
        &mut self,
        connection: &Connection,
        name: &str,
    ) -> Result<DestinationId, Fault> {
        if let Some((id, _)) = self.standings.iter().find(|(_, standing)| standing.name == name) {
            return Ok(*id);
        }
        if let Some((id, standing)) = self.suspects.name_destination(connection, name)? {
            self.standings.insert(id, standing);
            return Ok(id);
        }
        let sql = "INSERT INTO destinations (name, cursor) VALUES (?1, ?2) RETURNING id";
        let end = signed(self.next);
        let id = DestinationId(connection.query_row(sql, params![name, end], |row| row.get(0))?);
        let standing = StandingRow::new(name, standing::cursor_of_log(connection, id, end)?);
        standing.put(connection, id)?;
        self.standings.insert(id, standing);
        Ok(id)
    }
}
