//! A source whose requests and dead letters take as much of the disk as they may: it is refused, others are not, and nobody
//! forgets it by a restart.

use crate::harness::{Harness, Served};
use base64::Engine;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

fn config(harness: &Harness, limit: &str) -> PathBuf {
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let text = text.replacen("[gateway]\n", &format!("[gateway]\nsource_disk = \"{limit}\"\n"), 1);
    let app = "[[sources]]\nname = \"app\"\nkind = \"mobile\"\nwrite_key = \"app-key\"\ndisk = \"off\"\n";
    harness.write("limited.toml", &format!("{text}{app}"))
}

/// Sends an answer that nobody can deliver; the reply.
fn post(server: &Served, key: &str, user: &str) -> String {
    let key = base64::engine::general_purpose::STANDARD.encode(format!("{key}:"));
    let noise: String =
        (0..3_000_u32).map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)).collect();
    let body = format!(
        r#"{{"userId":"{user}","event":"Submit","properties":{{"feedbackScore":99,"x":"{noise}{user}"}},"integrations":{{"Wootric":{{"eventType":"create response"}}}}}}"#
    );
    let request = format!(
        "POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&server.public).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

fn source(server: &Served) -> Value {
    let ended = server.run(&["api", "sources/website"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn a_source_that_fills_its_disk_is_refused_alone_over_restarts_and_until_there_is_room() {
    let harness = Harness::new();
    let file = config(&harness, "40 KiB");
    let server = harness.serve(&file);
    let mut taken = 0;
    let refused = loop {
        let reply = post(&server, "website-key", &format!("u{taken}"));
        // Each becomes a dead letter, which counts too.
        server.settled();
        if !reply.starts_with("HTTP/1.1 200") {
            break reply;
        }
        taken += 1;
        assert!(taken < 40, "it is never refused");
    };
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("max disk limit reached"), "{refused}");
    assert!(refused.to_lowercase().contains("retry-after: 60"), "{refused}");
    assert!(post(&server, "app-key", "other").starts_with("HTTP/1.1 200"), "others go on");
    let status = server.settled();
    assert_eq!(status["dead"], taken, "{status}");
    let before = source(&server);
    assert_eq!(
        (&before["disk_is_full"], &before["disk_bytes"]),
        (&Value::Bool(true), &Value::from(40 << 10))
    );
    assert!(before["stored_bytes"].as_u64().unwrap() >= 40 << 10, "{before}");
    let said = status["journal"]["warnings"].to_string();
    assert!(said.contains("source_disk_full") && said.contains("website"), "{status}");
    let (code, log) = server.stop("-TERM");
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(log.matches("source_disk_full").count(), 1, "{log}");

    let server = harness.serve(&file);
    assert_eq!(source(&server)["stored_bytes"], before["stored_bytes"], "a restart keeps it exact");
    assert!(post(&server, "website-key", "again").starts_with("HTTP/1.1 429"));
    let ended = server.run(&["dead-letters", "discard", "--source", "website", "--all"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(post(&server, "website-key", "again").starts_with("HTTP/1.1 200"), "there is room again");
    let (_, log) = server.stop("-TERM");
    assert!(log.contains("has room on the disk again"), "{log}");
}
