//! The body of a request, as the gateway scans it and as delivery cuts and reads it.

use event::{Cut, Envelope, Event, EventKind, Millis, ReadError, RejectCode, RequestShape, SourceKind};

/// The first byte gives the form of the rest: `i` and `t` mean one event on the route of an identify or a track, anything
/// else means a batch.
pub(crate) fn events(data: &[u8]) {
    let Some((way, body)) = data.split_first() else { return };
    let shape = match way {
        b'i' => RequestShape::Single(EventKind::Identify),
        b't' => RequestShape::Single(EventKind::Track),
        _ => RequestShape::Batch,
    };
    let scan = event::scan(body, shape);
    let split = event::split(body, shape);
    let cut = Cut::new(body.to_vec(), shape);
    let (Ok(scan), Ok(split), Ok(cut)) = (&scan, &split, &cut) else {
        assert_eq!(scan.err(), split.as_ref().err().copied(), "scan and split disagree");
        assert_eq!(split.err(), cut.err(), "split and cut disagree");
        return;
    };
    assert_eq!(usize::try_from(scan.events), Ok(split.len()));
    for (index, text) in (0..).zip(split) {
        assert_eq!(cut.event(index), Some(&**text), "event {index}");
        let rejected = scan.rejects.iter().find(|reject| reject.index == index).map(|reject| reject.code);
        read(text, index, rejected, matches!(shape, RequestShape::Batch));
    }
    assert_eq!(cut.event(scan.events), None);
}

fn read(text: &str, index: u32, rejected: Option<RejectCode>, in_batch: bool) {
    let event = match Event::read(text, &envelope(index)) {
        Ok(event) => event,
        Err(ReadError::NotAnObject) => return assert_eq!(rejected, Some(RejectCode::NotAnObject)),
        Err(ReadError::TooDeep) => return,
        Err(ReadError::Unreadable) => panic!("the gateway took what cannot be read"),
    };
    let is_somebody = !event.user_id.is_empty() || !event.anonymous_id.is_empty();
    // These types need no id (docs/facts/gateway.md#identifiable).
    let is_exempt =
        in_batch && ["extract", "record"].iter().any(|kind| event.body.get("type") == Some(&(*kind).into()));
    assert_eq!(rejected, (!is_somebody && !is_exempt).then_some(RejectCode::NoIdentity), "event {index}");
    assert!(!event.message_id.is_empty());
    assert!(event.times.happened_at() <= event.received_at.0.div_euclid(1_000));
    // An event that is written as JSON and read again is the same event.
    let again = serde_json::Value::Object(event.body.clone()).to_string();
    let again = Event::read(&again, &envelope(index)).expect("what was written as JSON");
    assert!(again == event, "event {index} changes when it is written and read");
    assert_eq!(again.content_hash(), event.content_hash());
}

/// The envelope of an event that has just arrived from a web source.
pub(crate) fn envelope(index: u32) -> Envelope {
    Envelope {
        source: Some("website".into()),
        source_kind: SourceKind::Web,
        received_at: Millis(1_700_000_000_000),
        request_ip: Some("192.0.2.7".to_owned()),
        forced: None,
        request_id: [7; 16],
        index,
    }
}
