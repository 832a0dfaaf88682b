//! A plan, explained to people: what would become of an event, why, and what it would cost in calls.

use mapping::{Action, Intent, Outcome, Plan};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What becomes of an event, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    #[schema(schema_with = crate::words::planned)]
    outcome: &'static str,
    /// `UpsertEndUser`, `CreateResponse` or `CreateDecline`
    #[schema(required)]
    intent: Option<&'static str>,
    /// why it is not delivered, as a stable word
    #[schema(required)]
    code: Option<&'static str>,
    /// why it is not delivered, in words
    #[schema(required)]
    reason: Option<String>,
    /// every field that was looked at, in InMoment's order
    fields: Vec<Field>,
    /// what was decided about the event as a whole, and warnings
    notes: Vec<String>,
    /// the calls it may take
    calls: Vec<PlannedCall>,
    /// what it costs in calls, in words
    cost: &'static str,
}

/// One of InMoment's fields.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedField)]
struct Field {
    /// InMoment's name of it
    name: String,
    /// as it is sent; null when it is not
    #[schema(required, value_type = Value)]
    value: Option<Value>,
    /// the path in the event that fed it; empty when none did
    from: String,
    /// the rule that applied
    rule: String,
}

/// A call that may be made.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedCall {
    kind: &'static str,
    /// in which case
    when: &'static str,
}

/// Values and paths are the user's.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Explanation {
    /// `more` are notes that the plan does not know of.
    pub(crate) fn of(plan: Plan, more: impl IntoIterator<Item = String>) -> Explanation {
        let (outcome, code, reason) = match &plan.outcome {
            Outcome::Deliver(_) => ("plan", None, None),
            Outcome::Skip(reason) => ("skipped", Some(reason.code()), plan.notes.first().cloned()),
            Outcome::Dead(refusal) => ("refused", Some(refusal.code), Some(refusal.reason.clone())),
        };
        let action = match &plan.outcome {
            Outcome::Deliver(Intent { action, .. }) => Some(action),
            _ => None,
        };
        let (calls, cost) = action.map_or((Vec::new(), "no call"), calls);
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
            calls,
            cost,
        }
    }
}

/// What an intent may take, in the order in which it is done.
fn calls(action: &Action) -> (Vec<PlannedCall>, &'static str) {
    let call = |kind, when| PlannedCall { kind, when };
    let look_up =
        call("get_end_user", "when the end user is not known here, or not freshly enough; once or twice");
    match action {
        Action::UpsertEndUser(_) => (
            vec![
                look_up,
                call("create_end_user", "when InMoment has no such end user"),
                call("update_end_user", "when InMoment has the end user, and something changes"),
            ],
            "1 call when the end user is known, none when nothing changes; up to 3 when not",
        ),
        Action::CreateResponse(_) | Action::CreateDecline(_) => {
            let (list, create) = match action {
                Action::CreateDecline(_) => ("list_declines", "create_decline"),
                _ => ("list_responses", "create_response"),
            };
            let calls = vec![
                look_up,
                call(list, "when an earlier try may have been carried out: it is looked for first"),
                call(create, "as soon as InMoment knows the end user; until then it waits"),
            ];
            (calls, "1 call when the end user is known; up to 3 when not")
        }
    }
}

#[cfg(test)]
mod tests;
