//! Destinations: the InMoment accounts that events are delivered to.
//!
//! Passwords and account tokens are never returned; of an account token the first and last characters are shown, so
//! that two accounts can be told apart.

pub(crate) mod backlog;
mod filled;
pub(crate) mod rules;
mod test;

pub use test::advice;
pub(crate) use test::{__path_test_connection, test_connection};

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::crud::{self, Entries};
use crate::directory::{Directory, ManagedBy, moment};
use crate::error::{ApiError, Refusals};
use crate::operations::{Operations, find_handle};
use crate::orders;
use crate::parameters;
use crate::sampler::Sampler;
use crate::state::{Clock, made_of_parts};
use crate::status::{DestinationStatusView, DestinationStatuses, StatusReader};
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use backlog::Backlogs;
use delivery::Mode;
use filled::Filled;
use identity::Act;
use journal::DocumentChange;
use registry::{ConsentForm, Destination, DestinationForm, DestinationRecord};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A destination: its settings without its secrets, and what it is doing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Destination)]
pub(crate) struct DestinationView {
    name: String,
    managed_by: ManagedBy,
    #[schema(value_type = registry::words::Mode)]
    mode: &'static str,
    /// the e-mail of the InMoment login
    username: String,
    #[schema(value_type = registry::words::Region)]
    region: &'static str,
    #[schema(schema_with = crate::words::region_from)]
    region_from: &'static str,
    /// an address that is used in place of the region's
    #[schema(required)]
    base_url: Option<String>,
    /// the first and last characters of the account token
    account_token_hint: String,
    /// the sources whose events it gets
    sources: Vec<String>,
    consent: ConsentForm,
    /// the rules by which it skips events
    rules: Vec<rules::RuleView>,
    delivery: Filled,
    #[schema(required)]
    created_at: Option<String>,
    standing: DestinationStatusView,
}

/// All destinations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Destinations)]
pub(crate) struct DestinationList {
    items: Vec<DestinationView>,
}

/// The console's destinations, and how they are changed.
#[derive(Clone)]
pub(crate) struct DestinationEntries {
    directory: Arc<Directory>,
    operations: Arc<dyn Operations>,
}

made_of_parts!(DestinationEntries { directory, operations });

impl Entries for DestinationEntries {
    type Record = DestinationRecord;

    const WORD: &'static str = "destination";
    const CREATE: Act = action::DESTINATION_CREATE;
    const REMOVE: Act = action::DESTINATION_REMOVE;

    fn unknown(name: &str) -> ApiError {
        ApiError::unknown_destination(name)
    }

    fn is_in_file(&self, name: &str) -> bool {
        matches!(self.directory.destination(name), Some((_, ManagedBy::Config)))
    }

    async fn update(
        &self,
        name: &str,
        with: Vec<DocumentChange>,
        edit: impl FnOnce(Option<DestinationRecord>) -> Result<Option<DestinationRecord>, ApiError> + Send,
    ) -> Result<(), ApiError> {
        let change = self.directory.change(&self.operations, with, |kept| {
            match edit(kept.destinations.get(name).map(|(record, _)| record.clone()))? {
                Some(record) => {
                    kept.put_destination(name, record, self.directory.vault(), &self.directory.defaults())
                }
                None => Ok(kept.remove_destination(name)),
            }
        });
        change.await
    }
}

/// Lists all destinations, the configuration file's first.
#[utoipa::path(get, operation_id = "list_destinations", path = "/destinations", tag = "destinations",
    responses((status = 200, body = DestinationList), Refusals))]
pub(crate) async fn list(State(views): State<DestinationViews>) -> Result<Json<DestinationList>, ApiError> {
    let standings = views.status.standings().await?;
    let all = views.directory.destinations();
    Ok(Json(DestinationList { items: all.iter().map(|one| views.view(one, &standings)).collect() }))
}

/// Shows one destination.
#[utoipa::path(get, operation_id = "show_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path)), responses((status = 200, body = DestinationView), Refusals))]
pub(crate) async fn show(
    State(views): State<DestinationViews>,
    Path(name): Path<String>,
) -> Result<Json<DestinationView>, ApiError> {
    views.find(&name).await.map(Json)
}

