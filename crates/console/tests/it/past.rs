//! A console over a journal with a past: hundreds of events of all fates, and what is true of them, kept beside it.

use crate::harness::{Harness, Rejecting, TOKEN};
use crate::running::Running;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use console::Settings;
use event::{Millis, RequestShape, SourceKind};
use http_body_util::BodyExt;
use journal::{
    Change, DeliveryStore, DestinationId, Fate, Intake, NewDeadLetter, NewRequest, Options, Position,
    SkipCode, SourceId, SqliteJournal,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// When the first request arrived; one comes every minute.
pub(crate) const START: i64 = 1_794_900_000_000;
pub(crate) const MINUTE: i64 = 60_000;
const CODES: [&str; 4] = ["score_invalid", "identity_missing", "end_user_unknown", "rejected"];
const SKIPS: [SkipCode; 3] = [SkipCode::UnsupportedType, SkipCode::Duplicate, SkipCode::ConsentDenied];

/// What is true of an event.
#[derive(Debug, Clone)]
pub(crate) struct EventFacts {
    pub(crate) id: String,
    pub(crate) position: Position,
    pub(crate) received_at: i64,
    pub(crate) source: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) message_id: String,
    /// all names it gives its user
    pub(crate) users: Vec<String>,
    pub(crate) text: String,
    /// destination, outcome, code
    pub(crate) fates: Vec<(&'static str, &'static str, Option<String>)>,
}

