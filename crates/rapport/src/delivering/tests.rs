use super::*;
use bytes::Bytes;
use delivery::{DestinationState, Mode, Now, SystemClock};
use event::{RequestShape, SourceKind};
use inmoment::{Call, Called};
use journal::{Fates, Intake, MemoryJournal, NewRequest};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

const NAME: &str = "inmoment";

/// Panics at the n-th request for the time; never for 0.
#[derive(Default)]
struct Odd {
    sound: SystemClock,
    countdown: AtomicU32,
}

impl Clock for Odd {
    fn now(&self) -> Now {
        let left =
            self.countdown.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        assert!(left != Ok(1), "the clock is odd");
        self.sound.now()
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.sound.sleep_until(mono)
    }
}

/// A destination in shadow mode makes no calls.
struct Nobody;

impl CallClient for Nobody {
    fn call<'a>(&'a self, _: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(std::future::pending())
    }
}

struct World {
    supervisor: Supervisor,
    journal: Arc<MemoryJournal>,
    clock: Arc<Odd>,
    delivering: Delivering,
}

impl World {
    /// The clock panics when the driver starts, if `odd`.
    fn begin(odd: bool) -> World {
        let supervisor = Supervisor::new();
        let journal = Arc::new(MemoryJournal::new());
        let clock = Arc::new(Odd::default());
        // The first look is the part's own, the second the driver's.
        clock.countdown.store(if odd { 2 } else { 0 }, Ordering::Relaxed);
        let id = journal.destination(NAME).unwrap();
        let settings = DestinationSettings { mode: Mode::Shadow, ..DestinationSettings::new(NAME, id) };
        let (delivering, error) =
            Delivering::begin(&supervisor, settings, journal.clone(), Arc::new(Nobody), clock.clone(), None);
        assert_eq!(error, None);
        World { supervisor, journal, clock, delivering }
    }

    async fn append(&self) {
        let request = NewRequest {
            source: self.journal.source("website", SourceKind::Web).unwrap(),
            shape: RequestShape::Batch,
            request_id: [1; 16],
            received_at: self.clock.sound.now().wall,
            request_ip: None,
            events: 1,
            rejected: Vec::new(),
            destinations: [self.journal.destination(NAME).unwrap()].into(),
            body: Bytes::from_static(
                b"{\"batch\":[{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"email\":\"u@example.com\"}}]}",
            ),
        };
        self.journal.append(request).await.unwrap();
    }

    fn state(&self) -> DestinationState {
        self.delivering.handle().snapshot().state
    }

    /// Waits until it is in this state.
    async fn is(&self, state: DestinationState) {
        while self.state() != state {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn settled(&self) {
        while self
            .journal
            .ledger()
            .unwrap()
            .destinations
            .get(NAME)
            .is_none_or(|totals| totals.skipped_total() == 0)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn shows_its_trouble(&self) {
        let trouble = self.delivering.handle().snapshot().trouble.unwrap();
        assert_eq!((trouble.code, trouble.tries), ("delivery_broken", 1));
        let report = self.supervisor.snapshot().remove(0);
        assert_eq!((&*report.name, report.state), ("delivery to inmoment", supervise::PartState::Restarting));
        assert_eq!(report.last_words, Some(format!("it failed: {}", trouble.last_words)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_panics_is_shown_as_broken_and_goes_on_where_it_stopped() {
    let world = World::begin(false);
    world.is(DestinationState::Shadow).await;
    world.clock.countdown.store(1, Ordering::Relaxed);
    world.append().await;
    world.is(DestinationState::Broken).await;
    world.shows_its_trouble();
    world.settled().await;
    assert_eq!(world.state(), DestinationState::Shadow);
    assert_eq!(world.supervisor.restarts()["delivery to inmoment"], 1);
    world.delivering.stop().await;
    assert!(world.supervisor.snapshot().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_panics_at_its_beginning_begins_again() {
    let world = World::begin(true);
    assert_eq!(world.state(), DestinationState::Broken);
    tokio::task::yield_now().await;
    while !world.supervisor.snapshot()[0].is_trouble() {
        tokio::task::yield_now().await;
    }
    world.shows_its_trouble();
    world.append().await;
    world.settled().await;
    assert_eq!(world.state(), DestinationState::Shadow);
    world.delivering.abandon().await;
    world.delivering.handle().ended().await;
}
