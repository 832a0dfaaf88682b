//! `integrations`: whether an event is for InMoment, and which action a track requests
//! (docs/facts/mapping.md#integrations, #event-type, docs/facts/gateway.md#integrations).

use crate::js;
use crate::plan::DeadReason;
use crate::profile::ProfileSwitches;
use crate::text::is_same_in_any_case;
use event::Event;
use event::identity::tidy;
use serde_json::{Map, Value};

/// The names of this destination in `integrations`, in any letter case, the preferred name first
/// (docs/facts/mapping.md#integrations).
pub(crate) const NAMES: [&str; 3] = ["InMoment(formerly Wootric)", "InMoment", "Wootric"];

/// The names that rudder-transformer looks for (docs/facts/transformer.md#integration-names).
const JAVASCRIPT_NAMES: [&str; 3] = ["wootric", "Wootric", "WOOTRIC"];

/// Why the event is not for InMoment, in words; `None` if it is for InMoment.
pub(crate) fn opted_out(event: &Event) -> Option<String> {
    let integrations = match event.integrations() {
        None | Some(Value::Null) => return None,
        Some(Value::Object(integrations)) => integrations,
        Some(_) => {
            return Some("`integrations` is not an object, so the event is for no destination".to_owned());
        }
    };
    if let Some((name, _)) = ours(integrations).find(|(_, value)| **value == Value::Bool(false)) {
        return Some(format!("`integrations.{name}` is false"));
    }
    if ours(integrations).any(|(_, value)| *value == Value::Bool(true) || value.is_object()) {
        return None;
    }
    match integrations.get("All") {
        None | Some(Value::Bool(true)) => None,
        Some(Value::Bool(false)) => Some("`integrations.All` is false and InMoment is not named".to_owned()),
        Some(_) => Some("`integrations.All` is not a boolean and InMoment is not named".to_owned()),
    }
}

/// The members that mean this destination, in the order of [`NAMES`].
fn ours(integrations: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    NAMES.iter().flat_map(move |name| {
        let is_ours = move |key: &String| is_same_in_any_case(key, name);
        integrations.iter().filter(move |(key, _)| is_ours(key)).map(|(key, value)| (key.as_str(), value))
    })
}

/// The action that a track requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SurveyEvent {
    Response,
    Decline,
}

/// The action that a track requests, and the path of the request.
pub(crate) fn survey_event(
    event: &Event,
    switches: &ProfileSwitches,
) -> Result<(SurveyEvent, String), DeadReason> {
    let (name, wanted) = if switches.all_names { named(event) } else { named_for_javascript(event) }
        .ok_or_else(DeadReason::event_type_missing)?;
    let path = format!("integrations.{name}.eventType");
    let Value::String(wanted) = wanted else {
        return Err(if switches.javascript {
            DeadReason::new(
                crate::refusal::EVENT_TYPE_UNSUPPORTED,
                "integrationsObj.eventType.toLowerCase is not a function",
            )
        } else {
            DeadReason::event_type_unsupported()
        });
    };
    let mut wanted = wanted.to_lowercase();
    if switches.lenient_event_type {
        wanted = tidy(&wanted).replace(['_', '-'], " ");
    }
    match wanted.as_str() {
        "create response" => Ok((SurveyEvent::Response, path)),
        "create decline" => Ok((SurveyEvent::Decline, path)),
        _ => Err(DeadReason::event_type_unsupported()),
    }
}

/// Whether a track is about a survey: it names an `eventType` for InMoment, or has a score or a comment.
pub(crate) fn is_of_a_survey(event: &Event) -> bool {
    let properties = event.body.get("properties").and_then(Value::as_object);
    let carries = |key: &str| properties.and_then(|all| all.get(key)).is_some_and(|value| !value.is_null());
    named(event).is_some() || carries("feedbackScore") || carries("feedbackText")
}

/// The first name of this destination whose value is an object with an `eventType`.
fn named(event: &Event) -> Option<(&str, &Value)> {
    let integrations = event.integrations()?.as_object()?;
    ours(integrations).find_map(|(name, value)| {
        let wanted = value.as_object()?.get("eventType")?;
        let says_something = match wanted {
            Value::Null => false,
            Value::String(text) => !tidy(text).is_empty(),
            _ => true,
        };
        says_something.then_some((name, wanted))
    })
}

fn named_for_javascript(event: &Event) -> Option<(&str, &Value)> {
    let integrations = event.integrations()?.as_object()?;
    let (name, value) = JAVASCRIPT_NAMES.iter().find_map(|name| {
        integrations.get(*name).filter(|value| js::is_truthy(value)).map(|value| (*name, value))
    })?;
    let wanted = value.as_object()?.get("eventType").filter(|wanted| js::is_truthy(wanted))?;
    Some((name, wanted))
}

#[cfg(test)]
mod tests;
