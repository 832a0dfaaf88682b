//! A console with two destinations; InMoment is a caller that the test scripts.

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use console::{Ingress, Settings, SourceIngress};
use delivery::{Caller, DestinationSettings, Handle, SystemClock};
use event::{Millis, Shape, SourceKind};
use http_body_util::BodyExt;
use inmoment::{Call, CallError, Class, Executed, Outcome, RateHeaders};
use journal::{DestinationId, Journal, MemoryJournal, NewRequest, SourceId};
use secrecy::SecretString;
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) const TOKEN: &str = "planted-admin-token";

/// Refuses every event for good, or, while the gate is closed, answers nothing at all.
struct Rejecting(watch::Receiver<bool>);

impl Caller for Rejecting {
    fn call<'a>(&'a self, _: &'a Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(async {
            let mut open = self.0.clone();
            // The test ended: nobody waits for the answer.
            let _ = open.wait_for(|open| *open).await;
            Err(CallError {
                class: Class::Reject,
                executed: Executed::No,
                status: Some(422),
                code: "rejected",
                message: "InMoment refuses it".to_owned(),
                rate: RateHeaders::default(),
            })
        })
    }
}

pub(crate) struct House {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) router: Router,
    pub(crate) closing: watch::Sender<bool>,
    /// InMoment answers while it is true
    pub(crate) gate: watch::Sender<bool>,
    source: SourceId,
    destinations: Arc<[DestinationId]>,
    _handles: Vec<Handle>,
}

impl House {
    pub(crate) fn new() -> House {
        let journal = Arc::new(MemoryJournal::new());
        let source = journal.source("website", SourceKind::Web).unwrap();
        let (gate, open) = watch::channel(true);
        let names = ["one", "two"];
        let ids = names.map(|name| journal.destination(name).unwrap());
        let handles: Vec<Handle> = names
            .iter()
            .zip(ids)
            .map(|(name, id)| {
                let settings = DestinationSettings::new(*name, id);
                let caller = Arc::new(Rejecting(open.clone()));
                delivery::start(settings, journal.clone(), caller, Arc::new(SystemClock::default())).unwrap()
            })
            .collect();
        let (closing, receiver) = watch::channel(false);
        let settings = Settings {
            journal: journal.clone(),
            destinations: handles.clone(),
            token: SecretString::from(TOKEN),
            ingress: Arc::new(ingress),
            transformer: None,
            mapping_of: Arc::new(|name| (name == "one").then(mapping::Settings::default)),
            clock: Arc::new(|| Millis(1_642_685_961_032)),
            version: "1.2.3",
        };
        let router = console::router(settings, receiver);
        House { journal, router, closing, gate, source, destinations: ids.into(), _handles: handles }
    }

    /// Stores events for both destinations.
    pub(crate) async fn store(&self, events: &[&str]) {
        let request = NewRequest {
            source: self.source,
            shape: Shape::Batch,
            request_id: [1; 16],
            received_at: Millis(1_642_685_961_032),
            request_ip: None,
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations: self.destinations.clone(),
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

fn ingress() -> Ingress {
    let source =
        SourceIngress { name: "website".to_owned(), requests: vec![(200, 4)], ..SourceIngress::default() };
    Ingress { sources: vec![source], ..Ingress::default() }
}
