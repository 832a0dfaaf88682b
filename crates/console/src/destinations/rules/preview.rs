//! What a rule would do, before it is made.

use super::find;
use crate::body::{self, Body};
use crate::dead_letters::names::{each, name_of};
use crate::error::{ApiError, Refusals};
use crate::settings::Shared;
use axum::Json;
use axum::extract::{Path, State};
use event::Kind;
use journal::{DeadLetterFilter, EventFilter, FoundEvent, OutcomeKind};
use mapping::SkipRule;
use registry::rule::checked_event;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many of the newest tracks are looked at.
const LOOKED_AT: usize = 1_000;
/// The numbers of so many dead letters are told.
const MOST_IDS: usize = 10_000;

/// The name of the events that a rule would skip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleEvent {
    /// the `event` of the tracks; spaces around it and letter case do not matter
    #[schema(min_length = 1, max_length = 200)]
    event: String,
}

/// What a rule would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulePreview {
    /// the rule that skips these events already
    #[schema(required)]
    skipped_by: Option<String>,
    /// how many dead letters of the destination have an event of this name: they would be skipped when they are requeued
    dead_letters: u64,
    /// their numbers, for `requeue_dead_letters`: the first 10,000
    ids: Vec<u64>,
    /// how many dead letters were looked at: 20,000 at most
    dead_letters_looked_at: u64,
    lately: Lately,
}

/// What became of events of this name among the newest tracks that went to the destination. Those that were delivered would
/// have been skipped.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = RulePreviewLately)]
struct Lately {
    delivered: u64,
    skipped: u64,
    dead: u64,
    pending: u64,
    /// how many tracks were looked at, of any name: 1,000 at most
    looked_at: u64,
}

/// What a rule would do; changes nothing.
#[utoipa::path(post, operation_id = "preview_rule", path = "/destinations/{name}/rules/preview", tag = "destinations",
    params(("name" = String, Path)), request_body = RuleEvent, responses((status = 200, body = RulePreview), Refusals))]
pub(crate) async fn post(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<RulePreview>, ApiError> {
    let RuleEvent { event } = body::read(body)?;
    checked_event(&event)?;
    let (destination, _) = find(&shared, &name)?;
    let skipped_by = destination.rules.iter().find(|rule| rule.skips(&event)).map(|rule| rule.name.clone());
    let rule = SkipRule { name: String::new(), event };
    let Some(id) = shared.destination(&name).await? else {
        return Err(ApiError::unknown_destination(&name));
    };
    let filter = DeadLetterFilter { destination: Some(id), ..DeadLetterFilter::default() };
    let wanted = rule.clone();
    let (dead_letters, ids, dead_letters_looked_at) = shared
        .read(move |journal| {
            let (mut count, mut ids) = (0, Vec::new());
            let looked_at = each(journal, filter, |letter| {
                if name_of(&letter.event).is_some_and(|name| wanted.skips(&name)) {
                    count += 1;
                    ids.extend((ids.len() < MOST_IDS).then_some(letter.id));
                }
            })?;
            Ok((count, ids, looked_at))
        })
        .await?;
    let filter = EventFilter { destination: Some(id), kind: Some(Kind::Track), ..EventFilter::default() };
    let found = shared.archive(move |archive| archive.events(&filter, LOOKED_AT)).await?.items;
    let lately = Lately::of(&found, &name, &rule);
    Ok(Json(RulePreview { skipped_by, dead_letters, ids, dead_letters_looked_at, lately }))
}

impl Lately {
    fn of(found: &[FoundEvent], destination: &str, rule: &SkipRule) -> Lately {
        let mut lately = Lately { looked_at: found.len() as u64, ..Lately::default() };
        let named = found.iter().filter(|event| event.name.as_deref().is_some_and(|name| rule.skips(name)));
        for fate in named.flat_map(|event| &event.fates).filter(|fate| fate.destination == destination) {
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
