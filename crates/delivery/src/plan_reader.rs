//! From stored requests to planned events: reads the journal, plans every event that has no fate yet, and adds what the
//! journal knows about its end user and its message id.

use crate::code;
use crate::machine::{PlannedEvent, PlannedPage, PlannedRequest};
use crate::settings::DestinationSettings;
use event::{Envelope, Event, RejectCode, RequestShape};
use journal::{
    DeliveryStore, Fate, JournalError, KnownUser, MessageKey, Position, ReadLimit, Seen, SourceId,
    StoredRequest,
};
use mapping::{DeadReason, PlanOutcome};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

/// The source of a driver's planned events.
pub trait PlanReader: Send + Sync + 'static {
    /// Reads and plans requests from this number on. The error says why the read failed. Dropping the future abandons
    /// the read.
    fn read(
        &self,
        from: u64,
        limit: ReadLimit,
    ) -> Pin<Box<dyn Future<Output = Result<PlannedPage, String>> + Send>>;
}

/// Reads events from the journal, on a thread that may block.
pub(crate) struct StoredEvents {
    journal: Arc<dyn DeliveryStore>,
    settings: DestinationSettings,
}

impl StoredEvents {
    pub(crate) fn new(journal: Arc<dyn DeliveryStore>, settings: DestinationSettings) -> Self {
        StoredEvents { journal, settings }
    }
}

impl PlanReader for StoredEvents {
    fn read(
        &self,
        from: u64,
        limit: ReadLimit,
    ) -> Pin<Box<dyn Future<Output = Result<PlannedPage, String>> + Send>> {
        let (journal, settings) = (Arc::clone(&self.journal), self.settings.clone());
        let read =
            supervise::blocking("reading events", move || read_planned(&*journal, &settings, from, limit));
        Box::pin(async {
            match read.await {
                Ok(read) => read.map_err(|error| error.to_string()),
                Err(broken) => Err(broken.to_string()),
            }
        })
    }
}

/// Reads and plans requests. It blocks for as long as the journal takes.
pub fn read_planned(
    journal: &dyn DeliveryStore,
    settings: &DestinationSettings,
    from: u64,
    limit: ReadLimit,
) -> Result<PlannedPage, JournalError> {
    read_with(mapped, journal, settings, from, limit)
}

/// The function that plans an event that can be read.
type Planner = fn(&Event, &mapping::Settings) -> PlanOutcome;

fn mapped(event: &Event, settings: &mapping::Settings) -> PlanOutcome {
    mapping::plan(event, settings).outcome
}

fn read_with(
    planner: Planner,
    journal: &dyn DeliveryStore,
    settings: &DestinationSettings,
    from: u64,
    limit: ReadLimit,
) -> Result<PlannedPage, JournalError> {
    let page = journal.read(settings.id, from, limit)?;
    let mut requests: Vec<PlannedRequest> =
        page.requests.iter().map(|request| plan_all(planner, request, settings)).collect();
    requests.retain(|request| !request.events.is_empty());
    add_seen(journal, settings, &mut requests)?;
    add_known(journal, settings, &mut requests)?;
    Ok(PlannedPage { requests, next: page.next, end: page.end })
}

fn plan_all(planner: Planner, request: &StoredRequest, settings: &DestinationSettings) -> PlannedRequest {
    // A panic here makes every event of the request fail.
    let texts = supervise::catch(|| event::split(&request.body, request.shape).unwrap_or_default());
    let rejected: HashMap<u32, &str> =
        request.rejected.iter().map(|rejected| (rejected.index, rejected.code.as_str())).collect();
    let pending = |index: u32| request.fates.get(index as usize).is_none_or(|byte| *byte == Fate::PENDING);
    let events = (0..request.events)
        .filter(|index| pending(*index))
        .map(|index| {
            let planned = texts.as_ref().map_err(Clone::clone).and_then(|texts| {
                let text = texts.get(index as usize).map_or("", |text| text.as_ref());
                let refusal = if request.damaged {
                    Some(unreadable())
                } else {
                    rejected.get(&index).map(|code| rejection(code))
                };
                supervise::catch(|| plan_one(planner, request, index, text, refusal, settings))
            });
            let text = texts.as_ref().ok().and_then(|texts| texts.get(index as usize));
            let bytes = text.map_or(0, |text| text.len());
            planned.unwrap_or_else(|panicked| failed_over(request, index, bytes, &panicked))
        })
        .collect();
    PlannedRequest { number: request.number, events }
}

/// Makes a dead letter of an event over which this program panicked; the other events go on. Its message id is not
/// remembered, because it may not even be known.
fn failed_over(
    request: &StoredRequest,
    index: u32,
    bytes: usize,
    panicked: &supervise::Panicked,
) -> PlannedEvent {
    let position = Position { request: request.number, index };
    // The log itself may have panicked.
    let _ = supervise::catch(|| {
        let (request, code) = (request.number, code::INTERNAL_ERROR);
        tracing::error!(request, index, code, "an event could not be planned: {panicked}");
    });
    let reason = format!("this program failed over the event: {panicked}");
    PlannedEvent {
        position,
        message: None,
        message_id: "".into(),
        kind: "".into(),
        bytes,
        happened_at: None,
        about: None,
        requeued: request.requeued,
        seen: Seen::Never,
        outcome: PlanOutcome::Dead(DeadReason { code: code::INTERNAL_ERROR, reason }),
        link: None,
        user: None,
        user_age: None,
    }
}

