use super::*;
use bytes::Bytes;
use event::{Millis, SourceKind};
use journal::{MemoryJournal, NewRequest};
use serde_json::json;

const LIMIT: ReadLimit = ReadLimit { events: 100, bytes: 1 << 20 };

fn stored(events: &serde_json::Value) -> (MemoryJournal, DestinationSettings) {
    let journal = MemoryJournal::new();
    let source = journal.source("website", SourceKind::Web).unwrap();
    let settings = DestinationSettings::new("inmoment", journal.destination("inmoment").unwrap());
    let request = NewRequest {
        source,
        shape: Shape::Batch,
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

/// Fails over some events as a bug would, and quotes them as a careless message would.
fn careless(event: &Event, settings: &mapping::Settings) -> Outcome {
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
            Outcome::Dead(refusal) => {
                assert!(evil);
                assert_eq!(refusal.code, "internal_error");
                assert!(refusal.reason.contains("reader/tests.rs"), "the place is named: {}", refusal.reason);
                assert!(!refusal.reason.contains("planted"), "{}", refusal.reason);
                assert_eq!(event.message, None);
            }
            Outcome::Deliver(_) => assert!(!evil),
            other => panic!("{other:?}"),
        }
    }
}
