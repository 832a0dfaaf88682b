//! A disk without room, played by a limit on the size of files: the real program, its real journal.

use crate::crash::Process;
use crate::world::{Setup, WRITE_KEY, anywhere, configuration, identify};
use serde_json::json;
use std::process::Command;

/// Limits the files a running process may write to this many bytes, or lifts the limit.
fn limit_files(pid: u32, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let status = Command::new("prlimit").args(["--pid", &pid.to_string(), &limit]).status().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn a_full_disk_is_answered_503_and_nothing_acknowledged_is_lost_when_there_is_room_again() {
    let inmoment =
        sandbox::Server::start(sandbox::Options::default(), anywhere(), sandbox::wall_clock()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("rapport.toml");
    std::fs::write(&file, configuration(inmoment.addr(), &data, &Setup::default())).unwrap();
    let process = Process::start_ignoring_file_limits(&file).await;
    let http = reqwest::Client::new();
    let filler = "x".repeat(100_000);
    let post = |n: u32| {
        let user = format!("u{n}");
        let batch = json!({"batch": [identify(&user, json!({"n": n})), {"type": "page", "userId": user, "name": filler}]});
        let url = format!("http://{}/v1/batch", process.public);
        http.post(url).basic_auth(WRITE_KEY, Some("")).body(batch.to_string()).send()
    };
    assert_eq!(post(0).await.unwrap().status(), 200);
    limit_files(process.pid(), "2000000");
    let mut acknowledged = 1;
    let refusal = loop {
        let reply = post(acknowledged).await.unwrap();
        if reply.status() != 200 {
            break reply;
        }
        acknowledged += 1;
        assert!(acknowledged < 1_000, "a limit of 2 MB was never met");
    };
    assert_eq!(refusal.status(), 503);
    assert!(refusal.headers().contains_key("retry-after"));
    let text = refusal.text().await.unwrap();
    assert!(text.contains("full") && !text.starts_with('{'), "{text}");
    assert_eq!(post(acknowledged).await.unwrap().status(), 503, "still full");

    limit_files(process.pid(), "unlimited");
    let mut reply = post(acknowledged).await.unwrap();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while reply.status() != 200 && std::time::Instant::now() < patience {
        reply = post(acknowledged).await.unwrap();
    }
    assert_eq!(reply.status(), 200, "it recovers alone");
    let status = crate::crash::settled(&process, &data).await;
    let sent = u64::from(acknowledged) + 1;
    assert_eq!((&status["delivered"], &status["imbalance"]), (&json!(sent), &json!(0)), "{status}");
    let state = inmoment.sandbox().lock().unwrap().state((sandbox::wall_clock())(), None);
    assert_eq!(state["end_users"].as_array().unwrap().len() as u64, sent);
    process.kill().await;
}
