use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn server() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// The body of a whole request, whose head must declare its length.
fn body(request: &[u8]) -> Value {
    let text = std::str::from_utf8(request).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len()).trim_end().to_owned()));
    serde_json::from_str(body).unwrap()
}

#[test]
fn an_event_is_about_a_kilobyte() {
    for template in [Template::batch(server(), &SESSION, 20, 100), Template::track(server(), 1, 100)] {
        let bytes = template.bytes_per_event();
        assert!((950..=1_150).contains(&bytes), "{bytes}");
    }
}

#[test]
fn the_key_is_what_the_authorisation_says() {
    use std::str::from_utf8;
    let mut template = Template::track(server(), 1, 1);
    let request = from_utf8(template.fill(0)).unwrap().to_owned();
    assert!(request.contains("Authorization: Basic YmVuY2gtd3JpdGUta2V5Og==\r\n"));
    assert_eq!(WRITE_KEY, "bench-write-key");
}

#[test]
fn a_session_holds_what_it_says() {
    let mut template = Template::batch(server(), &SESSION, 20, 1_000);
    let batch = body(template.fill(40));
    let events = batch["batch"].as_array().unwrap();
    assert_eq!(events.len(), SESSION.len());
    for (event, kind) in events.iter().zip(SESSION) {
        let word = match kind {
            TrafficKind::Identify => "identify",
            TrafficKind::Response => "track",
            TrafficKind::Page => "page",
        };
        assert_eq!(event["type"], word);
        assert_eq!(event["userId"], "user-000002");
        assert_eq!(event["context"]["traits"]["email"], "user-000002@example.com");
    }
}

#[test]
fn the_number_of_an_answer_is_found_in_its_text() {
    let mut template = Template::track(server(), 1, 10);
    let event = body(template.fill(123_456));
    assert_eq!(number_in(event["properties"]["feedbackText"].as_str().unwrap()), Some(123_456));
    assert_eq!(event["userId"], "user-000006");
    assert_eq!(number_in("something else"), None);
}

proptest! {
    #[test]
    fn every_message_id_is_there_once_and_users_follow_their_numbers(
        first in 0..1_000_000_000_u64, per_user in 1..30_u64, users in 1..999_999_u64,
    ) {
        let mut template = Template::batch(server(), &SESSION, per_user, users);
        // A second filling leaves nothing of the first one.
        template.fill(999_999_999_999);
        let batch = body(template.fill(first));
        for (number, event) in (first..).zip(batch["batch"].as_array().unwrap()) {
            let id = event["messageId"].as_str().unwrap();
            prop_assert_eq!(id.rsplit('-').next().unwrap().parse::<u64>().unwrap(), number);
            let user = format!("user-{:06}", number / per_user % users);
            prop_assert_eq!(event["userId"].as_str().unwrap(), user);
        }
    }
}
