//! Parts of the server that fail, as they show on the admin port.

use crate::harness::Harness;
use axum::body::Body;
use console::{ApplyError, Later, Operations, ProveError};
use delivery::Handle;
use inmoment::{Call, CallOutcome};
use registry::{Destination, Source};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server of which nothing can be told: whoever asks panics, so many times.
struct Odd {
    times: AtomicU32,
    sound: Arc<dyn Operations>,
}

impl Odd {
    fn within(harness: &Harness, times: u32) -> Arc<Odd> {
        Arc::new(Odd { times: AtomicU32::new(times), sound: Arc::clone(&harness.settings.operations) })
    }
}

impl Operations for Odd {
    fn handles(&self) -> Vec<Handle> {
        let left =
            self.times.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |times| times.checked_sub(1));
        assert!(left.is_err(), "odd");
        self.sound.handles()
    }

    fn apply<'a>(
        &'a self,
        sources: &'a [Source],
        destinations: &'a [Destination],
    ) -> Later<'a, Result<(), ApplyError>> {
        self.sound.apply(sources, destinations)
    }

    fn prove<'a>(&'a self, destination: &'a Destination) -> Later<'a, Result<(), ProveError>> {
        self.sound.prove(destination)
    }

    fn call<'a>(&'a self, destination: &'a str, call: &'a Call) -> Later<'a, Option<CallOutcome>> {
        self.sound.call(destination, call)
    }
}

#[tokio::test]
async fn health_and_metrics_tell_of_a_part_that_is_down() {
    let harness = Harness::new();
    assert_eq!(harness.ask("GET", "/health", Body::empty(), None).await.0, 200);
    let supervisor = &harness.settings.supervisor;
    let _part = supervisor.essential("odd part", |_| async { Err::<(), _>("of ada@example.com") });
    supervisor.failed().await;
    let (status, body) = harness.ask("GET", "/health", Body::empty(), None).await;
    assert_eq!((status, &body["code"]), (503, &json!("part_down")), "{body}");
    assert!(body["message"].as_str().unwrap().contains("\"odd part\""), "{body}");
    assert!(!body.to_string().contains("ada@"), "anybody may read it: {body}");
}

/// The rule is the gateway's: a part of the console that is down is told by the health alone.
#[tokio::test]
async fn ready_says_what_the_server_says_and_nothing_of_its_own() {
    let mut harness = Harness::new();
    let supervisor = &harness.settings.supervisor;
    let _part = supervisor.essential("sampler", |_| async { Err::<(), _>("odd") });
    supervisor.failed().await;
    assert_eq!(harness.ask("GET", "/health", Body::empty(), None).await.0, 503);
    assert_eq!(
        harness.ask("GET", "/readyz", Body::empty(), None).await,
        (200, json!({"ready": true, "reasons": []}))
    );
    let mut settings = harness.settings.clone();
    settings.observations.unready = Arc::new(|| {
        vec![
            console::Unready { code: "stopping", reason: "the server is stopping".to_owned() },
            console::Unready { code: "journal_full", reason: "no room".to_owned() },
        ]
    });
    harness.router = console::router(settings, harness.closing.subscribe());
    let (status, body) = harness.ask("GET", "/readyz", Body::empty(), None).await;
    assert_eq!((status, &body["ready"]), (503, &json!(false)), "{body}");
    let codes: Vec<_> = body["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, ["stopping", "journal_full"]);
    assert_eq!(harness.text("GET", "/livez", Body::empty(), None).await, (200, "ok\n".to_owned()));
}

#[tokio::test]
async fn a_sampler_that_panics_starts_again_and_meanwhile_health_says_so() {
    let harness = Harness::new();
    let mut settings = harness.settings.clone();
    settings.operations = Odd::within(&harness, 1);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(console::serve(
        port::Door::new("admin", port::Limits::new(10)),
        listener,
        settings,
        async { drop(stopped.await) },
    ));
    let supervisor = &harness.settings.supervisor;
    let mut told = false;
    while supervisor.restarts().get("sampler").is_none_or(|restarts| *restarts == 0) {
        if supervisor.snapshot().iter().any(supervise::PartReport::is_trouble) {
            let (status, body) = harness.ask("GET", "/health", Body::empty(), None).await;
            told |= status == 503 && body["message"].as_str().unwrap().contains("\"sampler\"");
        }
        tokio::task::yield_now().await;
    }
    assert!(told);
    assert_eq!(harness.ask("GET", "/health", Body::empty(), None).await.0, 200);
    drop(stop);
    serving.await.unwrap().unwrap();
    assert!(supervisor.snapshot().is_empty(), "everything has stopped");
}

#[tokio::test]
async fn a_request_that_meets_a_fault_is_answered_and_the_next_one_is_too() {
    let mut harness = Harness::new();
    let mut settings = harness.settings.clone();
    settings.operations = Odd::within(&harness, 1);
    harness.router = console::router(settings, harness.closing.subscribe());
    let (status, body) = harness.get("/api/v1/status").await;
    assert_eq!((status, &body["code"]), (500, &json!("internal")), "{body}");
    let (status, body) = harness.get("/api/v1/status").await;
    assert_eq!(status, 200, "{body}");
}

#[tokio::test]
async fn the_status_tells_of_every_part() {
    let harness = Harness::new();
    let supervisor = &harness.settings.supervisor;
    let (_, before) = harness.get("/api/v1/status").await;
    let known = before["parts"].as_array().unwrap().len();
    let sound = supervisor.task("sound part", supervise::Restart::ALWAYS, |stopping| stopping.asked());
    let _odd = supervisor.essential("odd part", |_| async { Err::<(), _>("no port") });
    supervisor.failed().await;
    let (status, body) = harness.get("/api/v1/status").await;
    assert_eq!(status, 200, "{body}");
    let parts = &body["parts"].as_array().unwrap()[known..];
    let told: Vec<_> = parts
        .iter()
        .map(|part| (&part["name"], &part["state"], &part["restarts"], &part["last_words"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("sound part"), &json!("running"), &json!(0), &json!(null)),
            (&json!("odd part"), &json!("down"), &json!(0), &json!("it failed: no port")),
        ]
    );
    assert!(parts.iter().all(|part| part["since"].as_str().unwrap().ends_with('Z')), "{body}");
    assert!(sound.shutdown(std::time::Duration::from_secs(5)).await);
    let (_, after) = harness.get("/api/v1/status").await;
    assert_eq!(after["parts"].as_array().unwrap().len(), known + 1, "one that has stopped is none any more");
}
