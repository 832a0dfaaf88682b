//! A console with two destinations; InMoment is a caller that the test scripts.

use crate::running::Running;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use console::{Base, Directory, Ingress, Observations, Reach, Settings, SourceIngress};
use delivery::CallClient;
use event::{Clock, Millis, RequestShape, SourceKind};
use http_body_util::BodyExt;
use identity::{SessionLimits, SetupToken};
use inmoment::{Call, CallError, Called, Exchange, Executed, FailureClass, HttpReply, RateHeaders};
use journal::{
    Archive, DeliveryStore, DestinationId, DocumentChange, Elapsed, Intake, JournalError, MemoryJournal,
    NewAudit, NewRequest, Options, SourceId, SqliteJournal, Uptime,
};
use registry::{AddressPolicy, DeliverySettings, Destination, Source, Vault, VaultKey};
use secrecy::SecretString;
use serde_json::Value;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) const TOKEN: &str = "planted-admin-token";

/// Refuses every event for good, or, while the gate is closed, answers nothing at all.
pub(crate) struct Rejecting(pub(crate) watch::Receiver<bool>);

impl CallClient for Rejecting {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async {
            let mut open = self.0.clone();
            // The test ended: nobody waits for the answer.
            let _ = open.wait_for(|open| *open).await;
            let outcome = Err(CallError {
                class: FailureClass::Reject,
                executed: Executed::No,
                status: Some(422),
                code: "rejected",
                message: "InMoment refuses it".to_owned(),
                rate: RateHeaders::default(),
            });
            let reply = HttpReply { status: 422, headers: Vec::new(), body: Vec::new() };
            let exchange = Exchange::new(&call.request(), Some(&reply), &[], 0, Duration::ZERO);
            Called { outcome, exchange }
        })
    }
}

pub(crate) struct Harness {
    pub(crate) journal: Arc<MemoryJournal>,
    /// people, sessions, tokens and the audit; in the folder
    pub(crate) archive: Arc<SqliteJournal>,
    folder: TempDir,
    /// for a journal that stands in while the other is closed
    spare: TempDir,
    pub(crate) setup: SetupToken,
    pub(crate) settings: Settings,
    /// what time it is, in milliseconds
    pub(crate) now: Arc<AtomicI64>,
    /// how far the wall clock was set from it
    stepped: Arc<AtomicI64>,
    uptime: Uptime,
    pub(crate) router: Router,
    pub(crate) closing: watch::Sender<bool>,
    /// InMoment answers while it is true
    pub(crate) gate: watch::Sender<bool>,
    source: SourceId,
    destinations: Arc<[DestinationId]>,
    /// events stored so far
    stored: AtomicUsize,
    /// where the audit entries of orders to the journal go: into the archive of now
    audit: Arc<Mutex<Weak<SqliteJournal>>>,
    pub(crate) running: Arc<Running>,
    /// percent of the disk
    pub(crate) free: Arc<AtomicU32>,
}

/// The configuration file's: a source and two destinations. The key that seals secrets is always the same.
fn directory(archive: Arc<SqliteJournal>, rules: &[mapping::SkipRule]) -> Arc<Directory> {
    let key = VaultKey::parse(&SecretString::from("07".repeat(32))).unwrap();
    let source = Source {
        name: "website".to_owned(),
        kind: SourceKind::Web,
        write_key: SecretString::from("planted-write-key"),
        old_keys: Vec::new(),
        enabled: true,
        rate_limit: None,
        disk: None,
    };
    let destination = |name: &str| Destination {
        name: name.to_owned(),
        mode: delivery::Mode::Live,
        username: SecretString::from("ada@example.com"),
        password: SecretString::from("planted-file-password"),
        account_token: SecretString::from("NPS-EU-planted-file-0001"),
        region: None,
        base_url: None,
        addresses: None,
        sources: vec!["website".to_owned()],
        consent: mapping::ConsentSettings::new(),
        rules: rules.to_vec(),
        delivery: DeliverySettings::default(),
    };
    let base = Base {
        sources: vec![source],
        destinations: vec![destination("one"), destination("two")],
        delivery: DeliverySettings::default(),
        addresses: AddressPolicy::default(),
    };
    Arc::new(Directory::load(archive, Vault::new(key, Vec::new()), base).unwrap())
}

