//! Dead letters: looking at them, trying them again, giving them up.

pub(crate) mod edit;
pub(crate) mod groups;
pub(crate) mod names;
mod words;

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals, code};
use crate::parameters::{self, Number, Time, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use journal::{DeadLetter, DeadLetterFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// How many of the dead letters that were selected by number the audit names.
const NAMED_IN_AUDIT: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    code: Option<String>,
    destination: Option<String>,
    source: Option<String>,
    /// only those of the end user with exactly this id (external or end-user id)
    user: Option<String>,
    message_id: Option<String>,
    /// only those that became dead letters at this time or later
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only those that became dead letters before this time
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// the value of `next` on the page before
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    after: Option<u64>,
    /// 1 to 1000; 100 when absent
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// A page of dead letters.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterPage)]
pub(crate) struct DeadLetterPageView {
    items: Vec<DeadLetterView>,
    /// the value of `after` for the next page; null on the last page
    #[schema(required)]
    next: Option<String>,
}

/// An event given up, kept with its reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
pub(crate) struct DeadLetterView {
    id: u64,
    code: String,
    reason: String,
    message_id: String,
    #[serde(rename = "type")]
    kind: String,
    #[schema(required)]
    user: Option<String>,
    destination: String,
    source: String,
    received_at: String,
    died_at: String,
    /// the event's own text; left out in lists
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

/// A selection of dead letters: those that match every member that is given. At least one must be given; `all` selects
/// every dead letter.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    /// only the dead letters with these numbers; cannot be combined with `code` or `all`
    #[schema(value_type = Option<Vec<u64>>)]
    ids: Option<Vec<Number>>,
    code: Option<String>,
    destination: Option<String>,
    source: Option<String>,
    /// only those of the end user with exactly this id (external or end-user id)
    user: Option<String>,
    message_id: Option<String>,
    /// only those that became dead letters at this time or later
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only those that became dead letters before this time
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// only dead letters up to this number: with `up_to` of a count, none is taken that was given up after the count
    #[schema(value_type = Option<u64>)]
    up_to: Option<Number>,
    #[serde(default)]
    all: bool,
}

/// How many dead letters a selection takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterCount)]
pub(crate) struct DeadLetterCountView {
    count: u64,
    /// the highest number among them; given in a selection, it excludes dead letters that were given up after the count
    #[schema(required)]
    up_to: Option<u64>,
}

/// How many dead letters were taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Taken)]
pub(crate) struct TakenView {
    count: u64,
}

/// Lists dead letters, the oldest first.
#[utoipa::path(get, operation_id = "list_dead_letters", path = "/dead-letters", tag = "problems", params(ListQuery),
    responses((status = 200, body = DeadLetterPageView), Refusals))]
pub(crate) async fn list(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<DeadLetterPageView>, ApiError> {
    let query = parameters::query(query)?;
    let limit = parameters::limit(query.limit)?;
    let (from, to) = parameters::span(query.from, query.to)?;
    let subject = looked_for(query.user.as_deref(), query.message_id.as_deref());
    let filter = DeadLetterFilter {
        destination: store.named_destination(query.destination).await?,
        code: query.code,
        ids: None,
        after: query.after,
        up_to: None,
        from,
        to,
        source: store.named_source(query.source).await?,
        user: query.user,
        message_id: query.message_id,
    };
    identity.look(&caller, action::DEAD_LETTERS_LIST, &subject).await?;
    let page = store.read(move |journal| journal.dead_letters(&filter, limit)).await?;
    let next = page.items.last().filter(|_| page.more).map(|letter| letter.id.to_string());
    Ok(Json(DeadLetterPageView {
        items: page
            .items
            .into_iter()
            .map(|letter| DeadLetterView { event: None, ..to_view(letter) })
            .collect(),
        next,
    }))
}

/// Shows one dead letter with its whole event.
#[utoipa::path(get, operation_id = "show_dead_letter", path = "/dead-letters/{id}", tag = "problems", params(("id" = u64, Path)),
    responses((status = 200, body = DeadLetterView), Refusals))]
pub(crate) async fn show(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Json<DeadLetterView>, ApiError> {
    let id = parameters::path("id", id)?;
    let filter = DeadLetterFilter { ids: Some(vec![id]), ..DeadLetterFilter::default() };
    let mut page = store.read(move |journal| journal.dead_letters(&filter, 1)).await?;
    let letter = page.items.pop().ok_or_else(|| unknown(id))?;
    identity.look(&caller, action::DEAD_LETTER_VIEW, &id.to_string()).await?;
    Ok(Json(to_view(letter)))
}

/// Counts the dead letters that a selection takes; changes nothing.
#[utoipa::path(post, operation_id = "count_dead_letters", path = "/dead-letters/count", tag = "problems", request_body = Selection,
    responses((status = 200, body = DeadLetterCountView), Refusals))]
