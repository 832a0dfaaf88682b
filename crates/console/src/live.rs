//! `GET /live`: events as they arrive, and outcomes as they become durable, as server-sent events.
//!
//! Received events are read from the journal, which signals appends. Outcomes come from the deliveries, over a ring
//! buffer ([`hub`]) that holds the last 10,000. A message's id names both positions, so that a client that reconnects
//! with `Last-Event-ID` goes on where it was; if messages are no longer there, or came faster than they could be read,
//! a `gap` says so. Back-pressure: nothing is buffered for a slow reader; a pass reads no more than one batch, and
//! begins when the batch before has been taken. A connection ends after a while, so that the caller's access is checked
//! again; browsers reconnect.

mod follow;
pub(crate) mod hub;
mod resume_point;
mod ring;
mod words;

use crate::access::Caller;
use crate::audit::action;
use crate::error::{ApiError, Refusals, code};
use crate::events::EventOutcome;
use crate::operations::Operations;
use crate::parameters;
use crate::state::{Closing, Identity, made_of_parts};
use crate::store::Store;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use event::EventKind;
use follow::{Filter, Follower};
use futures_util::stream;
use hub::Hub;
use resume_point::ResumePoint;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;
use utoipa::IntoParams;

const HEARTBEAT: Duration = Duration::from_secs(15);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// This header makes proxies forward messages at once.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiveQuery {
    source: Option<String>,
    destination: Option<String>,
    /// `pending` for events as they arrive, or `delivered`, `skipped` or `dead`; all when absent
    outcome: Option<EventOutcome>,
    /// `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge`
    #[serde(rename = "type")]
    #[param(inline, value_type = Option<registry::words::EventKind>)]
    kind: Option<EventKind>,
}

/// The parts of the state that the live view needs.
#[derive(Clone)]
pub(crate) struct Live {
    store: Store,
    hub: Arc<Hub>,
    operations: Arc<dyn Operations>,
    supervisor: Supervisor,
    closing: Closing,
}

made_of_parts!(Live { store, hub, operations, supervisor, closing });

/// Streams events as they arrive (`received`, with an event's item), outcomes as they become durable (`outcome`),
/// notices that messages were left out (`gap`), and a `ping` every 15 s.
#[utoipa::path(get, operation_id = "live", path = "/live", tag = "live",
    params(LiveQuery, ("last-event-id" = Option<String>, Header, description = "the id of the last message that was read; the stream goes on after it")),
    responses((status = 200, content_type = "text/event-stream", body = String), Refusals))]
pub(crate) async fn get(
    State(live): State<Live>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<LiveQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let query = parameters::query(query)?;
    let filter = Filter {
        source: live.store.named_source(query.source.clone()).await?,
        source_name: query.source,
        destination: live.store.named_destination(query.destination.clone()).await?,
        destination_name: query.destination,
        outcome: query.outcome.map(Into::into),
        kind: query.kind,
    };
    let last = match headers.get(LAST_EVENT_ID).map(|value| value.to_str().ok().and_then(ResumePoint::parse))
    {
        None => None,
        Some(Some(point)) => Some(point),
        Some(None) => {
            return Err(ApiError::unfit_field("last-event-id", "it is not the id of a message of this port"));
        }
    };
    let seat = live.hub.seat().ok_or_else(ApiError::too_many_live)?;
    identity.look(&caller, action::LIVE_VIEW, "live").await?;
    live.hub.start(&live.operations, &live.supervisor, &live.closing);
    let follower = Follower::new((live.store, live.hub), live.closing, filter, last, seat);
    let messages = stream::unfold(follower, |mut follower| async {
        let message = follower.next().await?;
        Some((Ok::<Event, std::convert::Infallible>(message), follower))
    });
    let ping = KeepAlive::new().interval(HEARTBEAT).event(Event::default().event("ping").data("{}"));
    Ok(([UNBUFFERED], Sse::new(messages).keep_alive(ping)).into_response())
}

impl ApiError {
    fn too_many_live() -> Self {
        let message = format!("{} live views are open already", hub::SEATS);
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_MANY_LIVE, message)
    }
}
