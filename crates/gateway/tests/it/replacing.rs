//! Sources that are added, removed, rotated and rerouted while the gateway runs.

use crate::app::{App, LIMITED, SITE, START, Store, bodiless, post};
use crate::held::HeldJournal;
use event::Millis;
use gateway::{GatewaySettings, RateLimit, SettingsError, SourceSettings, Terms, WriteKeyUntil};
use journal::{Appended, DeliveryStore, DestinationId, MemoryJournal};
use serde_json::Value;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const EVENT: &str = r#"{"userId":"u"}"#;

/// The header line for `wk_new`.
const NEW: &str = "Authorization: Basic d2tfbmV3Og==\r\n";

async fn status(app: &App, headers: &str) -> u16 {
    app.send(post("/v1/track", headers, EVENT)).await.status
}

/// The site with a key that replaced its first one, which works for another minute.
fn rotated(app: &App) -> SourceSettings {
    let (since, until) = (Some(Millis(START)), Millis(START + 60_000));
    let write_keys = vec![WriteKeyUntil::current("wk_new"), WriteKeyUntil::old("wk_site", since, until)];
    SourceSettings { write_keys, ..app.source("site", "") }
}

#[tokio::test]
async fn a_source_that_was_added_is_known_to_the_next_request_and_one_that_was_removed_is_not() {
    let app = App::start().await;
    let mut open = app.connect().await;
    open.send(post("/v1/track", NEW, EVENT)).await;
    open.reply().await.assert_refused(401, "invalid write key\n");
    app.gateway.replace_sources(vec![app.source("new", "wk_new")]).unwrap();
    open.send(post("/v1/track", NEW, EVENT)).await;
    open.reply().await.assert_ok();
    open.send(post("/v1/track", SITE, EVENT)).await;
    open.reply().await.assert_refused(401, "invalid write key\n");
    open.send(bodiless("GET", "/sourceConfig", SITE)).await;
    open.reply().await.assert_refused(401, "invalid write key\n");
    open.send(bodiless("GET", "/sourceConfig", NEW)).await;
    assert_eq!(open.reply().await.status, 200);
}

