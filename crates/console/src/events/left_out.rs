//! The fields that an event was delivered without, because InMoment holds their values for another end user.

use super::reading;
use crate::conflicts::ConflictView;
use crate::directory::Directory;
use journal::{
    Archive, ArchivedEvent, Conflict, ConflictFilter, DestinationId, Fate, JournalError, UniqueField,
};
use mapping::{Action, EndUserFields, FormValue, PlanOutcome, Who};

/// The conflicts that this event met, at each destination that has finished it. While a conflict lasts, the same value
/// of the same person is not sent again; so the conflict concerns every event with that value between the first and the
/// last that are known to have met it.
pub(super) fn conflicts(
    archive: &dyn Archive,
    archived: &ArchivedEvent,
    names: &[(String, DestinationId)],
    directory: &Directory,
) -> Result<Vec<ConflictView>, JournalError> {
    let done =
        archived.found.fates.iter().filter(|fate| matches!(fate.fate, Some(Fate::Delivered | Fate::Dead)));
    let mut met = Vec::new();
    for fate in done {
        let id = names.iter().find(|(name, _)| *name == fate.destination).map(|(_, id)| *id);
        let settings = directory.destination(&fate.destination).map(|(destination, _)| destination.mapping());
        let (Some(id), Some(settings)) = (id, settings) else { continue };
        let PlanOutcome::Deliver(intent) = reading::plan(archived, &settings).outcome else { continue };
        let Action::UpsertEndUser(fields) = &intent.action else { continue };
        for lane in lanes(&intent.who) {
            let filter = ConflictFilter {
                destination: Some(id),
                lane: Some(lane),
                dismissed: true,
                ..ConflictFilter::default()
            };
            let known = archive.conflicts(&filter, UniqueField::ALL.len())?.items;
            let met_here = known.into_iter().filter(|conflict| has_met(archived, fields, conflict));
            met.extend(met_here.map(|conflict| ConflictView::of(conflict, fate.destination.clone())));
        }
    }
    Ok(met)
}

/// The keys of lanes (delivery): x: by external id, e: by end-user id.
fn lanes(who: &Who) -> impl Iterator<Item = String> {
    let external_id = who.external_id.as_ref().map(|id| format!("x:{id}"));
    external_id.into_iter().chain(who.end_user_id.as_ref().map(|id| format!("e:{id}")))
}

fn has_met(archived: &ArchivedEvent, fields: &EndUserFields, conflict: &Conflict) -> bool {
    let record = &conflict.record;
    let sent = match record.field {
        UniqueField::Email => &fields.email,
        UniqueField::PhoneNumber => &fields.phone_number,
    };
    let sent = sent.as_ref().and_then(FormValue::as_str);
    // InMoment compares e-mails without regard to case; phone numbers have no letters.
    let is_same = sent.is_some_and(|sent| sent.trim().to_lowercase() == record.value.trim().to_lowercase());
    let first = record.first.unwrap_or(record.position);
    is_same && (first..=record.position).contains(&archived.found.position)
}
