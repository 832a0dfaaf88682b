//! `/readyz`: what keeps the gateway from taking events, and nothing else.

use crate::app::App;
use gateway::{PART, PARTS, Unready};
use journal::JournalError;
use std::sync::Arc;
use supervise::{PartState, Restart, Supervisor};

async fn ready(app: &App) -> (u16, String) {
    let reply = app.send("GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    (reply.status, reply.text().to_owned())
}

/// A part that ends at once, and is in trouble from then on for as long as the test needs.
async fn failing(supervisor: &Supervisor, name: &str) -> supervise::Task {
    let task = supervisor.task(name, Restart::ALWAYS, |_| async { Err::<(), _>("planted words") });
    let in_trouble = || supervisor.snapshot().iter().any(|part| &*part.name == name && part.is_trouble());
    while !in_trouble() {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test(start_paused = true)]
async fn parts_that_take_events_in_make_it_unready_and_others_do_not() {
    let supervisor = Supervisor::new();
    let given = supervisor.clone();
    let app = App::with(move |settings| settings.supervisor = given).await;
    assert_eq!(ready(&app).await, (200, "ok\n".to_owned()));
    for name in ["admin port", "alerts", "journal-search", "log", "backups"] {
        let _failing = failing(&supervisor, name).await;
        assert_eq!(ready(&app).await, (200, "ok\n".to_owned()), "{name}");
    }
    for name in PARTS {
        let failing = failing(&supervisor, name).await;
        let told = ready(&app).await;
        assert_eq!(told, (503, format!("not ready: the part {name:?} of the server is restarting\n")));
        failing.stop();
        failing.ended().await;
        assert_eq!(ready(&app).await, (200, "ok\n".to_owned()), "{name}");
    }
}

#[tokio::test]
async fn every_reason_is_listed() {
    let supervisor = Supervisor::new();
    let given = supervisor.clone();
    let app = App::with(move |settings| settings.supervisor = given).await;
    for (error, words) in [
        (JournalError::Full, "events cannot be stored: the disk is full"),
        (JournalError::Storage("planted place".to_owned()), "events cannot be stored"),
    ] {
        app.journal.fail_writes(Some(error));
        assert_eq!(ready(&app).await, (503, format!("not ready: {words}\n")));
    }
    app.journal.fail_writes(Some(JournalError::Full));
    app.gateway.drain();
    let _gateway = supervisor.essential(PART, |_| async { Err::<(), _>("planted words") });
    supervisor.failed().await;
    assert_eq!(
        app.gateway.unready(),
        [
            Unready::Stopping,
            Unready::Journal(JournalError::Full),
            Unready::Part(Arc::from(PART), PartState::Down)
        ]
    );
    let (status, text) = ready(&app).await;
    assert_eq!((status, text.lines().count()), (503, 3), "{text}");
    assert!(text.lines().all(|line| line.starts_with("not ready: ")) && !text.contains("planted"), "{text}");
}