/// Plans one event. `refusal`: why the event is unusable, if that was found before it was read.
fn plan_one(
    planner: Planner,
    request: &StoredRequest,
    index: u32,
    text: &str,
    refusal: Option<DeadReason>,
    settings: &DestinationSettings,
) -> PlannedEvent {
    let envelope = Envelope {
        source: Some(request.source_name.clone()),
        source_kind: request.source_kind,
        received_at: request.received_at,
        request_ip: request.request_ip.clone(),
        forced: match request.shape {
            RequestShape::Single(kind) => Some(kind),
            RequestShape::Batch => None,
        },
        request_id: request.request_id,
        index: request.first_index + index,
    };
    let read = Event::read(text, &envelope);
    let outcome = match (refusal, &read) {
        (Some(refusal), _) => PlanOutcome::Dead(refusal),
        (None, Ok(event)) => planner(event, &settings.mapping),
        (None, Err(error)) => mapping::Plan::unreadable(*error).outcome,
    };
    let about = match (&outcome, &read) {
        (PlanOutcome::Dead(_), Ok(event)) => about(event, settings),
        _ => None,
    };
    let (message_id, kind) = match &read {
        Ok(event) => (event.message_id.as_str(), event.kind.as_str()),
        Err(_) => ("", ""),
    };
    PlannedEvent {
        position: Position { request: request.number, index },
        // The message id of a damaged event may be wrong and must not make another event a duplicate. A skipped event
        // need not be remembered.
        message: match &read {
            Ok(event) if !request.damaged && !matches!(outcome, PlanOutcome::Skip(_)) => {
                Some(identity(event, request.source))
            }
            _ => None,
        },
        message_id: message_id.into(),
        kind: kind.into(),
        bytes: text.len(),
        happened_at: read.as_ref().ok().map(|event| event.times.happened_at()),
        about,
        requeued: request.requeued,
        seen: Seen::Never,
        outcome,
        link: None,
        user: None,
        user_age: None,
    }
}

/// The key by which an event is the same as another one of its source (docs/facts/mapping.md#same-event).
fn identity(event: &Event, source: SourceId) -> MessageKey {
    let content = event.content_hash();
    let id = if event.message_id_generated { content } else { event::message_hash(&event.message_id) };
    MessageKey { source, id, content }
}

/// The end user of an event, for people: the id that the mapping would use, or else the event's own id.
fn about(event: &Event, settings: &DestinationSettings) -> Option<String> {
    let who = mapping::who(event, &settings.mapping).ok();
    let named = who.and_then(|who| who.external_id.or(who.end_user_id));
    let own = [&event.user_id, &event.anonymous_id].into_iter().find(|id| !id.is_empty());
    named.or_else(|| own.cloned())
}

/// The refusal for an event that the gateway found unusable.
fn rejection(code: &str) -> DeadReason {
    let code = RejectCode::from_str(code).unwrap_or(RejectCode::NotAnObject);
    DeadReason { code: code.as_str(), reason: code.message().to_owned() }
}

/// The refusal for an event that was damaged on the disk. Its text may be wrong, so nothing of it is sent.
fn unreadable() -> DeadReason {
    DeadReason {
        code: "event_unreadable",
        reason:
            "it was damaged on the disk: what is shown may be wrong, so it is not sent; edit it or discard it"
                .to_owned(),
    }
}

fn add_seen(
    journal: &dyn DeliveryStore,
    settings: &DestinationSettings,
    requests: &mut [PlannedRequest],
) -> Result<(), JournalError> {
    let mut wanted: Vec<&mut PlannedEvent> = requests
        .iter_mut()
        .flat_map(|request| &mut request.events)
        .filter(|event| event.message.is_some())
        .collect();
    let keys: Vec<MessageKey> = wanted.iter().filter_map(|event| event.message).collect();
    // The journal decides which message ids are remembered, not our clock, which may have been set by years.
    for (event, seen) in wanted.iter_mut().zip(journal.seen(settings.id, &keys, event::Millis(i64::MIN))?) {
        event.seen = seen;
    }
    Ok(())
}

/// Adds the known data of the end user to each intent.
fn add_known(
    journal: &dyn DeliveryStore,
    settings: &DestinationSettings,
    requests: &mut [PlannedRequest],
) -> Result<(), JournalError> {
    let mut links: HashMap<String, Option<String>> = HashMap::new();
    let mut users: HashMap<String, Option<KnownUser>> = HashMap::new();
    for (end_user_id, external_id) in intents(requests) {
        links.extend(external_id.map(|id| (id.to_owned(), None)));
        users.extend(end_user_id.map(|id| (id.to_owned(), None)));
    }
    let asked: Vec<String> = links.keys().cloned().collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    for (external_id, link) in asked.iter().zip(journal.links(settings.id, &asked)?) {
        users.extend(link.clone().map(|id| (id, None)));
        links.insert((*external_id).to_owned(), link);
    }
    let asked: Vec<String> = users.keys().cloned().collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    for (end_user_id, user) in asked.iter().zip(journal.users(settings.id, &asked)?) {
        users.insert((*end_user_id).to_owned(), user);
    }
    for event in requests.iter_mut().flat_map(|request| &mut request.events) {
        let PlanOutcome::Deliver(intent) = &event.outcome else { continue };
        let external_id = intent.who.external_id.as_ref();
        event.link = external_id.and_then(|id| links.get(id).cloned().flatten());
        let target = intent.who.end_user_id.as_ref().or(event.link.as_ref());
        event.user = target.and_then(|id| users.get(id).cloned().flatten());
        event.user_age = event.user.as_ref().and_then(|user| journal.age(user.read_at));
    }
    Ok(())
}

fn intents(requests: &[PlannedRequest]) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    requests.iter().flat_map(|request| &request.events).filter_map(|event| match &event.outcome {
        PlanOutcome::Deliver(intent) => {
            Some((intent.who.end_user_id.as_deref(), intent.who.external_id.as_deref()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
