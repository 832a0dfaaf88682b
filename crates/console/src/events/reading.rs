//! A stored event read as delivery reads it.

use event::{Envelope, Event, ReadError, RejectCode, RequestShape};
use journal::ArchivedEvent;
use mapping::{DeadReason, Plan, PlanOutcome, Settings};
use std::str::FromStr;

/// The event.
pub(crate) fn event(archived: &ArchivedEvent) -> Result<Event, ReadError> {
    let envelope = Envelope {
        source: Some(archived.found.source.as_str().into()),
        source_kind: archived.source_kind,
        received_at: archived.found.received_at,
        request_ip: archived.request_ip.clone(),
        forced: match archived.shape {
            RequestShape::Single(kind) => Some(kind),
            RequestShape::Batch => None,
        },
        request_id: archived.request_id,
        index: archived.first_index + archived.found.position.index,
    };
    Event::read(&archived.text, &envelope)
}

/// Its plan by these settings.
pub(super) fn plan(archived: &ArchivedEvent, settings: &Settings) -> Plan {
    if let Some(code) = &archived.rejected {
        let code = RejectCode::from_str(code).unwrap_or(RejectCode::NotAnObject);
        let refusal = DeadReason { code: code.as_str(), reason: code.message().to_owned() };
        return Plan { outcome: PlanOutcome::Dead(refusal), fields: Vec::new(), notes: Vec::new() };
    }
    match event(archived) {
        Ok(event) => mapping::plan(&event, settings),
        Err(error) => Plan::unreadable(error),
    }
}