fn observations(free: Arc<AtomicU32>) -> Observations {
    Observations {
        configuration: Arc::new(console::InForce::new(console::Configuration {
            applied_at: Some(Millis(1_795_000_000_000)),
            ..console::Configuration::default()
        })),
        backups: Arc::new(console::InForce::new(console::Backups {
            last_at: Some(Millis(1_795_000_000_000)),
            ..console::Backups::default()
        })),
        ingress: Arc::new(ingress),
        doors: Arc::new(|| vec![(port::Door::new("admin", port::Limits::new(9)).snapshot(), None)]),
        certificates: Arc::new(Vec::new),
        process: Arc::new(console::Process::default),
        transformer: None,
        free_disk_percent: Arc::new(move || Some(f64::from(free.load(Ordering::Relaxed)))),
        unready: Arc::new(Vec::new),
        log_lines_lost: Arc::new(|| 0),
        version: "1.2.3",
    }
}

impl Harness {
    pub(crate) fn new() -> Harness {
        Harness::reached(Reach::default())
    }

    /// The configuration file's destinations have this rule.
    pub(crate) fn with_rule_in_the_file(name: &str, event: &str) -> Harness {
        let scope = mapping::SkipScope { event: Some(event.to_owned()), source: None };
        Harness::made(Reach::default(), &[mapping::SkipRule { name: name.to_owned(), scope }])
    }

    pub(crate) fn reached(reach: Reach) -> Harness {
        Harness::made(reach, &[])
    }

