//! Conflicts: end users who were delivered without an e-mail or a phone number that InMoment holds for somebody else.

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::error::{ApiError, Refusals, code};
use crate::operations::{Operations, find_handle};
use crate::orders;
use crate::parameters::{self, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use delivery::ConflictOrder;
use journal::{Conflict, ConflictFilter, DestinationId, Party, Settlement, UniqueField};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    destination: Option<String>,
    /// only the conflict with this number
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    id: Option<u64>,
    /// whether dismissed conflicts are listed as well
    #[serde(default)]
    dismissed: bool,
    /// the value of `next` on the page before
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    before: Option<u64>,
    /// 1 to 1000; 100 when absent
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// A page of conflicts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConflictPage)]
pub(crate) struct ConflictPageView {
    items: Vec<ConflictView>,
    /// the value of `before` for the next page; null on the last page
    #[schema(required)]
    next: Option<String>,
}

/// The field that two people cannot both have.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConflictField {
    Email,
    PhoneNumber,
}

/// What is being done about a conflict.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConflictSettlement {
    /// the field is sent once more
    TryAgain,
    /// end users exchange their values, and this one gives its value up first
    LetGo,
    /// the exchange failed, and this end user gets its own value back
    GiveBack,
    /// the holder's record becomes the record of this person
    Adopt,
}

/// An end user of InMoment, as far as it is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConflictParty)]
pub(crate) struct ConflictPartyView {
    #[schema(required)]
    external_id: Option<String>,
    #[schema(required)]
    end_user_id: Option<String>,
}

/// An end user who was delivered without a field, because InMoment holds its value for another end user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conflict)]
pub(crate) struct ConflictView {
    id: u64,
    destination: String,
    field: ConflictField,
    /// the value that the person should have in the field
    value: String,
    /// the end user who was delivered without the field
    person: ConflictPartyView,
    /// the end user for whom InMoment holds the value
    holder: ConflictPartyView,
    /// the last event that was delivered without the field, or became a dead letter because of it
    event: String,
    since: String,
    last: String,
    /// number of events that met this conflict
    times: u64,
    /// the value that the person had in the field and gave up because others want it; null when there is no such
    /// exchange
    #[schema(required)]
    let_go: Option<String>,
    /// the step that is under way to settle it; null when there is none
    #[schema(required)]
    settlement: Option<ConflictSettlement>,
    /// why the last attempt to settle it failed (docs/errors.md)
    #[schema(required)]
    failure: Option<String>,
    dismissed: bool,
}

/// What shall be done about a conflict.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConflictAction {
    /// sends the field once more
    TryAgain,
    /// treats the holder's record as this person's: it gets this person's external id
    Adopt,
    /// leaves the field out from now on, and no longer counts the conflict as open
    Dismiss,
}

/// How a conflict shall be settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConflictOrder)]
pub(crate) struct ConflictOrderBody {
    action: ConflictAction,
}

/// Lists conflicts, the newest first.
#[utoipa::path(get, operation_id = "list_conflicts", path = "/conflicts", tag = "problems", params(ListQuery),
    responses((status = 200, body = ConflictPageView), Refusals))]
pub(crate) async fn list(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<ConflictPageView>, ApiError> {
    let query = parameters::query(query)?;
    let limit = parameters::limit(query.limit)?;
    let filter = ConflictFilter {
        destination: store.named_destination(query.destination).await?,
        id: query.id,
        lane: None,
        dismissed: query.dismissed,
        before: query.before,
    };
    identity.look(&caller, action::CONFLICTS_LIST, "conflicts").await?;
    let page = store.archive(move |archive| archive.conflicts(&filter, limit)).await?;
    let next = page.items.last().filter(|_| page.more).map(|conflict| conflict.id.to_string());
    let names = names(&store).await?;
    Ok(Json(ConflictPageView {
        items: page.items.into_iter().map(|conflict| to_view(conflict, &names)).collect(),
        next,
    }))
}

/// Settles a conflict, or tries to. The conflict itself shows the result; it is gone once the person has the field.
#[utoipa::path(post, operation_id = "settle_conflict", path = "/conflicts/{id}/settle", tag = "problems",
    params(("id" = u64, Path)), request_body = ConflictOrderBody, responses((status = 204), Refusals))]
pub(crate) async fn settle(
    State(store): State<Store>,
    State(operations): State<Arc<dyn Operations>>,
    caller: Caller,
    id: Result<Path<u64>, PathRejection>,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let id = parameters::path("id", id)?;
    let ConflictOrderBody { action } = body::read(body)?;
    let filter = ConflictFilter { id: Some(id), dismissed: true, ..ConflictFilter::default() };
    let mut page = store.archive(move |archive| archive.conflicts(&filter, 1)).await?;
    let conflict = page.items.pop().ok_or_else(|| unknown(id))?;
    let record = &conflict.record;
    let order = match action {
        ConflictAction::TryAgain => ConflictOrder::TryAgain,
        ConflictAction::Dismiss => ConflictOrder::Dismiss,
        ConflictAction::Adopt
            if record.holder.end_user_id.is_none() || record.person.external_id.is_none() =>
        {
            let message = "this conflict cannot be settled so: InMoment's record of the holder, or the person's external id, is not known";
            return Err(ApiError::unfit(message));
        }
        ConflictAction::Adopt => ConflictOrder::Adopt,
    };
    let names = names(&store).await?;
    let destination = names.get(&conflict.destination).cloned().unwrap_or_default();
    let handle = find_handle(&*operations, &destination)?;
    let detail = json!({ "conflict": id, "field": record.field.word(), "action": action });
    let entry = audit::order(&caller, action::CONFLICT_SETTLE, &destination, &detail);
    orders::wait_until_durable(&store, &handle, handle.settle(conflict.record, order, entry)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn names(store: &Store) -> Result<HashMap<DestinationId, String>, ApiError> {
    let all = store.read(|journal| journal.destinations()).await?;
    Ok(all.into_iter().map(|(name, id)| (id, name)).collect())
}

fn to_view(conflict: Conflict, names: &HashMap<DestinationId, String>) -> ConflictView {
    let destination = names.get(&conflict.destination).cloned().unwrap_or_default();
    ConflictView::of(conflict, destination)
}

impl ConflictView {
    /// The view of a conflict; `destination` is the name of its destination.
    pub(crate) fn of(conflict: Conflict, destination: String) -> ConflictView {
        let Conflict { id, record, .. } = conflict;
        let party = |party: Party| ConflictPartyView {
            external_id: party.external_id,
            end_user_id: party.end_user_id,
        };
        ConflictView {
            id,
            destination,
            field: match record.field {
                UniqueField::Email => ConflictField::Email,
                UniqueField::PhoneNumber => ConflictField::PhoneNumber,
            },
            value: record.value,
            person: party(record.person),
            holder: party(record.holder),
            event: format!("{}.{}", record.position.request, record.position.index),
            since: instant(record.since),
            last: instant(record.last),
            times: record.times,
            let_go: record.let_go,
            settlement: record.settlement.map(|settlement| match settlement {
                Settlement::TryAgain => ConflictSettlement::TryAgain,
                Settlement::LetGo => ConflictSettlement::LetGo,
                Settlement::GiveBack => ConflictSettlement::GiveBack,
                Settlement::Adopt => ConflictSettlement::Adopt,
            }),
            failure: record.failure,
            dismissed: record.dismissed,
        }
    }
}

fn unknown(id: u64) -> ApiError {
    let message = format!("there is no conflict {id}, or no longer; nothing was changed");
    ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_CONFLICT, message)
}
