//! `POST /explain`: what would become of an event, in both profiles, with the reasons. It sends nothing and stores
//! nothing.

use crate::body::{self, Body};
use crate::directory::Directory;
use crate::error::{ApiError, Refusals};
use crate::explanation::Explanation;
use crate::state::Clock;
use axum::Json;
use axum::extract::State;
use event::{Envelope, Event, ReadError, SourceKind};
use mapping::{Difference, Plan, Profile, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// Stands in for the caller's address, which only a received event has.
const CALLER: &str = "127.0.0.1";

/// An event to be explained.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// the event's JSON text
    event: String,
    /// the name of the source that the event comes from, for rules; null: no particular source
    source: Option<String>,
    /// the kind of source that the event comes from, for consents: `web`, `mobile` or `server`. When absent, the kind
    /// of `source`, or `server` if that is absent, too
    #[schema(value_type = Option<registry::words::SourceKind>)]
    source_kind: Option<SourceKind>,
    /// the destination whose settings apply; when absent, the defaults apply
    destination: Option<String>,
}

/// What would become of the event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explained)]
pub(crate) struct ExplainedView {
    /// one explanation for each profile
    items: Vec<ByProfile>,
    /// the rules by which the profiles treat the event differently
    differences: Vec<ProfileDifference>,
}

/// An explanation in one profile.
#[derive(Debug, Serialize, ToSchema)]
struct ByProfile {
    /// `native` or `rudderstack`
    #[schema(value_type = registry::words::Profile)]
    profile: Profile,
    explanation: Explanation,
}

/// One rule by which the profiles differ.
#[derive(Debug, Serialize, ToSchema)]
struct ProfileDifference {
    rule: &'static str,
    /// what each profile does, and what that means for the event
    text: String,
    /// the fields that differ
    fields: Vec<DifferingField>,
}

/// A field that the profiles send differently.
#[derive(Serialize, ToSchema)]
struct DifferingField {
    field: String,
    #[schema(required, value_type = Value)]
    rudderstack: Option<Value>,
    #[schema(required, value_type = Value)]
    native: Option<Value>,
}

/// Values are personal data, so `Debug` leaves them out.
impl std::fmt::Debug for DifferingField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DifferingField").field("field", &self.field).finish_non_exhaustive()
    }
}

/// Explains what would become of an event, in both profiles.
#[utoipa::path(post, operation_id = "explain", path = "/explain", tag = "explain", request_body = Question,
    responses((status = 200, body = ExplainedView), Refusals))]
pub(crate) async fn post(
    State(directory): State<Arc<Directory>>,
    State(clock): State<Clock>,
    body: Body,
) -> Result<Json<ExplainedView>, ApiError> {
    let Question { event, source, source_kind, destination } = body::read(body)?;
    let known = source.as_deref().map(|name| {
        let known = directory.source(name);
        known.ok_or_else(|| ApiError::unknown_source(name))
    });
    let kind_of_source = known.transpose()?.map(|(source, _)| source.kind);
    let settings = match destination {
        None => Settings::default(),
        Some(name) => {
            let known = directory.destination(&name);
            known.ok_or_else(|| ApiError::unknown_destination(&name))?.0.mapping()
        }
    };
    let envelope = Envelope {
        source: source.map(Into::into),
        source_kind: source_kind.or(kind_of_source).unwrap_or(SourceKind::Server),
        received_at: clock.now(),
        request_ip: Some(CALLER.to_owned()),
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    explained(&event, &envelope, &settings).map(Json)
}

/// The answer to the question. A text that is not JSON is refused.
fn explained(text: &str, envelope: &Envelope, settings: &Settings) -> Result<ExplainedView, ApiError> {
    let event = Event::read(text, envelope);
    if event == Err(ReadError::Unreadable) {
        return Err(ApiError::unfit_field("event", not_json(text)));
    }
    let items = [Profile::Native, Profile::Rudderstack].map(|profile| {
        let settings = Settings { profile, ..settings.clone() };
        let plan = event
            .as_ref()
            .map_or_else(|error| Plan::unreadable(*error), |event| mapping::plan(event, &settings));
        let stand_in = event.as_ref().ok().filter(|event| is_address_of_caller(&plan, event));
        let note = stand_in
            .map(|_| format!("{CALLER} stands in for the caller's address, which only a received event has"));
        ByProfile { profile, explanation: Explanation::of(plan, &settings, note) }
    });
    let differences = event.as_ref().map(|event| mapping::differences(event, settings)).unwrap_or_default();
    Ok(ExplainedView { items: items.into(), differences: differences.into_iter().map(to_view).collect() })
}

fn is_address_of_caller(plan: &Plan, event: &Event) -> bool {
    !event.body.contains_key("request_ip")
        && plan.fields.iter().any(|field| field.from.as_deref() == Some("request_ip"))
}

/// The error for a text that is not JSON. It names the position and does not quote the text.
fn not_json(text: &str) -> String {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) => format!("the event is not JSON: {error}"),
        Ok(_) => ReadError::Unreadable.to_string(),
    }
}

fn to_view(difference: Difference) -> ProfileDifference {
    let Difference { rule, effect, fields } = difference;
    let fields = fields.into_iter().map(|field| DifferingField {
        field: field.field,
        rudderstack: field.rudderstack,
        native: field.native,
    });
    ProfileDifference {
        rule: rule.name,
        text: format!("rudderstack {}; native {}: {}", rule.rudderstack, rule.native, effect.words()),
        fields: fields.collect(),
    }
}