#[tokio::test]
async fn a_replaced_key_counts_until_its_end() {
    let app = App::start().await;
    app.gateway.replace_sources(vec![rotated(&app)]).unwrap();
    assert_eq!((status(&app, SITE).await, status(&app, NEW).await), (200, 200));
    app.advance(Duration::from_millis(59_999));
    assert_eq!((status(&app, SITE).await, status(&app, NEW).await), (200, 200));
    app.advance(Duration::from_millis(1));
    app.post("/v1/track", EVENT).await.assert_refused(401, "invalid write key\n");
    app.send(bodiless("GET", "/pixel/v1/track?writeKey=wk_site&userId=u&event=e", "")).await;
    app.send(post("/beacon/v1/batch?writeKey=wk_site", "", r#"{"batch":[{"userId":"u"}]}"#))
        .await
        .assert_refused(401, "invalid write key\n");
    app.send(bodiless("GET", "/sourceConfig", SITE)).await.assert_refused(401, "invalid write key\n");
    assert_eq!(status(&app, NEW).await, 200);
    assert_eq!(app.stored().len(), 5);
    let counts = app.counters.read();
    assert_eq!(counts.requests("site", 401), 0, "nobody's any more");
    assert_eq!(counts.unrecognised.iter().sum::<u64>(), 3);
}

/// The wall clock is set: a replaced key works for exactly its overlap.
#[tokio::test]
async fn a_replaced_key_counts_for_its_time_whatever_the_wall_clock_is_set_to() {
    for by in [730 * 86_400_000, -730 * 86_400_000] {
        let app = App::start().await;
        app.gateway.replace_sources(vec![rotated(&app)]).unwrap();
        app.set_clock(by);
        app.advance(Duration::from_millis(59_999));
        assert_eq!(status(&app, SITE).await, 200, "{by}");
        // Every change makes a new table.
        app.gateway.replace_sources(vec![rotated(&app)]).unwrap();
        assert_eq!(status(&app, SITE).await, 200, "{by}");
        app.advance(Duration::from_millis(1));
        assert_eq!(status(&app, SITE).await, 401, "{by}");
    }
}

#[tokio::test]
async fn whoever_has_a_replaced_key_is_not_told_the_new_one() {
    let app = App::start().await;
    app.gateway.replace_sources(vec![rotated(&app)]).unwrap();
    for (headers, key) in [(SITE, "wk_site"), (NEW, "wk_new")] {
        let reply = app.send(bodiless("GET", "/sourceConfig", headers)).await;
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(answer["source"]["writeKey"], key);
        assert_eq!(answer["source"]["name"], "site");
    }
}

#[tokio::test]
async fn a_source_that_is_disabled_and_enabled_is_told_so() {
    let app = App::start().await;
    let site = app.source("site", "wk_site");
    app.gateway.replace_sources(vec![SourceSettings { enabled: false, ..site.clone() }]).unwrap();
    app.post("/v1/track", EVENT).await.assert_refused(404, "source is disabled\n");
    app.gateway.replace_sources(vec![site]).unwrap();
    app.post("/v1/track", EVENT).await.assert_ok();
}

#[tokio::test]
async fn the_next_request_goes_where_its_source_leads_now() {
    let app = App::start().await;
    let other = app.journal.destination("other").unwrap();
    app.post("/v1/track", EVENT).await.assert_ok();
    let site = app.source("site", "wk_site");
    app.gateway.replace_sources(vec![SourceSettings { destinations: Arc::new([other]), ..site }]).unwrap();
    app.post("/v1/track", EVENT).await.assert_ok();
    app.post("/v1/track", EVENT).await.assert_ok();
    assert_eq!((app.stored().len(), app.stored_for(other).len()), (1, 2));
}

#[tokio::test]
async fn a_request_under_way_ends_as_it_began() {
    let memory = Arc::new(MemoryJournal::new());
    let (front, mut appends) = HeldJournal::new(Arc::clone(&memory));
    let app = App::on(Store { memory, front: Arc::new(front), ..Store::plain() }, |_| {}).await;
    let length = EVENT.len();
    let mut slow = app.connect().await;
    slow.send(format!(
        "POST /v1/track HTTP/1.1\r\nHost: test\r\n{SITE}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ))
    .await;
    assert_eq!(slow.reply().await.status, 100, "its key was recognised");
    let mut storing = app.connect().await;
    storing.send(post("/v1/track", SITE, EVENT)).await;
    let first = appends.recv().await.unwrap();

    app.gateway.replace_sources(Vec::new()).unwrap();
    slow.send(EVENT).await;
    let second = appends.recv().await.unwrap();
    for append in [first, second] {
        assert_eq!(*append.request.destinations, [app.destination]);
        append.answer.send(Ok(Appended { number: 1 })).unwrap();
    }
    storing.reply().await.assert_ok();
    slow.reply().await.assert_ok();
    assert_eq!(app.counters.read().requests("site", 200), 2);
    assert_eq!(status(&app, SITE).await, 401);
}

#[tokio::test]
async fn settings_that_cannot_work_leave_everything_as_it_is() {
    let app = App::start().await;
    let refused =
        app.gateway.replace_sources(vec![app.source("new", "wk_new"), app.source("more", "wk_new")]);
    assert_eq!(refused, Err(SettingsError::SameWriteKey("new".into(), "more".into())));
    assert_eq!((status(&app, SITE).await, status(&app, NEW).await), (200, 401));
}

/// Sources and terms are replaced together: if one is refused, the other stays as well, also after later changes.
#[tokio::test]
async fn terms_that_come_with_sources_that_cannot_work_are_not_taken_either() {
    let app = App::with(|settings| settings.sources[0].disk = Some(1 << 20)).await;
    let before = GatewaySettings::new(Vec::new()).terms();
    let strict = Terms { max_body_bytes: 3, ..before };
    let site = SourceSettings { disk: Some(1 << 19), ..app.source("site", "wk_site") };
    let twice = vec![site.clone(), app.source("more", "wk_site")];
    let disk = |app: &App| app.counters.read().sources[0].disk;

    let refused = app.gateway.replace(twice, Some(strict.clone()));
    assert_eq!(refused, Err(SettingsError::SameWriteKey("site".into(), "more".into())));
    assert_eq!((status(&app, SITE).await, disk(&app)), (200, Some(1 << 20)));
    // A concurrent change does not apply them.
    app.gateway.replace_sources(vec![site.clone()]).unwrap();
    assert_eq!((status(&app, SITE).await, disk(&app)), (200, Some(1 << 19)));
    app.gateway.replace(vec![site.clone()], Some(strict)).unwrap();
    assert_eq!(status(&app, SITE).await, 413);
    app.gateway.replace_sources(vec![site]).unwrap();
    assert_eq!(status(&app, SITE).await, 413, "they stay until others come");
}

#[tokio::test]
async fn counts_and_limits_of_sources_that_stay_go_on_and_those_of_removed_ones_remain() {
    let app = App::start().await;
    app.post("/v1/track", EVENT).await.assert_ok();
    let batch = format!(r#"{{"batch":[{}]}}"#, [EVENT; 11].join(","));
    app.send(post("/v1/batch", LIMITED, batch)).await.assert_ok();
    assert_eq!(status(&app, LIMITED).await, 429);

    let limit = RateLimit { events: NonZeroU32::new(10).unwrap(), per: Duration::from_secs(60) };
    let limited = SourceSettings { rate_limit: Some(limit), ..app.source("limited", "wk_limited") };
    app.gateway.replace_sources(vec![limited, app.source("new", "wk_new")]).unwrap();
    let reply = app.send(post("/v1/track", LIMITED, EVENT)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, Some("6")));
    app.advance(Duration::from_secs(6));
    assert_eq!((status(&app, LIMITED).await, status(&app, NEW).await), (200, 200));

    let counts = app.counters.read();
    assert_eq!((counts.requests("limited", 200), counts.requests("limited", 429)), (2, 2));
    assert_eq!((counts.requests("site", 200), counts.requests("new", 200)), (1, 1));
    let last = |name: &str| counts.sources.iter().find(|source| source.name == name).unwrap().last_event_at;
    assert_eq!((last("site"), last("off")), (Some(Millis(START)), None));
    assert_eq!((last("limited"), last("new")), (Some(Millis(START + 6_000)), Some(Millis(START + 6_000))));
}

#[tokio::test]
async fn only_events_that_were_stored_count_as_the_last() {
    let app = App::start().await;
    let last = || app.counters.read().sources[0].last_event_at;
    for body in ["{", "{}", r#"{"batch":[]}"#] {
        assert_eq!(app.post("/v1/batch", body).await.status, 400);
    }
    assert_eq!(last(), None);
    app.post("/v1/import", r#"{"batch":[]}"#).await.assert_ok();
    assert_eq!(last(), None);
    app.post("/v1/track", EVENT).await.assert_ok();
    app.advance(Duration::from_secs(5));
    app.journal.fail_writes(Some(journal::JournalError::Full));
    assert_eq!(app.post("/v1/track", EVENT).await.status, 503);
    assert_eq!(last(), Some(Millis(START)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_fails_while_sources_are_replaced_all_the_time() {
    const CLIENTS: usize = 20;
    const EACH: usize = 500;
    let app = App::start().await;
    let other = app.journal.destination("other").unwrap();
    let sending = Arc::new(AtomicBool::new(true));
    let replacing = tokio::task::spawn_blocking({
        let (gateway, sending) = (Arc::clone(&app.gateway), Arc::clone(&sending));
        let site = app.source("site", "wk_site");
        let routes: [Arc<[DestinationId]>; 2] = [Arc::new([app.destination]), Arc::new([other])];
        let noise = app.source("noise", "wk_noise");
        move || {
            let mut times = 0_usize;
            while sending.load(Ordering::Relaxed) {
                let site = SourceSettings { destinations: Arc::clone(&routes[times % 2]), ..site.clone() };
                let others = times.is_multiple_of(3).then(|| noise.clone());
                gateway.replace_sources(others.into_iter().chain([site]).collect()).unwrap();
                times += 1;
            }
            times
        }
    });
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let mut wire = app.connect().await;
        clients.spawn(async move {
            for _ in 0..EACH {
                wire.send(post("/v1/track", SITE, EVENT)).await;
                wire.reply().await.assert_ok();
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    sending.store(false, Ordering::Relaxed);
    let times = replacing.await.unwrap();
    assert!(times > 100, "replaced {times} times");
    let (one, two) = (app.stored().len(), app.stored_for(other).len());
    assert_eq!(one + two, CLIENTS * EACH);
    assert!(one > 0 && two > 0, "{one} and {two}: both routes were taken");
    let counts = app.counters.read();
    assert_eq!(counts.requests("site", 200), 10_000);
    assert_eq!(counts.sources.iter().map(|source| source.requests.iter().sum::<u64>()).sum::<u64>(), 10_000);
}
