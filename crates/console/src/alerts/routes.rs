//! Alerts over the admin API.

use super::webhook::Webhooks;
use super::{STATE, Watcher, watch};
use crate::access::Caller;
use crate::advice;
use crate::audit::action;
use crate::body::{self, Body};
use crate::crud::{self, Entries};
use crate::directory::{Directory, moment};
use crate::error::{ApiError, ErrorBody, Refusals, code};
use crate::state::{AlertsLock, Identity, made_of_parts};
use crate::store::{self, Store};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::Act;
use journal::DocumentChange;
use registry::alert::{ALERT, AlertKind, AlertState};
use registry::{AddressPolicy, AlertForm, AlertRecord};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// An alert, without its webhook's address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub(crate) struct AlertView {
    name: String,
    kind: AlertKind,
    #[schema(required)]
    destination: Option<String>,
    #[schema(required)]
    code: Option<String>,
    /// see `AlertForm`; null where this kind of alert does not use it
    #[schema(required)]
    above: Option<u32>,
    #[schema(required)]
    older_than: Option<String>,
    /// the host of the webhook's address
    webhook_hint: String,
    enabled: bool,
    #[schema(schema_with = crate::words::alert_state)]
    state: &'static str,
    /// when it began to fire
    #[schema(required)]
    since: Option<String>,
    #[schema(required)]
    last_sent_at: Option<String>,
    /// why its last message could not be sent; it is tried again
    #[schema(required)]
    last_problem: Option<String>,
}

/// All alerts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alerts)]
pub(crate) struct AlertList {
    items: Vec<AlertView>,
    /// the alerts that fire now, each with its present message
    firing: Vec<Firing>,
}

/// An alert that fires.
#[derive(Debug, Serialize, ToSchema)]
struct Firing {
    name: String,
    since: String,
    /// what is wrong
    text: String,
}

/// Whether the webhook took the test message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertTest)]
pub(crate) struct AlertTestView {
    ok: bool,
    #[schema(required)]
    problem: Option<ErrorBody>,
}

/// The alerts, and how they are changed.
#[derive(Clone)]
pub(crate) struct AlertEntries {
    store: Store,
    lock: AlertsLock,
}

made_of_parts!(AlertEntries { store, lock });

impl Entries for AlertEntries {
    type Record = AlertRecord;

    const WORD: &'static str = "alert";
    const CREATE: Act = action::ALERT_CREATE;
    const REMOVE: Act = action::ALERT_REMOVE;

    fn unknown(name: &str) -> ApiError {
        ApiError::unknown_alert(name)
    }

    fn is_in_file(&self, _: &str) -> bool {
        false
    }

    async fn update(
        &self,
        name: &str,
        with: Vec<DocumentChange>,
        edit: impl FnOnce(Option<AlertRecord>) -> Result<Option<AlertRecord>, ApiError> + Send,
    ) -> Result<(), ApiError> {
        let _turn = self.lock.lock().await;
        let change = match edit(self.store.load_document(ALERT, name).await?)? {
            Some(alert) => store::put(ALERT, name, &alert)?,
            None => store::remove(ALERT, name),
        };
        // The alert may watch something else now, so its former state does not apply.
        let mut changes = vec![change, store::remove(STATE, name)];
        changes.extend(with);
        Ok(self.store.write(changes).await?)
    }
}

/// All alerts.
#[utoipa::path(get, operation_id = "list_alerts", path = "/alerts", tag = "alerts",
    responses((status = 200, body = AlertList), Refusals))]
pub(crate) async fn list(
    State(store): State<Store>,
    State(watcher): State<Watcher>,
) -> Result<Json<AlertList>, ApiError> {
    let alerts: Vec<(String, AlertRecord)> = store.load_documents(ALERT).await?;
    let view = watcher.view(&alerts).await?;
    let (mut items, mut firing) = (Vec::new(), Vec::new());
    for (name, alert) in alerts {
        let text = watch::firing(&alert, &view);
        let item = to_view(&store, name, alert).await?;
        if let (Some(since), Some(text), true) = (&item.since, text, item.enabled) {
            firing.push(Firing { name: item.name.clone(), since: since.clone(), text });
        }
        items.push(item);
    }
    Ok(Json(AlertList { items, firing }))
}

/// Makes an alert.
#[utoipa::path(post, operation_id = "create_alert", path = "/alerts", tag = "alerts", request_body = AlertForm,
    responses((status = 201, body = AlertView), Refusals))]
