//! Looks at personal data: each is in the audit, folded, and without what was typed.

use crate::harness::TOKEN;
use crate::past::Past;
use axum::body::Body;
use journal::{Archive, AuditFilter, Fates};
use serde_json::Value;
use tower::ServiceExt;

/// The audit's entries, oldest first, as `action subject`.
fn told(past: &Past) -> Vec<String> {
    let page = past.journal.audit(&AuditFilter::default(), 1_000).unwrap();
    page.items.into_iter().rev().map(|entry| format!("{} {}", entry.action, entry.subject)).collect()
}

/// The status alone: what is live never ends.
async fn ask(past: &Past, method: &str, path: &str, body: &str) -> u16 {
    let request = axum::http::Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {TOKEN}"));
    let reply =
        past.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    reply.status().as_u16()
}

/// A request that the route answers with what it has.
fn filled(past: &Past, path: &str) -> String {
    let letter =
        past.journal.count_dead_letters(&journal::DeadLetterFilter::default()).unwrap().up_to.unwrap();
    let letter = letter.to_string();
    let id = if path.contains("dead-letters") { &letter } else { &past.told[0].id };
    let query = if path.ends_with("/end-users") { "?user=u3" } else { "" };
    let path = path.replace("{id}", id).replace("{destination}", "one").replace("{external_id}", "u3");
    let path = path.replace("{name}", "one");
    format!("{path}{query}")
}

#[tokio::test]
async fn every_route_that_shows_personal_data_is_audited_and_no_other_look_is() {
    let past = Past::filled(40).await;
    past.running.start(&["one".to_owned()]);
    past.ok("events").await;
    let description: Value = serde_json::from_str(&console::description()).unwrap();
    let (mut personal, mut other) = (0, 0);
    for (route, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let shows = operation["x-access"]["personal_data"] == true;
            if !shows && method != "get" {
                continue;
            }
            let (path, before) = (filled(&past, route), told(&past));
            // Another time, so that what was looked at before is told again.
            past.now.fetch_add(400_000, std::sync::atomic::Ordering::Relaxed);
            let status = ask(&past, &method.to_uppercase(), &path, r#"{"all":true}"#).await;
            let new = told(&past).split_off(before.len());
            if shows {
                assert_eq!((status, new.len()), (200, 1), "{method} {path}: {new:?}");
                personal += 1;
            } else {
                assert!(new.is_empty(), "{method} {path}: {new:?}");
                other += 1;
            }
        }
    }
    assert!(personal >= 14 && other >= 10, "{personal} {other}");
}

#[tokio::test]
async fn whom_somebody_looked_for_can_be_found_again_and_not_read() {
    let past = Past::filled(10).await;
    let user = "planted-ada%40example.com";
    for path in ["events", "dead-letters", "dead-letters/groups", "feedback/answers", "end-users"] {
        past.ok(&format!("{path}?user={user}")).await;
    }
    past.ok("events?message_id=planted-message&destination=one").await;
    let (status, _) = past.post("dead-letters/count", r#"{"user":"planted-ada@example.com"}"#).await;
    assert_eq!(status, 200);
    let audit = past.journal.audit(&AuditFilter::default(), 100).unwrap().items;
    for entry in &audit {
        assert!(!format!("{entry:?}").contains("planted"), "{entry:?}");
    }
    // printf %s planted-ada@example.com | sha256sum | cut -c1-12
    let sign = "#db83cb894760";
    let of_ada = audit.iter().filter(|entry| entry.subject.contains(sign)).count();
    assert_eq!(of_ada, 4, "groups and count are looks through the same dead letters: {audit:?}");
}

#[tokio::test]
async fn a_page_that_is_shown_again_and_again_is_one_entry_in_five_minutes() {
    let past = Past::filled(10).await;
    past.ok("events").await;
    let before = told(&past).len();
    for _ in 0..20 {
        past.now.fetch_add(4_000, std::sync::atomic::Ordering::Relaxed);
        past.ok("events?user=u3&outcome=pending").await;
        past.ok("events?user=u3&limit=3").await;
    }
    let new = told(&past).split_off(before);
    assert_eq!(new.iter().filter(|told| told.contains("#")).count(), 1, "{new:?}");
    past.now.fetch_add(300_000, std::sync::atomic::Ordering::Relaxed);
    past.ok("events?user=u3").await;
    let entries = past.journal.audit(&AuditFilter::default(), 100).unwrap().items;
    let last = entries.iter().find(|entry| entry.subject.contains('#')).unwrap();
    assert_eq!(last.detail, r#"{"times":40}"#, "what was not written is counted");
}
