//! What a rule would do, before it is made.

use super::{covering, known_source};
use crate::body::{self, Body};
use crate::dead_letters::names::{each, name_of};
use crate::directory::Directory;
use crate::error::{ApiError, Refusals};
use crate::store::Store;
use axum::Json;
use axum::extract::{Path, State};
use event::EventKind;
use journal::{DeadLetterFilter, DestinationId, EventFilter, FoundEvent, OutcomeKind, SourceId};
use mapping::SkipScope;
use registry::rule;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How many of the newest events are looked at; only tracks where the rule has a name.
const LOOKED_AT: usize = 1_000;
/// How many dead letters are listed by number.
const MOST_IDS: usize = 10_000;

/// The events that a rule would skip: those of a name, of a source, or of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleScope {
    /// the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
    /// without a name
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    event: Option<String>,
    /// the name of the source that the events came from; null: any source
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    source: Option<String>,
}

/// What a rule would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulePreview {
    /// the rule that skips these events already
    #[schema(required)]
    skipped_by: Option<String>,
    /// how many dead letters of the destination have such an event: they would be skipped when they are requeued
    dead_letters: u64,
    /// their numbers, for `requeue_dead_letters`: the first 10,000
    ids: Vec<u64>,
    /// how many dead letters were looked at (only those of the source, if one is given): 20,000 at most
    dead_letters_looked_at: u64,
    lately: RulePreviewLately,
}

/// The outcomes of matching events among the newest that went to the destination (only tracks if a name is given, only
/// those of the source if one is given). The rule would have skipped the delivered ones.
#[derive(Debug, Default, Serialize, ToSchema)]
struct RulePreviewLately {
    delivered: u64,
    skipped: u64,
    dead: u64,
    pending: u64,
    /// how many events of any name were looked at: 1,000 at most
    looked_at: u64,
}

/// Shows what a rule would do; changes nothing.
#[utoipa::path(post, operation_id = "preview_rule", path = "/destinations/{name}/rules/preview", tag = "destinations",
    params(("name" = String, Path)), request_body = RuleScope, responses((status = 200, body = RulePreview), Refusals))]
pub(crate) async fn post(
    State(directory): State<Arc<Directory>>,
    State(store): State<Store>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<RulePreview>, ApiError> {
    let RuleScope { event, source } = body::read(body)?;
    let scope = rule::scope(event.as_deref(), source.as_deref())?;
    let (destination, _) = directory.find_destination(&name)?;
    if let Some(source) = &source {
        known_source(&directory, source)?;
    }
    let skipped_by = covering(&destination, &scope).map(|rule| rule.name.clone());
    let source = source_id(&store, source).await?;
    let Some(id) = store.destination(&name).await? else {
        return Err(ApiError::unknown_destination(&name));
    };
    let mut preview = RulePreview {
        skipped_by,
        dead_letters: 0,
        ids: Vec::new(),
        dead_letters_looked_at: 0,
        lately: RulePreviewLately::default(),
    };
    // A source that has sent nothing yet has no number.
    if let Some(source) = source {
        let (count, ids, looked_at) = letters(&store, id, source, scope.clone()).await?;
        (preview.dead_letters, preview.ids, preview.dead_letters_looked_at) = (count, ids, looked_at);
        let kind = scope.event.is_some().then_some(EventKind::Track);
        let filter = EventFilter { destination: Some(id), source, kind, ..EventFilter::default() };
        let found = store.archive(move |archive| archive.events(&filter, LOOKED_AT)).await?.items;
        preview.lately = RulePreviewLately::of(&found, &name, &scope);
    }
    Ok(Json(preview))
}

/// The number of a source, if one is named and it has a number.
async fn source_id(store: &Store, source: Option<String>) -> Result<Option<Option<SourceId>>, ApiError> {
    let Some(source) = source else { return Ok(Some(None)) };
    let known = store.archive(|archive| archive.sources()).await?;
    Ok(known.into_iter().find(|(name, _)| *name == source).map(|(_, id)| Some(id)))
}

/// How many dead letters are in the scope, the numbers of the first, and how many were looked at.
async fn letters(
    store: &Store,
    destination: DestinationId,
    source: Option<SourceId>,
    scope: SkipScope,
) -> Result<(u64, Vec<u64>, u64), ApiError> {
    let filter = DeadLetterFilter { destination: Some(destination), source, ..DeadLetterFilter::default() };
    let counted = store
        .read(move |journal| {
            let (mut count, mut ids) = (0, Vec::new());
            let looked_at = each(journal, filter, |letter| {
                if scope.has(name_of(&letter.event).as_deref(), Some(&letter.source)) {
                    count += 1;
                    ids.extend((ids.len() < MOST_IDS).then_some(letter.id));
                }
            })?;
            Ok((count, ids, looked_at))
        })
        .await?;
    Ok(counted)
}

impl RulePreviewLately {
    fn of(found: &[FoundEvent], destination: &str, scope: &SkipScope) -> RulePreviewLately {
        let mut lately = RulePreviewLately { looked_at: found.len() as u64, ..RulePreviewLately::default() };
        let skipped = found.iter().filter(|event| scope.has(event.name.as_deref(), Some(&event.source)));
        for fate in skipped.flat_map(|event| &event.fates).filter(|fate| fate.destination == destination) {
            let place = match OutcomeKind::of(fate.fate) {
                OutcomeKind::Delivered => &mut lately.delivered,
                OutcomeKind::Skipped => &mut lately.skipped,
                OutcomeKind::Dead => &mut lately.dead,
                OutcomeKind::Pending => &mut lately.pending,
            };
            *place += 1;
        }
        lately
    }
}
