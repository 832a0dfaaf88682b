//! Dead letters by destination and code, with what each code means for people.

use super::words::{Words, words};
use super::{DeadLetterView, looked_for, to_view};
use crate::access::Caller;
use crate::audit::action;
use crate::error::{ApiError, Refusals};
use crate::parameters::{self, Time, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use journal::{DeadLetterFilter, DeadLetterGroup, Journal, JournalError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupQuery {
    code: Option<String>,
    destination: Option<String>,
    source: Option<String>,
    /// only those of the end user with exactly this external id or end-user id
    user: Option<String>,
    message_id: Option<String>,
    /// only those given up at this time or later
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only those given up before this time
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
}

/// All groups; each is the dead letters of one destination with one code.
#[derive(Serialize, ToSchema)]
pub(crate) struct Groups {
    items: Vec<DeadLetterGroupView>,
}

/// The dead letters of one destination that have one code.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetterGroup)]
struct DeadLetterGroupView {
    destination: String,
    code: String,
    count: u64,
    /// number of end users whom the dead letters concern
    users: u64,
    /// when the first was given up
    first: String,
    /// when the last was given up
    last: String,
    /// the newest, without its event
    #[schema(required)]
    sample: Option<DeadLetterView>,
    /// what happened
    title: &'static str,
    /// what it means for the data
    means: &'static str,
    what_to_do: &'static str,
}

/// Counts dead letters by destination and code.
#[utoipa::path(get, operation_id = "group_dead_letters", path = "/dead-letters/groups", tag = "problems", params(GroupQuery),
    responses((status = 200, body = Groups), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<GroupQuery>, QueryRejection>,
) -> Result<Json<Groups>, ApiError> {
    let query = parameters::query(query)?;
    let subject = looked_for(query.user.as_deref(), query.message_id.as_deref());
    identity.look(&caller, action::DEAD_LETTERS_LIST, &subject).await?;
    let (from, to) = parameters::span(query.from, query.to)?;
    let filter = DeadLetterFilter {
        destination: store.named_destination(query.destination).await?,
        source: store.named_source(query.source).await?,
        code: query.code,
        user: query.user,
        message_id: query.message_id,
        from,
        to,
        ids: None,
        after: None,
        up_to: None,
    };
    let groups = store.archive(move |archive| archive.dead_letter_groups(&filter)).await?;
    let ids = groups.iter().map(|group| group.sample).collect();
    let mut samples = store.read(move |journal| samples(journal, ids)).await?;
    let items = groups.into_iter().map(|group| {
        let sample = samples.remove(&group.sample);
        DeadLetterGroupView::of(group, sample)
    });
    Ok(Json(Groups { items: items.collect() }))
}

/// Dead letters by their numbers, without their events; dead letters that were removed meanwhile are left out.
fn samples(journal: &dyn Journal, ids: Vec<u64>) -> Result<HashMap<u64, DeadLetterView>, JournalError> {
    let limit = ids.len();
    let mut filter = DeadLetterFilter { ids: Some(ids), ..DeadLetterFilter::default() };
    let mut found = HashMap::new();
    loop {
        let page = journal.dead_letters(&filter, limit)?;
        filter.after = page.items.last().map(|letter| letter.id);
        found.extend(
            page.items
                .into_iter()
                .map(|letter| (letter.id, DeadLetterView { event: None, ..to_view(letter) })),
        );
        if !page.more || filter.after.is_none() {
            return Ok(found);
        }
    }
}

impl DeadLetterGroupView {
    fn of(group: DeadLetterGroup, sample: Option<DeadLetterView>) -> DeadLetterGroupView {
        let Words { title, means, what_to_do } = words(&group.code);
        DeadLetterGroupView {
            destination: group.destination,
            code: group.code,
            count: group.count,
            users: group.users,
            first: instant(group.first),
            last: instant(group.last),
            sample,
            title,
            means,
            what_to_do,
        }
    }
}
