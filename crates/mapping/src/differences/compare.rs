//! Compares two outcomes of one event.

use super::difference::{Effect, FieldDifference};
use crate::plan::{Action, FormValue, Intent, PlanOutcome, Properties};
use crate::planning::outcome_by;
use crate::profile::ProfileSwitches;
use crate::refusal::create_refusal_by;
use crate::settings::Settings;
use crate::text::stored_text;
use event::Event;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The result of an event with some switches.
#[derive(Clone)]
pub(super) struct Planned {
    pub(super) outcome: PlanOutcome,
    /// The code of the refusal that applies if the end user has to be created.
    create: Option<&'static str>,
}

impl Planned {
    pub(super) fn by(switches: &ProfileSwitches, event: &Event, settings: &Settings) -> Planned {
        let outcome = outcome_by(switches, event, settings);
        let create = match &outcome {
            PlanOutcome::Deliver(Intent { who, action: Action::UpsertEndUser(fields) }) => {
                create_refusal_by(switches, who, fields).map(|refusal| refusal.code)
            }
            _ => None,
        };
        Planned { outcome, create }
    }

    /// Whether the same form is sent to InMoment, or the event is refused or skipped for the same reason.
    pub(super) fn is_same(&self, other: &Planned) -> bool {
        self.create == other.create
            && match (&self.outcome, &other.outcome) {
                (PlanOutcome::Deliver(one), PlanOutcome::Deliver(other)) => {
                    one.who == other.who && is_same_action(&one.action, &other.action)
                }
                (PlanOutcome::Skip(one), PlanOutcome::Skip(other)) => one == other,
                (PlanOutcome::Dead(one), PlanOutcome::Dead(other)) => one.code == other.code,
                _ => false,
            }
    }

    /// The difference of `native` and its meaning; `None` if there is none.
    pub(super) fn step_to(&self, native: &Planned) -> Option<(Effect, Vec<FieldDifference>)> {
        if self.is_same(native) {
            return None;
        }
        let (effect, field) = match (&self.outcome, &native.outcome) {
            (PlanOutcome::Deliver(one), PlanOutcome::Deliver(other)) => {
                return Some(self.step_of(one, other, native));
            }
            (PlanOutcome::Deliver(_), _) => (Effect::OnlyRudderstackDelivers, "outcome"),
            (_, PlanOutcome::Deliver(_)) => (Effect::OnlyNativeDelivers, "outcome"),
            _ => (Effect::OtherReason, "outcome"),
        };
        Some((effect, vec![words(field, outcome_words(&self.outcome), outcome_words(&native.outcome))]))
    }

    fn step_of(&self, one: &Intent, other: &Intent, native: &Planned) -> (Effect, Vec<FieldDifference>) {
        if one.action.word() != other.action.word() {
            let fields = vec![words("intent", one.action.word(), other.action.word())];
            return (Effect::OtherIntent, fields);
        }
        let (here, there) = (one.parts(), other.parts());
        let fields = differing(&here, &there);
        if fields.is_empty() {
            let told = |code: Option<&str>| {
                code.map_or("created".to_owned(), |code| format!("dead letter [{code}]"))
            };
            return (
                Effect::DependsOnInmoment,
                vec![words("create", told(self.create), told(native.create))],
            );
        }
        (if one.who == other.who { Effect::OtherValues } else { Effect::OtherIds }, fields)
    }
}

fn words(field: &str, rudderstack: impl Into<String>, native: impl Into<String>) -> FieldDifference {
    FieldDifference {
        field: field.to_owned(),
        rudderstack: Some(Value::String(rudderstack.into())),
        native: Some(Value::String(native.into())),
    }
}

fn outcome_words(outcome: &PlanOutcome) -> String {
    match outcome {
        PlanOutcome::Deliver(_) => "deliver".to_owned(),
        PlanOutcome::Skip(reason) => format!("skip [{}]", reason.code()),
        PlanOutcome::Dead(refusal) => format!("dead letter [{}]", refusal.code),
    }
}

