//! Stored events: found by their content and by their outcome, the newest first.

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

/// For one page the journal searches a bounded part of its log. While that finds nothing, a request searches up to this
/// many parts.
const PARTS: usize = 4;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// only events received at this time or later
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only events received before this time
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    source: Option<String>,
    /// only events routed to this destination
    destination: Option<String>,
    /// only events with exactly this `userId`, `anonymousId` or e-mail
    user: Option<String>,
    message_id: Option<String>,
    /// `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge`
    #[serde(rename = "type")]
    #[param(inline, value_type = Option<registry::words::EventKind>)]
    kind: Option<EventKind>,
    /// `pending`, `delivered`, `skipped` or `dead`
    outcome: Option<EventOutcome>,
    /// only events skipped for this reason, or dead with this code
    code: Option<String>,
    /// the value of `next` on the page before
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
    /// may be few or empty although there is a next page, because the search for one page is bounded
    items: Vec<EventItem>,
    /// the value of `after` for the next page; null on the last page
    #[schema(required)]
    next: Option<String>,
    /// whether the search index holds all stored events
    indexed: bool,
    /// number of requests that the search index does not hold yet
    behind: u64,
}

/// Lists stored events, the newest first.
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

/// Reads a page, which is empty only after a long part of the log was searched.
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
