use super::*;
use serde_json::json;

#[test]
fn what_holds_a_destination_up_is_said_with_since_when_tries_next_try_and_advice() {
    let destination = json!({
        "name": "inmoment", "state": "failing", "pending": 3, "delivered": 1, "dead": 0, "calls": 9, "calls_saved": 0,
        "budget": null, "reason": "no connection to InMoment (Connection refused)",
        "trouble": {
            "code": "connection", "since": "2026-11-29T02:50:00.000Z", "tries": 9,
            "last_words": "no connection to InMoment (Connection refused)", "next_try": "2026-11-29T02:59:51.000Z",
            "happened": "no connection, or it broke", "means": "events wait and are tried again",
            "what_to_do": "nothing, or see the network",
        },
    });
    let told = |destination: Value| {
        let status = json!({
            "accepted": 4, "delivered": 1, "pending": 3, "skipped": 0, "dead": 0, "imbalance": 0, "skipped_by": {},
            "journal": { "healthy": true, "reason": null }, "destinations": [destination],
        });
        let mut text = Vec::new();
        assert!(write(&status, &mut Out::new(&mut text)).is_ok());
        String::from_utf8(text).unwrap()
    };
    let failing = told(destination.clone());
    for part in [
        "failing",
        "inmoment: no connection to InMoment (Connection refused)",
        "inmoment: [connection] since 2026-11-29T02:50:00.000Z, tried 9 times, next try 2026-11-29T02:59:51.000Z; events wait",
        "inmoment: what to do: nothing, or see the network",
    ] {
        assert!(failing.contains(part), "{part} is not in\n{failing}");
    }
    let mut paused = destination;
    paused["trouble"]["next_try"] = Value::Null;
    assert!(told(paused.clone()).contains("no further try until somebody acts"));
    (paused["reason"], paused["trouble"]) = (Value::Null, Value::Null);
    assert!(!told(paused).contains("tried"));
}

#[test]
fn parts_that_are_not_at_work_or_started_again_are_said() {
    let part = |name: &str, state: &str, restarts: u64, words: Value| json!({ "name": name, "state": state, "since": "2026-11-29T02:50:00.000Z", "restarts": restarts, "last_words": words });
    let told = |parts: Value| {
        let status = json!({
            "accepted": 0, "delivered": 0, "pending": 0, "skipped": 0, "dead": 0, "imbalance": 0, "skipped_by": {},
            "journal": { "healthy": true, "reason": null }, "destinations": [], "parts": parts,
        });
        let mut text = Vec::new();
        assert!(write(&status, &mut Out::new(&mut text)).is_ok());
        String::from_utf8(text).unwrap()
    };
    let sound =
        told(json!([part("gateway", "running", 0, Value::Null), part("admin", "running", 0, Value::Null)]));
    assert!(
        sound.contains("2 parts of the server: all running") && !sound.contains("part gateway"),
        "{sound}"
    );
    let odd = told(json!([
        part("sampler", "running", 2, json!("it ended early")),
        part("alerts", "restarting", 0, json!("it panicked at a.rs:1")),
    ]));
    for line in [
        "2 parts of the server: 1 not running",
        "part sampler: running since 2026-11-29T02:50:00.000Z, started again 2 times; the last time it ended early",
        "part alerts: restarting since 2026-11-29T02:50:00.000Z, started again 0 times; the last time it panicked at a.rs:1",
    ] {
        assert!(odd.contains(line), "{line} is not in\n{odd}");
    }
    // A server of an older version reports none.
    assert!(!told(Value::Null).contains("of the server"));
}
