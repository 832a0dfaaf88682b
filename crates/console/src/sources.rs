//! Sources: who may send events.

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::directory::{Kept, ManagedBy, moment};
use crate::error::{ApiError, Refusals};
use crate::settings::SourceIngress;
use crate::shared::Shared;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::{Millis, SourceKind};
use registry::{Refused, Source, SourceForm, SourceRecord};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use utoipa::ToSchema;

/// An overlap longer than this is refused: a key that was given away should not work for long.
const LONGEST_OVERLAP_HOURS: u32 = 720;
const HOUR_MS: i64 = 3_600_000;

/// A source, and what came of it since the server started.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct Shown {
    name: String,
    /// `web`, `mobile` or `server`
    #[schema(value_type = registry::words::SourceKind)]
    kind: SourceKind,
    enabled: bool,
    /// as in `1000/min`
    #[schema(required)]
    rate_limit: Option<String>,
    /// how much of the disk it may take, as in `10 GiB`, `50%` or `off`; null: what `gateway.source_disk` says
    #[schema(required)]
    disk: Option<String>,
    /// what its stored requests and dead letters take of the disk, in bytes
    stored_bytes: u64,
    /// what they may take, in bytes; null: as much as there is
    #[schema(required)]
    disk_bytes: Option<u64>,
    /// they have taken it, and its events are answered 429
    disk_is_full: bool,
    managed_by: ManagedBy,
    /// shown once: when it was made
    #[serde(skip_serializing_if = "Option::is_none")]
    write_key: Option<String>,
    /// the key it had before works until then
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
pub(crate) struct List {
    items: Vec<Shown>,
}

/// What shall change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceChange)]
pub(crate) struct Change {
    enabled: Option<bool>,
    /// `web`, `mobile` or `server`
    #[schema(value_type = Option<registry::words::SourceKind>)]
    kind: Option<SourceKind>,
    /// as in `1000/min`; an empty text ends the limit
    rate_limit: Option<String>,
    /// as in `10 GiB`, `50%` or `off`; an empty text leaves it to `gateway.source_disk`
    disk: Option<String>,
}

/// How long the key it has now goes on working.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyRotation)]
pub(crate) struct Rotation {
    /// 0 to 720; 0 ends it at once
    #[schema(maximum = 720)]
    #[serde(deserialize_with = "registry::units::count")]
    overlap_hours: u32,
}

/// All sources, the configuration file's first.
#[utoipa::path(get, operation_id = "list_sources", path = "/sources", tag = "sources",
    responses((status = 200, body = List), Refusals))]
pub(crate) async fn list(State(shared): State<Shared>) -> Result<Json<List>, ApiError> {
    let sources = shared.settings.directory.sources();
    let items = sources.iter().map(|source| shown(&shared, source)).collect();
    Ok(Json(List { items }))
}

/// One source.
#[utoipa::path(get, operation_id = "show_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    let (source, _) = shared.settings.directory.find_source(&name)?;
    Ok(Json(shown(&shared, &source)))
}

/// Makes a source; the answer has its write key, once.
#[utoipa::path(post, operation_id = "create_source", path = "/sources", tag = "sources", request_body = SourceForm,
    responses((status = 201, body = Shown), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Shown>), ApiError> {
    let form: SourceForm = body::read(body)?;
    form.check()?;
    let directory = &shared.settings.directory;
    let key = new_key()?;
    let entry = audit::entry(&caller, action::SOURCE_CREATE, &form.name, &json!({ "kind": form.kind }));
    let now = shared.now();
    directory
        .change(&shared.settings.operations, entry, |kept| {
            if kept.sources.contains_key(&form.name) || directory.source(&form.name).is_some() {
                return Err(ApiError::name_taken("source", &form.name));
            }
            let vault = directory.vault();
            let record = SourceRecord::new(&form, &key, vault, now).map_err(ApiError::vault)?;
            kept.put_source(&form.name, record, vault)
        })
        .await?;
    let (source, _) = shared.settings.directory.find_source(&form.name)?;
    Ok((StatusCode::CREATED, Json(with_key(shown(&shared, &source), &key))))
}

/// Changes a source.
#[utoipa::path(put, operation_id = "change_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), request_body = Change,
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn change(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let change: Change = body::read(body)?;
    writable(&shared, &name)?;
    if let Some(limit) = change.rate_limit.as_deref().filter(|limit| !limit.is_empty()) {
        registry::form::rate_limit(limit)?;
    }
    if let Some(disk) = change.disk.as_deref().filter(|disk| !disk.is_empty()) {
        registry::form::disk_share(disk)?;
    }
    let detail = json!({
        "enabled": change.enabled, "kind": change.kind, "rate_limit": change.rate_limit, "disk": change.disk
    });
    let entry = audit::entry(&caller, action::SOURCE_CHANGE, &name, &detail);
    edit(&shared, entry, &name, |record| {
        record.enabled = change.enabled.unwrap_or(record.enabled);
        record.kind = change.kind.unwrap_or(record.kind);
        if let Some(limit) = change.rate_limit {
            record.rate_limit = Some(limit).filter(|limit| !limit.is_empty());
        }
        if let Some(disk) = change.disk {
            record.disk = Some(disk).filter(|disk| !disk.is_empty());
        }
        Ok(())
    })
    .await?;
    let (source, _) = shared.settings.directory.find_source(&name)?;
    Ok(Json(shown(&shared, &source)))
}