fn is_same_action(one: &Action, other: &Action) -> bool {
    one.word() == other.word()
        && one.fields().iter().zip(other.fields()).all(|((_, one), (_, other))| is_same_field(*one, other))
        && is_same_properties(one.properties(), other.properties())
}

/// In a form, every value is text.
fn is_same_field(one: Option<&FormValue>, other: Option<&FormValue>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(Value::String(one)), Some(Value::String(other))) => one == other,
        (Some(one), Some(other)) => stored_text(one) == stored_text(other),
        _ => false,
    }
}

/// A hash has no order.
fn is_same_properties(one: &Properties, other: &Properties) -> bool {
    let is_same = |((key, one), (other_key, other)): (&(String, Value), &(String, Value))| {
        key == other_key && is_same_field(Some(one), Some(other))
    };
    one.len() == other.len()
        && (one.iter().zip(other).all(is_same) || sorted(one).into_iter().zip(sorted(other)).all(is_same))
}

fn sorted(properties: &Properties) -> Vec<&(String, Value)> {
    let mut sorted: Vec<_> = properties.iter().collect();
    sorted.sort_by_key(|(key, _)| key);
    sorted
}

/// A part of an intent with its name.
type Part<'a> = (Cow<'static, str>, Cow<'a, Value>);

impl Intent {
    /// The parts that are present, ids first.
    fn parts(&self) -> Vec<Part<'_>> {
        let id = |name: &'static str, id: &Option<String>| {
            id.as_ref().map(|id| (Cow::Borrowed(name), Cow::Owned(Value::String(id.clone()))))
        };
        let ids = [id("end_user_id", &self.who.end_user_id), id("external_id", &self.who.external_id)];
        let prefix = match self.action {
            Action::UpsertEndUser(_) => "properties",
            Action::CreateResponse(_) | Action::CreateDecline(_) => "end_user[properties]",
        };
        let fields = self.action.fields();
        let fields =
            fields.into_iter().filter_map(|(name, value)| Some((Cow::Borrowed(name), Cow::Borrowed(value?))));
        let properties = self.action.properties().iter();
        let properties =
            properties.map(|(key, value)| (Cow::Owned(format!("{prefix}[{key}]")), Cow::Borrowed(value)));
        ids.into_iter().flatten().chain(fields).chain(properties).collect()
    }
}

fn differing(rudderstack: &[Part<'_>], native: &[Part<'_>]) -> Vec<FieldDifference> {
    let there: HashMap<&str, &Value> = native.iter().map(|(name, value)| (&**name, &**value)).collect();
    let here: HashSet<&str> = rudderstack.iter().map(|(name, _)| &**name).collect();
    let gone_or_other = rudderstack.iter().filter_map(|(name, value)| {
        let other = there.get(&**name).copied();
        let differs = !is_same_field(Some(value), other);
        differs.then(|| FieldDifference {
            field: name.to_string(),
            rudderstack: Some(value.clone().into_owned()),
            native: other.cloned(),
        })
    });
    let new =
        native.iter().filter(|(name, _)| !here.contains(&**name)).map(|(name, value)| FieldDifference {
            field: name.to_string(),
            rudderstack: None,
            native: Some(value.clone().into_owned()),
        });
    gone_or_other.chain(new).collect()
}

impl Action {
    /// Its fields besides the properties, with their names at InMoment.
    fn fields(&self) -> Vec<(&'static str, Option<&FormValue>)> {
        match self {
            Action::UpsertEndUser(fields) => vec![
                ("email", fields.email.as_ref()),
                ("phone_number", fields.phone_number.as_ref()),
                ("last_surveyed", fields.last_surveyed.as_ref()),
                ("external_created_at", fields.external_created_at.as_ref()),
            ],
            Action::CreateResponse(fields) => vec![
                ("score", Some(&fields.score)),
                ("ip_address", Some(&fields.ip_address)),
                ("origin_url", Some(&fields.origin_url)),
                ("text", fields.text.as_ref()),
                ("created_at", fields.created_at.as_ref()),
            ],
            Action::CreateDecline(fields) => {
                vec![("origin_url", fields.origin_url.as_ref()), ("created_at", fields.created_at.as_ref())]
            }
        }
    }
}
