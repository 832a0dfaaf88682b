use super::*;
use bytes::Bytes;
use event::{Millis, SourceKind};
use journal::{Intake, MemoryJournal, NewRequest};
use serde_json::json;

const LIMIT: ReadLimit = ReadLimit { events: 100, bytes: 1 << 20 };

fn stored(events: &serde_json::Value) -> (MemoryJournal, DestinationSettings) {
    let journal = MemoryJournal::new();
    let source = journal.source("website", SourceKind::Web).unwrap();
    let settings = DestinationSettings::new("inmoment", journal.destination("inmoment").unwrap());
    let request = NewRequest {
        source,
        shape: RequestShape::Batch,
        request_id: [1; 16],
        received_at: Millis(1_700_000_000_000),
        request_ip: None,
        events: u32::try_from(events.as_array().unwrap().len()).unwrap(),
        rejected: Vec::new(),
        destinations: [settings.id].into(),
        body: Bytes::from(json!({ "batch": events }).to_string()),
    };
    journal.append(request).now().unwrap().unwrap();
    (journal, settings)
}

fn identify(user: &str) -> serde_json::Value {
    json!({"type": "identify", "userId": user, "messageId": user, "traits": {"email": format!("{user}@example.com")}})
}

/// Panics over some events, as a bug would, with a message that quotes them.
fn careless(event: &Event, settings: &mapping::Settings) -> PlanOutcome {
    assert!(!event.user_id.starts_with("evil"), "cannot plan: {}", event.user_id);
    mapped(event, settings)
}

#[test]
fn an_event_over_which_the_program_fails_becomes_a_dead_letter_and_the_others_go_on() {
    let (journal, settings) = stored(&json!([
        identify("a"),
        identify("evil-planted"),
        identify("b"),
        identify("evil-2"),
        identify("c")
    ]));
    let intake = read_with(careless, &journal, &settings, 0, LIMIT).unwrap();
    let events = &intake.requests[0].events;
    assert_eq!(events.len(), 5);
    for (event, evil) in events.iter().zip([false, true, false, true, false]) {
        match &event.outcome {
            PlanOutcome::Dead(refusal) => {
                assert!(evil);
                assert_eq!(refusal.code, "internal_error");
                assert!(refusal.reason.contains("reader/tests.rs"), "the place is named: {}", refusal.reason);
                assert!(!refusal.reason.contains("planted"), "{}", refusal.reason);
                assert_eq!(event.message, None);
            }
            PlanOutcome::Deliver(_) => assert!(!evil),
            other => panic!("{other:?}"),
        }
    }
}

/// Two spellings of an event are the same event; different events are different, even with one id; an event without an
/// id is identified by its content (docs/facts/mapping.md#same-event).
#[test]
fn an_event_is_known_by_its_message_id_and_its_content() {
    let with_id = |id: serde_json::Value, user: &str| json!({"type": "identify", "userId": user, "messageId": id, "traits": {"email": "a@example.com"}});
    let again = json!({"sentAt": "2026-01-01T00:00:00Z", "traits": {"email": "a@example.com"}, "messageId": "undefined",
        "userId": "ada", "type": "identify"});
    let (journal, settings) = stored(&json!([
        with_id(json!("undefined"), "ada"),
        again,
        with_id(json!("undefined"), "eve"),
        with_id(json!("other"), "ada"),
        with_id(json!(null), "ada"),
        with_id(json!(" "), "ada"),
        with_id(json!(null), "eve"),
        {"type": "page", "messageId": "undefined"},
    ]));
    let intake = read_planned(&journal, &settings, 0, LIMIT).unwrap();
    let keys: Vec<Option<MessageKey>> = intake.requests[0].events.iter().map(|event| event.message).collect();
    let ids: Vec<u128> = keys[..7].iter().map(|key| key.unwrap().id).collect();
    assert_eq!(keys[0], keys[1]);
    assert_eq!(ids[0], ids[2]);
    assert_ne!(keys[0], keys[2]);
    assert_ne!(ids[0], ids[3]);
    assert_eq!(keys[0].unwrap().content, keys[3].unwrap().content);
    assert_eq!(keys[4], keys[5], "a blank id is none");
    assert_ne!(ids[4], ids[6]);
    assert_eq!(keys[7], None, "what is skipped is not remembered");
}
