//! Stored events: found by what is in them and by what became of them, newest first.

mod item;
mod left_out;
pub(crate) mod reading;
pub(crate) mod replay;
pub(crate) mod story;

pub(crate) use item::{EventId, EventItem, FateView, outcome_word};

use crate::access::Caller;
use crate::audit::{self, action};
use crate::error::{ApiError, Refusals};
use crate::parameters::{self, Time};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use event::EventKind;
use journal::{Archive, EventFilter, EventPage, JournalError, OutcomeKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The journal looks through a bounded part of its log for a page. While that finds nothing, so many parts are looked
/// through for one answer.
const PARTS: usize = 4;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// received at this time or later
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// received before this time
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    source: Option<String>,
    /// routed to this destination
    destination: Option<String>,
    /// `userId`, `anonymousId` or e-mail, exactly
    user: Option<String>,
    message_id: Option<String>,
    /// `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge`
    #[serde(rename = "type")]
    #[param(inline, value_type = Option<registry::words::EventKind>)]
    kind: Option<EventKind>,
    /// `pending`, `delivered`, `skipped` or `dead`
    outcome: Option<EventOutcome>,
    /// skipped for this reason, or kept as a dead letter with this code
    code: Option<String>,
    /// `next` of the page before
    #[param(pattern = "^(0|[1-9][0-9]{0,17})[.](0|[1-9][0-9]{0,8})$")]
    after: Option<String>,
    /// 1 to 1000; 100 when absent
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Outcome)]
pub(crate) enum EventOutcome {
    Pending,
    Delivered,
    Skipped,
    Dead,
}

impl From<EventOutcome> for OutcomeKind {
    fn from(outcome: EventOutcome) -> OutcomeKind {
        match outcome {
            EventOutcome::Pending => OutcomeKind::Pending,
            EventOutcome::Delivered => OutcomeKind::Delivered,
            EventOutcome::Skipped => OutcomeKind::Skipped,
            EventOutcome::Dead => OutcomeKind::Dead,
        }
    }
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventPage)]
pub(crate) struct EventPageView {
    /// may be few, or none, while there is a next page: much had to be looked through
    items: Vec<EventItem>,
    /// to be given as `after` for the next page; null on the last
    #[schema(required)]
    next: Option<String>,
    /// all stored events can be found
    indexed: bool,
    /// requests that cannot be found yet
    behind: u64,
}

/// Events, newest first.
#[utoipa::path(get, operation_id = "list_events", path = "/events", tag = "events", params(ListQuery),
    responses((status = 200, body = EventPageView), Refusals))]
pub(crate) async fn list(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<EventPageView>, ApiError> {
    let query = parameters::query(query)?;
    let limit = parameters::limit(query.limit)?;
    let subject = audit::looked_for("events", query.user.as_deref(), query.message_id.as_deref());
    let filter = filter(&store, query).await?;
    identity.look(&caller, action::EVENTS_LIST, &subject).await?;
    let page = store.archive(move |archive| look(archive, filter, limit)).await?;
    Ok(Json(EventPageView {
        items: page.items.into_iter().map(EventItem::from).collect(),
        next: page.next.map(|position| EventId(position).to_string()),
        indexed: page.indexed_to >= page.end,
        behind: page.end.saturating_sub(page.indexed_to),
    }))
}

/// A page that is empty only when much has been looked through.
fn look(archive: &dyn Archive, mut filter: EventFilter, limit: usize) -> Result<EventPage, JournalError> {
    let mut page = archive.events(&filter, limit)?;
    for _ in 1..PARTS {
        if !page.items.is_empty() || page.next.is_none() {
            break;
        }
        filter.before = page.next;
        page = archive.events(&filter, limit)?;
    }
    Ok(page)
}

async fn filter(store: &Store, query: ListQuery) -> Result<EventFilter, ApiError> {
    let (from, to) = parameters::span(query.from, query.to)?;
    let before = match query.after {
        Some(after) => Some(after.parse::<EventId>().map_err(|why| ApiError::unfit_field("after", why))?.0),
        None => None,
    };
    Ok(EventFilter {
        from,
        to,
        source: store.named_source(query.source).await?,
        destination: store.named_destination(query.destination).await?,
        user: query.user,
        message_id: query.message_id,
        kind: query.kind,
        outcome: query.outcome.map(OutcomeKind::from),
        code: query.code,
        before,
    })
}
