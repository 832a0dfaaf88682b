//! End users: what is known of one at each destination, which events wait, what the end user did and answered.

pub(crate) mod ask;
pub(crate) mod find;

use crate::access::Caller;
use crate::audit::action;
use crate::error::{ApiError, Refusals};
use crate::events::{EventId, EventItem};
use crate::feedback::answers::SurveyAnswerView;
use crate::parameters::{self, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use journal::{
    AnswerFilter, Archive, DestinationId, EventFilter, Journal, JournalError, KnownUser, LaneRecord,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// How many events and answers are shown with an end user.
const SHOWN: usize = 50;

/// An end user at a destination.
#[derive(Serialize, ToSchema)]
#[schema(as = EndUser)]
pub(crate) struct EndUserView {
    destination: String,
    external_id: String,
    /// what InMoment was last known to hold; null when nothing is known
    #[schema(required)]
    known: Option<KnownEndUserView>,
    /// why its events wait; null when nothing is wrong
    #[schema(required)]
    lane: Option<LaneView>,
    /// events with this end user's id, the newest first
    events: Vec<EventItem>,
    /// survey answers of this end user, the newest first
    answers: Vec<SurveyAnswerView>,
}

/// What InMoment was last known to hold.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownEndUser)]
struct KnownEndUserView {
    end_user_id: String,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    phone_number: Option<String>,
    /// UNIX seconds
    #[schema(required)]
    last_surveyed: Option<i64>,
    /// UNIX seconds
    #[schema(required)]
    external_created_at: Option<i64>,
    #[schema(value_type = HashMap<String, Value>)]
    properties: Map<String, Value>,
    /// when InMoment said so
    read_at: String,
}

/// Events that wait because calls failed, or because InMoment does not know the end user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lane)]
pub(crate) struct LaneView {
    /// how many calls failed in a row
    tries: u32,
    next_try: String,
    /// when waiting for the end user to become known ends
    #[schema(required)]
    wait_until: Option<String>,
    failing_s: u64,
    /// the id of the first waiting event
    head: String,
}

/// Shows an end user: what InMoment was last known to hold, the events that wait, and the newest events and answers.
#[utoipa::path(get, operation_id = "show_end_user", path = "/end-users/{destination}/{external_id}", tag = "end users",
    params(("destination" = String, Path), ("external_id" = String, Path, description = "the external id, or InMoment's own id")),
    responses((status = 200, body = EndUserView), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<EndUserView>, ApiError> {
    let (name, user) = parameters::path("external_id", path)?;
    let names = store.read(|journal| journal.destinations()).await?;
    let id = names.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
    let id = id.ok_or_else(|| ApiError::unknown_destination(&name))?;
    identity.look(&caller, action::END_USER_VIEW, &subject(&name, &user)).await?;
    let asked = user.clone();
    let known = store.read(move |journal| known(journal, id, &asked)).await?;
    let asked = (user.clone(), known.as_ref().map(|known| known.end_user_id.clone()));
    let (lane, events, answers) = store.archive(move |archive| past(archive, id, asked)).await?;
    Ok(Json(EndUserView {
        destination: name,
        external_id: user,
        known: known.map(KnownEndUserView::from),
        lane: lane.map(LaneView::from),
        events,
        answers: answers.into_iter().map(|answer| SurveyAnswerView::of(answer, &names)).collect(),
    }))
}

/// The audit's text for an end user: the id, cut in length, because an id may be as long as an event.
fn subject(destination: &str, user: &str) -> String {
    const MAX_LENGTH: usize = 200;
    let cut = &user[..user.floor_char_boundary(MAX_LENGTH)];
    format!("{destination}/{cut}")
}

/// Looks an end user up by external id, or else by InMoment's id.
fn known(journal: &dyn Journal, id: DestinationId, user: &str) -> Result<Option<KnownUser>, JournalError> {
    let link = journal.links(id, &[user])?.pop().flatten();
    Ok(journal.users(id, &[link.as_deref().unwrap_or(user)])?.pop().flatten())
}

type Past = (Option<LaneRecord>, Vec<EventItem>, Vec<journal::SurveyAnswer>);

fn past(
    archive: &dyn Archive,
    id: DestinationId,
    (user, end_user_id): (String, Option<String>),
) -> Result<Past, JournalError> {
    let lane = lane_of(archive, id, &user, end_user_id.as_deref().unwrap_or(&user))?;
    let filter = EventFilter { destination: Some(id), user: Some(user.clone()), ..EventFilter::default() };
    let events = archive.events(&filter, SHOWN)?.items.into_iter().map(EventItem::from).collect();
    let filter = AnswerFilter { destination: Some(id), user: Some(user), ..AnswerFilter::default() };
    Ok((lane, events, archive.answers(&filter, SHOWN)?.items))
}

/// The state of an end user's waiting lane, found by external id or else by InMoment's id.
pub(crate) fn lane_of(
    archive: &dyn Archive,
    destination: DestinationId,
    external_id: &str,
    end_user_id: &str,
) -> Result<Option<LaneRecord>, JournalError> {
    // The keys of lanes (delivery): x: by external id, e: by end-user id.
    match archive.lane(destination, &format!("x:{external_id}"))? {
        Some(lane) => Ok(Some(lane)),
        None => archive.lane(destination, &format!("e:{end_user_id}")),
    }
}

impl From<KnownUser> for KnownEndUserView {
    fn from(known: KnownUser) -> KnownEndUserView {
        KnownEndUserView {
            end_user_id: known.end_user_id,
            email: known.email,
            phone_number: known.phone_number,
            last_surveyed: known.last_surveyed,
            external_created_at: known.external_created_at,
            properties: known.properties,
            read_at: instant(known.read_at),
        }
    }
}

impl From<LaneRecord> for LaneView {
    fn from(lane: LaneRecord) -> LaneView {
        LaneView {
            tries: lane.attempts,
            next_try: instant(lane.retry_at),
            wait_until: lane.wait_until.map(instant),
            failing_s: lane.failing_ms / 1_000,
            head: EventId(lane.head).to_string(),
        }
    }
}
