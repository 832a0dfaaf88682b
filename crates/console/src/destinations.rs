//! Destinations: the InMoment accounts that events are delivered to.
//!
//! Passwords and account tokens come in here and never go out again; of an account token the first and last characters
//! are shown, so that two accounts can be told apart.

pub(crate) mod backlog;
mod filled;
pub(crate) mod rules;
mod test;

pub use test::advice;
pub(crate) use test::{__path_test_connection, test_connection};

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::directory::{ManagedBy, moment};
use crate::error::{ApiError, Refusals, code};
use crate::parameters;
use crate::sampler;
use crate::shared::Shared;
use crate::status::{self, Standing};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use delivery::{Handle, Mode};
use filled::Filled;
use journal::DocumentChange;
use registry::{ConsentForm, Destination, DestinationForm, DestinationRecord, Refused};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// How long somebody waits for an order to become durable.
const LONGEST_ORDER: Duration = Duration::from_secs(10);

/// A destination: its settings without its secrets, and what it is doing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Destination)]
pub(crate) struct Shown {
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
    /// overrides the region's address
    #[schema(required)]
    base_url: Option<String>,
    /// the first and last characters
    account_token_hint: String,
    /// whose events it gets
    sources: Vec<String>,
    consent: ConsentForm,
    /// which events it skips by their names
    rules: Vec<rules::Shown>,
    delivery: Filled,
    #[schema(required)]
    created_at: Option<String>,
    standing: Standing,
}

/// All destinations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Destinations)]
pub(crate) struct List {
    items: Vec<Shown>,
}

/// All destinations, the configuration file's first.
#[utoipa::path(get, operation_id = "list_destinations", path = "/destinations", tag = "destinations",
    responses((status = 200, body = List), Refusals))]
pub(crate) async fn list(State(shared): State<Shared>) -> Result<Json<List>, ApiError> {
    let standings = status::standings(&shared).await?;
    let all = shared.settings.directory.destinations();
    Ok(Json(List { items: all.iter().map(|one| shown(&shared, one, &standings)).collect() }))
}

/// One destination.
#[utoipa::path(get, operation_id = "show_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path)), responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    one(&shared, &name).await
}

async fn one(shared: &Shared, name: &str) -> Result<Json<Shown>, ApiError> {
    let (destination, _) = shared.settings.directory.find_destination(name)?;
    let standings = status::standings(shared).await?;
    Ok(Json(shown(shared, &destination, &standings)))
}

/// Makes a destination, and starts to deliver to it.
#[utoipa::path(post, operation_id = "create_destination", path = "/destinations", tag = "destinations",
    request_body = DestinationForm, responses((status = 201, body = Shown), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Shown>), ApiError> {
    let form: DestinationForm = body::read_secret(body)?;
    let name = form.name.clone().unwrap_or_default();
    registry::form::checked_name(&name)?;
    let directory = &shared.settings.directory;
    backlog::finish(&shared, &name).await?;
    let entry = audit::entry(&caller, action::DESTINATION_CREATE, &name, &told(&form));
    let now = shared.now();
    directory
        .change(&shared.settings.operations, entry, |kept| {
            if kept.destinations.contains_key(&name) || directory.destination(&name).is_some() {
                return Err(ApiError::name_taken("destination", &name));
            }
            let (vault, defaults) = (directory.vault(), &directory.defaults());
            let record = DestinationRecord::new(&name, form, vault, defaults, now)?;
            kept.put_destination(&name, record, vault, defaults)
        })
        .await?;
    sampler::begin(&shared, &name).await?;
    Ok((StatusCode::CREATED, one(&shared, &name).await?))
}

/// Changes a destination; what is left out stays. It goes on with what it had pending.
#[utoipa::path(put, operation_id = "change_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path)), request_body = DestinationForm,
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn change(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let form: DestinationForm = body::read_secret(body)?;
    writable(&shared, &name)?;
    if form.name.as_ref().is_some_and(|other| *other != name) {
        let message = "a destination keeps its name, for its backlog goes by it; make a new one instead";
        return Err(Refused::new("name", message).into());
    }
    let directory = &shared.settings.directory;
    let entry = audit::entry(&caller, action::DESTINATION_CHANGE, &name, &told(&form));
    directory
        .change(&shared.settings.operations, entry, |kept| {
            let kept_one =
                kept.destinations.get(&name).ok_or_else(|| ApiError::unknown_destination(&name))?;
            let (vault, defaults) = (directory.vault(), &directory.defaults());
            let record = kept_one.0.clone().changed(&name, form, vault, defaults)?;
            kept.put_destination(&name, record, vault, defaults)
        })
        .await?;
    one(&shared, &name).await
}

/// What shall become of events that are not delivered yet.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Removal {
    /// `keep`: they wait for a destination of this name; `discard`: they are given up
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
#[schema(as = RemovedDestination)]
pub(crate) struct Removed {
    /// given up: skipped, `discarded`
    discarded: u64,
    /// kept, pending; a destination of the same name would deliver them
    kept: u64,
}