pub(crate) struct Past {
    pub(crate) journal: Arc<SqliteJournal>,
    pub(crate) settings: Settings,
    pub(crate) router: Router,
    /// delivers to nobody until it is started
    pub(crate) running: Arc<Running>,
    pub(crate) now: Arc<AtomicI64>,
    pub(crate) closing: watch::Sender<bool>,
    _gate: watch::Sender<bool>,
    pub(crate) told: Vec<EventFacts>,
    pub(crate) one: DestinationId,
    pub(crate) two: DestinationId,
    sources: [(&'static str, SourceId); 3],
    random: u64,
    _folder: TempDir,
}

impl Past {
    /// Nothing has happened yet.
    pub(crate) fn empty() -> Past {
        Past::with(|settings| settings)
    }

    /// The same with other settings.
    pub(crate) fn with(change: impl FnOnce(Settings) -> Settings) -> Past {
        let harness = Harness::new();
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(harness.settings.clock.clone());
        let journal = Arc::new(SqliteJournal::open(folder.path(), options).unwrap());
        let sources =
            [("website", SourceKind::Web), ("billing", SourceKind::Server), ("nowhere", SourceKind::Mobile)];
        let sources = sources.map(|(name, kind)| (name, journal.source(name, kind).unwrap()));
        let (one, two) = (journal.destination("one").unwrap(), journal.destination("two").unwrap());
        let (gate, open) = watch::channel(true);
        let running = Arc::new(Running::new(journal.clone(), Arc::new(Rejecting(open))));
        let settings = Settings {
            supervisor: supervise::Supervisor::new(),
            journal: journal.clone(),
            archive: journal.clone(),
            operations: running.clone(),
            ..harness.settings.clone()
        };
        let (closing, receiver) = watch::channel(false);
        let settings = change(settings);
        let router = console::router(settings.clone(), receiver);
        Past {
            journal,
            settings,
            router,
            running,
            now: harness.now,
            closing,
            _gate: gate,
            told: Vec::new(),
            one,
            two,
            sources,
            random: 7,
            _folder: folder,
        }
    }

    /// So many requests, one to five events each.
    pub(crate) async fn filled(requests: u64) -> Past {
        let mut past = Past::empty();
        for _ in 0..requests {
            past.happen().await;
        }
        past
    }

    fn random(&mut self, below: usize) -> usize {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).unwrap() % below
    }

    /// One more request arrives, and its events meet their fates, or do not.
    pub(crate) async fn happen(&mut self) {
        let (source_name, source) = self.sources[[0, 0, 0, 1, 1, 2][self.random(6)]];
        let routes: &[(&str, DestinationId)] = match source_name {
            "website" => &[("one", self.one), ("two", self.two)],
            "billing" => &[("one", self.one)],
            _ => &[],
        };
        let received_at = START + MINUTE * i64::try_from(self.told.len()).unwrap();
        let count = 1 + self.random(5);
        let mut events: Vec<EventFacts> = (0..count).map(|_| self.event(source_name, received_at)).collect();
        let texts: Vec<&str> = events.iter().map(|event| event.text.as_str()).collect();
        let request = NewRequest {
            source,
            shape: RequestShape::Batch,
            request_id: [u8::try_from(self.told.len() % 251).unwrap(); 16],
            received_at: Millis(received_at),
            request_ip: Some("192.0.2.7".to_owned()),
            events: u32::try_from(count).unwrap(),
            rejected: Vec::new(),
            destinations: routes.iter().map(|(_, id)| *id).collect(),
            body: Bytes::from(format!("{{\"batch\":[{}]}}", texts.join(","))),
        };
        let number = self.journal.append(request).await.unwrap().number;
        for (index, event) in events.iter_mut().enumerate() {
            event.position = Position { request: number, index: u32::try_from(index).unwrap() };
            event.id = format!("{number}.{index}");
            for (name, id) in routes {
                let (outcome, code, changes) = self.fate(event);
                event.fates.push((name, outcome, code));
                self.journal.commit(*id, changes).await.unwrap();
            }
        }
        self.told.extend(events);
    }

    fn event(&mut self, source: &'static str, received_at: i64) -> EventFacts {
        let kind = ["identify", "track", "track", "page"][self.random(4)];
        let (user, anonymous, message) = (self.random(12), self.random(40), self.random(400));
        let mut users = Vec::new();
        let mut event = json!({"type": kind, "messageId": format!("m{message}")});
        if user > 1 {
            users.push(format!("u{user}"));
            event["userId"] = json!(users[0]);
        }
        if anonymous % 3 == 0 {
            users.push(format!("a{anonymous}"));
            event["anonymousId"] = json!(format!("a{anonymous}"));
        }
        if kind == "identify" {
            users.push(format!("u{user}@example.com"));
            event["traits"] =
                json!({"email": format!("u{user}@example.com"), "note": "<script>alert(1)</script>"});
        }
        if kind == "track" {
            event["event"] = json!("Submit </script>");
        }
        EventFacts {
            id: String::new(),
            position: Position { request: 0, index: 0 },
            received_at,
            source,
            kind,
            message_id: format!("m{message}"),
            users,
            text: event.to_string(),
            fates: Vec::new(),
        }
    }

    fn fate(&mut self, event: &EventFacts) -> (&'static str, Option<String>, Vec<Change>) {
        let fate = |fate| Change::Fate(event.position, fate);
        match self.random(5) {
            0 => ("pending", None, Vec::new()),
            1 | 2 => ("delivered", None, vec![fate(Fate::Delivered)]),
            3 => {
                let skip = SKIPS[self.random(SKIPS.len())];
                ("skipped", Some(skip.word().to_owned()), vec![fate(Fate::Skipped(skip))])
            }
            _ => {
                let code = CODES[self.random(CODES.len())];
                let letter = NewDeadLetter {
                    position: event.position,
                    code: code.to_owned(),
                    reason: "planted <b>reason</b>".to_owned(),
                    message_id: event.message_id.clone(),
                    kind: event.kind.to_owned(),
                    user: event.users.first().cloned(),
                    died_at: Millis(event.received_at + 1_000),
                };
                ("dead", Some(code.to_owned()), vec![fate(Fate::Dead), Change::DeadLetter(letter)])
            }
        }
    }

    /// These events arrive from the website or another source, for destination one or both, and nothing becomes of them.
    pub(crate) async fn arrive(&self, source: usize, both: bool, texts: &[&str]) -> u64 {
        let destinations: &[DestinationId] = if both { &[self.one, self.two] } else { &[self.one] };
        let request = NewRequest {
            source: self.sources[source].1,
            shape: RequestShape::Batch,
            request_id: [9; 16],
            received_at: Millis(START),
            request_ip: None,
            events: u32::try_from(texts.len()).unwrap(),
            rejected: Vec::new(),
            destinations: destinations.into(),
            body: Bytes::from(format!("{{\"batch\":[{}]}}", texts.join(","))),
        };
        self.journal.append(request).await.unwrap().number
    }

    /// The ids of the events of which it is true, newest first.
    pub(crate) fn ids(&self, is: impl Fn(&EventFacts) -> bool) -> Vec<String> {
        self.told.iter().rev().filter(|told| is(told)).map(|told| told.id.clone()).collect()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> (u16, Value) {
        self.ask("POST", path, body).await
    }

    /// What is well must be answered 200. Where stored events are looked for, all of them can be found.
    pub(crate) async fn ok(&self, path: &str) -> Value {
        while path.starts_with("events") || path.starts_with("end-users") {
            let (_, page) = self.get("events?limit=1").await;
            if page["indexed"] == true {
                break;
            }
            tokio::task::yield_now().await;
        }
        let (status, answer) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = axum::http::Request::builder().method(method).uri(format!("/api/v1/{path}"));
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let reply = self.router.clone().oneshot(request).await.unwrap();
        let status = reply.status().as_u16();
        let bytes = reply.into_body().collect().await.unwrap().to_bytes();
        let answer = serde_json::from_slice(&bytes);
        (status, answer.unwrap_or_else(|_| panic!("{path} answers {:?}", String::from_utf8_lossy(&bytes))))
    }

    /// Whatever a list has, page by page; `between` is done before each page but the first.
    pub(crate) async fn pages(&mut self, path: &str, limit: usize, more_events: bool) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.ok(&format!("{path}{joint}limit={limit}{after}")).await;
            let of_page = page["items"].as_array().unwrap();
            assert!(of_page.len() <= limit, "{path}: {} items", of_page.len());
            items.extend(of_page.iter().cloned());
            let Some(next) = page["next"].as_str() else { return items };
            after = format!("&after={next}");
            if more_events {
                self.happen().await;
            }
        }
    }
}

/// The texts of one member of all items.
pub(crate) fn texts(items: &[Value], member: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    items.iter().map(|item| text(&item[member])).collect()
}
