//! A plan, explained to people: what would become of an event, why, and what it would cost in calls.

use delivery::Outlook;
use mapping::{Action, Intent, Plan, PlanOutcome, Settings};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What would become of an event, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    #[schema(schema_with = crate::words::planned)]
    outcome: &'static str,
    /// `UpsertEndUser`, `CreateResponse` or `CreateDecline`
    #[schema(required)]
    intent: Option<&'static str>,
    /// why the event is not delivered, as a stable word
    #[schema(required)]
    code: Option<&'static str>,
    /// why the event is not delivered, in words
    #[schema(required)]
    reason: Option<String>,
    /// every field that the mapping considered, in InMoment's order
    fields: Vec<Field>,
    /// decisions about the event as a whole, and warnings
    notes: Vec<String>,
    /// the calls that delivery may take
    calls: Vec<PlannedCall>,
    /// the number of calls that delivery takes, in words
    cost: String,
}

/// One of InMoment's fields.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedField)]
struct Field {
    /// InMoment's name of the field
    name: String,
    /// the value that is sent; null when none is
    #[schema(required, value_type = Value)]
    value: Option<Value>,
    /// the path in the event that the value came from; empty when it came from none
    from: String,
    /// the rule of the mapping that applied
    rule: String,
}

/// A call that may be made.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedCall {
    kind: &'static str,
    /// the condition under which the call is made
    when: String,
}

/// Values and paths are personal data, so `Debug` leaves them out.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Explanation {
    /// Explains a plan. `settings` are those that it was planned with; `more` are notes in addition to the plan's.
    pub(crate) fn of(
        mut plan: Plan,
        settings: &Settings,
        more: impl IntoIterator<Item = String>,
    ) -> Explanation {
        let outlook = delivery::foresee(&mut plan.outcome, settings);
        let (outcome, code, reason) = match &plan.outcome {
            PlanOutcome::Deliver(_) => ("plan", None, None),
            PlanOutcome::Skip(reason) => ("skipped", Some(reason.code()), plan.notes.first().cloned()),
            PlanOutcome::Dead(refusal) => ("refused", Some(refusal.code), Some(refusal.reason.clone())),
        };
        let action = match &plan.outcome {
            PlanOutcome::Deliver(Intent { action, .. }) => Some(action),
            _ => None,
        };
        let fields = plan.fields.into_iter().map(|field| Field {
            name: field.field,
            value: field.value,
            from: field.from.unwrap_or_default(),
            rule: field.rule,
        });
        Explanation {
            outcome,
            intent: action.map(Action::word),
            code,
            reason,
            fields: fields.collect(),
            notes: plan.notes.into_iter().chain(more).collect(),
            calls: outlook.iter().flat_map(calls).collect(),
            cost: outlook.as_ref().map_or_else(|| "no call".to_owned(), cost),
        }
    }
}

/// The calls that an intent may take, in their order.
fn calls(outlook: &Outlook) -> impl Iterator<Item = PlannedCall> {
    let when = |kind: &str| match kind {
        "get_end_user" => {
            let often = if outlook.look_ups > 1 { "; once or twice" } else { "" };
            format!("when the end user is not known here, or not freshly enough{often}")
        }
        "create_end_user" => "when InMoment has no such end user".to_owned(),
        "update_end_user" => "when InMoment has the end user, and something changes".to_owned(),
        "list_responses" | "list_declines" => {
            "when an earlier try may have been carried out: it is looked for first".to_owned()
        }
        _ => "as soon as InMoment knows the end user; until then it waits".to_owned(),
    };
    outlook.kinds.iter().map(move |kind| PlannedCall { kind, when: when(kind) })
}

/// The number of calls, in words.
fn cost(outlook: &Outlook) -> String {
    let known = match outlook.known {
        0 => "no call".to_owned(),
        1 => "1 call".to_owned(),
        known => format!("{known} calls"),
    };
    let same = if outlook.known > 0 && outlook.none_if_same { ", none when nothing changes" } else { "" };
    format!("{known} when the end user is known{same}; up to {} when not", outlook.unknown)
}

#[cfg(test)]
mod tests;