    fn made(reach: Reach, rules: &[mapping::SkipRule]) -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(1_795_000_000_000));
        let stepped = Arc::new(AtomicI64::default());
        let clock: Clock = {
            let (now, stepped) = (now.clone(), stepped.clone());
            Arc::new(move || Millis(now.load(Ordering::Relaxed) + stepped.load(Ordering::Relaxed)))
        };
        let uptime: Uptime = {
            let now = now.clone();
            Arc::new(move || Elapsed { run: "test".to_owned(), millis: now.load(Ordering::Relaxed) })
        };
        let archive = Arc::new(opened(folder.path(), clock.clone(), uptime.clone(), None));
        let audit = Arc::new(Mutex::new(Arc::downgrade(&archive)));
        let journal = Arc::new(MemoryJournal::new().with_audit({
            let audit = audit.clone();
            move |entry| {
                let archive: Arc<SqliteJournal> = audit.lock().unwrap().upgrade().unwrap();
                archive.write_documents(vec![DocumentChange::Audit(entry.clone())]).wait()
            }
        }));
        let source = journal.source("website", SourceKind::Web).unwrap();
        let (gate, open) = watch::channel(true);
        let names = ["one", "two"];
        let ids = names.map(|name| journal.destination(name).unwrap());
        let running = Arc::new(Running::new(journal.clone(), Arc::new(Rejecting(open))));
        running.start(&names.map(str::to_owned));
        let (closing, receiver) = watch::channel(false);
        let setup = SetupToken::random();
        let free = Arc::new(AtomicU32::new(50));
        let settings = Settings {
            supervisor: supervise::Supervisor::new(),
            journal: journal.clone(),
            archive: archive.clone(),
            clock,
            directory: directory(archive.clone(), rules),
            operations: running.clone(),
            admission: Arc::new(console::InForce::new(identity::Admission {
                token: SecretString::from(TOKEN),
                sessions: SessionLimits::default(),
            })),
            setup: setup.clone(),
            reach,
            alerts_every: Duration::from_millis(5),
            observations: observations(free.clone()),
        };
        let router = console::router(settings.clone(), receiver);
        Harness {
            journal,
            archive,
            folder,
            spare: tempfile::tempdir().unwrap(),
            setup,
            settings,
            now,
            stepped,
            uptime,
            router,
            closing,
            gate,
            source,
            stored: AtomicUsize::new(0),
            destinations: ids.into(),
            audit,
            running,
            free,
        }
    }

    /// The same data folder with a server that was started anew. No client of before may be left.
    pub(crate) fn restart(self) -> Harness {
        self.restart_with(None)
    }

    /// The same with a disk that has no room for more.
    pub(crate) async fn restart_without_room(self) -> Harness {
        // Fewer pages than it has already: it cannot grow.
        let harness = self.restart_with(Some(1));
        harness.journal.fail_writes(Some(JournalError::Full));
        // First large entries, then ones that fit into what these left.
        for size in [1_000, 0] {
            let (who, action, subject) = (String::new(), String::new(), "x".repeat(size));
            let entry = NewAudit { who, action, subject, detail: String::new(), address: None };
            let mut written = 0;
            while harness.archive.write_documents(vec![DocumentChange::Audit(entry.clone())]).await.is_ok() {
                written += 1;
                assert!(written < 10_000, "the disk does not fill up");
            }
        }
        harness
    }

    fn restart_with(mut self, pages: Option<u32>) -> Harness {
        let clock = self.settings.clock.clone();
        let Harness { settings, router, archive, .. } = self;
        let mut later = Settings { setup: SetupToken::random(), ..settings };
        let spare = Arc::new(opened(self.spare.path(), clock.clone(), self.uptime.clone(), None));
        later.directory = directory(spare.clone(), &[]);
        drop((router, std::mem::replace(&mut later.archive, spare)));
        drop(Arc::into_inner(archive).expect("nobody else has the folder open"));
        self.archive = Arc::new(opened(self.folder.path(), clock, self.uptime.clone(), pages));
        *self.audit.lock().unwrap() = Arc::downgrade(&self.archive);
        later.archive = self.archive.clone();
        later.directory = directory(self.archive.clone(), &[]);
        let (closing, receiver) = watch::channel(false);
        self.setup = later.setup.clone();
        self.router = console::router(later.clone(), receiver);
        (self.settings, self.closing) = (later, closing);
        self
    }

    /// Waits until what was written unasked is there to be read.
    pub(crate) async fn written(&self) {
        let nothing = DocumentChange::Remove { kind: "none".to_owned(), key: "none".to_owned() };
        self.archive.write_documents(vec![nothing]).await.unwrap();
    }

    /// Key and text of the documents of a kind.
    pub(crate) fn documents(&self, kind: &str) -> Vec<(String, String)> {
        let documents = self.archive.documents(kind).unwrap();
        documents.into_iter().map(|document| (document.key, document.record)).collect()
    }

    /// Where people's settings lie on the disk.
    pub(crate) fn journal_file(&self) -> std::path::PathBuf {
        self.folder.path().join("journal.sqlite3-wal")
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Sets the wall clock: so many seconds ahead of the time that truly is, or behind it.
    pub(crate) fn set_clock(&self, seconds: i64) {
        self.stepped.store(seconds * 1_000, Ordering::Relaxed);
    }

    /// Stores events for both destinations.
    pub(crate) async fn store(&self, events: &[&str]) {
        self.store_at(self.destinations.clone(), events).await;
    }

    /// Stores identifies for one destination alone.
    pub(crate) async fn store_for(&self, destination: &str, count: usize) {
        let id = self.journal.destination(destination).unwrap();
        let first = self.stored.fetch_add(count, Ordering::Relaxed);
        let event = |number: usize| {
            format!(
                r#"{{"type":"identify","messageId":"m{number}","userId":"u","traits":{{"email":"u@example.com"}}}}"#
            )
        };
        let events: Vec<String> = (first..first + count).map(event).collect();
        self.store_at([id].into(), &events.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    async fn store_at(&self, destinations: Arc<[DestinationId]>, events: &[&str]) {
        let request = NewRequest {
            source: self.source,
            shape: RequestShape::Batch,
            request_id: [1; 16],
            received_at: Millis(1_642_685_961_032),
            request_ip: None,
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations,
            body: Bytes::from(format!("{{\"batch\":[{}]}}", events.join(","))),
        };
        self.journal.append(request).await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, Body::empty(), Some(&format!("Bearer {TOKEN}"))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> (u16, Value) {
        self.ask("POST", path, Body::from(body.to_owned()), Some(&format!("Bearer {TOKEN}"))).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Body, auth: Option<&str>) -> (u16, Value) {
        let (status, text) = self.text(method, path, body, auth).await;
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path} answers {text:?}")))
    }

    pub(crate) async fn text(
        &self,
        method: &str,
        path: &str,
        body: Body,
        auth: Option<&str>,
    ) -> (u16, String) {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        if let Some(auth) = auth {
            request = request.header("authorization", auth);
        }
        let reply = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = reply.status().as_u16();
        let bytes = reply.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// The status once nothing is pending.
    pub(crate) async fn settled(&self) -> Value {
        let (status, body) = self.get("/api/v1/status?wait=settled&timeout_ms=20000").await;
        assert_eq!((status, &body["settled"]), (200, &Value::Bool(true)), "{body}");
        body
    }
}

fn opened(folder: &Path, clock: Clock, uptime: Uptime, max_pages: Option<u32>) -> SqliteJournal {
    SqliteJournal::open(folder, Options { max_pages, uptime, ..Options::new(clock) }).unwrap()
}

fn ingress() -> Ingress {
    let source =
        SourceIngress { name: "website".to_owned(), requests: vec![(200, 4)], ..SourceIngress::default() };
    Ingress { sources: vec![source], ..Ingress::default() }
}
