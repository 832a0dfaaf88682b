use super::*;
use event::Millis;
use journal::SavedCalls;
use std::fmt::Write;
use std::sync::Mutex;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A log that stores its lines, or panics.
#[derive(Clone, Default)]
struct Sink {
    lines: Arc<Mutex<Vec<String>>>,
    fails: bool,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Sink {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        assert!(!self.fails, "the log cannot be written");
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn glance(state: DestinationState, trouble: Option<(&'static str, u32)>) -> Glance {
    Glance {
        state,
        trouble: trouble.map(|(code, tries)| Trouble {
            code,
            since: Millis(0),
            tries,
            last_words: format!("it said {code}"),
            next_try: None,
        }),
        calls: 0,
        calls_saved: SavedCalls::default(),
        in_flight: 0,
        lanes: 0,
        unfinished: 0,
        budget: None,
        allowance: None,
    }
}

/// The time, and the state with its code and tries.
type Shown = (u64, DestinationState, Option<(&'static str, u32)>);

fn told(glances: &[Shown]) -> Vec<String> {
    let sink = Sink::default();
    let mut news = News::new("inmoment".into());
    // A second dispatcher keeps tracing from caching a log line's interest as another test's thread first saw it.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    tracing::subscriber::with_default(sink.clone(), || {
        for (mono, state, trouble) in glances {
            news.tell(&glance(*state, *trouble), Now { wall: Millis(0), mono: *mono });
        }
    });
    std::mem::take(&mut *sink.lines.lock().unwrap())
}

#[test]
fn a_trouble_is_told_when_it_begins_when_its_cause_changes_and_when_it_is_over() {
    let lines = told(&[
        (0, DestinationState::Running, None),
        (1_000, DestinationState::Failing, Some(("connection", 3))),
        (2_000, DestinationState::Failing, Some(("connection", 4))),
        (3_000, DestinationState::Failing, Some(("server_error", 5))),
        (4_000, DestinationState::Failing, Some(("server_error", 9))),
        (62_000, DestinationState::Running, None),
        (63_000, DestinationState::Running, None),
    ]);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let has = |line: usize, parts: &[&str]| {
        for part in parts {
            assert!(lines[line].contains(part), "{part} is not in {:?}", lines[line]);
        }
    };
    has(0, &["WARN", "inmoment", "failing", "code=\"connection\"", "tries=3", "it said connection"]);
    has(1, &["WARN", "the cause has changed", "server_error", "tries=5"]);
    has(2, &["INFO", "goes on", "running", "server_error", "tries=9", "lasted_secs=61.0"]);
}

#[test]
fn another_state_is_another_line_and_what_a_person_must_mend_is_an_error() {
    let lines = told(&[
        (0, DestinationState::Broken, Some(("not_recorded", 1))),
        (1, DestinationState::Paused, Some(("paused", 0))),
        (2, DestinationState::Shadow, None),
    ]);
    let levels: Vec<&str> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(levels, ["ERROR", "INFO", "INFO"], "{lines:#?}");
    assert!(told(&[(0, DestinationState::Running, None)]).is_empty());
    assert_eq!(told(&[(0, DestinationState::Shadow, None), (1, DestinationState::Running, None)]).len(), 2);
}

#[test]
fn a_log_that_fails_disturbs_nobody() {
    let sink = Sink { fails: true, ..Sink::default() };
    let mut news = News::new("inmoment".into());
    // A second dispatcher keeps tracing from caching a log line's interest as another test's thread first saw it.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    tracing::subscriber::with_default(sink, || {
        for state in [DestinationState::Shadow, DestinationState::Running] {
            news.tell(&glance(state, None), Now { wall: Millis(0), mono: 0 });
            news.tell(
                &glance(DestinationState::Failing, Some(("timeout", 3))),
                Now { wall: Millis(0), mono: 0 },
            );
        }
    });
}
