//! Sources: the applications that send events.

use crate::access::Caller;
use crate::audit::action;
use crate::body::{self, Body};
use crate::crud::{self, Entries};
use crate::directory::{Directory, ManagedBy, moment};
use crate::error::{ApiError, Refusals};
use crate::observations::{Observations, SourceIngress};
use crate::operations::Operations;
use crate::state::{Clock, made_of_parts};
use crate::store::Store;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::{Millis, SourceKind};
use identity::Act;
use journal::DocumentChange;
use registry::{FieldError, Source, SourceForm, SourceRecord};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// The longest overlap in hours: a leaked key should not work for long.
const LONGEST_OVERLAP_HOURS: u32 = 720;
const HOUR_MS: i64 = 3_600_000;

/// A source, and its traffic since the server started.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceView {
    name: String,
    /// `web`, `mobile` or `server`
    #[schema(value_type = registry::words::SourceKind)]
    kind: SourceKind,
    enabled: bool,
    /// as in `1000/min`
    #[schema(required)]
    rate_limit: Option<String>,
    /// how much of the disk it may take, as in `10 GiB`, `50%` or `off`; null: `gateway.source_disk` applies
    #[schema(required)]
    disk: Option<String>,
    /// bytes that its stored requests and dead letters take on the disk
    stored_bytes: u64,
    /// bytes that they may take; null: no limit
    #[schema(required)]
    disk_bytes: Option<u64>,
    /// whether the limit is reached, so that its requests are answered 429
    disk_is_full: bool,
    managed_by: ManagedBy,
    /// the write key; shown only in the answer that made it
    #[serde(skip_serializing_if = "Option::is_none")]
    write_key: Option<String>,
    /// until when the replaced write key works
    #[schema(required)]
    old_key_until: Option<String>,
    /// the destinations that get its events
    destinations: Vec<String>,
    #[schema(required)]
    created_at: Option<String>,
    /// since the server started
    #[schema(required)]
    last_event_at: Option<String>,
    /// since the server started
    events_accepted: u64,
    /// since the server started: events rejected as not usable
    events_rejected: u64,
    /// since the server started, by the status they were answered with
    requests: BTreeMap<String, u64>,
}

/// All sources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sources)]
pub(crate) struct SourceList {
    items: Vec<SourceView>,
}

/// The changes of a source. What the form leaves out keeps its value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceChange {
    enabled: Option<bool>,
    /// `web`, `mobile` or `server`
    #[schema(value_type = Option<registry::words::SourceKind>)]
    kind: Option<SourceKind>,
    /// as in `1000/min`; an empty text ends the limit
    rate_limit: Option<String>,
    /// as in `10 GiB`, `50%` or `off`; an empty text: `gateway.source_disk` applies
    disk: Option<String>,
}

/// How long the present write key goes on working.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRotation {
    /// hours, 0 to 720; with 0 the present key stops working at once
    #[schema(maximum = 720)]
    #[serde(deserialize_with = "registry::units::count")]
    overlap_hours: u32,
}

/// The console's sources, and how they are changed.
#[derive(Clone)]
pub(crate) struct SourceEntries {
    directory: Arc<Directory>,
    operations: Arc<dyn Operations>,
}

made_of_parts!(SourceEntries { directory, operations });

impl Entries for SourceEntries {
    type Record = SourceRecord;

    const WORD: &'static str = "source";
    const CREATE: Act = action::SOURCE_CREATE;
    const REMOVE: Act = action::SOURCE_REMOVE;

    fn unknown(name: &str) -> ApiError {
        ApiError::unknown_source(name)
    }

    fn is_in_file(&self, name: &str) -> bool {
        matches!(self.directory.source(name), Some((_, ManagedBy::Config)))
    }

    async fn update(
        &self,
        name: &str,
        with: Vec<DocumentChange>,
        edit: impl FnOnce(Option<SourceRecord>) -> Result<Option<SourceRecord>, ApiError> + Send,
    ) -> Result<(), ApiError> {
        let change = self.directory.change(&self.operations, with, |kept| {
            match edit(kept.sources.get(name).map(|(record, _)| record.clone()))? {
                Some(record) => kept.put_source(name, record, self.directory.vault()),
                None => kept.remove_source(name),
            }
        });
        change.await
    }
}