pub(crate) async fn count(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    body: Body,
) -> Result<Json<DeadLetterCountView>, ApiError> {
    let (filter, _) = selected(&store, body).await?;
    // The count alone says something about the end user, so it is a look at personal data.
    let subject = looked_for(filter.user.as_deref(), filter.message_id.as_deref());
    identity.look(&caller, action::DEAD_LETTERS_LIST, &subject).await?;
    let counted = store.archive(move |archive| archive.count_dead_letters(&filter)).await?;
    Ok(Json(DeadLetterCountView { count: counted.count, up_to: counted.up_to }))
}

/// Requeues dead letters: each enters the log again as a new event.
#[utoipa::path(post, operation_id = "requeue_dead_letters", path = "/dead-letters/requeue", tag = "problems", request_body = Selection,
    responses((status = 200, body = TakenView), Refusals))]
pub(crate) async fn requeue(
    State(store): State<Store>,
    caller: Caller,
    body: Body,
) -> Result<Json<TakenView>, ApiError> {
    let (filter, detail) = selected(&store, body).await?;
    let entry = audit::order(&caller, action::DEAD_LETTERS_REQUEUE, "dead letters", &detail);
    let taken = store.journal().requeue(filter, entry).await?;
    Ok(Json(TakenView { count: taken.count }))
}

/// Discards dead letters: they count as skipped, for the reason `discarded`.
#[utoipa::path(post, operation_id = "discard_dead_letters", path = "/dead-letters/discard", tag = "problems", request_body = Selection,
    responses((status = 200, body = TakenView), Refusals))]
pub(crate) async fn discard(
    State(store): State<Store>,
    caller: Caller,
    body: Body,
) -> Result<Json<TakenView>, ApiError> {
    let (filter, detail) = selected(&store, body).await?;
    let entry = audit::order(&caller, action::DEAD_LETTERS_DISCARD, "dead letters", &detail);
    let taken = store.journal().discard(filter, entry).await?;
    Ok(Json(TakenView { count: taken.count }))
}

/// The filter that a body asks for, and the audit's text for it. An empty selection is refused, because it would select
/// all dead letters.
async fn selected(store: &Store, body: Body) -> Result<(DeadLetterFilter, Value), ApiError> {
    let Selection { ids, code, destination, source, user, message_id, from, to, up_to, all } =
        body::read(body)?;
    let (ids, up_to) =
        (ids.map(|ids| ids.into_iter().map(|id| id.0).collect::<Vec<u64>>()), up_to.map(|id| id.0));
    let ways = [ids.is_some(), code.is_some(), all].into_iter().filter(|given| *given).count();
    if ways > 1 {
        return Err(ApiError::unfit("ids, code and all exclude each other"));
    }
    let narrowed = [&destination, &source, &user, &message_id].iter().any(|one| one.is_some());
    if ways == 0 && !narrowed && from.is_none() && to.is_none() {
        let message = "the request does not say which dead letters it means; nothing was changed";
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::SELECTION_NEEDED, message));
    }
    let (from, to) = parameters::span(from, to)?;
    let named = ids.as_ref().map(|ids| ids.iter().take(NAMED_IN_AUDIT).collect::<Vec<_>>());
    let count = ids.as_ref().map(Vec::len);
    let detail = json!({
        "ids": named, "count": count, "code": code, "destination": destination, "source": source, "user": user,
        "message_id": message_id, "from": from.map(instant), "to": to.map(instant), "up_to": up_to, "all": all
    });
    let filter = DeadLetterFilter {
        destination: store.named_destination(destination).await?,
        code,
        ids,
        after: None,
        up_to,
        from,
        to,
        source: store.named_source(source).await?,
        user,
        message_id,
    };
    Ok((filter, detail))
}

/// The audit's text for a look at dead letters.
fn looked_for(user: Option<&str>, message_id: Option<&str>) -> String {
    audit::looked_for("dead letters", user, message_id)
}

fn unknown(id: u64) -> ApiError {
    let message = format!("there is no dead letter {id}");
    ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_DEAD_LETTER, message)
}

fn to_view(letter: DeadLetter) -> DeadLetterView {
    DeadLetterView {
        id: letter.id,
        code: letter.code,
        reason: letter.reason,
        message_id: letter.message_id,
        kind: letter.kind,
        user: letter.user,
        destination: letter.destination,
        source: letter.source,
        received_at: instant(letter.received_at),
        died_at: instant(letter.died_at),
        event: Some(letter.event),
    }
}
