use bytes::Bytes;
use delivery::{CallClient, Clock, DestinationSettings, Handle, Now};
use event::{Millis, RequestShape, SourceKind};
use inmoment::{Call, CallError, Called, Exchange, Executed, FailureClass, HttpReply, RateHeaders};
use journal::{
    DeliveryStore, DestinationId, Fates, Intake, LedgerTotals, MemoryJournal, NewAudit, NewRequest, SourceId,
};
use sandbox::faults::{self, FaultScript};
use sandbox::{LimitScope, Options, Request, RequestEnd, Sandbox};
use serde_json::Value;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

pub(crate) const START: i64 = 1_700_000_000_000;

/// How long it takes to prove the credentials.
const PROOF: Duration = Duration::from_secs(25);

/// tokio's clock, which in these tests advances by itself when all tasks wait.
pub(crate) struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Now {
        let mono = u64::try_from(self.0.elapsed().as_millis()).unwrap();
        Now { wall: Millis(START + i64::try_from(mono).unwrap()), mono }
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep_until(self.0 + Duration::from_millis(mono)))
    }
}

/// InMoment in memory, each call 5 ms away.
pub(crate) struct InMoment {
    sandbox: Mutex<Sandbox>,
    clock: Arc<PausedClock>,
    under_way: AtomicUsize,
    /// Whether the next calls' tasks panic.
    panics: Mutex<VecDeque<Panics>>,
}

/// When a call's task panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Panics {
    Before,
    /// InMoment has carried the call out.
    After,
    Never,
}

/// Counts a call for as long as a task waits for it.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        UnderWay(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The panics that a test has announced are to come.
impl Drop for InMoment {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(*self.panics.lock().unwrap(), [], "no call came for these");
        }
    }
}

impl InMoment {
    fn send(
        &self,
        method: &str,
        target: &str,
        headers: Vec<(String, String)>,
        form: Option<String>,
    ) -> sandbox::Served {
        let now = self.clock.now().wall.0;
        let body = form.unwrap_or_default().into_bytes();
        let request = Request { method: method.into(), target: target.into(), headers, body };
        self.sandbox.lock().unwrap().serve(now, &request)
    }

    fn grant(&self) -> HttpReply {
        let account = sandbox::Account::demo();
        let target = format!("/oauth/token?account_token={}", account.account_token);
        let form =
            [("grant_type", "password"), ("username", &account.username), ("password", &account.password)]
                .map(|(key, value)| format!("{key}={}", value.replace('@', "%40")))
                .join("&");
        let headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
        let served = self.send("POST", &target, headers, Some(form));
        let RequestEnd::Reply(reply) = served.end else { panic!() };
        http_reply(reply)
    }

    fn token(&self) -> String {
        let grant: Value = serde_json::from_slice(&self.grant().body).unwrap();
        grant["access_token"].as_str().unwrap().to_owned()
    }

    /// The number of calls that a task waits for.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Makes the next calls' tasks panic, one after the other.
    pub(crate) fn panic_next(&self, script: &[Panics]) {
        self.panics.lock().unwrap().extend(script);
    }

    /// From now on it is an account in which two answers of a day are two, as new.
    pub(crate) fn two_a_day(&self) {
        let switches = sandbox::Switches { one_a_day: false, ..sandbox::Switches::default() };
        *self.sandbox.lock().unwrap() = Sandbox::new(Options { switches, ..Options::default() });
    }

    pub(crate) fn set_faults(&self, script: &str) {
        let script: FaultScript = faults::parse(script).unwrap();
        self.sandbox.lock().unwrap().set_faults(script);
    }

    pub(crate) fn state(&self) -> Value {
        self.sandbox.lock().unwrap().state(self.clock.now().wall.0, None)
    }

    pub(crate) fn set_limit(&self, calls_a_minute: u32) {
        self.sandbox.lock().unwrap().set_limit(Some(calls_a_minute), LimitScope::Account);
    }

    /// Calls answered with 429.
    pub(crate) fn refusals(&self) -> usize {
        let all = sandbox::LogFilter::default();
        self.sandbox.lock().unwrap().requests(&all).filter(|entry| entry.status == Some(429)).count()
    }

    /// Calls that count against the limit, in each minute of InMoment's clock from the first one on.
    pub(crate) fn calls_a_minute(&self) -> Vec<usize> {
        let sandbox = self.sandbox.lock().unwrap();
        let all = sandbox::LogFilter::default();
        let at: Vec<i64> = sandbox
            .requests(&all)
            .filter(|entry| !entry.path.contains("oauth"))
            .map(|entry| entry.at_ms.div_euclid(60_000))
            .collect();
        let (Some(first), Some(last)) = (at.iter().min(), at.iter().max()) else { return Vec::new() };
        (*first..=*last).map(|minute| at.iter().filter(|at| **at == minute).count()).collect()
    }