/// Gives a source another write key; the answer has it, once. The one it had works on for a while.
#[utoipa::path(post, operation_id = "rotate_write_key", path = "/sources/{name}/rotate", tag = "sources",
    params(("name" = String, Path)), request_body = Rotation,
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn rotate(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let rotation: Rotation = body::read(body)?;
    writable(&shared, &name)?;
    if rotation.overlap_hours > LONGEST_OVERLAP_HOURS {
        let message = format!("this must be from 0 to {LONGEST_OVERLAP_HOURS}");
        return Err(Refused::new("overlap_hours", message).into());
    }
    let key = new_key()?;
    let detail = json!({ "overlap_hours": rotation.overlap_hours });
    let entry = audit::entry(&caller, action::SOURCE_ROTATE, &name, &detail);
    let now = shared.now();
    let until = Millis(now.0.saturating_add(i64::from(rotation.overlap_hours) * HOUR_MS));
    let vault = shared.settings.directory.vault();
    edit(&shared, entry, &name, |record| {
        let over = |since, until| is_over(&shared, since, until);
        record.rotate(&name, &key, (now, until), over, vault).map_err(ApiError::vault)
    })
    .await?;
    let (source, _) = shared.settings.directory.find_source(&name)?;
    Ok(Json(with_key(shown(&shared, &source), &key)))
}

/// Removes a source: requests with its write keys are turned away from now on. What it sent is kept and delivered. Rules about it
/// are removed with it.
#[utoipa::path(delete, operation_id = "remove_source", path = "/sources/{name}", tag = "sources",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    writable(&shared, &name)?;
    let entry = audit::entry(&caller, action::SOURCE_REMOVE, &name, &json!({}));
    let directory = &shared.settings.directory;
    directory
        .change(&shared.settings.operations, entry, |kept| {
            kept.sources.get(&name).ok_or_else(|| ApiError::unknown_source(&name))?;
            kept.remove_source(&name)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes one record.
async fn edit(
    shared: &Shared,
    entry: journal::DocumentChange,
    name: &str,
    edit: impl FnOnce(&mut SourceRecord) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let directory = &shared.settings.directory;
    directory
        .change(&shared.settings.operations, entry, |kept: &mut Kept| {
            let (record, _) = kept.sources.get(name).ok_or_else(|| ApiError::unknown_source(name))?;
            let mut record = record.clone();
            edit(&mut record)?;
            kept.put_source(name, record, directory.vault())
        })
        .await
}

fn writable(shared: &Shared, name: &str) -> Result<(), ApiError> {
    shared.settings.directory.find_source(name)?.1.writable("source", name)
}

/// Whether a replaced key has come to its end: by the time that passed, as the gateway has it.
fn is_over(shared: &Shared, since: Option<Millis>, until: Millis) -> bool {
    let Some(since) = since else { return until <= shared.now() };
    let lasts = u64::try_from(until.0.saturating_sub(since.0)).unwrap_or(0);
    identity::Store::is_over(&shared.store, since, Duration::from_millis(lasts))
}

fn shown(shared: &Shared, source: &Source) -> Shown {
    let directory = &shared.settings.directory;
    let (managed_by, created_at) = match directory.source(&source.name) {
        Some((_, ManagedBy::Console)) => {
            let kept = directory.kept();
            let record = kept.sources.get(&source.name).map(|(record, _)| record.created_at);
            (ManagedBy::Console, record.map(moment))
        }
        _ => (ManagedBy::Config, None),
    };
    let ingress = (shared.settings.ingress)();
    let nothing = SourceIngress::default();
    let came_in = ingress.sources.iter().find(|one| one.name == source.name).unwrap_or(&nothing);
    let working = source.old_keys.iter().filter(|old| !is_over(shared, old.since, old.until));
    let old_until = working.map(|old| old.until).max();
    let fed = directory.destinations().into_iter().filter(|one| one.sources.contains(&source.name));
    Shown {
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

fn with_key(shown: Shown, key: &SecretString) -> Shown {
    Shown { write_key: Some(key.expose_secret().to_owned()), ..shown }
}

/// 160 random bits in 27 characters, the length of RudderStack's own write keys. It begins with a letter or digit: a dash
/// would make it look like an option where it is typed.
fn new_key() -> Result<SecretString, ApiError> {
    loop {
        let key = identity::secret::<20>("")?;
        if key.expose_secret().starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(key);
        }
    }
}
