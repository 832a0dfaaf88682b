use serde_json::json;

use super::*;

fn entry(method: &str, path: &str) -> LogEntry {
    LogEntry {
        seq: 0,
        at_ms: 0,
        method: method.into(),
        path: path.into(),
        query: Map::new(),
        form: Map::new(),
        status: Some(200),
        executed: true,
        fault: None,
        delay_ms: 0,
    }
}

#[test]
fn the_oldest_entries_go_first_and_numbers_only_grow() {
    let mut log = RequestLog::new(3);
    for _ in 0..5 {
        log.push(entry("GET", "/v1/segments"), 1);
    }
    let numbers = |log: &RequestLog, after| log.since(after).map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!(numbers(&log, 0), [3, 4, 5]);
    assert_eq!(numbers(&log, 3), [4, 5]);
    assert_eq!(numbers(&log, 5), [0; 0]);
    assert_eq!(numbers(&log, 99), [0; 0]);
    log.clear();
    assert_eq!(numbers(&log, 0), [0; 0]);
    log.push(entry("GET", "/v1/segments"), 1);
    assert_eq!(numbers(&log, 0), [6]);
    assert_eq!(numbers(&log, 5), [6]);
}

#[test]
fn a_log_without_room_keeps_nothing() {
    let mut log = RequestLog::new(0);
    log.push(entry("GET", "/"), 1);
    assert_eq!(log.since(0).count(), 0);
    assert_eq!(log.last(), 1);
}

#[test]
fn large_requests_make_room_for_themselves() {
    let mut log = RequestLog::new(9);
    for _ in 0..4 {
        log.push(entry("POST", "/v1/end_users"), MAX_BYTES / 3);
    }
    assert_eq!(log.since(0).map(|entry| entry.seq).collect::<Vec<_>>(), [2, 3, 4]);
    log.clear();
    log.push(entry("POST", "/v1/end_users"), MAX_BYTES);
    assert_eq!(log.since(0).count(), 1);
}

#[test]
fn secrets_are_not_kept() {
    let mut log = RequestLog::new(9);
    let mut secret = entry("POST", "/oauth/token");
    for name in SECRETS {
        secret.form.insert(name.into(), json!("planted"));
        secret.query.insert(name.into(), json!({"nested": "planted"}));
    }
    secret.form.insert("username".into(), json!("demo@example.com"));
    log.push(secret, 1);
    let kept = serde_json::to_string(log.since(0).next().expect("one")).expect("JSON");
    assert!(!kept.contains("planted") && kept.contains("demo@example.com"), "{kept}");
}

#[test]
fn every_field_of_a_filter_must_hold() {
    let mut seen = entry("POST", "/v1/end_users/7/responses");
    seen.seq = 4;
    let pattern = |text: &str| Pattern::try_from(text.to_owned()).ok();
    let cases = [
        (LogFilter::default(), true),
        (LogFilter { method: Some("post".into()), ..LogFilter::default() }, true),
        (LogFilter { method: Some("GET".into()), ..LogFilter::default() }, false),
        (LogFilter { path: pattern("/v1/**"), ..LogFilter::default() }, true),
        (LogFilter { path: pattern("/v1/end_users"), ..LogFilter::default() }, false),
        (LogFilter { status: Some(200), ..LogFilter::default() }, true),
        (LogFilter { status: Some(201), ..LogFilter::default() }, false),
        (LogFilter { executed: Some(false), ..LogFilter::default() }, false),
        (LogFilter { after: 3, ..LogFilter::default() }, true),
        (LogFilter { after: 4, ..LogFilter::default() }, false),
    ];
    for (filter, expected) in cases {
        assert_eq!(filter.holds(&seen), expected, "{filter:?}");
    }
}