/// Removes a destination: nothing is sent to it any more, and new events do not go there.
#[utoipa::path(delete, operation_id = "remove_destination", path = "/destinations/{name}", tag = "destinations",
    params(("name" = String, Path), Removal), responses((status = 200, body = Removed), Refusals))]
pub(crate) async fn remove(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    query: Result<Query<Removal>, QueryRejection>,
) -> Result<Json<Removed>, ApiError> {
    let removal = parameters::query(query)?;
    writable(&shared, &name)?;
    let detail = json!({ "backlog": removal.backlog });
    let entry = audit::entry(&caller, action::DESTINATION_REMOVE, &name, &detail);
    // The two go together, also when nobody waits for the answer any more.
    let removed = supervise::work("removing a destination", take_away(shared, entry, name, removal.backlog));
    removed.await.unwrap_or_else(|broken| Err(ApiError::broken(broken)))
}

async fn take_away(
    shared: Shared,
    entry: DocumentChange,
    name: String,
    backlog: Backlog,
) -> Result<Json<Removed>, ApiError> {
    let directory = &shared.settings.directory;
    directory
        .change(&shared.settings.operations, entry, |kept| {
            kept.destinations.get(&name).ok_or_else(|| ApiError::unknown_destination(&name))?;
            if backlog == Backlog::Discard {
                kept.also.push(backlog::intent(&name)?);
            }
            Ok(kept.remove_destination(&name))
        })
        .await?;
    let discarded = if backlog == Backlog::Discard { backlog::carry_out(&shared, &name).await? } else { 0 };
    let kept = status::standings(&shared).await?.get(&name).map_or(0, |standing| standing.pending);
    Ok(Json(Removed { discarded, kept }))
}

/// Lets no further call out; events are still accepted and wait.
#[utoipa::path(post, operation_id = "pause_destination", path = "/destinations/{name}/pause",
    tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn pause(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    let handle = handle(&shared, &name)?;
    let entry = audit::order(&caller, action::DESTINATION_PAUSE, &name, &json!({}));
    carried_out(&shared, handle.pause(entry)).await?;
    one(&shared, &name).await
}

/// Ends a pause; a halted destination tries its login at once.
#[utoipa::path(post, operation_id = "resume_destination", path = "/destinations/{name}/resume",
    tag = "destinations", params(("name" = String, Path)),
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn resume(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    let handle = handle(&shared, &name)?;
    let entry = audit::order(&caller, action::DESTINATION_RESUME, &name, &json!({}));
    carried_out(&shared, handle.resume(entry)).await?;
    one(&shared, &name).await
}

/// Waits until an order is durable, with its audit entry. A journal that is known to store nothing is given none; one
/// that fails now is tried until it takes it, and nobody is kept waiting for that.
pub(crate) async fn carried_out(
    shared: &Shared,
    order: impl Future<Output = Result<(), delivery::Gone>>,
) -> Result<(), ApiError> {
    shared.settings.journal.healthy()?;
    match tokio::time::timeout(LONGEST_ORDER, order).await {
        Ok(done) => done.map_err(|_| ApiError::stopping()),
        Err(_) => {
            let message = "the order was given, and cannot be written down yet: the journal does not take it; it is carried \
                           out, and in the audit, as soon as it does";
            let advice = "see the disk that holds the data folder, and the log";
            Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::ORDER_WAITS, message, advice))
        }
    }
}

pub(crate) fn handle(shared: &Shared, name: &str) -> Result<Handle, ApiError> {
    let mut handles = shared.handles().into_iter();
    handles.find(|handle| handle.name() == name).ok_or_else(|| ApiError::unknown_destination(name))
}

fn writable(shared: &Shared, name: &str) -> Result<(), ApiError> {
    shared.settings.directory.find_destination(name)?.1.writable("destination", name)
}

/// A form as the audit has it: which secrets were given, never what they are.
fn told(form: &DestinationForm) -> Value {
    json!({
        "username": form.username.is_some(), "password": form.password.is_some(),
        "account_token": form.account_token.is_some(), "region": form.region, "base_url": form.base_url,
        "allow_plain_http": form.allow_plain_http,
        "sources": form.sources, "mode": form.mode, "consent": form.consent, "delivery": form.delivery,
    })
}

fn shown(shared: &Shared, destination: &Destination, standings: &status::Standings) -> Shown {
    let directory = &shared.settings.directory;
    let kept = directory.kept();
    let managed_by = directory.destination(&destination.name).map_or(ManagedBy::Config, |(_, by)| by);
    let record = kept.destinations.get(&destination.name).filter(|_| managed_by == ManagedBy::Console);
    Shown {
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

/// The first four and the last four characters, of what has twelve or more: an account token is the name of an account more
/// than a secret, and `NPS-` and eight characters long.
fn hint(secret: &str) -> String {
    let characters: Vec<char> = secret.chars().collect();
    if characters.len() < 12 {
        return "…".to_owned();
    }
    let (first, last) = (&characters[..4], &characters[characters.len() - 4..]);
    format!("{}…{}", first.iter().collect::<String>(), last.iter().collect::<String>())
}
