//! The names of the tracks among dead letters. A person who finds a thousand clicks among them can make a rule that
//! skips clicks.

use crate::error::{ApiError, Refusals};
use crate::parameters;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use event::{Envelope, Event, Millis, Share, SourceKind};
use journal::{DeadLetter, DeadLetterFilter, Journal, JournalError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// How many dead letters are looked at, in the order in which they were given up.
const MOST_LOOKED_AT: usize = 20_000;
const PAGE: usize = 1_000;
/// How many names are listed, the most frequent first.
const MOST_NAMES: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NamesQuery {
    destination: Option<String>,
    code: Option<String>,
}

/// The names of events among dead letters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventNames {
    /// the 50 most frequent names, the most frequent first
    items: Vec<EventName>,
    /// how many dead letters have an event without a name, such as an identify
    unnamed: u64,
    /// how many dead letters were looked at: 20,000 at most
    looked_at: u64,
}

/// How many dead letters have an event of this name.
#[derive(Debug, Serialize, ToSchema)]
struct EventName {
    name: String,
    count: u64,
}

/// Lists the names of the events among dead letters (`event` of a track).
#[utoipa::path(get, operation_id = "name_dead_letters", path = "/dead-letters/event-names", tag = "problems", params(NamesQuery),
    responses((status = 200, body = EventNames), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    query: Result<Query<NamesQuery>, QueryRejection>,
) -> Result<Json<EventNames>, ApiError> {
    let NamesQuery { destination, code } = parameters::query(query)?;
    let destination = store.named_destination(destination).await?;
    let filter = DeadLetterFilter { destination, code, ..DeadLetterFilter::default() };
    let names = store.read(move |journal| {
        let (mut names, mut unnamed) = (HashMap::<String, u64>::new(), 0);
        let looked_at = each(journal, filter, |letter| match name_of(&letter.event) {
            Some(name) => *names.entry(name).or_default() += 1,
            None => unnamed += 1,
        })?;
        let mut items: Vec<_> = names.into_iter().map(|(name, count)| EventName { name, count }).collect();
        items.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
        items.truncate(MOST_NAMES);
        Ok(EventNames { items, unnamed, looked_at })
    });
    Ok(Json(names.await?))
}

/// Calls `f` with each dead letter, in the order in which they were given up, up to the limit; returns how many there
/// were.
pub(crate) fn each(
    journal: &dyn Journal,
    mut filter: DeadLetterFilter,
    mut look: impl FnMut(&DeadLetter),
) -> Result<u64, JournalError> {
    let mut looked_at = 0;
    loop {
        let page = journal.dead_letters(&filter, PAGE.min(MOST_LOOKED_AT - looked_at))?;
        page.items.iter().for_each(&mut look);
        looked_at += page.items.len();
        filter.after = page.items.last().map(|letter| letter.id);
        if !page.more || filter.after.is_none() || looked_at >= MOST_LOOKED_AT {
            return Ok(looked_at as u64);
        }
    }
}

/// The name of an event as rules compare it, without the space around it. `None` when the event has no name.
pub(crate) fn name_of(event: &str) -> Option<String> {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Server,
        received_at: Millis(0),
        request_ip: None,
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    let named = |_: Option<&str>, key: &str| if key == "event" { Share::Whole } else { Share::Nothing };
    // This is the reader that delivery uses, so `NaN` and lone surrogates are accepted.
    let event = Event::read_part(event, &envelope, named).ok()?;
    let name = event.body.get("event")?.as_str()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
