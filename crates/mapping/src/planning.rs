//! Plans an event (docs/facts/mapping.md#which-events). The filters come first, so that an event which opts out never
//! becomes a dead letter; then follow the event's type, its end user, and its fields.

use crate::explain::EventMapper;
use crate::plan::{Action, DeadReason, Intent, Plan, PlanOutcome, SkipReason};
use crate::profile::ProfileSwitches;
use crate::settings::Settings;
use crate::{consent, identify, integrations, js, track, who};
use event::{Event, EventKind, EventType, ReadError};
use serde_json::Value;

/// Plans one event.
pub fn plan(event: &Event, settings: &Settings) -> Plan {
    match filtered(event, settings) {
        Some((reason, note)) => {
            Plan { outcome: PlanOutcome::Skip(reason), fields: Vec::new(), notes: vec![note] }
        }
        None => plan_unfiltered(event, settings),
    }
}

/// Why the event is not for this destination, also in words; `None` if it is. Both profiles have the same filters.
pub(crate) fn filtered(event: &Event, settings: &Settings) -> Option<(SkipReason, String)> {
    if let Some(note) = integrations::opted_out(event) {
        return Some((SkipReason::IntegrationDisabled, note));
    }
    if let Some(note) = consent::denied(event, settings.consent.get(&event.source_kind)) {
        return Some((SkipReason::ConsentDenied, note));
    }
    let name = event.body.get("event").and_then(Value::as_str);
    let source = event.source.as_deref();
    let rule = settings.rules.iter().find(|rule| rule.scope.has(name, source))?;
    Some((SkipReason::Rule, format!("The rule \"{}\" skips {}.", rule.name, rule.scope.words())))
}

/// Plans an event that has already passed the filters for `integrations` and consent, as rudder-server's events have.
pub fn plan_unfiltered(event: &Event, settings: &Settings) -> Plan {
    let mut reader = EventMapper::new(event, settings);
    let outcome = outcome(&mut reader).unwrap_or_else(PlanOutcome::Dead);
    Plan { outcome, fields: reader.fields, notes: reader.notes }
}

/// The outcome of [`plan_unfiltered`] without its reasons, at a fraction of the cost.
pub fn outcome_unfiltered(event: &Event, settings: &Settings) -> PlanOutcome {
    outcome_by(settings.profile.switches(), event, settings)
}

/// The outcome, with these switches, of an event that has passed the filters; the settings' profile does not matter.
pub(crate) fn outcome_by(switches: &ProfileSwitches, event: &Event, settings: &Settings) -> PlanOutcome {
    outcome(&mut EventMapper::by(switches, event, settings)).unwrap_or_else(PlanOutcome::Dead)
}

impl Plan {
    /// The plan of an event that cannot even be read: a dead letter that says why.
    pub fn unreadable(error: ReadError) -> Plan {
        Plan {
            outcome: PlanOutcome::Dead(DeadReason::unreadable(error)),
            fields: Vec::new(),
            notes: Vec::new(),
        }
    }
}

fn outcome(reader: &mut EventMapper<'_>) -> Result<PlanOutcome, DeadReason> {
    let kind = match kind(reader)? {
        Ok(kind) => kind,
        Err(other) => {
            reader.note(format!("Event type \"{other}\" is not supported"));
            return Ok(PlanOutcome::Skip(SkipReason::UnsupportedType));
        }
    };
    if matches!(kind, Planned::Track)
        && reader.switches.ordinary_tracks
        && !integrations::is_of_a_survey(reader.event)
    {
        reader.note(
            "The track names no `eventType` of InMoment's and has neither `properties.feedbackScore` nor \
             `properties.feedbackText`: it is not an answer to a survey.",
        );
        return Ok(PlanOutcome::Skip(SkipReason::NotASurvey));
    }
    let who = who::read(reader)?;
    let action: Action = match kind {
        Planned::Identify => identify::action(reader, &who)?,
        Planned::Track => track::action(reader)?,
    };
    Ok(PlanOutcome::Deliver(Intent { who, action }))
}

enum Planned {
    Identify,
    Track,
}

/// The event's type; the inner error is a type that is not supported, in lower case.
fn kind(reader: &EventMapper<'_>) -> Result<Result<Planned, String>, DeadReason> {
    let kind = if reader.switches.trimmed_type || reader.event.forced.is_some() {
        match &reader.event.kind {
            EventType::Missing => return Err(DeadReason::type_missing()),
            known => known.as_str().to_owned(),
        }
    } else {
        untrimmed_type(reader.event)?
    };
    Ok(match kind.as_str() {
        kind if kind == EventKind::Identify.as_str() => Ok(Planned::Identify),
        kind if kind == EventKind::Track.as_str() => Ok(Planned::Track),
        _ => Err(kind),
    })
}

/// The type as rudder-transformer reads it (docs/facts/transformer.md#dispatch).
fn untrimmed_type(event: &Event) -> Result<String, DeadReason> {
    match event.body.get("type").filter(|kind| js::is_truthy(kind)) {
        None => Err(DeadReason::type_missing()),
        Some(Value::String(kind)) => Ok(kind.to_lowercase()),
        Some(_) => {
            Err(DeadReason::new(crate::refusal::TYPE_MISSING, "message.type.toLowerCase is not a function"))
        }
    }
}
