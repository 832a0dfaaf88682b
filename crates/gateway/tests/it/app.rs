//! A gateway on a free port, with a journal in memory and a clock that tests set.

use crate::wire::{Reply, Wire};
use event::{Millis, SourceKind};
use gateway::{Counters, Gateway, GatewaySettings, RateLimit, SourceSettings, WriteKeyUntil, serve};
use journal::{DeliveryStore, DestinationId, Intake, MemoryJournal, ReadLimit, StoredRequest};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const START: i64 = 1_700_000_000_000;

/// Authorization headers of the sources that every app has.
pub(crate) const SITE: &str = "Authorization: Basic d2tfc2l0ZTo=\r\n";
pub(crate) const OFF: &str = "Authorization: Basic d2tfb2ZmOg==\r\n";
pub(crate) const LIMITED: &str = "Authorization: Basic d2tfbGltaXRlZDo=\r\n";
pub(crate) const UNKNOWN: &str = "Authorization: Basic d2tfdW5rbm93bjo=\r\n";

/// The write keys in the recordings of the official SDKs.
const RECORDED: [&str; 8] =
    ["wk_rust_1", "wk_node_1", "wk_kt_1", "wk_web_1", "wk_py", "wk_go_1", "wk_sw_1", "wk"];

pub(crate) struct App {
    pub(crate) address: SocketAddr,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) counters: Arc<Counters>,
    now: Arc<AtomicI64>,
    truth: Arc<AtomicI64>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) destination: DestinationId,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

pub(crate) struct Store {
    pub(crate) memory: Arc<MemoryJournal>,
    /// the journal of the gateway: the same one, or a wrapper of it
    pub(crate) front: Arc<dyn Intake>,
    /// the time that truly passes, independent of the wall clock
    pub(crate) truth: Arc<AtomicI64>,
}

impl Store {
    pub(crate) fn plain() -> Self {
        let truth = Arc::new(AtomicI64::new(START));
        let passed = Arc::clone(&truth);
        let age = move |stamp: Millis| u64::try_from(passed.load(Ordering::Relaxed) - stamp.0).ok();
        let memory = MemoryJournal::new().with_ages(move |stamp| age(stamp).map(Duration::from_millis));
        let memory = Arc::new(memory);
        Store { front: Arc::clone(&memory) as Arc<dyn Intake>, memory, truth }
    }
}

impl App {
    pub(crate) async fn start() -> App {
        App::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut GatewaySettings)) -> App {
        App::on(Store::plain(), change).await
    }

    pub(crate) async fn on(store: Store, change: impl FnOnce(&mut GatewaySettings)) -> App {
        let destination = store.memory.destination("inmoment").unwrap();
        let mut settings = GatewaySettings::new(sources(&store.memory, destination));
        change(&mut settings);
        let now = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&now);
        let clock = Arc::new(move || Millis(clock.load(Ordering::Relaxed)));
        let gateway = Gateway::new(settings, store.front, clock).unwrap();
        let counters = gateway.counters();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, Arc::clone(&gateway), async {
            let _ = stopped.await;
        }));
        App {
            address,
            journal: store.memory,
            counters,
            now,
            truth: store.truth,
            gateway,
            destination,
            stop,
            served,
        }
    }

    pub(crate) fn advance(&self, by: Duration) {
        for clock in [&self.now, &self.truth] {
            clock.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
        }
    }

    /// Sets the wall clock apart from the time that passes.
    pub(crate) fn set_clock(&self, by: i64) {
        self.now.fetch_add(by, Ordering::Relaxed);
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire::to(self.address).await
    }

    /// One request on a connection of its own.
    pub(crate) async fn send(&self, request: impl AsRef<[u8]>) -> Reply {
        let mut wire = self.connect().await;
        wire.send(request).await;
        wire.reply().await
    }

    /// A POST of the site's with this body.
    pub(crate) async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Reply {
        self.send(post(path, SITE, body)).await
    }

    /// An enabled source with this key, to replace others.
    pub(crate) fn source(&self, name: &str, key: &str) -> SourceSettings {
        source(&self.journal, self.destination, name, key)
    }

    /// Every request stored.
    pub(crate) fn stored(&self) -> Vec<StoredRequest> {
        self.stored_for(self.destination)
    }

    /// Every request stored for a destination.
    pub(crate) fn stored_for(&self, destination: DestinationId) -> Vec<StoredRequest> {
        let limit = ReadLimit { events: usize::MAX, bytes: usize::MAX };
        self.journal.read(destination, 0, limit).unwrap().requests
    }

    /// The one request stored.
    pub(crate) fn only_stored(&self) -> StoredRequest {
        let mut stored = self.stored();
        assert_eq!(stored.len(), 1, "requests stored");
        stored.remove(0)
    }

    /// Begins to stop; the handle ends when the gateway has.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.served
    }
}

fn sources(journal: &MemoryJournal, destination: DestinationId) -> Vec<SourceSettings> {
    let mut sources = vec![
        source(journal, destination, "site", "wk_site"),
        source(journal, destination, "off", "wk_off"),
        source(journal, destination, "limited", "wk_limited"),
    ];
    sources[1].enabled = false;
    let ten = NonZeroU32::new(10).unwrap();
    sources[2].rate_limit = Some(RateLimit { events: ten, per: Duration::from_secs(60) });
    let recorded = RECORDED.iter().enumerate();
    sources
        .extend(recorded.map(|(place, key)| source(journal, destination, &format!("recorded {place}"), key)));
    sources
}

fn source(journal: &MemoryJournal, destination: DestinationId, name: &str, key: &str) -> SourceSettings {
    SourceSettings {
        id: journal.source(name, SourceKind::Web).unwrap(),
        name: name.to_owned(),
        kind: SourceKind::Web,
        write_keys: vec![WriteKeyUntil::current(key)],
        enabled: true,
        rate_limit: None,
        disk: None,
        destinations: Arc::new([destination]),
    }
}

/// A POST with these header lines and a body of known length.
pub(crate) fn post(path: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A request without a body.
pub(crate) fn bodiless(method: &str, target: &str, headers: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")
}
