//! A log for tests: the test gets the lines that its own thread logs.

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Event, Metadata, Subscriber};

struct Log<F>(F);

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Subscriber for Log<F> {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        (self.0)(event);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Passes each line to `line`, until the returned value is dropped.
///
/// The second dispatcher keeps tracing from caching the interest in a log line that another test's thread saw first.
pub(crate) fn listen(line: impl Fn(&Event<'_>) + Send + Sync + 'static) -> (Dispatch, DefaultGuard) {
    (Dispatch::new(NoSubscriber::new()), tracing::subscriber::set_default(Log(line)))
}

/// A line with its fields, as one text.
pub(crate) fn text(event: &Event<'_>) -> String {
    struct Text(String);
    impl Visit for Text {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            self.0 += &format!("{}={value:?} ", field.name());
        }
    }
    let mut text = Text(String::new());
    event.record(&mut text);
    text.0
}
