//! Planted secrets and personal data, and everything the program says besides the admin API's own answers.

use crate::crash::Process;
use crate::world::{Setup, World, anywhere, configuration, identify, response, with_message_id};
use sandbox::{Account, Options};
use serde_json::{Value, json};
use std::time::Duration;

const PLANTED: [&str; 7] = [
    "planted-password",
    "NPS-PLANTED1",
    "planted-write-key",
    "planted-person",
    "planted-words",
    "planted-city",
    "203.0.113.99",
];

fn assert_clean(what: &str, text: &str) {
    for planted in PLANTED {
        if let Some(at) = text.find(planted) {
            let around = text[at.saturating_sub(200)..].chars().take(400).collect::<String>();
            panic!("{planted} appears in {what}: …{around}…");
        }
    }
}

fn events() -> Vec<Value> {
    let mut answer = response("planted-person", 9);
    answer["properties"]["feedbackText"] = json!("planted-words");
    answer["context"] = json!({"ip": "203.0.113.99"});
    vec![identify("planted-person", json!({"city": "planted-city"})), answer]
}

#[tokio::test]
async fn the_log_at_its_most_talkative_and_the_metrics_hold_no_secret_and_nobodys_data() {
    let account = Account {
        password: "planted-password".into(),
        account_token: "NPS-PLANTED1".into(),
        ..Account::demo()
    };
    let options = Options { accounts: vec![account.clone()], ..Options::default() };
    let inmoment = sandbox::Server::start(options, anywhere(), sandbox::wall_clock()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let setup = Setup { password: account.password.clone(), ..Setup::default() };
    let text = configuration(inmoment.addr(), &data, &setup)
        .replace(&Account::demo().account_token, &account.account_token)
        .replace(crate::world::WRITE_KEY, "planted-write-key");
    let file = folder.path().join("rapport.toml");
    std::fs::write(&file, text).unwrap();

    let process = Process::start(&file, "trace").await;
    let http = reqwest::Client::new();
    let post = |key: &'static str, body: String| {
        http.post(format!("http://{}/v1/batch", process.public)).basic_auth(key, Some("")).body(body).send()
    };
    // Things go well; things go wrong in every way InMoment knows, its own words naming the person; bad requests.
    let batch = json!({ "batch": events() }).to_string();
    assert_eq!(post("planted-write-key", batch).await.unwrap().status(), 200);
    let trouble = json!({"rules": [
        {"times": 1, "match": {"path_prefix": "/v1"}, "action": {"status": {"code": 500, "body": "planted-person@example.com"}}},
        {"times": 1, "match": {"path_prefix": "/v1"}, "action": "reset_after"},
        {"times": 1, "match": {"path_prefix": "/v1"}, "action": {"status": {"code": 401}}},
        {"times": 1, "match": {"path_prefix": "/v1"}, "action": {"status": {
            "code": 422, "body": {"error": "Validation failed: planted-person@example.com has already been refused"}}}}
    ]});
    inmoment.sandbox().lock().unwrap().set_faults(sandbox::faults::parse(&trouble.to_string()).unwrap());
    for nth in 0..5 {
        // Each time anew, not the same events once more.
        let again = events().into_iter().enumerate();
        let again: Vec<Value> =
            again.map(|(place, event)| with_message_id(event, &format!("{nth}.{place}"))).collect();
        let batch = json!({ "batch": again }).to_string();
        assert_eq!(post("planted-write-key", batch).await.unwrap().status(), 200);
    }
    let wrong = post("planted-write-key-wrong", "{}".into()).await.unwrap();
    assert_eq!(wrong.status(), 401);
    assert_clean("a refusal", &wrong.text().await.unwrap());
    let broken = post("planted-write-key", "{\"batch\": planted-words".into()).await.unwrap();
    assert_clean("a refusal", &broken.text().await.unwrap());

    let token = std::fs::read_to_string(data.join("admin-token")).unwrap();
    let ask =
        |path: &str| http.get(format!("http://{}{path}", process.admin)).bearer_auth(token.trim()).send();
    let status = ask("/api/v1/status?wait=settled&timeout_ms=60000").await.unwrap().text().await.unwrap();
    let seen: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(seen["pending"], 0, "{status}");
    assert_clean("the status", &status);
    assert_clean("the metrics", &ask("/metrics").await.unwrap().text().await.unwrap());
    let letters = ask("/api/v1/dead-letters").await.unwrap().text().await.unwrap();
    let letters: Value = serde_json::from_str(&letters).unwrap();
    for letter in letters["items"].as_array().unwrap() {
        assert_clean("a dead letter's reason", letter["reason"].as_str().unwrap());
    }
    let log = process.log.lock().unwrap().clone();
    assert!(log.lines().count() > 10, "trace says something: {log}");
    assert!(!log.contains(token.trim()), "the admin token is in the log");
    assert_clean("the log", &log);
    process.kill().await;
}

#[tokio::test]
async fn a_halted_destinations_reason_holds_no_secret() {
    let world = World::with(Setup { password: "planted-password".into(), ..Setup::default() }).await;
    world.send(&events()).await;
    let halted = tokio::time::timeout(Duration::from_secs(30), world.destination_is("halted")).await.unwrap();
    assert_clean("the reason", &halted.to_string());
    assert_clean("the metrics", &world.metrics().await);
}
