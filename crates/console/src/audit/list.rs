//! Reading the audit.

use crate::access::Caller;
use crate::error::{ApiError, Refusals};
use crate::parameters::{instant, time};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use identity::action;
use journal::AuditFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// only entries of this person or token
    who: Option<String>,
    /// only entries with this action
    action: Option<String>,
    /// only entries made at this time or later
    #[param(format = DateTime)]
    from: Option<String>,
    /// only entries made before this time
    #[param(format = DateTime)]
    to: Option<String>,
    /// the value of `next` on the page before
    #[param(pattern = "^[0-9]{1,18}$")]
    after: Option<String>,
    /// 1 to 1000; 100 when absent
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(crate) struct AuditPageView {
    items: Vec<AuditEntryView>,
    /// the value of `after` for the next page; null on the last page
    #[schema(required)]
    next: Option<String>,
}

/// An entry of the audit: who did what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditEntryView {
    id: u64,
    at: String,
    /// a person, `token NAME`, `admin token`, or `not signed in`
    who: String,
    /// what was done, as a stable word
    action: String,
    /// what it was done to
    subject: String,
    /// details of the action, without secrets
    #[schema(value_type = HashMap<String, Value>)]
    detail: serde_json::Value,
    /// the address that the request came from
    #[schema(required)]
    address: Option<String>,
}

/// Lists the entries of the audit, the newest first.
#[utoipa::path(get, operation_id = "list_audit", path = "/audit", tag = "people", params(AuditQuery),
    responses((status = 200, body = AuditPageView), Refusals))]
pub(crate) async fn list(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<AuditPageView>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::invalid(error.body_text()))?;
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::invalid_field("limit", format!("limit must be from 1 to {LARGEST_PAGE}")));
    }
    let before = query.after.map(|after| after.parse()).transpose();
    let filter = AuditFilter {
        before: before.map_err(|_| ApiError::unfit_field("after", "after is no page's next"))?,
        who: query.who,
        action: query.action,
        from: query.from.map(|text| time("from", &text)).transpose()?,
        to: query.to.map(|text| time("to", &text)).transpose()?,
    };
    let page = store.archive(move |archive| archive.audit(&filter, limit)).await?;
    // The page is read after this entry is written.
    identity.look(&caller, action::AUDIT_LIST, "audit").await?;
    let next = page.items.last().filter(|_| page.more).map(|entry| entry.id.to_string());
    let items = page.items.into_iter().map(to_view).collect();
    Ok(Json(AuditPageView { items, next }))
}

fn to_view(entry: journal::AuditEntry) -> AuditEntryView {
    AuditEntryView {
        id: entry.id,
        at: instant(entry.at),
        who: entry.who,
        action: entry.action,
        subject: entry.subject,
        // The detail was written as a JSON object; if it cannot be parsed any more, it is shown as a text.
        detail: serde_json::from_str(&entry.detail).unwrap_or_else(|_| entry.detail.into()),
        address: entry.address,
    }
}