/// Lists all sources, the configuration file's first.
#[utoipa::path(get, operation_id = "list_sources", path = "/sources", tag = "sources",
    responses((status = 200, body = SourceList), Refusals))]
pub(crate) async fn list(State(views): State<SourceViews>) -> Result<Json<SourceList>, ApiError> {
    let sources = views.directory.sources();
    Ok(Json(SourceList { items: sources.iter().map(|source| views.view(source)).collect() }))
}

/// Shows one source.
#[utoipa::path(get, operation_id = "show_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), responses((status = 200, body = SourceView), Refusals))]
pub(crate) async fn show(
    State(views): State<SourceViews>,
    Path(name): Path<String>,
) -> Result<Json<SourceView>, ApiError> {
    views.find(&name).map(Json)
}

/// Makes a source. Only this answer shows its write key.
#[utoipa::path(post, operation_id = "create_source", path = "/sources", tag = "sources", request_body = SourceForm,
    responses((status = 201, body = SourceView), Refusals))]
pub(crate) async fn create(
    State(entries): State<SourceEntries>,
    State(views): State<SourceViews>,
    State(clock): State<Clock>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<SourceView>), ApiError> {
    let form: SourceForm = body::read(body)?;
    form.check()?;
    let key = new_key()?;
    let make = || {
        let vault = entries.directory.vault();
        SourceRecord::new(&form, &key, vault, clock.now()).map_err(ApiError::vault)
    };
    crud::create(&entries, &caller, &form.name, &json!({ "kind": form.kind }), make).await?;
    Ok((StatusCode::CREATED, Json(with_key(views.find(&form.name)?, &key))))
}

/// Changes a source.
#[utoipa::path(put, operation_id = "change_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), request_body = SourceChange,
    responses((status = 200, body = SourceView), Refusals))]
pub(crate) async fn change(
    State(entries): State<SourceEntries>,
    State(views): State<SourceViews>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<SourceView>, ApiError> {
    let change: SourceChange = body::read(body)?;
    let detail = json!({
        "enabled": change.enabled, "kind": change.kind, "rate_limit": change.rate_limit, "disk": change.disk
    });
    let act = (action::SOURCE_CHANGE, &detail);
    crud::change(&entries, &caller, &name, act, |record| change.applied_to(record)).await?;
    views.find(&name).map(Json)
}

impl SourceChange {
    fn applied_to(self, mut record: SourceRecord) -> Result<SourceRecord, ApiError> {
        record.enabled = self.enabled.unwrap_or(record.enabled);
        record.kind = self.kind.unwrap_or(record.kind);
        if let Some(limit) = self.rate_limit {
            record.rate_limit = Some(limit).filter(|limit| !limit.is_empty());
            record.rate_limit.as_deref().map(registry::form::rate_limit).transpose()?;
        }
        if let Some(disk) = self.disk {
            record.disk = Some(disk).filter(|disk| !disk.is_empty());
            record.disk.as_deref().map(registry::form::disk_share).transpose()?;
        }
        Ok(record)
    }
}

/// Gives a source a new write key, which only this answer shows. The present key works on for the overlap.
#[utoipa::path(post, operation_id = "rotate_write_key", path = "/sources/{name}/rotate", tag = "sources",
    params(("name" = String, Path)), request_body = KeyRotation,
    responses((status = 200, body = SourceView), Refusals))]
