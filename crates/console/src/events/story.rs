//! One event's story: its content, its fates, and the calls that were made for it with their reasons.

use super::{EventId, EventItem, left_out, reading};
use crate::access::Caller;
use crate::audit::action;
use crate::conflicts::ConflictView;
use crate::directory::Directory;
use crate::end_users::{LaneView, lane_of};
use crate::error::{ApiError, Refusals, code};
use crate::explanation::Explanation;
use crate::parameters::{self, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use journal::{
    Archive, ArchivedEvent, Attempt, AuditFilter, DestinationId, EventFilter, FoundEvent, JournalError,
    Original, Position,
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::ToSchema;

/// How many calls of one event are shown; there are seldom more than five.
const ATTEMPTS: usize = 200;
/// How many events with the same message id are shown.
const RELATED: usize = 50;
/// How many of those are read and compared; each may be in a large request.
const COMPARED: usize = 8;
/// The audit entry of an edit may be this much older than the edited event.
const AUDITED_WITHIN_MS: i64 = 60_000;

/// Shows one event with its whole text and history.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventStory {
    #[serde(flatten)]
    item: EventItem,
    /// the event as JSON; as a text when it cannot be parsed
    #[schema(value_type = Value)]
    event: JsonOrText,
    /// the event's text, byte for byte
    raw: String,
    #[schema(required)]
    request_ip: Option<String>,
    /// the calls made for the event, the oldest first
    attempts: Vec<AttemptView>,
    /// for each destination that the event was routed to, its mapping by the present settings
    plans: Vec<DestinationPlan>,
    /// why the event waits, for each destination where calls for its end user failed or InMoment does not know the end
    /// user
    waits: Vec<EventWait>,
    /// open conflicts of the event: the e-mail or phone number that it was delivered without, or became a dead letter
    /// because of, since InMoment holds it for another end user
    conflicts: Vec<ConflictView>,
    /// the event as it was before a person edited it
    #[schema(required)]
    original: Option<OriginalView>,
    /// other events with the same message id, the newest first
    related: Vec<EventItem>,
    /// whether another event of the same source has the same message id and other content; each was treated as an event
    /// of its own
    message_id_reused: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonOrText {
    Json(Box<RawValue>),
    Text(String),
}

/// A call to InMoment that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Attempt)]
struct AttemptView {
    id: u64,
    destination: String,
    call: String,
    method: String,
    /// path and query of the request
    target: String,
    /// the form that was sent, with secrets masked
    request: String,
    /// the reply's status; null when there was no reply
    #[schema(required)]
    status: Option<u16>,
    reply: String,
    /// `ok`, or what went wrong, in one word
    result: String,
    started_at: String,
    took_ms: u32,
    /// number of events that the call was made for
    event_count: u64,
}

#[derive(Serialize, ToSchema)]
struct DestinationPlan {
    destination: String,
    explanation: Explanation,
}

/// Why a pending event is not tried at once.
#[derive(Serialize, ToSchema)]
struct EventWait {
    destination: String,
    lane: LaneView,
}

/// An event as it was before it was edited.
#[derive(Serialize, ToSchema)]
#[schema(as = Original)]
struct OriginalView {
    event: String,
    /// the code of the dead letter
    code: String,
    reason: String,
    #[schema(required)]
    edited_by: Option<String>,
    at: String,
}

/// Shows one event with its whole text and history.
#[utoipa::path(get, operation_id = "show_event", path = "/events/{id}", tag = "events", params(("id" = String, Path, pattern = "^(0|[1-9][0-9]{0,17})[.](0|[1-9][0-9]{0,8})$")),
    responses((status = 200, body = EventStory), Refusals))]
pub(crate) async fn get(
    State(directory): State<Arc<Directory>>,
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<EventStory>, ApiError> {
    let id = event_id(id)?;
    let names = store.read(|journal| journal.destinations()).await?;
    let directory = directory.clone();
    let story = store.archive(move |archive| story(archive, id.0, &names, &directory)).await?;
    let story = story.ok_or_else(|| ApiError::unknown_event(id))?;
    identity.look(&caller, action::EVENT_VIEW, &id.to_string()).await?;
    Ok(Json(story))
}

/// Parses the event's id in a path.
pub(super) fn event_id(given: Result<Path<String>, PathRejection>) -> Result<EventId, ApiError> {
    let text = parameters::path("id", given)?;
    text.parse().map_err(|why| ApiError::unfit_field("id", why))
}

impl ApiError {
    pub(super) fn unknown_event(id: EventId) -> Self {
        let message = format!("there is no event {id}");
        ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_EVENT, message)
    }
}