pub(crate) async fn create(
    State(entries): State<AlertEntries>,
    State(directory): State<Arc<Directory>>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<AlertView>), ApiError> {
    let form: AlertForm = body::read_secret(body)?;
    let name = form.name.clone().unwrap_or_default();
    let detail = audit_detail(&form);
    check_address(&directory.addresses(), &form)?;
    let alert = AlertRecord::new(&name, form, directory.vault())?;
    crud::create(&entries, &caller, &name, &detail, || Ok(alert.clone())).await?;
    Ok((StatusCode::CREATED, Json(to_view(&entries.store, name, alert).await?)))
}

/// Changes an alert. What the form leaves out keeps its value.
#[utoipa::path(put, operation_id = "change_alert", path = "/alerts/{name}", tag = "alerts",
    params(("name" = String, Path)), request_body = AlertForm,
    responses((status = 200, body = AlertView), Refusals))]
pub(crate) async fn change(
    State(entries): State<AlertEntries>,
    State(directory): State<Arc<Directory>>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<AlertView>, ApiError> {
    let form: AlertForm = body::read_secret(body)?;
    let message = "an alert keeps its name; make a new one instead";
    crud::check_name_stays(form.name.as_deref(), &name, message)?;
    check_address(&directory.addresses(), &form)?;
    let act = (action::ALERT_CHANGE, &audit_detail(&form));
    let edit = |alert: AlertRecord| Ok(alert.changed(&name, form, directory.vault())?);
    crud::change(&entries, &caller, &name, act, edit).await?;
    let alert: Option<AlertRecord> = entries.store.load_document(ALERT, &name).await?;
    let alert = alert.ok_or_else(|| ApiError::unknown_alert(&name))?;
    Ok(Json(to_view(&entries.store, name, alert).await?))
}

/// Removes an alert.
#[utoipa::path(delete, operation_id = "remove_alert", path = "/alerts/{name}", tag = "alerts",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(entries): State<AlertEntries>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    crud::remove(&entries, &caller, &name, &json!({}), Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test message to the webhook now.
#[utoipa::path(post, operation_id = "test_alert", path = "/alerts/{name}/test", tag = "alerts",
    params(("name" = String, Path)), responses((status = 200, body = AlertTestView), Refusals))]
pub(crate) async fn test(
    State(directory): State<Arc<Directory>>,
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<AlertTestView>, ApiError> {
    let alert: AlertRecord =
        store.load_document(ALERT, &name).await?.ok_or_else(|| ApiError::unknown_alert(&name))?;
    let webhook = alert.webhook(&name, directory.vault()).map_err(ApiError::vault)?;
    identity.inquire(&caller, action::ALERT_TEST, &name, &json!({})).await?;
    let text = format!("Rapport, alert {name}: this is a test. Nothing is wrong.");
    let sent = match Webhooks::new(&directory.addresses()) {
        Ok(webhooks) => webhooks.send(&webhook, &text).await,
        Err(error) => Err(error.to_string()),
    };
    let problem = |message| ErrorBody {
        code: code::WEBHOOK_FAILED,
        message,
        what_to_do: advice::plain(code::WEBHOOK_FAILED).1.to_owned(),
        field: Some("webhook".to_owned()),
    };
    Ok(Json(AlertTestView { ok: sent.is_ok(), problem: sent.err().map(problem) }))
}

/// A webhook that is entered must be at an address that this server calls. The record refuses a text that is not an
/// address.
fn check_address(addresses: &AddressPolicy, form: &AlertForm) -> Result<(), ApiError> {
    let Some(url) = form.webhook.as_deref().and_then(|text| reqwest::Url::parse(text).ok()) else {
        return Ok(());
    };
    addresses.check_url(&url).map_err(|why| ApiError::not_called("webhook", &why))
}

/// The audit's detail of a form: whether a webhook was given, but not its address.
fn audit_detail(form: &AlertForm) -> Value {
    json!({
        "kind": form.kind, "destination": form.destination, "code": form.code, "above": form.above,
        "older_than": form.older_than, "webhook": form.webhook.is_some(), "enabled": form.enabled,
    })
}

async fn to_view(store: &Store, name: String, alert: AlertRecord) -> Result<AlertView, ApiError> {
    let state: Option<AlertState> = store.load_document(STATE, &name).await?;
    let word = match &state {
        _ if !alert.enabled => "unknown",
        Some(state) if state.since.is_some() => "firing",
        _ => "ok",
    };
    let state = state.unwrap_or_default();
    Ok(AlertView {
        name,
        kind: alert.kind,
        destination: alert.destination,
        code: alert.code,
        above: matches!(alert.kind, AlertKind::DeadLetters | AlertKind::Disk).then_some(alert.above),
        older_than: alert.older_than,
        webhook_hint: alert.host,
        enabled: alert.enabled,
        state: word,
        since: state.since.map(moment),
        last_sent_at: state.last_sent_at.map(moment),
        last_problem: state.last_problem,
    })
}