    /// Calls that changed something, in the order they were carried out: method and path.
    pub(crate) fn writes(&self) -> Vec<String> {
        let sandbox = self.sandbox.lock().unwrap();
        let all = sandbox::LogFilter::default();
        let writes = sandbox.requests(&all).filter(|entry| entry.executed && entry.method != "GET");
        writes
            .filter(|entry| !entry.path.contains("oauth"))
            .map(|entry| format!("{} {}", entry.method, entry.path))
            .collect()
    }
}

impl CallClient for InMoment {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async move {
            let _under_way = UnderWay::new(&self.under_way);
            let panics = self.panics.lock().unwrap().pop_front();
            assert_ne!(panics, Some(Panics::Before), "the test's script says so");
            let request = call.request();
            let headers = vec![
                ("authorization".into(), format!("Bearer {}", self.token())),
                ("content-type".into(), "application/x-www-form-urlencoded".into()),
            ];
            let started = self.clock.now();
            if *call == Call::Authenticate {
                tokio::time::sleep(PROOF).await;
                let reply = self.grant();
                let outcome = inmoment::decode(call, &reply, started.wall.0 / 1_000);
                return Called {
                    outcome,
                    exchange: Exchange::new(&request, None, &[], started.wall.0, PROOF),
                };
            }
            let served = self.send(request.method, &request.path, headers, request.form.clone());
            assert_ne!(panics, Some(Panics::After), "the test's script says so");
            let took = Duration::from_millis(5 + served.delay_ms);
            tokio::time::sleep(took).await;
            let reply = match served.end {
                RequestEnd::Reply(reply) => Some(http_reply(reply)),
                _ => None,
            };
            let outcome = match &reply {
                Some(reply) => inmoment::decode(call, reply, self.clock.now().wall.0 / 1_000),
                None => Err(lost()),
            };
            let exchange = Exchange::new(&request, reply.as_ref(), &[], started.wall.0, took);
            Called { outcome, exchange }
        })
    }
}

fn http_reply(reply: sandbox::Reply) -> HttpReply {
    let headers = reply.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    HttpReply { status: reply.status, headers: headers.collect(), body: reply.body }
}

fn lost() -> CallError {
    CallError {
        class: FailureClass::Wait,
        executed: Executed::Maybe,
        status: None,
        code: "connection",
        message: "the connection was reset".into(),
        rate: RateHeaders::default(),
    }
}

pub(crate) struct World {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) inmoment: Arc<InMoment>,
    pub(crate) clock: Arc<PausedClock>,
    pub(crate) handle: Handle,
    pub(crate) settings: DestinationSettings,
    source: SourceId,
    requests: u8,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(PausedClock(Instant::now()));
        let journal = Arc::new(MemoryJournal::new());
        let source = journal.source("website", SourceKind::Web).unwrap();
        let settings = DestinationSettings::new("inmoment", journal.destination("inmoment").unwrap());
        let sandbox = Mutex::new(Sandbox::new(Options::default()));
        let inmoment = Arc::new(InMoment {
            sandbox,
            clock: Arc::clone(&clock),
            under_way: AtomicUsize::new(0),
            panics: Mutex::default(),
        });
        let handle = start(&settings, &journal, &inmoment, &clock);
        World { journal, inmoment, clock, handle, settings, source, requests: 0 }
    }

    pub(crate) async fn restart(&mut self) {
        self.handle.shutdown().await;
        self.handle = start(&self.settings, &self.journal, &self.inmoment, &self.clock);
    }

    pub(crate) async fn send(&mut self, events: &[Value]) {
        self.requests += 1;
        let body = serde_json::json!({ "batch": events }).to_string();
        let destinations: Arc<[DestinationId]> = [self.settings.id].into();
        let request = NewRequest {
            source: self.source,
            shape: RequestShape::Batch,
            request_id: [self.requests; 16],
            received_at: self.clock.now().wall,
            request_ip: Some("192.0.2.7".into()),
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations,
            body: Bytes::from(body),
        };
        self.journal.append(request).await.unwrap();
    }

    pub(crate) fn ledger(&self) -> LedgerTotals {
        self.journal.ledger().unwrap().destinations["inmoment"].clone()
    }

    /// Waits, in paused time, until no event is pending.
    pub(crate) async fn settle(&self) {
        let mut glances = self.handle.watch();
        let settled = async {
            while self.ledger().pending > 0 {
                // An event that is skipped at intake changes no glance.
                let _ = tokio::time::timeout(Duration::from_secs(1), glances.changed()).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(7 * 86_400), settled).await.expect("never settled");
        assert_eq!(self.ledger().imbalance(), 0);
    }
}

fn start(
    settings: &DestinationSettings,
    journal: &Arc<MemoryJournal>,
    inmoment: &Arc<InMoment>,
    clock: &Arc<PausedClock>,
) -> Handle {
    let (journal, inmoment, clock) = (Arc::clone(journal), Arc::clone(inmoment), Arc::clone(clock));
    delivery::start(settings.clone(), journal, inmoment, clock).unwrap()
}

/// The operator of the tests.
pub(crate) fn by() -> NewAudit {
    NewAudit {
        who: "ada".to_owned(),
        action: "test.order".to_owned(),
        subject: "inmoment".to_owned(),
        detail: "{}".to_owned(),
        address: None,
    }
}