pub(crate) async fn rotate(
    State(entries): State<SourceEntries>,
    State(views): State<SourceViews>,
    State(clock): State<Clock>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<SourceView>, ApiError> {
    let KeyRotation { overlap_hours } = body::read(body)?;
    let key = new_key()?;
    let detail = json!({ "overlap_hours": overlap_hours });
    let rotate = |mut record: SourceRecord| {
        if overlap_hours > LONGEST_OVERLAP_HOURS {
            let message = format!("this must be from 0 to {LONGEST_OVERLAP_HOURS}");
            return Err(FieldError::new("overlap_hours", message).into());
        }
        let now = clock.now();
        let until = Millis(now.0.saturating_add(i64::from(overlap_hours) * HOUR_MS));
        let over = |since, until| views.is_over(since, until);
        record.rotate(&name, &key, (now, until), over, entries.directory.vault()).map_err(ApiError::vault)?;
        Ok(record)
    };
    crud::change(&entries, &caller, &name, (action::SOURCE_ROTATE, &detail), rotate).await?;
    Ok(Json(with_key(views.find(&name)?, &key)))
}

/// Removes a source: requests with its write keys are refused from now on. Events that it sent are kept and delivered.
/// Rules about it are removed, too.
#[utoipa::path(delete, operation_id = "remove_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(entries): State<SourceEntries>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    crud::remove(&entries, &caller, &name, &json!({}), Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes views of sources.
#[derive(Clone)]
pub(crate) struct SourceViews {
    directory: Arc<Directory>,
    store: Store,
    observations: Arc<Observations>,
    clock: Clock,
}

made_of_parts!(SourceViews { directory, store, observations, clock });

impl SourceViews {
    /// The view of the source with this name.
    fn find(&self, name: &str) -> Result<SourceView, ApiError> {
        let (source, _) = self.directory.find_source(name)?;
        Ok(self.view(&source))
    }

    fn view(&self, source: &Source) -> SourceView {
        let (managed_by, created_at) = match self.directory.source(&source.name) {
            Some((_, ManagedBy::Console)) => {
                let kept = self.directory.snapshot();
                let record = kept.sources.get(&source.name).map(|(record, _)| record.created_at);
                (ManagedBy::Console, record.map(moment))
            }
            _ => (ManagedBy::Config, None),
        };
        let ingress = (self.observations.ingress)();
        let nothing = SourceIngress::default();
        let came_in = ingress.sources.iter().find(|one| one.name == source.name).unwrap_or(&nothing);
        let working = source.old_keys.iter().filter(|old| !self.is_over(old.since, old.until));
        let old_until = working.map(|old| old.until).max();
        let destinations = self.directory.destinations().into_iter();
        let fed = destinations.filter(|one| one.sources.contains(&source.name));
        SourceView {
            name: source.name.clone(),
            kind: source.kind,
            enabled: source.enabled,
            rate_limit: source.rate_limit.map(|rate| rate.to_string()),
            disk: source.disk.map(|disk| disk.to_string()),
            stored_bytes: came_in.stored_bytes,
            disk_bytes: came_in.disk_bytes,
            disk_is_full: came_in.disk_is_full,
            managed_by,
            write_key: None,
            old_key_until: old_until.map(|until| moment(until.0)),
            destinations: fed.map(|destination| destination.name).collect(),
            created_at,
            last_event_at: came_in.last_event_at.map(|at| moment(at.0)),
            events_accepted: came_in.events_accepted,
            events_rejected: came_in.events_rejected,
            requests: came_in.requests.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
        }
    }

    /// Whether the overlap of a replaced key is over, by the time that truly passed, as the gateway measures it.
    fn is_over(&self, since: Option<Millis>, until: Millis) -> bool {
        let Some(since) = since else { return until <= self.clock.now() };
        let lasts = u64::try_from(until.0.saturating_sub(since.0)).unwrap_or(0);
        identity::Store::is_over(&self.store, since, Duration::from_millis(lasts))
    }
}

fn with_key(view: SourceView, key: &SecretString) -> SourceView {
    SourceView { write_key: Some(key.expose_secret().to_owned()), ..view }
}

/// 160 random bits in 27 characters, the length of RudderStack's own write keys. It begins with a letter or digit,
/// because a command line would take a leading dash for an option.
fn new_key() -> Result<SecretString, ApiError> {
    loop {
        let key = identity::secret::<20>("")?;
        if key.expose_secret().starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(key);
        }
    }
}
