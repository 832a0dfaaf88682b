//! Programs that read from InMoment, against the sandbox: they find what was put into it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// One request over a connection of its own; the reply's body.
fn call(address: SocketAddr, line: &str, token: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(address).expect("the sandbox listens");
    let text = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).expect("the sandbox reads");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("the sandbox answers");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 20"), "{line}: {head}");
    serde_json::from_str(body).expect("JSON")
}

/// More end users than one page holds, one with an answer and one with a decline.
fn fill(address: SocketAddr) {
    let login = "grant_type=client_credentials&client_id=demo-client&client_secret=demo-client-secret";
    let token = call(address, "POST /oauth/token", "", login);
    let token = token["access_token"].as_str().expect("a token");
    for number in 0..60 {
        let body = format!(
            "email=user{number}%40example.com&external_id=u{number}&properties[seats_amount]={number}"
        );
        let user = call(address, "POST /v1/end_users", token, &body)["id"].clone();
        let answer = "score=9&text=Nice&ip_address=192.0.2.1&origin_url=https://shop.example.com";
        match number {
            0 => drop(call(address, &format!("POST /v1/end_users/{user}/responses"), token, answer)),
            1 => drop(call(address, &format!("POST /v1/end_users/{user}/declines"), token, "")),
            _ => {}
        }
    }
}

/// Singer's tap signs in with the OAuth client, walks through time windows and pages, and wants every record to fit its
/// schema.
#[test]
fn tap_wootric_reads_everything() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let started = sandbox::Server::start(sandbox::Options::default(), anywhere, sandbox::wall_clock());
    let inmoment = runtime.block_on(started).expect("the sandbox starts");
    fill(inmoment.addr());
    let yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(30);
    let output = Command::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/sdk/run.sh"))
        .args(["tap-wootric", "--url", &format!("http://{}", inmoment.addr())])
        .args(["--client-id", "demo-client", "--client-secret", "demo-client-secret"])
        .args(["--start-date", &yesterday.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()])
        .stdin(Stdio::null())
        .output()
        .expect("tests/sdk/run.sh starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{stderr}", output.status);
    let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).expect("a message of Singer's");
        if message["type"] == "RECORD" {
            let stream = message["stream"].as_str().expect("a stream").to_owned();
            records.entry(stream).or_default().push(message["record"].clone());
        }
    }
    let mut emails: Vec<&str> =
        records["end_users"].iter().map(|record| record["email"].as_str().expect("an e-mail")).collect();
    emails.sort_unstable();
    emails.dedup();
    assert_eq!(emails.len(), 60, "{stderr}");
    assert_eq!(records["responses"][0]["score"], 9);
    assert_eq!(records["responses"][0]["text"], json!("Nice"));
    assert_eq!((records["responses"].len(), records["declines"].len()), (1, 1), "{stderr}");
    runtime.block_on(inmoment.shutdown());
}