/// Makes a destination, and starts to deliver to it.
#[utoipa::path(post, operation_id = "create_destination", path = "/destinations", tag = "destinations",
    request_body = DestinationForm, responses((status = 201, body = DestinationView), Refusals))]
pub(crate) async fn create(
    State(entries): State<DestinationEntries>,
    State(views): State<DestinationViews>,
    State(backlogs): State<Backlogs>,
    State(sampler): State<Sampler>,
    State(clock): State<Clock>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<DestinationView>), ApiError> {
    let form: DestinationForm = body::read_secret(body)?;
    let name = form.name.clone().unwrap_or_default();
    registry::form::checked_name(&name)?;
    backlogs.finish(&name).await?;
    let detail = audit_detail(&form);
    let make = || {
        let (vault, defaults) = (entries.directory.vault(), entries.directory.defaults());
        Ok(DestinationRecord::new(&name, form, vault, &defaults, clock.now())?)
    };
    crud::create(&entries, &caller, &name, &detail, make).await?;
    sampler.record_first(&name).await?;
    Ok((StatusCode::CREATED, Json(views.find(&name).await?)))
}

/// Changes a destination. What the form leaves out keeps its value. Its pending events are delivered with the new
/// settings.
#[utoipa::path(put, operation_id = "change_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path)), request_body = DestinationForm,
    responses((status = 200, body = DestinationView), Refusals))]
pub(crate) async fn change(
    State(entries): State<DestinationEntries>,
    State(views): State<DestinationViews>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<DestinationView>, ApiError> {
    let form: DestinationForm = body::read_secret(body)?;
    let act = (action::DESTINATION_CHANGE, &audit_detail(&form));
    let edit = |record: DestinationRecord| {
        let message = "a destination keeps its name, because its pending events belong to that name; make a new one instead";
        crud::check_name_stays(form.name.as_deref(), &name, message)?;
        let (vault, defaults) = (entries.directory.vault(), entries.directory.defaults());
        Ok(record.changed(&name, form, vault, &defaults)?)
    };
    crud::change(&entries, &caller, &name, act, edit).await?;
    views.find(&name).await.map(Json)
}

/// What to do with events that are not delivered yet.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Removal {
    /// what to do with pending events. `keep`: they wait for a new destination of this name; `discard`: they are
    /// discarded
    #[param(inline)]
    backlog: Backlog,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Backlog {
    Keep,
    Discard,
}

/// What became of the events that were not delivered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedDestination {
    /// number of events that were discarded: they count as skipped, for the reason `discarded`
    discarded: u64,
    /// number of events that stay pending; a new destination of the same name would deliver them
    kept: u64,
}

/// Removes a destination: nothing is sent to it any more, and new events do not go there.
#[utoipa::path(delete, operation_id = "remove_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path), Removal), responses((status = 200, body = RemovedDestination), Refusals))]
pub(crate) async fn remove(
    State(entries): State<DestinationEntries>,
    State(status): State<StatusReader>,
    State(backlogs): State<Backlogs>,
    caller: Caller,
    Path(name): Path<String>,
    query: Result<Query<Removal>, QueryRejection>,
) -> Result<Json<RemovedDestination>, ApiError> {
    let Removal { backlog } = parameters::query(query)?;
    // The removal and the discarding go together, also when the client has gone.
    let removing = supervise::work("removing a destination", async move {
        let discards = backlog == Backlog::Discard;
        let with = if discards { vec![backlog::intent(&name)?] } else { Vec::new() };
        crud::remove(&entries, &caller, &name, &json!({ "backlog": backlog }), with).await?;
        let discarded = if discards { backlogs.discard(&name).await? } else { 0 };
        let kept = status.standings().await?.get(&name).map_or(0, |standing| standing.pending);
        Ok(Json(RemovedDestination { discarded, kept }))
    });
    removing.await.unwrap_or_else(|broken| Err(ApiError::broken(broken)))
}

