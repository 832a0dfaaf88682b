//! How it goes now, and how it went: the status's outlook, and series made of samples.

use crate::past::{MINUTE, Past, START};
use event::Millis;
use journal::{Archive, DestinationId, Fates, Sample};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

fn at(ms: i64) -> String {
    let text = jiff::Timestamp::from_millisecond(ms).unwrap();
    format!("{text:.3}")
}

fn sample(destination: DestinationId, minute: i64, total: u64) -> Sample {
    Sample {
        at: Millis(START + minute * MINUTE),
        destination,
        accepted: total,
        delivered: total,
        skipped: 0,
        dead: 0,
        pending: 3,
        calls: total * 2,
        calls_saved: total,
        oldest_pending_ms: 5_000,
        limit: 100,
        state: "running".to_owned(),
    }
}

fn sum(series: &Value, member: &str) -> u64 {
    series[member].as_array().unwrap().iter().filter_map(Value::as_u64).sum()
}

#[tokio::test]
async fn the_sum_of_a_series_is_what_the_journal_counts() {
    let mut past = Past::empty();
    // Samples while nothing has happened, then after each of many requests.
    for minute in 0..40 {
        past.now.store(START + minute * MINUTE + 17, Ordering::Relaxed);
        console::sample(&past.settings).await.unwrap();
        past.happen().await;
    }
    past.now.store(START + 40 * MINUTE - 1_000, Ordering::Relaxed);
    let ledger = past.journal.ledger().unwrap();
    for destination in ["one", "two"] {
        let series = past.ok(&format!("series?destination={destination}&from={}", at(START))).await;
        let totals = &ledger.destinations[destination];
        assert_eq!(sum(&series, "accepted"), totals.accepted, "{series}");
        assert_eq!(sum(&series, "delivered"), totals.delivered);
        assert_eq!(sum(&series, "skipped"), totals.skipped_total());
        assert_eq!(sum(&series, "dead"), totals.dead);
        let pending = series["pending"].as_array().unwrap();
        assert_eq!((series["at"].as_array().unwrap().len(), pending.len()), (40, 40));
        assert_eq!(pending.last().unwrap(), totals.pending, "the running minute is there");
        assert!(series["oldest_pending_s"][39].as_u64().unwrap() > 0);
        assert_eq!(series["calls_allowed"][5], Value::Null, "nobody knows the limit");
    }
    let all = past.ok(&format!("series?from={}", at(START))).await;
    let accepted: u64 = ledger.destinations.values().map(|totals| totals.accepted).sum();
    assert_eq!(sum(&all, "accepted"), accepted);
    let few = past.ok(&format!("series?from={}&points=3", at(START))).await;
    assert!(few["at"].as_array().unwrap().len() <= 3);
    assert_eq!(sum(&few, "accepted"), accepted, "fewer points, the same sum");
}

#[tokio::test]
async fn what_nobody_sampled_is_null() {
    let past = Past::empty();
    past.now.store(START + 1_000 * MINUTE, Ordering::Relaxed);
    let samples = [(0, 10), (1, 14), (2, 14), (6, 20)].map(|(minute, total)| sample(past.one, minute, total));
    past.journal.record_samples(samples.to_vec()).await.unwrap();
    let query = format!("series?destination=one&from={}&to={}", at(START), at(START + 8 * MINUTE));
    let series = past.ok(&query).await;
    assert_eq!((&series["from"], &series["to"]), (&json!(at(START)), &json!(at(START + 8 * MINUTE))));
    assert_eq!(series["step_seconds"], 60);
    assert_eq!((&series["at"][0], &series["at"][1]), (&json!(START / 1_000), &json!(START / 1_000 + 60)));
    assert_eq!(series["accepted"], json!([4, 0, null, null, null, 6, null, null]));
    assert_eq!(series["calls"], json!([8, 0, null, null, null, 12, null, null]));
    assert_eq!(series["calls_saved"], json!([4, 0, null, null, null, 6, null, null]));
    assert_eq!(series["calls_allowed"], json!([100, 100, null, null, null, 100, null, null]));
    assert_eq!(series["pending"], json!([3, 3, null, null, null, 3, null, null]));
    assert_eq!(series["oldest_pending_s"], json!([5, 5, null, null, null, 5, null, null]));
    let other = past.ok(&query.replace("=one", "=two")).await;
    assert_eq!(other["accepted"], json!([null, null, null, null, null, null, null, null]));
}

#[tokio::test]
async fn a_series_that_cannot_be_asked_for_is_refused() {
    let past = Past::empty();
    for (query, field) in [
        ("points=0", "points"),
        ("points=601", "points"),
        ("points=-1", "points"),
        ("from=x", "from"),
        ("to=2026-01-01", "to"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("from=9999-01-01T00:00:00Z", "from"),
        ("step=5", "step"),
    ] {
        let (status, answer) = past.get(&format!("series?{query}")).await;
        // What is no time is misunderstood; times that do not go together are understood.
        let expected = if query.contains("T00") { 422 } else { 400 };
        assert_eq!((status, answer["field"].as_str()), (expected, Some(field)), "{query}: {answer}");
    }
    let (status, _) = past.get("series?destination=three").await;
    assert_eq!(status, 404);
    let long = past.ok("series?from=0001-01-01T00:00:00Z&to=9999-12-30T00:00:00Z&points=600").await;
    assert!(long["at"].as_array().unwrap().len() <= 600);
}

#[tokio::test]
async fn the_status_looks_ahead() {
    let mut past = Past::filled(60).await;
    let empty = Past::empty();
    assert_eq!(empty.ok("status").await["waiting_for_first_event"], true);
    let status = past.ok("status").await;
    assert_eq!(status["waiting_for_first_event"], false);
    for standing in status["destinations"].as_array().unwrap() {
        let name = standing["name"].as_str().unwrap();
        assert_eq!((&standing["state"], &standing["clear_at"]), (&json!("removed"), &Value::Null));
        let pending = |told: &&crate::past::EventFacts| {
            told.fates.iter().any(|(to, outcome, _)| *to == name && *outcome == "pending")
        };
        let oldest = past.told.iter().find(pending).unwrap();
        assert_eq!(standing["oldest_pending_at"], at(oldest.received_at), "{name}");
        assert_eq!(standing["saved_by"], json!({"known": 0, "merged": 0, "unchanged": 0}));
    }
    // The past decides what becomes of its events, and the delivery that starts then finds the rest pending.
    past.happen().await;
    past.running.start(&["one".to_owned()]);
    let status = past.ok("status").await;
    assert_eq!(status["destinations"][0]["state"], "running", "{status}");
}
