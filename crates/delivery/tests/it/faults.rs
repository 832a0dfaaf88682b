//! Each part that a delivery uses fails or panics at its n-th use, for every n of a short history. Afterwards the
//! delivery goes on, or starts again from its journal as in a server; nothing is lost and nothing is done twice.

use crate::events::{answer, identify, page};
use crate::faulty::{Fault, Faulty};
use crate::world::{InMoment, Panics, START, World, by};
use bytes::Bytes;
use delivery::{CallClient, DestinationSettings, DestinationState, Handle};
use event::{Millis, RequestShape, SourceKind};
use journal::{DeadLetterFilter, DeliveryStore, Fates, Intake, MemoryJournal, NewRequest, Rejected};
use serde_json::{Value, json};
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A delivery that starts again after a failure, as in a server.
#[derive(Clone)]
struct Kept {
    handle: Arc<Mutex<Option<Handle>>>,
    begun: Arc<AtomicU32>,
    keeper: Arc<Keeper>,
}

/// The task that begins it again. It ends with the last [`Kept`], and no sooner.
struct Keeper(tokio::task::JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Kept {
    fn begin(
        settings: DestinationSettings,
        journal: Arc<dyn DeliveryStore>,
        caller: Arc<dyn CallClient>,
        clock: Arc<dyn delivery::Clock>,
    ) -> Kept {
        let (handle, begun) = (Arc::default(), Arc::default());
        let (now, times): (Arc<Mutex<Option<Handle>>>, Arc<AtomicU32>) =
            (Arc::clone(&handle), Arc::clone(&begun));
        let keeper = tokio::spawn(async move {
            loop {
                let start =
                    || delivery::start(settings.clone(), journal.clone(), caller.clone(), clock.clone());
                if let Ok(Ok(handle)) = supervise::catch(start) {
                    times.fetch_add(1, Ordering::Relaxed);
                    *now.lock().unwrap() = Some(handle.clone());
                    handle.ended().await;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        Kept { handle, begun, keeper: Arc::new(Keeper(keeper)) }
    }

    fn now(&self) -> Option<Handle> {
        self.handle.lock().unwrap().clone()
    }

    /// Repeats an order until it was carried out.
    async fn order(&self, pause: bool) {
        loop {
            assert!(!self.keeper.0.is_finished(), "nobody begins the delivery again");
            if let Some(handle) = self.now() {
                let done = if pause { handle.pause(by()).await } else { handle.resume(by()).await };
                if done.is_ok() {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// The result of the history.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    delivered: u64,
    skipped: u64,
    letters: Vec<String>,
    end_users: usize,
    answers: usize,
    writes: usize,
}

const ALL_SOUND: (u64, u64, usize, usize) = (6, 1, 2, 4);

impl Left {
    fn is_right(&self, what: &dyn Debug) {
        let (delivered, skipped, end_users, answers) = ALL_SOUND;
        assert_eq!(
            (self.delivered, self.skipped, self.end_users, self.answers),
            (delivered, skipped, end_users, answers),
            "{what:?}: {self:?}"
        );
        assert_eq!(self.letters, ["event_not_an_object"], "{what:?}");
        assert_eq!(self.writes, 6, "{what:?}: two end users are made and four answers given, each once");
    }
}

/// Two end users identify and answer, with a bad event and one for no destination among them; then the destination is
/// paused and resumed, and both answer again.
async fn history(
    journal: &MemoryJournal,
    id: journal::DestinationId,
    inmoment: &InMoment,
    kept: &Kept,
) -> Left {
    let first = [
        identify("u1", json!({"plan": "pro"})),
        json!(7),
        answer("u1", "first of u1"),
        page("u1"),
        identify("u2", json!({})),
        answer("u2", "first of u2"),
    ];
    send(journal, id, 1, &first).await;
    settled(journal).await;
    kept.order(true).await;
    send(journal, id, 2, &[answer("u1", "second of u1"), answer("u2", "second of u2")]).await;
    kept.order(false).await;
    settled(journal).await;
    let totals = journal.ledger().unwrap().destinations["inmoment"].clone();
    assert_eq!(totals.imbalance(), 0);
    let letters = journal.dead_letters(&DeadLetterFilter::default(), 100).unwrap().items;
    let state = inmoment.state();
    let count = |what: &str| state[what].as_array().map_or(0, Vec::len);
    Left {
        delivered: totals.delivered,
        skipped: totals.skipped_total(),
        letters: letters.into_iter().map(|letter| letter.code).collect(),
        end_users: count("end_users"),
        answers: count("responses"),
        writes: inmoment.writes().len(),
    }
}

async fn send(journal: &MemoryJournal, id: journal::DestinationId, number: u8, events: &[Value]) {
    let numbers = events.iter().enumerate().filter(|(_, event)| event.is_number());
    let rejected = numbers
        .map(|(nth, _)| Rejected { index: u32::try_from(nth).unwrap(), code: "event_not_an_object".into() });
    let request = NewRequest {
        source: journal.source("website", SourceKind::Web).unwrap(),
        shape: RequestShape::Batch,
        request_id: [number; 16],
        received_at: Millis(START),
        request_ip: Some("192.0.2.7".into()),
        events: u32::try_from(events.len()).unwrap(),
        rejected: rejected.collect(),
        destinations: [id].into(),
        body: Bytes::from(json!({ "batch": events }).to_string()),
    };
    journal.append(request).await.unwrap();
}

async fn settled(journal: &MemoryJournal) {
    let settle = async {
        while journal.ledger().unwrap().destinations["inmoment"].pending > 0 {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(86_400), settle).await.expect("never settled");
}

/// Plays the history with this journal's faults; false if it used the journal less often.
async fn with_journal(fault: Fault, nth: u32) -> bool {
    let world = World::new();
    world.inmoment.two_a_day();
    world.handle.shutdown().await;
    let faulty = Arc::new(Faulty::new(world.journal.clone(), fault, nth));
    let (settings, id) = (world.settings.clone(), world.settings.id);
    let kept = Kept::begin(settings, faulty.clone(), world.inmoment.clone(), world.clock.clone());
    let left = history(&world.journal, id, &world.inmoment, &kept).await;
    left.is_right(&(fault, nth));
    // The delivery notices the failure, and a new one is started.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let state = kept.now().unwrap().snapshot().state;
    assert_eq!(state, DestinationState::Running, "{fault:?} {nth}");
    faulty.happened()
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_at_its_nth_use_loses_nothing() {
    for fault in Fault::ALL {
        let mut nth = 1;
        while with_journal(fault, nth).await {
            nth += 1;
            assert!(nth < 300, "the history does not end");
        }
        assert!(nth > 10, "{fault:?} came {nth} times only");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_or_panics_at_its_nth_use_is_made_once() {
    for panics in [Panics::Before, Panics::After] {
        for nth in 0..12 {
            let world = World::new();
            world.inmoment.two_a_day();
            world.handle.shutdown().await;
            let script: Vec<Panics> = (0..nth).map(|_| Panics::Never).chain([panics]).collect();
            world.inmoment.panic_next(&script);
            let (settings, id) = (world.settings.clone(), world.settings.id);
            let kept =
                Kept::begin(settings, world.journal.clone(), world.inmoment.clone(), world.clock.clone());
            history(&world.journal, id, &world.inmoment, &kept).await.is_right(&(panics, nth));
            assert_eq!(kept.begun.load(Ordering::Relaxed), 1, "a call's end is not the delivery's");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_tells_of_nothing_any_more_stops_no_timer() {
    let world = World::new();
    world.inmoment.two_a_day();
    world.handle.shutdown().await;
    world.inmoment.set_faults(
        r#"{"rules": [{"times": 4, "action": {"status": {"code": 500}}, "match": {"path_prefix": "/v1"}}]}"#,
    );
    send(&world.journal, world.settings.id, 1, &[identify("u1", json!({})), answer("u1", "x")]).await;
    let faulty = Arc::new(Faulty::new(world.journal.clone(), Fault::Fails, 0).told_of_nothing());
    let kept = Kept::begin(world.settings.clone(), faulty, world.inmoment.clone(), world.clock.clone());
    settled(&world.journal).await;
    assert_eq!(world.inmoment.writes().len(), 2);
    kept.order(true).await;
    assert_eq!(kept.begun.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_journal_without_an_answer_is_shown_and_so_is_that_it_is_over() {
    let world = World::new();
    world.inmoment.two_a_day();
    world.handle.shutdown().await;
    let faulty =
        Arc::new(Faulty::new(world.journal.clone(), Fault::Waits(Duration::from_secs(60)), 1).only_commits());
    let kept = Kept::begin(world.settings.clone(), faulty, world.inmoment.clone(), world.clock.clone());
    send(&world.journal, world.settings.id, 1, &[identify("u1", json!({}))]).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(kept.now().unwrap().snapshot().state, DestinationState::Running);
    tokio::time::sleep(Duration::from_secs(8)).await;
    let glance = kept.now().unwrap().snapshot();
    let trouble = glance.trouble.unwrap();
    assert_eq!((glance.state, trouble.code, trouble.tries), (DestinationState::Broken, "not_recorded", 0));
    settled(&world.journal).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(kept.now().unwrap().snapshot().state, DestinationState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_keeps_failing_is_shown_with_its_tries() {
    let mut world = World::new();
    world.send(&[identify("u1", json!({}))]).await;
    world.journal.fail_writes(Some(journal::JournalError::Full));
    tokio::time::sleep(Duration::from_secs(30)).await;
    let glance = world.handle.snapshot();
    let trouble = glance.trouble.unwrap();
    assert_eq!((glance.state, trouble.code), (DestinationState::Broken, "not_recorded"));
    assert!((25..=31).contains(&trouble.tries), "{}", trouble.tries);
    assert!(trouble.last_words.contains("disk that holds the journal is full"), "{}", trouble.last_words);
    assert!(trouble.next_try.is_some());
    let waiting = world.handle.waiting(journal::Position { request: 1, index: 0 }).await;
    assert_eq!(waiting.map(|waiting| waiting.code), Some("not_recorded"));
    world.journal.fail_writes(None);
    world.settle().await;
    assert_eq!(world.handle.snapshot().state, DestinationState::Running);
}

/// A log that panics at its n-th line.
struct Sink {
    left: Arc<AtomicU32>,
    lines: Arc<Mutex<Vec<String>>>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Sink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("delivery")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        assert_ne!(left, Ok(1), "the log cannot be written");
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The lines of the history during an outage, with a log that panics at this line.
async fn logged(nth: u32) -> Vec<String> {
    let sink = Sink { left: Arc::new(AtomicU32::new(nth)), lines: Arc::default() };
    let lines = sink.lines.clone();
    // A second dispatcher keeps tracing from caching a log line's interest as another test's thread first saw it.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _in_this_test = tracing::subscriber::set_default(sink);
    let world = World::new();
    world.inmoment.two_a_day();
    world.handle.shutdown().await;
    world.inmoment.set_faults(
        r#"{"rules": [{"times": 9, "action": {"status": {"code": 500}}, "match": {"path_prefix": "/v1"}}]}"#,
    );
    let (settings, id) = (world.settings.clone(), world.settings.id);
    let kept = Kept::begin(settings, world.journal.clone(), world.inmoment.clone(), world.clock.clone());
    history(&world.journal, id, &world.inmoment, &kept).await.is_right(&nth);
    assert_eq!(kept.begun.load(Ordering::Relaxed), 1, "the log is nobody's end");
    std::mem::take(&mut *lines.lock().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_log_that_panics_at_its_nth_line_disturbs_nobody() {
    let sound = logged(0).await;
    let of = |code: &str| sound.iter().filter(|line| line.contains(code)).count();
    assert_eq!(of("server_error"), 2, "one line when the outage begins, and one when it is over: {sound:#?}");
    assert_eq!(of("code=\"paused\""), 2, "and so for the pause: {sound:#?}");
    for nth in 1..=u32::try_from(sound.len()).unwrap() {
        assert_eq!(logged(nth).await.len(), sound.len());
    }
}
