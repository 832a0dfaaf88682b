use event::time::Moment;
use event::{Envelope, Event, EventKind, RequestShape, SourceKind, event_at, scan, split};

/// What an event of a recorded request must read as: its type, whether it brought its message id, its user id, and its
/// time when the request was received at `RECEIVED`.
type Wanted = (&'static str, bool, &'static str, &'static str);

const RECEIVED: &str = "2026-11-23T13:00:00Z";

struct Recorded {
    sdk: &'static str,
    body: &'static str,
    shape: RequestShape,
    events: &'static [Wanted],
}

const REQUESTS: &[Recorded] = &[
    Recorded {
        sdk: "Go: nanoseconds",
        body: include_str!("../fixtures/go_batch.json"),
        shape: RequestShape::Batch,
        events: &[
            ("identify", true, "u-42", "2026-11-23T12:59:59.698Z"),
            ("track", true, "u-42", "2026-11-23T12:59:59.698Z"),
            ("page", true, "", "2026-11-23T12:59:59.698Z"),
            ("screen", true, "", "2026-11-23T12:59:59.698Z"),
            ("group", true, "u-42", "2026-11-23T12:59:59.698Z"),
            ("alias", true, "u-42", "2026-11-23T12:59:59.698Z"),
        ],
    },
    Recorded {
        sdk: "Kotlin: a batch of one without a user",
        body: include_str!("../fixtures/kotlin_batch.json"),
        shape: RequestShape::Batch,
        events: &[("track", true, "", "2026-11-23T12:59:59.000Z")],
    },
    Recorded {
        sdk: "Python: null ids, microseconds, its own timestamp",
        body: include_str!("../fixtures/python_batch.json"),
        shape: RequestShape::Batch,
        events: &[
            ("identify", true, "u-42", "2026-11-23T12:07:18.658Z"),
            ("track", true, "u-42", "2026-11-23T12:07:18.659Z"),
            ("track", true, "u-42", "2026-11-23T12:07:18.659Z"),
        ],
    },
    Recorded {
        sdk: "Rust: `type` twice, no message ids",
        body: include_str!("../fixtures/rust_batch.json"),
        shape: RequestShape::Batch,
        events: &[
            ("identify", false, "u-42", "2026-11-23T13:00:00.000Z"),
            ("track", false, "u-42", "2026-11-23T13:00:00.000Z"),
        ],
    },
    Recorded {
        sdk: "Rust: one event",
        body: include_str!("../fixtures/rust_identify.json"),
        shape: RequestShape::Single(EventKind::Identify),
        events: &[("identify", false, "u-42", "2026-11-23T13:00:00.000Z")],
    },
    Recorded {
        sdk: "Web: one event, by a route that knows better",
        body: include_str!("../fixtures/web_track.json"),
        shape: RequestShape::Single(EventKind::Page),
        events: &[("page", true, "u-42", "2026-11-23T12:59:59.998Z")],
    },
    Recorded {
        sdk: "Web: beacon",
        body: include_str!("../fixtures/web_beacon.json"),
        shape: RequestShape::Batch,
        events: &[
            ("identify", true, "u-42", "2026-11-23T12:59:59.990Z"),
            ("track", true, "u-42", "2026-11-23T12:59:59.994Z"),
            ("track", true, "u-42", "2026-11-23T12:59:59.996Z"),
        ],
    },
];

fn envelope(shape: RequestShape, index: u32) -> Envelope {
    Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Moment::parse(RECEIVED).expect("a date").unix_millis(),
        request_ip: Some("127.0.0.1".to_owned()),
        forced: match shape {
            RequestShape::Single(kind) => Some(kind),
            RequestShape::Batch => None,
        },
        request_id: [1; 16],
        index,
    }
}

#[test]
fn recorded_requests_are_read() {
    for Recorded { sdk, body, shape, events } in REQUESTS {
        let body = body.as_bytes();
        let found = scan(body, *shape).unwrap();
        assert_eq!((found.events as usize, found.good() as usize), (events.len(), events.len()), "{sdk}");
        for (text, index) in split(body, *shape).unwrap().iter().zip(0..) {
            assert_eq!(event_at(body, *shape, index).unwrap().as_ref(), Some(text), "{sdk}");
            let event = Event::read(text, &envelope(*shape, index)).unwrap();
            let (kind, own_message_id, user_id, timestamp) = events[index as usize];
            assert_eq!(event.kind.as_str(), kind, "{sdk} {index}");
            assert_eq!(!event.message_id_generated, own_message_id, "{sdk} {index}");
            assert_eq!(event.user_id, user_id, "{sdk} {index}");
            assert_eq!(event.times.timestamp.rfc3339(), timestamp, "{sdk} {index}");
            assert_eq!(event.enriched()["type"], kind, "{sdk} {index}");
        }
    }
}

#[test]
fn events_without_ids_get_different_ones_that_stay() {
    let body = include_bytes!("../fixtures/rust_batch.json");
    let ids = || -> Vec<String> {
        let events = split(body, RequestShape::Batch).unwrap();
        let read = |(text, index): (&_, u32)| {
            Event::read(text, &envelope(RequestShape::Batch, index)).unwrap().message_id
        };
        events.iter().map(AsRef::as_ref).zip(0..).map(read).collect()
    };
    let first = ids();
    assert_eq!(first, ids());
    assert_ne!(first[0], first[1]);
}
