//! A server with something of everything, so that every metric has a value.

use crate::house::{House, TOKEN};
use crate::running::Running;
use axum::body::Body;
use bytes::Bytes;
use console::{Ingress, SourceIngress, TransformerWork};
use delivery::Caller;
use event::{Millis, Shape, SourceKind};
use inmoment::{Call, Called};
use journal::{
    Archive, BudgetRecord, Change, DestinationId, DocumentChange, Journal, NewRequest, SourceId,
    SqliteJournal,
};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;

const PAGE: &str = r#"{"type":"page","userId":"planted-user","messageId":"m-page"}"#;
const NO_ID: &str =
    r#"{"type":"identify","traits":{"email":"planted@example.com"},"anonymousId":"a","messageId":"m-none"}"#;
/// A paused destination leaves these where they are; what it skips, it skips at once.
const IDENTIFIES: [&str; 2] = [
    r#"{"type":"identify","userId":"planted-1","traits":{"email":"planted@example.com"},"messageId":"m-1"}"#,
    r#"{"type":"identify","userId":"planted-2","traits":{"email":"planted@example.org"},"messageId":"m-2"}"#,
];
/// When a house's clock begins.
const NOW: i64 = 1_795_000_000_000;

/// Answers nothing, ever.
struct Silent;

impl Caller for Silent {
    fn call<'a>(&'a self, _: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(std::future::pending())
    }
}

pub(super) struct World {
    house: House,
    source: SourceId,
}

impl World {
    /// Destination `one` has dealt with two events; `two` is paused and `gone` no longer configured, and events wait
    /// for both. An alert fires, and its webhook does not take it.
    pub(super) async fn furnished() -> World {
        let mut house = House::new();
        let journal = house.archive.clone();
        let [one, two, gone] = ["one", "two", "gone"].map(|name| journal.destination(name).unwrap());
        let source = journal.source("website", SourceKind::Web).unwrap();
        let budget = BudgetRecord { limit: 100, remaining: 40, resets_at: Millis(i64::MAX / 2) };
        journal.commit(one, vec![Change::Budget(budget)]).await.unwrap();
        let halted = Change::Halted(Some("planted reason".to_owned()));
        journal.commit(two, vec![Change::Paused(Some(Millis(5))), halted]).await.unwrap();
        let running = Arc::new(Running::new(journal.clone(), Arc::new(Silent)));
        running.start(&["one", "two"].map(str::to_owned));
        house.settings.journal = journal;
        house.settings.operations = running;
        house.settings.ingress = Arc::new(ingress);
        house.settings.doors = Arc::new(|| {
            let room = port::Room::new(1, 1).snapshot();
            vec![(port::Door::new("gateway", port::Limits::new(9)).snapshot(), Some(room))]
        });
        house.settings.transformer = Some(Arc::new(work));
        house.router = console::router(house.settings.clone(), house.closing.subscribe());
        let world = World { house, source };
        world.store(one, 0, &[PAGE, NO_ID]).await;
        world.house.settled().await;
        world.store(two, 100_500, &IDENTIFIES[..1]).await;
        world.store(two, 10, &IDENTIFIES[1..]).await;
        world.store(gone, 40_000, &[PAGE]).await;
        world.alert().await;
        world.house.settings.supervisor.essential("part", |stopping| stopping.asked()).keep();
        let fault = supervise::guarded("work", async {
            if true {
                panic!("odd")
            }
        })
        .await;
        assert!(fault.is_err());
        world
    }

    pub(super) async fn scrape(&self) -> String {
        let (status, text) = self.house.text("GET", "/metrics", Body::empty(), None).await;
        assert_eq!(status, 200, "{text}");
        text
    }

    fn journal(&self) -> &SqliteJournal {
        &self.house.archive
    }

    /// Stores a request that arrived so many milliseconds ago.
    async fn store(&self, destination: DestinationId, ago: i64, events: &[&str]) {
        let request = NewRequest {
            source: self.source,
            shape: Shape::Batch,
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
            let (status, body) = self.house.ask("POST", "/api/v1/alerts", body, Some(&auth)).await;
            assert_eq!(status, 201, "{body}");
            let state = json!({ "since": NOW, "last_problem": "planted problem" }).to_string();
            let (kind, key) = ("alert_state".to_owned(), name.to_owned());
            let put = DocumentChange::Put { kind, key, record: state };
            self.house.archive.write_documents(vec![put]).await.unwrap();
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
    Ingress { sources: vec![source], ..Ingress::default() }
}

fn work() -> TransformerWork {
    TransformerWork {
        requests: vec![("router", 1)],
        jobs: vec![("deliver", 2)],
        ..TransformerWork::default()
    }
}
