//! Alerts over the admin API.

use super::STATE;
use super::tell::Teller;
use super::watch;
use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::directory::Directory;
use crate::directory::moment;
use crate::error::{ApiError, Problem, Refusals, code};
use crate::shared::AlertsLock;
use crate::shared::Identity;
use crate::shared::Shared;
use crate::store;
use crate::store::Store;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use journal::DocumentChange;
use registry::alert::{ALERT, AlertKind, AlertState};
use registry::{AlertForm, AlertRecord};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// An alert, without its webhook's address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub(crate) struct Shown {
    name: String,
    kind: AlertKind,
    #[schema(required)]
    destination: Option<String>,
    #[schema(required)]
    code: Option<String>,
    /// see `AlertForm`; nothing where it means nothing
    #[schema(required)]
    above: Option<u32>,
    #[schema(required)]
    older_than: Option<String>,
    /// the host of its address
    webhook_hint: String,
    enabled: bool,
    #[schema(schema_with = crate::words::alert_state)]
    state: &'static str,
    /// since when it fires
    #[schema(required)]
    since: Option<String>,
    #[schema(required)]
    last_sent_at: Option<String>,
    /// why it could not be told; it is tried again
    #[schema(required)]
    last_problem: Option<String>,
}

/// All alerts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alerts)]
pub(crate) struct List {
    items: Vec<Shown>,
    /// those that fire, and what they say now
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

/// Whether it could be told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertTest)]
pub(crate) struct Tested {
    ok: bool,
    #[schema(required)]
    problem: Option<Problem>,
}

/// All alerts.
#[utoipa::path(get, operation_id = "list_alerts", path = "/alerts", tag = "alerts",
    responses((status = 200, body = List), Refusals))]
pub(crate) async fn list(State(shared): State<Shared>) -> Result<Json<List>, ApiError> {
    let alerts: Vec<(String, AlertRecord)> = shared.store.load_documents(ALERT).await?;
    let view = super::view(&shared, &alerts).await?;
    let (mut items, mut firing) = (Vec::new(), Vec::new());
    for (name, alert) in alerts {
        let text = watch::firing(&alert, &view);
        let item = shown(&shared, name, alert).await?;
        if let (Some(since), Some(text), true) = (&item.since, text, item.enabled) {
            firing.push(Firing { name: item.name.clone(), since: since.clone(), text });
        }
        items.push(item);
    }
    Ok(Json(List { items, firing }))
}

/// Makes an alert.
#[utoipa::path(post, operation_id = "create_alert", path = "/alerts", tag = "alerts", request_body = AlertForm,
    responses((status = 201, body = Shown), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Shown>), ApiError> {
    let form: AlertForm = body::read_secret(body)?;
    let name = form.name.clone().unwrap_or_default();
    let entry = audit::entry(&caller, action::ALERT_CREATE, &name, &told(&form));
    callable(&shared, &form)?;
    let alert = AlertRecord::new(&name, form, shared.settings.directory.vault())?;
    let _turn = shared.changing_alerts.lock().await;
    if shared.store.load_document::<AlertRecord>(ALERT, &name).await?.is_some() {
        return Err(ApiError::name_taken("alert", &name));
    }
    shared.store.write(vec![store::put(ALERT, &name, &alert)?, entry]).await?;
    Ok((StatusCode::CREATED, Json(shown(&shared, name, alert).await?)))
}

/// Changes an alert; what is left out stays.
#[utoipa::path(put, operation_id = "change_alert", path = "/alerts/{name}", tag = "alerts",
    params(("name" = String, Path)), request_body = AlertForm,
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn change(
    State(shared): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let form: AlertForm = body::read_secret(body)?;
    if form.name.as_ref().is_some_and(|other| *other != name) {
        return Err(registry::Refused::new("name", "an alert keeps its name; make a new one instead").into());
    }
    callable(&shared, &form)?;
    let entry = audit::entry(&caller, action::ALERT_CHANGE, &name, &told(&form));
    let _turn = shared.changing_alerts.lock().await;
    let kept: AlertRecord =
        shared.store.load_document(ALERT, &name).await?.ok_or_else(|| ApiError::unknown_alert(&name))?;
    let alert = kept.changed(&name, form, shared.settings.directory.vault())?;
    // It may watch something else now: what was known of it says nothing any more.
    shared.store.write(vec![store::put(ALERT, &name, &alert)?, store::remove(STATE, &name), entry]).await?;
    Ok(Json(shown(&shared, name, alert).await?))
}

/// Removes an alert.
#[utoipa::path(delete, operation_id = "remove_alert", path = "/alerts/{name}", tag = "alerts",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(store): State<Store>,
    State(changing): State<AlertsLock>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    let _turn = changing.lock().await;
    let known = store.load_document::<AlertRecord>(ALERT, &name).await?;
    known.ok_or_else(|| ApiError::unknown_alert(&name))?;
    let entry: DocumentChange = audit::entry(&caller, action::ALERT_REMOVE, &name, &json!({}));
    store.write(vec![store::remove(ALERT, &name), store::remove(STATE, &name), entry]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells the webhook now that this is a test.
#[utoipa::path(post, operation_id = "test_alert", path = "/alerts/{name}/test", tag = "alerts",
    params(("name" = String, Path)), responses((status = 200, body = Tested), Refusals))]
pub(crate) async fn test(
    State(directory): State<Arc<Directory>>,
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Tested>, ApiError> {
    let alert: AlertRecord =
        store.load_document(ALERT, &name).await?.ok_or_else(|| ApiError::unknown_alert(&name))?;
    let webhook = alert.webhook(&name, directory.vault()).map_err(ApiError::vault)?;
    identity.inquire(&caller, action::ALERT_TEST, &name, &json!({})).await?;
    let told = match Teller::new(&directory.addresses()) {
        Ok(teller) => {
            teller.tell(&webhook, &format!("Rapport, alert {name}: this is a test. Nothing is wrong.")).await
        }
        Err(error) => Err(error.to_string()),
    };
    let problem = |message| Problem {
        code: code::WEBHOOK_FAILED,
        message,
        what_to_do: "see that the address is right and that this machine reaches it".to_owned(),
        field: Some("webhook".to_owned()),
    };
    Ok(Json(Tested { ok: told.is_ok(), problem: told.err().map(problem) }))
}

/// A webhook that is entered must be at an address that this server calls. What is no address is refused by the record.
fn callable(shared: &Shared, form: &AlertForm) -> Result<(), ApiError> {
    let Some(url) = form.webhook.as_deref().and_then(|text| reqwest::Url::parse(text).ok()) else {
        return Ok(());
    };
    let checked = shared.settings.directory.addresses().check_url(&url);
    checked.map_err(|why| ApiError::not_called("webhook", &why))
}

fn told(form: &AlertForm) -> Value {
    json!({
        "kind": form.kind, "destination": form.destination, "code": form.code, "above": form.above,
        "older_than": form.older_than, "webhook": form.webhook.is_some(), "enabled": form.enabled,
    })
}

async fn shown(shared: &Shared, name: String, alert: AlertRecord) -> Result<Shown, ApiError> {
    let state: Option<AlertState> = shared.store.load_document(STATE, &name).await?;
    let word = match &state {
        _ if !alert.enabled => "unknown",
        Some(state) if state.since.is_some() => "firing",
        _ => "ok",
    };
    let state = state.unwrap_or_default();
    Ok(Shown {
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
