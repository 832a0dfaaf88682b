//! A server with something of everything, so that every metric has a value.

use crate::harness::{Harness, TOKEN};
use crate::running::Running;
use axum::body::Body;
use bytes::Bytes;
use console::{Durations, Ingress, Process, SourceIngress, TransformerWork};
use delivery::CallClient;
use event::{Millis, RequestShape, SourceKind};
use http_body_util::BodyExt;
use inmoment::{Call, Called};
use journal::{
    Archive, BudgetRecord, Change, DeliveryStore, DestinationId, DocumentChange, Intake, NewRequest,
    SourceId, SqliteJournal,
};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

const PAGE: &str = r#"{"type":"page","userId":"planted-user","messageId":"m-page"}"#;
const NO_ID: &str =
    r#"{"type":"identify","traits":{"email":"planted@example.com"},"anonymousId":"a","messageId":"m-none"}"#;
/// A paused destination leaves these where they are; what it skips, it skips at once.
const IDENTIFIES: [&str; 2] = [
    r#"{"type":"identify","userId":"planted-1","traits":{"email":"planted@example.com"},"messageId":"m-1"}"#,
    r#"{"type":"identify","userId":"planted-2","traits":{"email":"planted@example.org"},"messageId":"m-2"}"#,
];
/// When a harness's clock begins.
const NOW: i64 = 1_795_000_000_000;

/// Answers nothing, ever.
struct Silent;

impl CallClient for Silent {
    fn call<'a>(&'a self, _: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(std::future::pending())
    }
}

pub(super) struct World {
    harness: Harness,
    source: SourceId,
}

impl World {
    /// Destination `one` has dealt with two events; `two` is paused and `gone` no longer configured, and events wait
    /// for both. An alert fires, and its webhook does not take it.
    pub(super) async fn furnished() -> World {
        let mut harness = Harness::new();
        let journal = harness.archive.clone();
        let [one, two, gone] = ["one", "two", "gone"].map(|name| journal.destination(name).unwrap());
        let source = journal.source("website", SourceKind::Web).unwrap();
        let budget = BudgetRecord { limit: 100, remaining: 40, resets_at: Millis(i64::MAX / 2) };
        journal.commit(one, vec![Change::Budget(budget)]).await.unwrap();
        let halted = Change::Halted(Some("planted reason".to_owned()));
        journal.commit(two, vec![Change::Paused(Some(Millis(5))), halted]).await.unwrap();
        let running = Arc::new(Running::new(journal.clone(), Arc::new(Silent)));
        running.start(&["one", "two"].map(str::to_owned));
        harness.settings.journal = journal;
        harness.settings.operations = running;
        harness.settings.observations.ingress = Arc::new(ingress);
        harness.settings.observations.doors = Arc::new(|| {
            let room = port::Room::new(1, 1).snapshot();
            vec![(port::Door::new("gateway", port::Limits::new(9)).snapshot(), Some(room))]
        });
        harness.settings.observations.transformer = Some(Arc::new(work));
        harness.settings.observations.certificates = Arc::new(|| vec![("gateway", Millis(NOW))]);
        harness.settings.observations.process = Arc::new(|| Process {
            cpu: Some(Duration::from_secs(1)),
            resident_bytes: Some(2),
            virtual_bytes: Some(3),
            open_descriptors: Some(4),
            most_descriptors: Some(5),
            started: Some(Duration::from_secs(6)),
        });
        harness.router = console::router(harness.settings.clone(), harness.closing.subscribe());
        let world = World { harness, source };
        world.store(one, 0, &[PAGE, NO_ID]).await;
        world.harness.settled().await;
        world.store(two, 100_500, &IDENTIFIES[..1]).await;
        world.store(two, 10, &IDENTIFIES[1..]).await;
        world.store(gone, 40_000, &[PAGE]).await;
        world.alert().await;
        world.harness.settings.supervisor.essential("part", |stopping| stopping.asked()).keep();
        let fault = supervise::guarded("work", None::<&str>, async {
            if true {
                panic!("odd")
            }
        })
        .await;
        assert!(fault.is_err());
        world
    }

    pub(super) async fn scrape(&self) -> String {
        let (status, text) = self.harness.text("GET", "/metrics", Body::empty(), None).await;
        assert_eq!(status, 200, "{text}");
        text
    }

    /// Its content type and text, for somebody who accepts this.
    pub(super) async fn scrape_as(&self, accept: Option<&str>) -> (String, String) {
        let mut request = axum::http::Request::get("/metrics");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let reply = self.harness.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!((reply.status().as_u16(), reply.headers()["vary"].to_str().unwrap()), (200, "Accept"));
        let content_type = reply.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = reply.into_body().collect().await.unwrap().to_bytes();
        (content_type, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn journal(&self) -> &SqliteJournal {
        &self.harness.archive
    }

    /// Stores a request that arrived so many milliseconds ago.
    async fn store(&self, destination: DestinationId, ago: i64, events: &[&str]) {
        let request = NewRequest {
            source: self.source,
            shape: RequestShape::Batch,
            request_id: [1; 16],
            received_at: Millis(NOW - ago),
            request_ip: None,
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations: [destination].into(),
            body: Bytes::from(format!("{{\"batch\":[{}]}}", events.join(","))),
        };
        self.journal().append(request).await.unwrap();
    }

    async fn alert(&self) {
        for (name, enabled) in [("night", true), ("off", false)] {
            let alert = json!({
                "name": name, "kind": "halted", "enabled": enabled, "webhook": "https://hooks.example.com/planted",
            });
            let body = Body::from(alert.to_string());
            let auth = format!("Bearer {TOKEN}");
            let (status, body) = self.harness.ask("POST", "/api/v1/alerts", body, Some(&auth)).await;
            assert_eq!(status, 201, "{body}");
            let state = json!({ "since": NOW, "last_problem": "planted problem" }).to_string();
            let (kind, key) = ("alert_state".to_owned(), name.to_owned());
            let put = DocumentChange::Put { kind, key, record: state };
            self.harness.archive.write_documents(vec![put]).await.unwrap();
        }
    }
}

fn ingress() -> Ingress {
    let source = SourceIngress {
        name: "website".to_owned(),
        requests: vec![(200, 4)],
        events_accepted: 5,
        events_rejected: 1,
        last_event_at: Some(Millis(NOW)),
        stored_bytes: 900,
        disk_bytes: Some(4_000),
        disk_is_full: false,
    };
    let took = Durations { counts: vec![(0.5, 4), (f64::INFINITY, 1)], sum: 3.0 };
    Ingress { sources: vec![source], took, ..Ingress::default() }
}

fn work() -> TransformerWork {
    TransformerWork {
        requests: vec![("router", 1)],
        jobs: vec![("deliver", 2)],
        ..TransformerWork::default()
    }
}
