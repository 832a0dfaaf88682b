//! Rules by which a destination skips events: those of the configuration file, which are shown, and those that people make here,
//! for any destination, also one of the file's.

pub(crate) mod preview;

use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body};
use crate::directory::{Directory, KeptRecords, ManagedBy, moment};
use crate::error::{ApiError, Refusals, code};
use crate::operations::Operations;
use crate::state::Clock;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mapping::{SkipRule, SkipScope};
use registry::rule::MOST_RULES;
use registry::{Destination, RuleForm, RuleRecord};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// A rule: events of this name, of this source, or of both are skipped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub(crate) struct RuleView {
    name: String,
    /// the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
    /// without a name
    #[schema(required)]
    event: Option<String>,
    /// the name of the source that the events came from; null: any source
    #[schema(required)]
    source: Option<String>,
    managed_by: ManagedBy,
    /// null for a rule of the configuration file
    #[schema(required)]
    created_at: Option<String>,
}

/// The rules of a destination in the order in which they are applied: the configuration file's, then the console's.
pub(super) fn of(directory: &Directory, destination: &Destination) -> Vec<RuleView> {
    let kept = directory.snapshot();
    let here = kept.rules.get(&destination.name).map(|record| record.rules.as_slice()).unwrap_or_default();
    let of_file = destination.rules.iter().take(destination.rules.len().saturating_sub(here.len()));
    let of_file = of_file.map(|rule| RuleView {
        name: rule.name.clone(),
        event: rule.scope.event.clone(),
        source: rule.scope.source.clone(),
        managed_by: ManagedBy::Config,
        created_at: None,
    });
    of_file.chain(here.iter().map(RuleView::from)).collect()
}

impl From<&RuleRecord> for RuleView {
    fn from(rule: &RuleRecord) -> RuleView {
        RuleView {
            name: rule.name.clone(),
            event: rule.event.clone(),
            source: rule.source.clone(),
            managed_by: ManagedBy::Console,
            created_at: Some(moment(rule.created_at)),
        }
    }
}

/// Makes a rule: from now on the destination skips its events. Dead letters stay until they are requeued; then they are
/// skipped, too.
#[utoipa::path(post, operation_id = "create_rule", path = "/destinations/{name}/rules", tag = "destinations",
    params(("name" = String, Path)), request_body = RuleForm, responses((status = 201, body = RuleView), Refusals))]
pub(crate) async fn create(
    State(directory): State<Arc<Directory>>,
    State(operations): State<Arc<dyn Operations>>,
    State(clock): State<Clock>,
    caller: Caller,
    Path(name): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<RuleView>), ApiError> {
    let form: RuleForm = body::read(body)?;
    form.check()?;
    directory.find_destination(&name)?;
    let directory = &directory;
    let rule = RuleRecord::new(form, clock.now());
    let entry = audit::entry(&caller, action::RULE_CREATE, &name, &detail(&rule.rule()));
    let view = RuleView::from(&rule);
    directory
        .change(&operations, vec![entry], |kept| {
            // The destination is looked up here, where one change is made at a time.
            let (destination, _) = directory.find_destination(&name)?;
            fits(kept, directory, &destination, &rule)?;
            let mut rules = kept.rules.get(&name).cloned().unwrap_or_default();
            rules.rules.push(rule);
            kept.put_rules(&name, rules)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Each name stands for one rule, and each event is skipped by one rule.
fn fits(
    kept: &KeptRecords,
    directory: &Directory,
    destination: &Destination,
    rule: &RuleRecord,
) -> Result<(), ApiError> {
    let refuse = |message: String, field: &str| Err(ApiError::taken(message, field));
    if let Some(same) = covering(destination, &rule.rule().scope) {
        return refuse(format!("the rule {:?} skips these events already", same.name), "event");
    }
    if let Some(source) = &rule.source {
        known_source(directory, source)?;
    }
    if destination.rules.iter().any(|same| same.name == rule.name) {
        return refuse(format!("there is a rule {:?} already", rule.name), "name");
    }
    let many = kept.rules.get(&destination.name).map_or(0, |record| record.rules.len());
    if many >= MOST_RULES {
        return Err(ApiError::unfit(format!(
            "a destination has at most {MOST_RULES} rules: remove one that is not needed any more"
        )));
    }
    Ok(())
}

/// The rule by which a destination skips these events already.
fn covering<'a>(destination: &'a Destination, scope: &SkipScope) -> Option<&'a SkipRule> {
    destination.rules.iter().find(|rule| rule.scope.covers(scope))
}

/// A rule about an unknown source would do nothing until somebody makes a source of this name.
fn known_source(directory: &Directory, source: &str) -> Result<(), ApiError> {
    let message = || format!("there is no source {source:?}");
    directory.source(source).map(drop).ok_or_else(|| ApiError::unfit_field("source", message()))
}

/// A rule in the audit.
fn detail(rule: &SkipRule) -> Value {
    json!({ "rule": rule.name, "event": rule.scope.event, "source": rule.scope.source })
}

/// Removes a rule: from now on its events are delivered again. Events that were skipped stay skipped, and can be
/// replayed.
#[utoipa::path(delete, operation_id = "remove_rule", path = "/destinations/{name}/rules/{rule}", tag = "destinations",
    params(("name" = String, Path), ("rule" = String, Path, description = "its name")),
    responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(directory): State<Arc<Directory>>,
    State(operations): State<Arc<dyn Operations>>,
    caller: Caller,
    Path((name, rule)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let (destination, _) = directory.find_destination(&name)?;
    let directory = &directory;
    let known = destination.rules.iter().find(|one| one.name == rule);
    let detail = known.map_or_else(|| json!({ "rule": rule }), detail);
    let entry = audit::entry(&caller, action::RULE_REMOVE, &name, &detail);
    directory
        .change(&operations, vec![entry], |kept| {
            let mut rules = kept.rules.get(&name).cloned().unwrap_or_default();
            let before = rules.rules.len();
            rules.rules.retain(|one| one.name != rule);
            match known {
                _ if rules.rules.len() < before => kept.put_rules(&name, rules),
                Some(_) => Err(ApiError::read_only("rule", &rule)),
                None => Err(unknown(&rule)),
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(rule: &str) -> ApiError {
    let message = format!("this destination has no rule {rule:?}; nothing was changed");
    ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_RULE, message)
}
