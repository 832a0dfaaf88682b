use super::*;
use event::{EventKind, Millis, SourceKind};

fn read(text: &str, forced: Option<EventKind>) -> Facts {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(0),
        request_ip: None,
        forced,
        request_id: [7; 16],
        index: 3,
    };
    Facts::read(text, &envelope)
}

#[test]
fn an_event_is_known_by_every_name_it_gives() {
    let facts = read(
        r#"{"type":" Track ","messageId":"m","userId":"u","anonymousId":"a","event":"Submit",
            "traits":{"email":" one@x "},"context":{"traits":{"email":"two@x"},"email":"no@x"},
            "properties":{"email":"one@x","traits":{"email":"no@x"}}}"#,
        None,
    );
    assert_eq!((facts.kind.as_str(), facts.message_id.as_str()), ("track", "m"));
    assert_eq!(facts.users().collect::<Vec<_>>(), ["u", "a", "one@x", "two@x"]);
    assert_eq!(facts.name.as_deref(), Some("Submit"));
}

#[test]
fn what_is_missing_is_empty_and_a_message_id_is_made() {
    let facts = read(r#"{"userId":5,"event":"x"}"#, Some(EventKind::Identify));
    assert_eq!((facts.kind.as_str(), facts.name.as_deref()), ("identify", None));
    assert_eq!(facts.message_id.len(), 36);
    assert_eq!(facts.users().collect::<Vec<_>>(), ["5"]);
    assert!(read("{}", None).users().next().is_none());
}

#[test]
fn an_event_that_cannot_be_read_has_only_the_type_of_its_route() {
    for text in ["5", "", "{\"a\":"] {
        assert!(read(text, None) == Facts::default());
        assert_eq!(read(text, Some(EventKind::Page)).kind, "page");
    }
}
