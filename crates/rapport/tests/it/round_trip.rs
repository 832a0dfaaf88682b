//! From a file of events through a running server to InMoment, and everything an operator does on the way.

use crate::harness::{Harness, Served, WRITE_KEY, rapport, run};
use serde_json::{Value, json};
use std::path::Path;

fn identify(user: &str) -> Value {
    json!({"type": "identify", "userId": user, "traits": {"email": format!("{user}@example.com"), "plan": "pro"}})
}

fn response(user: &str, score: i64) -> Value {
    json!({"type": "track", "event": "Submit", "userId": user, "context": {"page": {"url": "https://x.example/"}},
        "properties": {"feedbackScore": score}, "integrations": {"Wootric": {"eventType": "create response"}}})
}

fn ndjson(events: &[Value]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

fn send(served: &Served, file: &Path, more: &[&str]) -> crate::harness::Ended {
    let url = format!("http://{}", served.public);
    let mut arguments = vec!["send", file.to_str().unwrap(), "--url", &url, "--write-key", WRITE_KEY];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn a_file_of_events_reaches_inmoment_once() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    let good = ndjson(&[identify("u1"), response("u1", 9), identify("u2")]);
    let file = harness.write("events.ndjson", &format!("{good}not json\n\n{{\"type\":\"track\"}}\n"));

    let ended = send(&served, &file, &["--batch", "2"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let rejected: Vec<&str> = ended.out.lines().collect();
    assert_eq!(rejected.len(), 2, "{rejected:?}");
    assert!(rejected[0].starts_with("line 4: ") && rejected[0].contains("[input_not_json]"), "{rejected:?}");
    assert!(
        rejected[1].starts_with("line 6: ") && rejected[1].contains("[event_without_ids]"),
        "{rejected:?}"
    );
    let status = served.settled();
    assert_eq!((&status["accepted"], &status["delivered"]), (&json!(3), &json!(3)), "{status}");
    assert_eq!((harness.records("end_users").len(), harness.records("responses").len()), (2, 1));

    let again = send(&served, &file, &[]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
    assert_eq!(served.settled()["accepted"], 3, "what was acknowledged is not sent again");

    let more = std::fs::read_to_string(&file).unwrap() + &ndjson(&[identify("u3")]);
    std::fs::write(&file, more).unwrap();
    assert_eq!(send(&served, &file, &[]).code, 0);
    assert_eq!(served.settled()["accepted"], 4, "only the new line");

    let from_start = send(&served, &file, &["--from-start"]);
    assert_eq!(from_start.code, 4);
    let status = served.settled();
    assert_eq!((&status["accepted"], &status["skipped_by"]["duplicate"]), (&json!(8), &json!(4)), "{status}");
    assert_eq!((harness.records("end_users").len(), harness.records("responses").len()), (3, 1));
}

#[test]
fn a_wrong_write_key_sends_nothing() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    let file = harness.write("events.ndjson", &ndjson(&[identify("u1")]));
    let url = format!("http://{}", served.public);
    let ended = run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", "planted-key"]);
    assert!(ended.code == 1 && ended.err.contains("[send_refused]"), "{ended:?}");
    assert!(!ended.err.contains("planted"), "{}", ended.err);
    assert_eq!(send(&served, &file, &[]).code, 0, "nothing was noted as sent");
    assert_eq!(served.settled()["delivered"], 1);
}

#[test]
fn dead_letters_are_listed_shown_requeued_and_discarded() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    let no_score = json!({"type": "track", "userId": "u1", "messageId": "m-dead", "properties": {},
        "context": {"page": {"url": "https://x.example/"}},
        "integrations": {"Wootric": {"eventType": "create response"}}});
    let file = harness.write("events.ndjson", &ndjson(&[identify("u1"), no_score]));
    assert_eq!(send(&served, &file, &[]).code, 0);
    assert_eq!(served.settled()["dead"], 1);

    let list = served.run(&["dead-letters", "list", "--json"]);
    let letters = list.json_lines();
    assert_eq!(letters.len(), 1);
    let keys = ["id", "code", "reason", "message_id", "type", "user", "destination", "received_at"];
    assert!(keys.iter().all(|key| letters[0].get(key).is_some()), "{letters:?}");
    assert_eq!((&letters[0]["code"], &letters[0]["message_id"]), (&json!("score_missing"), &json!("m-dead")));
    assert_eq!(letters[0]["destination"], "inmoment");
    let human = served.run(&["dead-letters", "list", "--code", "score_missing"]);
    assert!(human.out.contains("score_missing") && human.out.contains("inmoment"), "{}", human.out);
    let none = served.run(&["dead-letters", "list", "--code", "other", "--json"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));

    let died = letters[0]["died_at"].as_str().unwrap().to_owned();
    for (more, found) in [
        (["--user", "u1"], 1),
        (["--user", "u2"], 0),
        (["--message-id", "m-dead"], 1),
        (["--from", &died], 1),
        (["--to", &died], 0),
    ] {
        let command = [&["dead-letters", "list", "--json"], &more[..]].concat();
        assert_eq!(served.run(&command).json_lines().len(), found, "{more:?}");
        let command = [&["dead-letters", "discard", "--all", "--dry-run", "--json"], &more[..]].concat();
        assert_eq!(served.run(&command).json_lines()[0]["count"], found, "{more:?}");
    }
    let no_time = served.run(&["dead-letters", "list", "--from", "yesterday"]);
    assert!(no_time.code == 1 && no_time.err.contains("2026-11-26T01:20:00.000Z"), "{no_time:?}");

    let id = letters[0]["id"].to_string();
    let both = served.run(&["dead-letters", "discard", &id, "--user", "u1"]);
    assert!(both.code == 2 && both.err.contains("cannot be used with"), "{both:?}");
    let shown = served.run(&["dead-letters", "show", &id, "--json"]);
    assert!(shown.json_lines()[0]["event"].as_str().unwrap().contains("m-dead"));
    assert!(served.run(&["dead-letters", "show", &id]).out.contains("\"messageId\": \"m-dead\""));
    let missing = served.run(&["dead-letters", "show", "99999"]);
    assert!(missing.code == 1 && missing.err.contains("[unknown_dead_letter]"), "{missing:?}");

    for unsaid in [&["dead-letters", "discard"][..], &["dead-letters", "discard", "--user", "u1"]] {
        let unsaid = served.run(unsaid);
        assert!(unsaid.code == 2 && unsaid.err.contains("[selection_needed]"), "{unsaid:?}");
    }
    let requeued = served.run(&["dead-letters", "requeue", "--code", "score_missing", "--json"]);
    assert_eq!(requeued.json_lines(), [json!({"count": 1})]);
    assert_eq!(served.settled()["dead"], 1, "the cause is still there");
    let counted = served.run(&["dead-letters", "discard", "--all", "--dry-run"]);
    assert_eq!((counted.code, counted.out.as_str()), (0, "1 dead letter would be taken\n"));
    let discarded = served.run(&["dead-letters", "discard", "--all"]);
    assert_eq!((discarded.code, discarded.out.as_str()), (0, "1 dead letter discarded\n"));
    let status = served.settled();
    assert_eq!((&status["dead"], &status["skipped_by"]["discarded"]), (&json!(0), &json!(1)));
    assert_eq!(status["imbalance"], 0);
}

#[test]
fn pausing_keeps_events_and_resuming_delivers_them() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    assert_eq!(served.run(&["pause", "inmoment"]).out, "inmoment is paused\n");
    let unknown = served.run(&["pause", "in moment"]);
    assert!(unknown.code == 1 && unknown.err.contains("[unknown_destination]"), "{unknown:?}");
    let file = harness.write("events.ndjson", &ndjson(&[identify("u1")]));
    assert_eq!(send(&served, &file, &[]).code, 0);
    let pending = served.run(&["status", "--json", "--wait", "100 ms"]);
    assert_eq!(pending.code, 4, "{pending:?}");
    assert_eq!(pending.json_lines()[0]["destinations"][0]["state"], "paused");
    let human = served.run(&["status"]);
    assert!(human.out.contains("1 pending") && human.out.contains("paused"), "{}", human.out);
    assert_eq!((harness.records("end_users").len(), served.run(&["resume", "inmoment"]).code), (0, 0));
    assert_eq!(served.settled()["delivered"], 1);
    assert_eq!(harness.records("end_users").len(), 1);
}

#[test]
fn a_shadow_destination_says_so_wherever_it_is_asked_after() {
    let harness = Harness::new();
    let live = std::fs::read_to_string(harness.ordinary()).unwrap();
    let config = harness.write("shadow.toml", &format!("{live}mode = \"shadow\"\n"));
    let checked = run(&["check", "--config", config.to_str().unwrap()]);
    assert_eq!(checked.code, 0, "the credentials can be proved: {checked:?}");
    assert!(checked.out.contains("it is in shadow mode: no event is sent"), "{}", checked.out);
    let served = harness.serve(&config);
    let file = harness.write("events.ndjson", &ndjson(&[identify("u1"), response("u1", 9)]));
    assert_eq!(send(&served, &file, &[]).code, 0);
    assert_eq!(served.settled()["skipped_by"]["shadowed"], 2);
    let human = served.run(&["status"]);
    for part in ["2 skipped", "skipped: 2 shadowed", "inmoment", " shadow "] {
        assert!(human.out.contains(part), "{part} is not in\n{}", human.out);
    }
    assert_eq!(harness.records("end_users").len(), 0);
}

#[test]
fn what_was_accepted_before_a_stop_is_delivered_after_the_next_start() {
    let harness = Harness::new();
    let config = harness.ordinary();
    let served = harness.serve(&config);
    assert_eq!(served.run(&["pause", "inmoment"]).code, 0);
    let file = harness.write("events.ndjson", &ndjson(&[identify("u1"), response("u1", 3)]));
    assert_eq!(send(&served, &file, &[]).code, 0);
    let token = harness.token();
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0), "{log}");
    for secret in [WRITE_KEY, token.as_str(), "demo-password", "@example.com"] {
        assert!(!log.contains(secret), "{log}");
    }

    let served = harness.serve(&config);
    assert_eq!(harness.token(), token, "the token stays");
    let status = rapport()
        .args(["status", "--json", "--admin", &format!("http://{}/", served.admin)])
        .env("RAPPORT_ADMIN_TOKEN", &token)
        .output()
        .unwrap();
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&status["pending"], &status["destinations"][0]["state"]), (&json!(2), &json!("paused")));
    assert_eq!(served.run(&["resume", "inmoment"]).code, 0);
    assert_eq!(served.settled()["delivered"], 2);
    assert_eq!(harness.records("responses")[0]["score"], 3);
}
