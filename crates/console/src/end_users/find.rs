//! `GET /end-users`: finds the end users with an external id, an e-mail or an end-user id, at every destination. It
//! searches what InMoment said, the survey answers and the stored events.

use crate::access::Caller;
use crate::audit::{self, action};
use crate::directory::Directory;
use crate::error::{ApiError, Refusals};
use crate::events::reading;
use crate::parameters;
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use journal::{AnswerFilter, Archive, DestinationId, EventFilter, Journal, JournalError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// How many events and answers are looked at.
const LOOKED_AT: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindQuery {
    /// external id, e-mail or end-user id, exactly
    #[param(min_length = 1)]
    user: String,
}

/// The end users who match.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndUserHits {
    items: Vec<EndUserHit>,
}

/// An end user at a destination.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
struct EndUserHit {
    destination: String,
    /// the external id, or InMoment's own id where no external id is known
    external_id: String,
    /// InMoment's id, once it is known
    #[schema(required)]
    end_user_id: Option<String>,
}

/// By destination and external id.
type Hits = BTreeMap<(DestinationId, String), Option<String>>;

/// Finds end users by external id, e-mail or end-user id.
#[utoipa::path(get, operation_id = "find_end_users", path = "/end-users", tag = "end users", params(FindQuery),
    responses((status = 200, body = EndUserHits), Refusals))]
pub(crate) async fn get(
    State(directory): State<Arc<Directory>>,
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<FindQuery>, QueryRejection>,
) -> Result<Json<EndUserHits>, ApiError> {
    let FindQuery { user } = parameters::query(query)?;
    if user.is_empty() {
        return Err(ApiError::invalid_field("user", "user is empty"));
    }
    let subject = audit::looked_for("end users", Some(&user), None);
    identity.look(&caller, action::END_USERS_FIND, &subject).await?;
    let names = store.read(|journal| journal.destinations()).await?;
    let (asked, known_names) = (user.clone(), names.clone());
    let directory = directory.clone();
    let hits = store.archive(move |archive| in_the_past(archive, &directory, &known_names, &asked)).await?;
    let ids: Vec<DestinationId> = names.iter().map(|(_, id)| *id).collect();
    let hits = store.read(move |journal| with_what_is_known(journal, hits, &ids, &user)).await?;
    let name_of =
        |wanted: DestinationId| names.iter().find(|(_, id)| *id == wanted).map(|(name, _)| name.clone());
    let items = hits.into_iter().filter_map(|((destination, external_id), end_user_id)| {
        Some(EndUserHit { destination: name_of(destination)?, external_id, end_user_id })
    });
    Ok(Json(EndUserHits { items: items.collect() }))
}

/// Finds end users by the answers and stored events with this id or e-mail.
fn in_the_past(
    archive: &dyn Archive,
    directory: &Directory,
    names: &[(String, DestinationId)],
    user: &str,
) -> Result<Hits, JournalError> {
    let mut hits = Hits::new();
    let filter = AnswerFilter { user: Some(user.to_owned()), ..AnswerFilter::default() };
    for answer in archive.answers(&filter, LOOKED_AT)?.items {
        let external_id = answer.external_id.unwrap_or_else(|| answer.end_user_id.clone());
        hits.entry((answer.destination, external_id)).or_insert(Some(answer.end_user_id));
    }
    let filter = EventFilter { user: Some(user.to_owned()), ..EventFilter::default() };
    for found in archive.events(&filter, LOOKED_AT)?.items {
        let Some(archived) = archive.event(found.position)? else { continue };
        let Ok(event) = reading::event(&archived) else { continue };
        for fate in &found.fates {
            let id = names.iter().find(|(name, _)| *name == fate.destination).map(|(_, id)| *id);
            let settings =
                directory.destination(&fate.destination).map(|(destination, _)| destination.mapping());
            let who = mapping::who(&event, &settings.unwrap_or_default()).ok();
            if let (Some(id), Some(who)) = (id, who)
                && let Some(external_id) = who.external_id.or_else(|| who.end_user_id.clone())
            {
                hits.entry((id, external_id)).or_insert(who.end_user_id);
            }
        }
    }
    Ok(hits)
}

/// Adds the end users whom InMoment knows by the id, and the end-user id of every external id.
fn with_what_is_known(
    journal: &dyn Journal,
    mut hits: Hits,
    destinations: &[DestinationId],
    user: &str,
) -> Result<Hits, JournalError> {
    for id in destinations {
        if journal.links(*id, &[user])?.pop().flatten().is_some() {
            hits.entry((*id, user.to_owned())).or_insert(None);
        }
        if let Some(known) = journal.users(*id, &[user])?.pop().flatten() {
            let external_id = known.external_id.unwrap_or_else(|| known.end_user_id.clone());
            hits.insert((*id, external_id), Some(known.end_user_id));
        }
    }
    let of: BTreeSet<DestinationId> = hits.keys().map(|(id, _)| *id).collect();
    for id in of {
        let mut wanted: Vec<(&String, &mut Option<String>)> = hits
            .iter_mut()
            .filter(|((of, _), _)| *of == id)
            .map(|((_, user), found)| (user, found))
            .collect();
        let asked: Vec<&str> = wanted.iter().map(|(user, _)| user.as_str()).collect();
        for ((_, found), link) in wanted.iter_mut().zip(journal.links(id, &asked)?) {
            **found = link.or_else(|| found.take());
        }
    }
    Ok(hits)
}