fn story(
    archive: &dyn Archive,
    position: Position,
    names: &[(String, DestinationId)],
    directory: &Directory,
) -> Result<Option<EventStory>, JournalError> {
    let Some(archived) = archive.event(position)? else { return Ok(None) };
    let attempts = archive.attempts(position, ATTEMPTS)?;
    let original = archive.original(position.request)?;
    let original = original.map(|edited| original_of(archive, edited)).transpose()?;
    let related = related(archive, position, &archived.found.message_id)?;
    let message_id_reused = is_reused(archive, &archived, &related)?;
    let plans = plans(&archived, directory);
    let waits = waits(archive, &archived, names, directory)?;
    let conflicts = left_out::conflicts(archive, &archived, names, directory)?;
    Ok(Some(EventStory {
        event: said(&archived.text),
        raw: archived.text,
        request_ip: archived.request_ip,
        attempts: attempts.into_iter().map(|attempt| AttemptView::of(attempt, names)).collect(),
        plans,
        waits,
        conflicts,
        original,
        related: related.into_iter().map(EventItem::from).collect(),
        message_id_reused,
        item: EventItem::from(archived.found),
    }))
}

fn said(text: &str) -> JsonOrText {
    match serde_json::from_str::<Box<RawValue>>(text) {
        Ok(json) => JsonOrText::Json(json),
        Err(_) => JsonOrText::Text(text.to_owned()),
    }
}

fn related(
    archive: &dyn Archive,
    position: Position,
    message_id: &str,
) -> Result<Vec<FoundEvent>, JournalError> {
    if message_id.is_empty() {
        return Ok(Vec::new());
    }
    let filter = EventFilter { message_id: Some(message_id.to_owned()), ..EventFilter::default() };
    let found = archive.events(&filter, RELATED)?.items.into_iter();
    Ok(found.filter(|found| found.position != position).collect())
}

/// Whether one of the related events is a different event with the same message id. An event that was edited and
/// requeued is not a different one.
fn is_reused(
    archive: &dyn Archive,
    archived: &ArchivedEvent,
    related: &[FoundEvent],
) -> Result<bool, JournalError> {
    let content = |archived: &ArchivedEvent| reading::event(archived).ok().map(|event| event.content_hash());
    let Some(own) = content(archived).filter(|_| !archived.found.requeued) else { return Ok(false) };
    let others = related.iter().filter(|other| !other.requeued && other.source == archived.found.source);
    for other in others.take(COMPARED) {
        let other = archive.event(other.position)?;
        if other.and_then(|other| content(&other)).is_some_and(|content| content != own) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The audit says who edited the event, under the dead letter's number.
fn original_of(archive: &dyn Archive, edited: Original) -> Result<OriginalView, JournalError> {
    let filter = AuditFilter {
        action: Some(action::DEAD_LETTER_EDIT.0.to_owned()),
        from: Some(event::Millis(edited.edited_at.0 - AUDITED_WITHIN_MS)),
        to: Some(event::Millis(edited.edited_at.0 + AUDITED_WITHIN_MS)),
        ..AuditFilter::default()
    };
    let subject = edited.dead_letter.to_string();
    let entries = archive.audit(&filter, 1_000)?.items;
    Ok(OriginalView {
        edited_by: entries.into_iter().find(|entry| entry.subject == subject).map(|entry| entry.who),
        event: edited.event,
        code: edited.code,
        reason: edited.reason,
        at: instant(edited.edited_at),
    })
}

/// The event's plan for every destination that it was routed to and whose settings are known.
fn plans(archived: &ArchivedEvent, directory: &Directory) -> Vec<DestinationPlan> {
    let destinations = archived.found.fates.iter().map(|fate| &fate.destination);
    let known = destinations.filter_map(|name| Some((name, directory.destination(name)?.0.mapping())));
    known
        .map(|(name, settings)| DestinationPlan {
            destination: name.clone(),
            explanation: Explanation::of(reading::plan(archived, &settings), &settings, None),
        })
        .collect()
}

/// Why the event waits, for each destination where it is pending.
fn waits(
    archive: &dyn Archive,
    archived: &ArchivedEvent,
    names: &[(String, DestinationId)],
    directory: &Directory,
) -> Result<Vec<EventWait>, JournalError> {
    let pending = archived.found.fates.iter().filter(|fate| fate.fate.is_none());
    let Ok(event) = reading::event(archived) else { return Ok(Vec::new()) };
    let mut waits = Vec::new();
    for fate in pending {
        let id = names.iter().find(|(name, _)| *name == fate.destination).map(|(_, id)| *id);
        let settings = directory.destination(&fate.destination).map(|(destination, _)| destination.mapping());
        let who = mapping::who(&event, &settings.unwrap_or_default()).ok();
        let (Some(id), Some(who)) = (id, who) else { continue };
        let (external_id, end_user_id) =
            (who.external_id.unwrap_or_default(), who.end_user_id.unwrap_or_default());
        if let Some(lane) = lane_of(archive, id, &external_id, &end_user_id)? {
            waits.push(EventWait { destination: fate.destination.clone(), lane: lane.into() });
        }
    }
    Ok(waits)
}

impl AttemptView {
    fn of(made: Attempt, names: &[(String, DestinationId)]) -> AttemptView {
        let name = names.iter().find(|(_, id)| *id == made.destination).map(|(name, _)| name.clone());
        AttemptView {
            id: made.id,
            destination: name.unwrap_or_default(),
            call: made.call,
            method: made.method,
            target: made.target,
            request: made.request,
            status: made.status,
            reply: made.reply,
            result: made.result,
            started_at: instant(made.started_at),
            took_ms: made.took_ms,
            event_count: made.event_count,
        }
    }
}