/// Pauses a destination: no further call is sent; events are still accepted and wait.
#[utoipa::path(post, operation_id = "pause_destination", path = "/destinations/{name}/pause",
    tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = DestinationView), Refusals))]
pub(crate) async fn pause(
    State(operations): State<Arc<dyn Operations>>,
    State(store): State<Store>,
    State(views): State<DestinationViews>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<DestinationView>, ApiError> {
    let handle = find_handle(&*operations, &name)?;
    let entry = audit::order(&caller, action::DESTINATION_PAUSE, &name, &json!({}));
    orders::wait_until_durable(&store, &handle, handle.pause(entry)).await?;
    views.find(&name).await.map(Json)
}

/// Ends a pause; a halted destination tries its login at once.
#[utoipa::path(post, operation_id = "resume_destination", path = "/destinations/{name}/resume",
    tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = DestinationView), Refusals))]
pub(crate) async fn resume(
    State(operations): State<Arc<dyn Operations>>,
    State(store): State<Store>,
    State(views): State<DestinationViews>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<DestinationView>, ApiError> {
    let handle = find_handle(&*operations, &name)?;
    let entry = audit::order(&caller, action::DESTINATION_RESUME, &name, &json!({}));
    orders::wait_until_durable(&store, &handle, handle.resume(entry)).await?;
    views.find(&name).await.map(Json)
}

/// The audit's detail of a form: which secrets were given, but not their values.
fn audit_detail(form: &DestinationForm) -> Value {
    json!({
        "username": form.username.is_some(), "password": form.password.is_some(),
        "account_token": form.account_token.is_some(), "region": form.region, "base_url": form.base_url,
        "allow_plain_http": form.allow_plain_http,
        "sources": form.sources, "mode": form.mode, "consent": form.consent, "delivery": form.delivery,
    })
}

/// Makes views of destinations.
#[derive(Clone)]
pub(crate) struct DestinationViews {
    directory: Arc<Directory>,
    status: StatusReader,
}

made_of_parts!(DestinationViews { directory, status });

impl DestinationViews {
    /// The view of the destination with this name.
    async fn find(&self, name: &str) -> Result<DestinationView, ApiError> {
        let (destination, _) = self.directory.find_destination(name)?;
        let standings = self.status.standings().await?;
        Ok(self.view(&destination, &standings))
    }

    fn view(&self, destination: &Destination, standings: &DestinationStatuses) -> DestinationView {
        let directory = &self.directory;
        let kept = directory.snapshot();
        let managed_by = directory.destination(&destination.name).map_or(ManagedBy::Config, |(_, by)| by);
        let record = kept.destinations.get(&destination.name).filter(|_| managed_by == ManagedBy::Console);
        DestinationView {
            name: destination.name.clone(),
            managed_by,
            mode: match destination.mode {
                Mode::Live => "live",
                Mode::Shadow => "shadow",
            },
            username: destination.username.expose_secret().to_owned(),
            region: destination.effective_region().word(),
            region_from: if destination.region.is_some() { "setting" } else { "account_token" },
            base_url: destination.base_url.clone(),
            account_token_hint: hint(destination.account_token.expose_secret()),
            sources: destination.sources.clone(),
            consent: ConsentForm::of(&destination.consent),
            rules: rules::of(directory, destination),
            delivery: Filled::from(&destination.delivery),
            created_at: record.map(|(record, _)| moment(record.created_at)),
            standing: standings.get(&destination.name).cloned().unwrap_or_default(),
        }
    }
}

/// The first four and the last four characters of a text that has twelve or more. An account token identifies an
/// account rather than protecting it, and consists of `NPS-` and eight characters.
fn hint(secret: &str) -> String {
    let characters: Vec<char> = secret.chars().collect();
    if characters.len() < 12 {
        return "…".to_owned();
    }
    let (first, last) = (&characters[..4], &characters[characters.len() - 4..]);
    format!("{}…{}", first.iter().collect::<String>(), last.iter().collect::<String>())
}
