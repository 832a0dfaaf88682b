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
